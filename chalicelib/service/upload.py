"""Taking photos in: through the route, or by a signed form that goes straight to the store."""

import logging
from dataclasses import dataclass
from datetime import timedelta

from chalicelib.domain.keys import SareeKeys
from chalicelib.domain.messages import StageMessage
from chalicelib.domain.stage import Stage
from chalicelib.errors import (
    InvalidInputError,
    KeyTakenError,
    NotFoundError,
    TooLargeError,
    UnsupportedImageError,
)
from chalicelib.imaging.codec import Limits, PhotoFacts, inspect
from chalicelib.ports import Clock, Ids, ObjectStore, WorkQueue
from chalicelib.service import documents
from chalicelib.service.answers import PromisedUpload, Reason, RegisteredSaree
from chalicelib.service.fingerprint import Fingerprints
from chalicelib.service.publish import JSON, digest, publish
from chalicelib.service.sarees import Promise, SareeRecord, Sarees

log = logging.getLogger(__name__)

CONTENT_TYPES = {"jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp"}
EXTENSIONS = {"jpeg": "jpg", "png": "png", "webp": "webp"}

_LONGEST_M = 12.0
_WIDEST_M = 3.0


@dataclass(frozen=True, slots=True)
class Said:
    """What the user says of a saree."""

    length_m: float | None = None
    width_m: float | None = None
    name: str | None = None

    def __post_init__(self) -> None:
        """Refuse what no saree is."""
        _within("length_m", self.length_m, 1.0, _LONGEST_M)
        _within("width_m", self.width_m, 0.3, _WIDEST_M)


class Uploads:
    """Registers photos, and has them prepared."""

    def __init__(
        self,
        store: ObjectStore,
        queue: WorkQueue,
        sarees: Sarees,
        fingerprints: Fingerprints,
        clock: Clock,
        ids: Ids,
        *,
        limits: Limits,
        form_lifetime_seconds: int,
    ) -> None:
        self._store = store
        self._queue = queue
        self._sarees = sarees
        self._fingerprints = fingerprints
        self._clock = clock
        self._ids = ids
        self._limits = limits
        self._form_lifetime = timedelta(seconds=form_lifetime_seconds)

    def register(
        self, body: bytes, length_m: float | None, width_m: float | None, name: str | None
    ) -> RegisteredSaree:
        """Take a photo in that came through the route, and begin to prepare it."""
        said = Said(length_m, width_m, name)
        facts = inspect(body, self._limits)
        return self._accept(self._ids.new(), body, facts, said)

    def promise(
        self,
        content_type: str,
        size: int,
        length_m: float | None,
        width_m: float | None,
        name: str | None,
    ) -> PromisedUpload:
        """Sign a form for one photo of exactly this type and size."""
        said = Said(length_m, width_m, name)
        self._refuse_promise(content_type, size)
        keys = SareeKeys(self._ids.new())
        now = self._clock.now()
        promise = Promise(keys.saree_id, content_type, size, *_told(said), now)
        publish(self._store, keys.promise, documents.dump(promise), content_type=JSON)
        expires_at = now + self._form_lifetime
        form = self._store.upload_form(
            keys.incoming, content_type=content_type, size=size, expires_at=expires_at
        )
        return PromisedUpload(keys.saree_id, form.url, form.fields, expires_at)

    def accept_incoming(self, saree_id: str) -> None:
        """
        Check a direct upload against its promise, promote it, and begin to prepare it.

        Safe to call twice: what was promoted or refused is found; the incoming object goes last.
        """
        keys = SareeKeys(saree_id)
        promise = self._sarees.promise(saree_id)
        try:
            body = self._store.get(keys.incoming)
        except NotFoundError:
            log.info("upload.gone", extra={"saree": saree_id})
            return
        try:
            facts = self._kept(promise, body)
        except InvalidInputError as error:
            reason = documents.dump(Reason(error.code, str(error)))
            publish(self._store, keys.refusal, reason, content_type=JSON)
            log.info("upload.refused", extra={"saree": saree_id, "code": error.code})
        else:
            said = Said(promise.length_m, promise.width_m, promise.name)
            self._accept(saree_id, body, facts, said)
        self._store.delete(keys.incoming)

    def _kept(self, promise: Promise, body: bytes) -> PhotoFacts:
        """Inspect the photo, and hold it to its promise."""
        facts = inspect(body, self._limits)
        if len(body) != promise.bytes or CONTENT_TYPES[facts.format] != promise.content_type:
            raise InvalidInputError(
                f"{promise.bytes} bytes of {promise.content_type} were announced, but "
                f"{len(body)} bytes of {CONTENT_TYPES[facts.format]} came; ask for a new upload",
                code="upload_differs_from_promise",
            )
        return facts

    def _accept(
        self, saree_id: str, body: bytes, facts: PhotoFacts, said: Said
    ) -> RegisteredSaree:
        keys = SareeKeys(saree_id)
        extension = EXTENSIONS[facts.format]
        record = SareeRecord(
            saree_id,
            digest(body),
            extension,
            CONTENT_TYPES[facts.format],
            facts.width,
            facts.height,
            len(body),
            facts.focal_35mm,
            *_told(said),
            self._clock.now(),
        )
        publish(self._store, keys.original(extension), body, content_type=record.content_type)
        record = self._recorded(record)
        self._prepare(record)
        url = self._store.url(keys.original(extension), filename=f"original.{extension}")
        log.info("saree.registered", extra={"saree": saree_id, "bytes": record.bytes})
        return RegisteredSaree(
            saree_id, "registered", record.width, record.height, record.bytes, record.sha256, url
        )

    def _recorded(self, record: SareeRecord) -> SareeRecord:
        """Write the record; one from an earlier delivery differs in its time only, and stays."""
        keys = SareeKeys(record.saree_id)
        try:
            self._store.put_new(keys.record, documents.dump(record), content_type=JSON)
        except KeyTakenError:
            return self._sarees.record(record.saree_id)
        return record

    def _prepare(self, record: SareeRecord) -> None:
        keys = SareeKeys(record.saree_id)
        message = StageMessage(Stage.ISOLATE, record.saree_id, self._fingerprints.of(record))
        publish(self._store, keys.marker, message.to_json().encode(), content_type=JSON)
        self._queue.send(message.stage, message.to_json(), group=record.saree_id)

    def _refuse_promise(self, content_type: str, size: int) -> None:
        if content_type not in CONTENT_TYPES.values():
            raise UnsupportedImageError(
                f"{content_type[:60]!r} is not taken; send JPEG, PNG or WebP"
            )
        if size > self._limits.max_bytes:
            raise TooLargeError(
                f"{size} bytes are too many; at most {self._limits.max_bytes} are taken"
            )
        if size < 1:
            raise InvalidInputError("an upload has at least one byte", code="bytes_invalid")


def _told(said: Said) -> tuple[float | None, float | None, str | None]:
    return said.length_m, said.width_m, said.name


def _within(field: str, value: float | None, least: float, most: float) -> None:
    if value is not None and not least <= value <= most:
        sentence = f"{field} is {value:g}; a saree has {least:g} to {most:g} meters"
        raise InvalidInputError(sentence, code=f"{field}_invalid")
