"""The certificate of a generation: every verdict of every attempt, and what it stands on."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from chalicelib.domain.catalog import LABELS, POSE_SET
from chalicelib.domain.keys import GenerationKeys, SareeKeys
from chalicelib.domain.stage import PREPARATION, Stage
from chalicelib.domain.verdict import LIMITS
from chalicelib.errors import KeyTakenError
from chalicelib.ports import ObjectStore
from chalicelib.service import documents
from chalicelib.service.certificate_page.page import PagePictures, PosePictures, page
from chalicelib.service.generate import Generation
from chalicelib.service.manifest import Content, Manifest, content
from chalicelib.service.provenance import provenance
from chalicelib.service.publish import HTML, find, publish_all
from chalicelib.service.sarees import SareeRecord
from chalicelib.service.verdict_files import read_document
from chalicelib.service.versions import code_version, documents_version, library_versions


@dataclass(frozen=True, slots=True)
class Certificate:
    """What `metrics.json` says; nothing in it depends on when or where it was written."""

    saree_id: str
    generation: str
    mode: str
    pose_set: str
    composer: str
    seed: int
    fingerprint: str
    code: str
    documents: str
    libraries: dict[str, str]
    photo: dict[str, Any]
    stages: tuple[dict[str, Any], ...]
    parts: dict[str, Any]
    seen: dict[str, float]
    limits: dict[str, Any]
    poses: tuple[dict[str, Any], ...]
    page: Content | None = None


@dataclass(frozen=True, slots=True)
class Illustrator:
    """Draws what the page shows: small JPEGs of the stored files."""

    photo: Callable[[bytes], bytes]
    strip: Callable[[dict[str, bytes]], bytes]
    picture: Callable[[bytes], bytes]
    seen: Callable[[dict[str, bytes]], dict[str, float]]


class Certificates:
    """Issues certificates from the stored verdicts and manifests."""

    def __init__(self, store: ObjectStore, illustrator: Illustrator) -> None:
        self._store = store
        self._illustrator = illustrator

    def issue(self, generation: Generation, attempts: int) -> None:
        """
        Write the certificate of a generation that took this many attempts, once.

        What was issued stays: a delivery that finds it, perhaps after an update of the code,
        writes nothing.
        """
        keys = SareeKeys(generation.saree_id).generation(generation.name)
        if find(self._store, keys.certificate) is not None:
            return
        written = self.written(generation, attempts)
        try:
            self._store.put_new(keys.page, written[keys.page], content_type=HTML)
        except KeyTakenError:
            # Died between the two; the page that is there is the one to name.
            written = self.written(generation, attempts, self._store.get(keys.page))
        publish_all(self._store, {keys.certificate: written[keys.certificate]})

    def written(
        self, generation: Generation, attempts: int, shown: bytes | None = None
    ) -> dict[str, bytes]:
        """Write the page and the certificate, which names it, without publishing them."""
        saree = SareeKeys(generation.saree_id)
        keys = saree.generation(generation.name)
        files = self._cloth_files(saree, generation.fingerprint)
        facts = self._facts(generation, attempts, files)
        if shown is None:
            shown = page(documents.plain(facts), self._pictures(generation, facts, files))
        named = replace(facts, page=content(saree.prefix, keys.page, shown))
        return {keys.page: shown, keys.certificate: documents.dump(named)}

    def _facts(
        self, generation: Generation, attempts: int, files: dict[str, bytes]
    ) -> Certificate:
        saree = SareeKeys(generation.saree_id)
        keys = saree.generation(generation.name)
        return Certificate(
            generation.saree_id,
            str(generation.name),
            generation.name.mode,
            POSE_SET,
            generation.composer,
            generation.seed,
            generation.fingerprint,
            code_version(),
            documents_version(),
            library_versions(),
            self._photo(saree),
            tuple(self._stage(saree, generation.fingerprint, stage) for stage in PREPARATION),
            documents.load(dict, files["parts.json"]),
            self._illustrator.seen(files),
            documents.plain(LIMITS),
            tuple(self._pose(saree, keys, pose, attempts) for pose in generation.poses),
        )

    def _cloth_files(self, saree: SareeKeys, fingerprint: str) -> dict[str, bytes]:
        folder = saree.prepared(fingerprint, Stage.EXTRACT)
        names = ("whole.png", "seen.png", "parts.json")
        return {name: self._store.get(folder.output(name)) for name in names}

    def _photo(self, saree: SareeKeys) -> dict[str, Any]:
        """Everything of the saree's record that has a part in the result."""
        record: dict[str, Any] = documents.load(dict, self._store.get(saree.record))
        return {name: value for name, value in record.items() if name not in _NO_PART}

    def _stage(self, saree: SareeKeys, fingerprint: str, stage: Stage) -> dict[str, Any]:
        body = self._store.get(saree.prepared(fingerprint, stage).manifest)
        manifest: dict[str, Any] = documents.plain(documents.load(Manifest, body))
        return manifest

    def _pose(
        self, saree: SareeKeys, keys: GenerationKeys, pose: str, attempts: int
    ) -> dict[str, Any]:
        stored = {each.key for each in self._store.list(f"{keys.prefix}attempts/")}
        tried = [
            self._attempt(saree, keys, pose, number)
            for number in range(1, attempts + 1)
            if keys.attempt(number).verdicts(pose) in stored
        ]
        return {
            "pose": pose,
            "label": LABELS[pose],
            "status": "published" if tried[-1]["pass"] else "failed",
            "provenance": tried[-1]["provenance"],
            "attempts": tried,
        }

    def _attempt(
        self, saree: SareeKeys, keys: GenerationKeys, pose: str, number: int
    ) -> dict[str, Any]:
        document = read_document(self._store, keys.attempt(number), pose)
        body = self._store.get(keys.attempt(number).composed(pose))
        manifest = documents.load(Manifest, body)
        claims = provenance(manifest.inputs, pose, manifest.seed, manifest.code)
        # What was injected is internal, down to its digest.
        inputs = [each for each in manifest.inputs if not each.name.endswith("/retry.json")]
        return {
            "attempt": number,
            "pass": document["pass"],
            "limits": document["limits"],
            "verdicts": document["verdicts"],
            "seen": document["seen"],
            "provenance": claims["ProvenanceId"],
            "seed": manifest.seed,
            "adapter": manifest.adapter,
            "code": manifest.code,
            "inputs": documents.plain(tuple(inputs)),
            "outputs": documents.plain(manifest.outputs),
            "measured": [
                documents.plain(content(saree.prefix, key, self._store.get(key)))
                for key in (
                    keys.attempt(number).difference(pose),
                    keys.attempt(number).verdicts(pose),
                )
            ],
        }

    def _pictures(
        self, generation: Generation, facts: Certificate, files: dict[str, bytes]
    ) -> PagePictures:
        saree = SareeKeys(generation.saree_id)
        record = documents.load(SareeRecord, self._store.get(saree.record))
        original = self._store.get(saree.original(record.extension))
        keys = saree.generation(generation.name)
        return PagePictures(
            self._illustrator.photo(original),
            self._illustrator.strip(files),
            {pose["pose"]: self._shown(keys, pose) for pose in facts.poses},
        )

    def _shown(self, keys: GenerationKeys, pose: dict[str, Any]) -> PosePictures:
        """The picture of the last attempt, which is the published one if any is."""
        attempt = keys.attempt(pose["attempts"][-1]["attempt"])
        picture = self._store.get(attempt.picture(pose["pose"]))
        return PosePictures(
            self._illustrator.picture(picture),
            self._store.get(attempt.difference(pose["pose"])),
        )


_NO_PART = ("saree_id", "created_at")
