"""What is known of a saree, derived from the store alone."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.ids import known_form
from chalicelib.domain.keys import PreparedKeys, SareeKeys
from chalicelib.domain.saree import DetailPart, Fabric
from chalicelib.domain.stage import PREPARATION, Stage
from chalicelib.errors import NotFoundError
from chalicelib.ports import ObjectStore
from chalicelib.service import documents
from chalicelib.service.answers import DetailFacts, Reason, SareeState
from chalicelib.service.fingerprint import Fingerprints
from chalicelib.service.publish import find


@dataclass(frozen=True, slots=True)
class DetailRecord:
    """The facts of a photo of one part."""

    part: DetailPart
    sha256: str
    extension: str
    content_type: str
    width: int
    height: int
    bytes: int
    focal_35mm: float | None


@dataclass(frozen=True, slots=True)
class SareeRecord:
    """A registered saree: the photos' facts, and what the user said of it."""

    saree_id: str
    sha256: str
    extension: str
    content_type: str
    width: int
    height: int
    bytes: int
    focal_35mm: float | None
    length_m: float | None
    width_m: float | None
    name: str | None
    created_at: datetime
    fabric: Fabric | None = None
    details: tuple[DetailRecord, ...] = ()

    @property
    def parts(self) -> tuple[DetailPart, ...]:
        """The parts that have a photo of their own."""
        return tuple(detail.part for detail in self.details)

    def detail(self, part: DetailPart) -> DetailRecord:
        """The photo of a part that has one."""
        return next(detail for detail in self.details if detail.part == part)


@dataclass(frozen=True, slots=True)
class PromisedPhoto:
    """What a detail photo was announced to be."""

    part: DetailPart
    content_type: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Promise:
    """A direct upload that was asked for and has not been accepted yet."""

    saree_id: str
    content_type: str
    bytes: int
    length_m: float | None
    width_m: float | None
    name: str | None
    created_at: datetime
    fabric: Fabric | None = None
    details: tuple[PromisedPhoto, ...] = ()


class Sarees:
    """Reads sarees."""

    def __init__(self, store: ObjectStore, fingerprints: Fingerprints) -> None:
        self._store = store
        self._fingerprints = fingerprints

    def record(self, saree_id: str) -> SareeRecord:
        """Read a registered saree, or raise `NotFoundError`."""
        body = find(self._store, SareeKeys(known_form("saree", saree_id)).record)
        if body is None:
            raise NotFoundError("there is no such saree", code="saree_not_found")
        return documents.load(SareeRecord, body)

    def promise(self, saree_id: str) -> Promise:
        """Read what a direct upload was promised to be, or raise `NotFoundError`."""
        body = find(self._store, SareeKeys(known_form("saree", saree_id)).promise)
        if body is None:
            raise NotFoundError("there is no such saree", code="saree_not_found")
        return documents.load(Promise, body)

    def state(self, saree_id: str) -> SareeState:
        """Tell what is known of a saree, or raise `NotFoundError`."""
        keys = SareeKeys(known_form("saree", saree_id))
        body = find(self._store, keys.record)
        if body is None:
            return self._promised(self.promise(saree_id), keys)
        record = documents.load(SareeRecord, body)
        status, reason = self._preparation(record, keys)
        return SareeState(
            saree_id,
            status,
            reason,
            record.name,
            record.length_m,
            record.width_m,
            record.width,
            record.height,
            record.bytes,
            record.sha256,
            record.created_at,
            record.fabric,
            tuple(
                DetailFacts(each.part, each.width, each.height, each.bytes, each.sha256)
                for each in record.details
            ),
        )

    def refusal(self, folder: PreparedKeys) -> Reason | None:
        """Tell why a preparing stage could not use the photo, None where it could."""
        return self._reason(folder.refusal)

    def _promised(self, promise: Promise, keys: SareeKeys) -> SareeState:
        reason = self._reason(keys.refusal)
        return SareeState(
            promise.saree_id,
            "awaiting_upload" if reason is None else "rejected",
            reason,
            promise.name,
            promise.length_m,
            promise.width_m,
            None,
            None,
            None,
            None,
            promise.created_at,
            promise.fabric,
        )

    def _preparation(self, record: SareeRecord, keys: SareeKeys) -> tuple[str, Reason | None]:
        fingerprint = self._fingerprints.of(record)
        prefix = f"{keys.prefix}prepared/{fingerprint}/"
        stored = {each.key for each in self._store.list(prefix)}
        for stage in PREPARATION:
            refusal = keys.prepared(fingerprint, stage).refusal
            if refusal in stored:
                return "rejected", self._reason(refusal)
        if keys.prepared(fingerprint, Stage.EXTRACT).manifest in stored:
            return "prepared", None
        return ("preparing" if stored else "registered"), None

    def _reason(self, key: str) -> Reason | None:
        body = find(self._store, key)
        return None if body is None else documents.load(Reason, body)
