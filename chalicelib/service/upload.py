"""Taking photos in: through the route, or by a signed form that goes straight to the store."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.domain.keys import SareeKeys
from chalicelib.domain.messages import StageMessage
from chalicelib.domain.saree import DetailPart
from chalicelib.domain.stage import Stage
from chalicelib.errors import (
    InvalidInputError,
    KeyTakenError,
    NotFoundError,
    TooLargeError,
    UnsupportedImageError,
)
from chalicelib.imaging.decoding.codec import Limits, PhotoFacts, inspect
from chalicelib.ports import Clock, Ids, ObjectStore, WorkQueue
from chalicelib.service import documents
from chalicelib.service.answers import DetailForm, PromisedUpload, Reason, RegisteredSaree
from chalicelib.service.fingerprint import Fingerprints
from chalicelib.service.publish import JSON, digest, find, publish
from chalicelib.service.said import Said
from chalicelib.service.sarees import (
    DetailRecord,
    Promise,
    PromisedPhoto,
    SareeRecord,
    Sarees,
)

log = logging.getLogger(__name__)

CONTENT_TYPES = {"jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp"}
EXTENSIONS = {"jpeg": "jpg", "png": "png", "webp": "webp"}


@dataclass(frozen=True, slots=True)
class _Photo:
    """A photo that passed the gate."""

    body: bytes
    facts: PhotoFacts

    @property
    def extension(self) -> str:
        return EXTENSIONS[self.facts.format]

    @property
    def content_type(self) -> str:
        return CONTENT_TYPES[self.facts.format]


@dataclass(frozen=True, slots=True)
class _Photos:
    """The photo of a saree, and those of its parts, in the order of the parts."""

    whole: _Photo
    details: Mapping[DetailPart, _Photo]


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
        self, photo: bytes, said: Said, details: Mapping[DetailPart, bytes]
    ) -> RegisteredSaree:
        """Take photos in that came through the route, and begin to prepare the saree."""
        whole = _Photo(photo, inspect(photo, self._limits))
        parts = {part: self._inspected(part, details[part]) for part in _in_order(details)}
        return self._accept(self._ids.new(), _Photos(whole, parts), said)

    def promise(
        self, content_type: str, size: int, said: Said, details: Sequence[PromisedPhoto]
    ) -> PromisedUpload:
        """Sign a form for one photo of exactly this type and size, and one for each detail."""
        self._refuse_promise(content_type, size)
        for detail in details:
            with _about(detail.part):
                self._refuse_promise(detail.content_type, detail.bytes)
        keys = SareeKeys(self._ids.new())
        now = self._clock.now()
        promise = Promise(
            keys.saree_id,
            content_type,
            size,
            said.length_m,
            said.width_m,
            said.name,
            now,
            said.fabric,
            _once_each(details),
        )
        publish(self._store, keys.promise, documents.dump(promise), content_type=JSON)
        expires_at = now + self._form_lifetime
        form = self._store.upload_form(
            keys.incoming, content_type=content_type, size=size, expires_at=expires_at
        )
        forms = tuple(self._form(keys, detail, expires_at) for detail in promise.details)
        return PromisedUpload(keys.saree_id, form.url, form.fields, expires_at, forms)

    def _form(self, keys: SareeKeys, detail: PromisedPhoto, expires_at: datetime) -> DetailForm:
        form = self._store.upload_form(
            keys.incoming_detail(detail.part),
            content_type=detail.content_type,
            size=detail.bytes,
            expires_at=expires_at,
        )
        return DetailForm(detail.part, form.url, form.fields)

    def accept_incoming(self, saree_id: str) -> None:
        """
        Check a direct upload against its promise, promote it, and begin to prepare it.

        Nothing happens until every promised photo is there. Safe to call twice: what was
        promoted or refused is found; the incoming objects go last.
        """
        keys = SareeKeys(saree_id)
        promise = self._sarees.promise(saree_id)
        incoming = [keys.incoming_detail(detail.part) for detail in promise.details]
        incoming.append(keys.incoming)
        try:
            bodies = [self._store.get(key) for key in incoming]
        except NotFoundError:
            if not self._is_settled(keys):
                log.info("upload.incomplete", extra={"saree": saree_id})
                return
            log.info("upload.gone", extra={"saree": saree_id})
        else:
            self._settle(promise, bodies)
        for key in incoming:
            self._store.delete(key)

    def _is_settled(self, keys: SareeKeys) -> bool:
        """Whether the upload was promoted or refused before, so that what came is a leftover."""
        return any(find(self._store, key) is not None for key in (keys.record, keys.refusal))

    def _settle(self, promise: Promise, bodies: Sequence[bytes]) -> None:
        """Promote or refuse photos, of which that of the whole is the last."""
        try:
            details = {
                detail.part: self._kept_detail(detail, body)
                for detail, body in zip(promise.details, bodies[:-1], strict=True)
            }
            whole = self._kept(promise.content_type, promise.bytes, bodies[-1])
        except InvalidInputError as error:
            reason = documents.dump(Reason(error.code, str(error)))
            refusal = SareeKeys(promise.saree_id).refusal
            publish(self._store, refusal, reason, content_type=JSON)
            log.info("upload.refused", extra={"saree": promise.saree_id, "code": error.code})
            return
        said = Said(promise.length_m, promise.width_m, promise.name, promise.fabric)
        self._accept(promise.saree_id, _Photos(whole, details), said)

    def _inspected(self, part: DetailPart, body: bytes) -> _Photo:
        with _about(part):
            return _Photo(body, inspect(body, self._limits))

    def _kept_detail(self, detail: PromisedPhoto, body: bytes) -> _Photo:
        with _about(detail.part):
            return self._kept(detail.content_type, detail.bytes, body)

    def _kept(self, content_type: str, size: int, body: bytes) -> _Photo:
        """Inspect a photo, and hold it to its promise."""
        photo = _Photo(body, inspect(body, self._limits))
        if len(body) != size or photo.content_type != content_type:
            raise InvalidInputError(
                f"{size} bytes of {content_type} were announced, but "
                f"{len(body)} bytes of {photo.content_type} came; ask for a new upload",
                code="upload_differs_from_promise",
            )
        return photo

    def _accept(self, saree_id: str, photos: _Photos, said: Said) -> RegisteredSaree:
        keys = SareeKeys(saree_id)
        whole = photos.whole
        original = keys.original(whole.extension)
        publish(self._store, original, whole.body, content_type=whole.content_type)
        for part, photo in photos.details.items():
            key = keys.detail(part, photo.extension)
            publish(self._store, key, photo.body, content_type=photo.content_type)
        record = self._recorded(self._record(saree_id, photos, said))
        self._prepare(record)
        url = self._store.url(original, filename=f"original.{whole.extension}")
        log.info("saree.registered", extra={"saree": saree_id, "bytes": record.bytes})
        return RegisteredSaree(
            saree_id, "registered", record.width, record.height, record.bytes, record.sha256, url
        )

    def _record(self, saree_id: str, photos: _Photos, said: Said) -> SareeRecord:
        whole, facts = photos.whole, photos.whole.facts
        return SareeRecord(
            saree_id,
            digest(whole.body),
            whole.extension,
            whole.content_type,
            facts.width,
            facts.height,
            len(whole.body),
            facts.focal_35mm,
            said.length_m,
            said.width_m,
            said.name,
            self._clock.now(),
            said.fabric,
            tuple(_detail_record(part, photo) for part, photo in photos.details.items()),
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
        self._queue.send(message)

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


def _detail_record(part: DetailPart, photo: _Photo) -> DetailRecord:
    return DetailRecord(
        part,
        digest(photo.body),
        photo.extension,
        photo.content_type,
        photo.facts.width,
        photo.facts.height,
        len(photo.body),
        photo.facts.focal_35mm,
    )


def _in_order(details: Mapping[DetailPart, bytes]) -> list[DetailPart]:
    return [part for part in DetailPart if part in details]


def _once_each(details: Sequence[PromisedPhoto]) -> tuple[PromisedPhoto, ...]:
    """The announced details in the order of the parts, or a refusal where one comes twice."""
    by_part = {detail.part: detail for detail in details}
    if len(by_part) < len(details):
        raise InvalidInputError("a part has at most one photo", code="field_repeated")
    return tuple(by_part[part] for part in DetailPart if part in by_part)


@contextmanager
def _about(part: DetailPart) -> Iterator[None]:
    """Say of a refusal which photo it is about."""
    try:
        yield
    except InvalidInputError as error:
        raise type(error)(f"the photo of the {part}: {error}", code=error.code) from error
