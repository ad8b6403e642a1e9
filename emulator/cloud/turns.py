"""
One request at a time through moto, and every object on the disk before it is acknowledged.

moto's own threads race: a message sent while another is deleted can be lost, and a
create-only write looks before it leaps. The embedded cloud is one Python process and
loses nothing by letting requests take turns.
"""

import json
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from moto.s3.models import s3_backends
from moto.sqs.models import sqs_backends

from emulator.cloud.disk import KeptObject, ObjectFiles
from emulator.cloud.requests import Environ, Request, StartResponse, WsgiApp, answer
from emulator.declaration import ACCOUNT

REQUESTS_PATH = "/emulator/requests"
"""Answers how often each operation was asked for."""

_POLL_SECONDS = 0.1
"""How soon a long poll sees a message that became visible by itself."""


class Turns:
    """WSGI middleware around moto."""

    def __init__(self, app: WsgiApp, files: ObjectFiles | None) -> None:
        self._app = app
        self._turn = threading.Condition()
        self._counted: Counter[str] = Counter()
        self._written = _WrittenThrough(files) if files else None

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Wait for the turn, answer, and have what was written on the disk."""
        request = Request.read(environ)
        if environ.get("PATH_INFO") == REQUESTS_PATH:
            body = json.dumps(self._counted).encode()
            return answer(start_response, "200 OK", "application/json", body)
        if request.sqs_action == "ReceiveMessage":
            with self._turn_with_a_message(request) as ready:
                return self._app(ready.environ, start_response)
        with self._turn:
            self._counted[_operation(request)] += 1
            answered = self._app(request.environ, start_response)
            if self._written and request.sqs_action is None and request.method != "GET":
                self._written.catch_up()
            self._turn.notify_all()
            return answered

    @contextmanager
    def _turn_with_a_message(self, request: Request) -> Iterator[Request]:
        """Have the turn once the queue has something to give or the long poll is over."""
        asked = request.json()
        deadline = time.monotonic() + float(asked.get("WaitTimeSeconds") or 0)
        queue = str(asked.get("QueueUrl", "")).rpartition("/")[2]
        with self._turn:
            self._counted["sqs ReceiveMessage"] += 1
            while time.monotonic() < deadline and not _has_message(request.region, queue):
                self._turn.wait(_POLL_SECONDS)
            yield request.with_body(json.dumps(asked | {"WaitTimeSeconds": 0}).encode())


class _WrittenThrough:
    """The store's objects and the files that hold them, kept equal."""

    def __init__(self, files: ObjectFiles) -> None:
        self._files = files
        self._backend = s3_backends[ACCOUNT]["aws"]
        self._kept: dict[tuple[str, str], Any] = {}
        for kept in files.objects():
            self._restore(kept)

    def catch_up(self) -> None:
        """Write what is new and drop what is gone, whichever request did it."""
        present = {
            (bucket.name, key): bucket.keys[key]
            for bucket in list(self._backend.buckets.values())
            for key in list(bucket.keys)
        }
        for where, stored in present.items():
            if self._kept.get(where) is not stored:
                self._keep(where, stored)
        for where in self._kept.keys() - present.keys():
            self._files.drop(*where)
        self._kept = present

    def _keep(self, where: tuple[str, str], stored: Any) -> None:
        modified_at = stored.last_modified.replace(tzinfo=UTC).timestamp()
        headers = dict(stored.metadata)
        self._files.keep(KeptObject(*where, headers, modified_at, stored.value))

    def _restore(self, kept: KeptObject) -> None:
        # Straight into moto's model: a request would make events of old objects.
        if kept.bucket not in self._backend.buckets:
            self._backend.create_bucket(kept.bucket, "us-east-1")
        stored = self._backend.put_object(
            kept.bucket, kept.key, kept.body, disable_notification=True
        )
        stored.set_metadata(dict(kept.headers), replace=True)
        stored.last_modified = datetime.fromtimestamp(kept.modified_at, UTC).replace(tzinfo=None)
        self._kept[kept.bucket, kept.key] = stored


def _has_message(region: str, name: str) -> bool:
    queue = sqs_backends[ACCOUNT][region].queues.get(name)
    # A queue that does not exist has its error to give at once.
    return queue is None or bool(queue.messages)


def _operation(request: Request) -> str:
    if request.sqs_action:
        return f"sqs {request.sqs_action}"
    return f"s3 {request.method}"
