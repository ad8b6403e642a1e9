"""The twin of every outside port in memory: for tests, and for whoever embeds the pipeline."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from chalicelib.errors import KeyTakenError, NotFoundError
from chalicelib.ports import ObjectFacts, StoredObject, UploadForm
from chalicelib.service.publish import digest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.domain.messages import StageMessage
    from chalicelib.ports import Clock


@dataclass(frozen=True, slots=True)
class _Held:
    body: bytes
    facts: ObjectFacts


class MemoryObjectStore:
    """Write-once storage in a dictionary."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._held: dict[str, _Held] = {}

    def put_new(self, key: str, body: bytes, *, content_type: str) -> None:
        """Write unless something is there, as the port promises."""
        facts = ObjectFacts(digest(body), content_type, len(body), self._clock.now())
        # One call, so that of several threads one wins.
        held = self._held.setdefault(key, mine := _Held(body, facts))
        if held is not mine:
            raise KeyTakenError(key)

    def put_upload(self, key: str, body: bytes, *, content_type: str) -> None:
        """Do what a browser's POST of a signed form does."""
        self._held[key] = _Held(
            body, ObjectFacts(None, content_type, len(body), self._clock.now())
        )

    def get(self, key: str) -> bytes:
        """Read an object, as the port promises."""
        return self._of(key).body

    def facts(self, key: str) -> ObjectFacts:
        """Tell what was told at writing, as the port promises."""
        return self._of(key).facts

    def list(self, prefix: str) -> tuple[StoredObject, ...]:
        """List in the order of the keys, as the port promises."""
        return tuple(
            StoredObject(key, held.facts.size, held.facts.modified_at)
            for key, held in sorted(self._held.items())
            if key.startswith(prefix)
        )

    def delete(self, key: str) -> None:
        """Remove an object, as the port promises."""
        self._held.pop(key, None)

    def url(self, key: str, *, filename: str) -> str:
        """Give a link that names the object."""
        return f"memory:{digest(key.encode())[:24]}/{filename}"

    def upload_form(
        self, key: str, *, content_type: str, size: int, expires_at: datetime
    ) -> UploadForm:
        """Give a form that says what was signed."""
        fields = {
            "key": key,
            "Content-Type": content_type,
            "size": str(size),
            "expires_at": expires_at.isoformat(),
        }
        return UploadForm("memory:", fields)

    def _of(self, key: str) -> _Held:
        try:
            return self._held[key]
        except KeyError as error:
            raise NotFoundError(key) from error


class MemoryWorkQueue:
    """Queues in lists; whoever drives the functions takes from them."""

    def __init__(self) -> None:
        self.waiting: defaultdict[str, deque[str]] = defaultdict(deque)

    def send(self, message: StageMessage) -> None:
        """Append; nothing here is unfair between sarees."""
        self.waiting[message.stage].append(message.to_json())

    def check(self) -> None:
        """Answer, always."""


class ManualClock:
    """A clock that only moves when told."""

    def __init__(self, now: datetime = datetime(2026, 1, 1, tzinfo=UTC)) -> None:
        self._now = now

    def now(self) -> datetime:
        """Tell the time it was set to."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self._now += timedelta(seconds=seconds)


class CountingIds:
    """UUID4s that count up from one."""

    def __init__(self) -> None:
        self._count = 0

    def new(self) -> str:
        """Give the next id."""
        self._count += 1
        return UUID(int=self._count, version=4).hex


class SilentMeter:
    """Keeps what was measured."""

    def __init__(self) -> None:
        self.times: list[tuple[str, float, dict[str, str]]] = []

    def time(self, name: str, milliseconds: float, dimensions: Mapping[str, str]) -> None:
        """Keep a duration."""
        self.times.append((name, milliseconds, dict(dimensions)))
