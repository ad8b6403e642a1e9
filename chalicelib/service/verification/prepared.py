"""Checking a preparing stage: made again from what it read, and compared byte by byte."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from chalicelib.domain.keys import PreparedKeys, SareeKeys
from chalicelib.domain.proof import CheckResult
from chalicelib.domain.stage import PREPARATION, Stage
from chalicelib.errors import IntegrityError
from chalicelib.imaging.decoding.codec import PhotoFacts
from chalicelib.ports import ObjectStore
from chalicelib.service import documents
from chalicelib.service.fingerprint import Fingerprints
from chalicelib.service.generate import Generation
from chalicelib.service.manifest import Manifest
from chalicelib.service.prepare import made_by
from chalicelib.service.publish import digest, find
from chalicelib.service.recipes import Recipe
from chalicelib.service.sarees import SareeRecord
from chalicelib.service.verification.guard import guarded
from chalicelib.service.verification.witness import Findings, Witness, changed, versions_told

_PHOTO = "photo"


class _Photo(Protocol):
    """What was noted of a photo when it came."""

    @property
    def sha256(self) -> str: ...
    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...
    @property
    def bytes(self) -> int: ...
    @property
    def focal_35mm(self) -> float | None: ...


@dataclass(frozen=True, slots=True)
class OwnVersion:
    """Tells whether a preparation is the work of this very version; its folder's name says so."""

    fingerprints: Fingerprints

    def prepared(self, store: ObjectStore, generation: Generation) -> bool:
        """Tell whether this version would have chosen the folder that a generation stands on."""
        body = store.get(SareeKeys(generation.saree_id).record)
        return self.fingerprints.of(documents.load(SareeRecord, body)) == generation.fingerprint


@dataclass(frozen=True, slots=True)
class PreparedCheck:
    """Checks `isolate`, `flatten` and `extract`."""

    store: ObjectStore
    versions: OwnVersion
    recipes: dict[Stage, Recipe]
    inspect: Callable[[bytes], PhotoFacts]

    def run(self, generation: Generation, stage: Stage) -> CheckResult:
        """Check what one stage made, and for the first of them the photo that it is made of."""
        saree = SareeKeys(generation.saree_id)
        witness = Witness(self.store, saree)
        findings = Findings(self.store, saree, stage)
        folder = saree.prepared(generation.fingerprint, stage)
        manifest = self._manifest(findings, saree, folder, stage)
        with guarded(findings, stage, folder.manifest.removeprefix(saree.prefix)):
            record = documents.load(SareeRecord, witness.get(saree.record))
            if stage is PREPARATION[0]:
                self._photo(findings, saree, record)
            if self.versions.prepared(witness, generation):
                self._again(findings, witness, record, generation.fingerprint, stage)
            elif manifest is not None:
                self._other_version(findings, saree, manifest, stage)
        return findings.result(witness.read)

    def _manifest(
        self, findings: Findings, saree: SareeKeys, folder: PreparedKeys, stage: Stage
    ) -> Manifest | None:
        name = folder.manifest.removeprefix(saree.prefix)
        body = find(self.store, folder.manifest)
        if body is None:
            findings.differ(stage, name, None, None, "is missing")
            return None
        try:
            return documents.load(Manifest, body)
        except IntegrityError:
            findings.differ(stage, name, None, digest(body), "cannot be read")
            return None

    def _photo(self, findings: Findings, saree: SareeKeys, record: SareeRecord) -> None:
        """Hold every photo against the digest that was taken when it came."""
        photos: dict[str, _Photo] = {saree.original(record.extension): record}
        photos |= {saree.detail(each.part, each.extension): each for each in record.details}
        for key, taken in photos.items():
            body = find(self.store, key)
            name = key.removeprefix(saree.prefix)
            if body is None:
                findings.differ(_PHOTO, name, taken.sha256, None, "is missing")
            elif digest(body) != taken.sha256:
                detail = "is not the photo that was sent"
                findings.differ(_PHOTO, name, taken.sha256, digest(body), detail)
            elif not _describes(taken, self.inspect(body)):
                record_name = saree.record.removeprefix(saree.prefix)
                detail = f"does not describe {name}"
                findings.differ(_PHOTO, record_name, None, None, detail)

    def _again(
        self,
        findings: Findings,
        witness: Witness,
        record: SareeRecord,
        fingerprint: str,
        stage: Stage,
    ) -> None:
        outputs, manifest = made_by(witness, self.recipes[stage], record, fingerprint, stage)
        folder = SareeKeys(record.saree_id).prepared(fingerprint, stage)
        expected = {**outputs, folder.manifest: documents.dump(manifest)}
        for key, body in expected.items():
            findings.compare(stage, key, body)
        stored = [each.key for each in self.store.list(folder.prefix)]
        strange = [key for key in stored if key not in expected]
        # A killed worker leaves the mark of its trial.
        findings.refuse(stage, [key for key in strange if not key.startswith(folder.trials)])

    def _other_version(
        self, findings: Findings, saree: SareeKeys, manifest: Manifest, stage: Stage
    ) -> None:
        told = versions_told(manifest.code, manifest.libraries)
        told += changed("adapter", _named(manifest.adapter), _named(self.recipes[stage].adapter))
        if told or stage is not PREPARATION[0]:
            findings.other_version(told or ["the stages before were another version's"])
            findings.hold(stage, manifest.outputs)
            return
        # The same version would have chosen this folder only for another record.
        name = saree.record.removeprefix(saree.prefix)
        findings.differ(_PHOTO, name, None, None, "is not what the folder was made from")


def _named(adapter: Mapping[str, str]) -> str:
    return f"{adapter.get('name', 'none')} {adapter.get('version', '')}".strip()


def _describes(taken: _Photo, facts: PhotoFacts) -> bool:
    told = (taken.width, taken.height, taken.bytes, taken.focal_35mm)
    return told == (facts.width, facts.height, facts.bytes, facts.focal_35mm)
