"""What the pipeline needs from outside, and how it may fail. Promises, no vendors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from chalicelib.domain.messages import StageMessage

    # Only the type checker needs arrays; a function that answers HTTP must not load NumPy.
    from chalicelib.imaging.cloth import Cloth
    from chalicelib.imaging.flattening.rectification import PhotoMap
    from chalicelib.imaging.image import Rgb8, Rgba8
    from chalicelib.imaging.isolating.segmentation import Segmentation
    from chalicelib.imaging.placement import PlacementMap


@dataclass(frozen=True, slots=True)
class StoredObject:
    """What the store knows of an object without reading it."""

    key: str
    size: int
    modified_at: datetime


@dataclass(frozen=True, slots=True)
class ObjectFacts:
    """What the store was told of an object when it was written."""

    sha256: str | None
    content_type: str
    size: int
    modified_at: datetime


@dataclass(frozen=True, slots=True)
class UploadForm:
    """A form whose POST writes one object, within the limits that were signed."""

    url: str
    fields: dict[str, str]


class ObjectStore(Protocol):
    """Write-once storage addressed by key, strongly consistent for each key."""

    def put_new(self, key: str, body: bytes, *, content_type: str) -> None:
        """
        Write `body` at `key`, with its sha256, unless something is there already.

        Raises
        ------
        KeyTakenError
            `key` already holds an object. It is left as it was.
        StorageUnavailableError
            The store failed, or another write is in flight. Nothing is known about `key`.
        """
        ...

    def get(self, key: str) -> bytes:
        """
        Read an object.

        Raises
        ------
        NotFoundError
            `key` holds nothing.
        StorageUnavailableError
            The store failed.
        """
        ...

    def facts(self, key: str) -> ObjectFacts:
        """Tell what is known of an object; raises as `get` does."""
        ...

    def list(self, prefix: str) -> tuple[StoredObject, ...]:
        """List every object whose key starts with `prefix`, in the order of the keys."""
        ...

    def delete(self, key: str) -> None:
        """Remove an object of `incoming/`, `open/` or a trial marker; nothing there is fine."""
        ...

    def url(self, key: str, *, filename: str) -> str:
        """Sign a link that hands the object over as a download called `filename`."""
        ...

    def upload_form(
        self, key: str, *, content_type: str, size: int, expires_at: datetime
    ) -> UploadForm:
        """Sign a form that takes exactly `size` bytes of `content_type`."""
        ...


class WorkQueue(Protocol):
    """A queue for each function: at least once, in no order, fair between sarees."""

    def send(self, message: StageMessage) -> None:
        """
        Put a message on the queue of its stage.

        Raises
        ------
        QueueUnavailableError
            The message may or may not have been taken.
        """
        ...

    def check(self) -> None:
        """Raise `QueueUnavailableError` unless the queues answer."""
        ...


class Clock(Protocol):
    """The time."""

    def now(self) -> datetime:
        """Tell the time, in UTC."""
        ...


class Ids(Protocol):
    """New names."""

    def new(self) -> str:
        """Make up an id: a random UUID4 in hex."""
        ...


class Segmenter(Protocol):
    """Tells cloth from its surroundings."""

    name: str
    version: str

    def segment(self, photo: Rgb8) -> Segmentation:
        """
        Find the cloth's matte, at the photo's own size.

        Raises
        ------
        ModelUnavailableError
            The model could not be loaded.
        """
        ...


class FlattenAdapter(Protocol):
    """Resamples a cutout into a strip; the same bytes for the same inputs where it can."""

    name: str
    version: str
    honors: frozenset[str]

    def run(
        self,
        image: Rgba8,
        placement_map: PhotoMap,
        seed: int,
        strict_instructions: tuple[str, ...],
        forbidden_changes: tuple[str, ...],
    ) -> Rgba8:
        """Lay `image` flat as `placement_map` says, or raise `ModelUnavailableError`."""
        ...


class ComposeAdapter(Protocol):
    """Puts a strip on a pose; the same bytes for the same inputs where it can."""

    name: str
    version: str
    honors: frozenset[str]

    def run(
        self,
        image: Cloth,
        placement_map: PlacementMap,
        seed: int,
        strict_instructions: tuple[str, ...],
        forbidden_changes: tuple[str, ...],
    ) -> Rgb8:
        """Make the picture that `placement_map` describes, or raise `ModelUnavailableError`."""
        ...


class Meter(Protocol):
    """Counts and times what happened, for the graphs."""

    def time(self, name: str, milliseconds: float, dimensions: Mapping[str, str]) -> None:
        """Record how long something took."""
        ...
