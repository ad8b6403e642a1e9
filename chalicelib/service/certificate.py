"""The certificate of a generation: every verdict of every attempt, and what it stands on."""

from dataclasses import dataclass
from typing import Any

from chalicelib.domain.catalog import LABELS, POSE_SET
from chalicelib.domain.keys import GenerationKeys, SareeKeys
from chalicelib.domain.stage import Stage
from chalicelib.ports import ObjectStore
from chalicelib.service import documents
from chalicelib.service.generate import Generation
from chalicelib.service.manifest import Manifest
from chalicelib.service.publish import JSON, publish
from chalicelib.service.verdict_files import read_document
from chalicelib.service.versions import code_version, library_versions


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
    libraries: dict[str, str]
    parts: dict[str, Any]
    poses: tuple[dict[str, Any], ...]


class Certificates:
    """Issues certificates from the stored verdicts and manifests."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    def issue(self, generation: Generation, attempts: int) -> None:
        """Write the certificate of a generation that took this many attempts."""
        saree = SareeKeys(generation.saree_id)
        keys = saree.generation(generation.name)
        extracted = saree.prepared(generation.fingerprint, Stage.EXTRACT)
        certificate = Certificate(
            generation.saree_id,
            str(generation.name),
            generation.name.mode,
            POSE_SET,
            generation.composer,
            generation.seed,
            generation.fingerprint,
            code_version(),
            library_versions(),
            documents.load(dict, self._store.get(extracted.output("parts.json"))),
            tuple(self._pose(keys, pose, attempts) for pose in generation.poses),
        )
        publish(self._store, keys.certificate, documents.dump(certificate), content_type=JSON)

    def _pose(self, keys: GenerationKeys, pose: str, attempts: int) -> dict[str, Any]:
        stored = {each.key for each in self._store.list(f"{keys.prefix}attempts/")}
        tried = [
            number
            for number in range(1, attempts + 1)
            if keys.attempt(number).verdicts(pose) in stored
        ]
        documents_of = [read_document(self._store, keys.attempt(n), pose) for n in tried]
        return {
            "pose": pose,
            "label": LABELS[pose],
            "status": "published" if documents_of[-1]["pass"] else "failed",
            "limits": documents_of[-1]["limits"],
            "attempts": [
                {
                    "attempt": document["attempt"],
                    "pass": document["pass"],
                    "verdicts": document["verdicts"],
                    "inputs": self._manifest(keys, number, pose, "inputs"),
                    "outputs": self._manifest(keys, number, pose, "outputs"),
                }
                for number, document in zip(tried, documents_of, strict=True)
            ],
        }

    def _manifest(
        self, keys: GenerationKeys, attempt: int, pose: str, side: str
    ) -> list[dict[str, Any]]:
        body = self._store.get(keys.attempt(attempt).composed(pose))
        named: list[dict[str, Any]] = documents.plain(documents.load(Manifest, body))[side]
        # What was injected is internal, down to its digest.
        return [each for each in named if not each["name"].endswith("/retry.json")]
