"""The store's objects and the queues' messages, and the records on the disk that equal them."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from moto.s3.models import s3_backends
from moto.sqs.models import Message, sqs_backends

from emulator.cloud.disk import Facts, RecordFiles
from emulator.declaration import ACCOUNT


class Mirror(ABC):
    """
    Records of everything of one kind that moto holds.

    What changed is found by looking, not by following requests: a copy, a form upload, a
    notification and a deletion of many all come to the same.
    """

    def __init__(self, files: RecordFiles) -> None:
        self._files = files
        self._kept: dict[str, object] = {}
        for facts, body in files.records():
            self._restore(facts, body)
        self._kept = dict(self._present())

    def __len__(self) -> int:
        return len(self._kept)

    def catch_up(self) -> None:
        """Write what is new and drop what is gone."""
        present = dict(self._present())
        for name, thing in present.items():
            if self._kept.get(name) is not thing:
                self._files.keep(name, *self._recorded(name, thing))
        for name in self._kept.keys() - present.keys():
            self._files.drop(name)
        self._kept = present

    @abstractmethod
    def _present(self) -> Iterator[tuple[str, Any]]:
        """Everything that moto holds now, by a name that is unique."""

    @abstractmethod
    def _recorded(self, name: str, thing: Any) -> tuple[Facts, bytes]:
        """What is written of one thing."""

    @abstractmethod
    def _restore(self, facts: Facts, body: bytes) -> None:
        """Give moto back what was written."""


class ObjectMirror(Mirror):
    """Every object of every bucket."""

    def _present(self) -> Iterator[tuple[str, Any]]:
        for bucket in s3_backends[ACCOUNT]["aws"].buckets.values():
            for key in bucket.keys:
                yield f"{bucket.name}/{key}", bucket.keys[key]

    def _recorded(self, name: str, thing: Any) -> tuple[Facts, bytes]:
        bucket, _, key = name.partition("/")
        facts = {
            "bucket": bucket,
            "key": key,
            "headers": dict(thing.metadata),
            "modified_at": thing.last_modified.replace(tzinfo=UTC).timestamp(),
        }
        return facts, thing.value

    def _restore(self, facts: Facts, body: bytes) -> None:
        # Straight into moto's model: a request would make events of old objects.
        backend = s3_backends[ACCOUNT]["aws"]
        if facts["bucket"] not in backend.buckets:
            backend.create_bucket(facts["bucket"], "us-east-1")
        stored = backend.put_object(facts["bucket"], facts["key"], body, disable_notification=True)
        stored.set_metadata(dict(facts["headers"]), replace=True)
        modified_at = datetime.fromtimestamp(facts["modified_at"], UTC)
        stored.last_modified = modified_at.replace(tzinfo=None)


class MessageMirror(Mirror):
    """
    Every message of every queue.

    What was in flight is visible again after a restart, because whoever held it is gone.
    """

    def _present(self) -> Iterator[tuple[str, Any]]:
        for region, backend in sqs_backends[ACCOUNT].items():
            for queue in backend.queues.values():
                for message in queue._messages:
                    yield f"{region}/{queue.name}/{message.id}", message

    def _recorded(self, name: str, thing: Any) -> tuple[Facts, bytes]:
        region, queue, identity = name.split("/")
        facts = {
            "region": region,
            "queue": queue,
            "id": identity,
            **{field: getattr(thing, field) for field in _MESSAGE_FIELDS},
        }
        return facts, thing.body.encode()

    def _restore(self, facts: Facts, body: bytes) -> None:
        backend = sqs_backends[ACCOUNT][facts["region"]]
        # The provisioning that follows sets its attributes.
        queue = backend.create_queue(facts["queue"])
        message = Message(facts["id"], body.decode())
        for field in _MESSAGE_FIELDS:
            setattr(message, field, facts[field])
        queue.add_message(message)


_MESSAGE_FIELDS = (
    "message_attributes",
    "system_attributes",
    "group_id",
    "delayed_until",
    "sent_timestamp",
    "approximate_receive_count",
    "approximate_first_receive_timestamp",
)


def mirrors_in(directory: Path) -> tuple[Mirror, ...]:
    """Mirrors of everything, restored from the records in one directory."""
    return (
        ObjectMirror(RecordFiles(directory / "objects")),
        MessageMirror(RecordFiles(directory / "messages")),
    )
