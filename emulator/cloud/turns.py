"""
One request at a time through moto, and what it changed on the disk before it is acknowledged.

moto's own threads race: a message sent while another is deleted can be lost, and a
create-only write looks before it leaps. The embedded cloud is one Python process and
loses nothing by letting requests take turns.
"""

import json
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from moto.sqs.models import sqs_backends

from emulator.cloud.mirrors import Mirror
from emulator.cloud.requests import Environ, Request, StartResponse, WsgiApp, answer
from emulator.declaration import ACCOUNT

REQUESTS_PATH = "/emulator/requests"
"""Answers how often each operation was asked for."""

_POLL_SECONDS = 0.1
"""How soon a long poll sees a message that became visible by itself."""


class Turns:
    """WSGI middleware around moto."""

    def __init__(self, app: WsgiApp, mirrors: Sequence[Mirror]) -> None:
        self._app = app
        self._turn = threading.Condition()
        self._counted: Counter[str] = Counter()
        self._mirrors = mirrors

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
            if request.method not in ("GET", "HEAD"):
                for mirror in self._mirrors:
                    mirror.catch_up()
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


def _has_message(region: str, name: str) -> bool:
    queue = sqs_backends[ACCOUNT][region].queues.get(name)
    # A queue that does not exist has its error to give at once.
    return queue is None or bool(queue.messages)


def _operation(request: Request) -> str:
    if request.sqs_action:
        return f"sqs {request.sqs_action}"
    of = "Object" if request.key else "Bucket"
    return f"s3 {request.method.title()}{of}"
