"""Checking a pose: every attempt made and measured again, and what was published of it."""

import json
from dataclasses import dataclass

from chalicelib.domain.job import MAX_ATTEMPTS
from chalicelib.domain.keys import SareeKeys
from chalicelib.domain.proof import CheckResult
from chalicelib.domain.stage import Stage
from chalicelib.errors import IntegrityError
from chalicelib.ports import ObjectStore
from chalicelib.service import documents
from chalicelib.service.cloth_files import Cloths
from chalicelib.service.generate import Generation
from chalicelib.service.manifest import Manifest
from chalicelib.service.pictures import Pictures, Tools, Try
from chalicelib.service.publish import digest, find
from chalicelib.service.verdict_files import read_document
from chalicelib.service.verification.guard import guarded
from chalicelib.service.verification.prepared import OwnVersion
from chalicelib.service.verification.witness import Findings, Witness, changed, versions_told

_PUBLISH = "publish"


@dataclass(frozen=True, slots=True)
class PoseCheck:
    """Checks all attempts at one pose."""

    store: ObjectStore
    versions: OwnVersion
    tools: Tools

    def run(self, generation: Generation, pose: str) -> CheckResult:
        """Check one pose of a generation that has ended."""
        saree = SareeKeys(generation.saree_id)
        witness = Witness(self.store, saree)
        findings = Findings(self.store, saree, pose)
        # A cloth kept from earlier would prove what was stored then.
        pictures = Pictures(witness, Cloths(witness), self.tools)
        with guarded(findings, Stage.COMPOSE, pose):
            self._attempts(findings, witness, pictures, generation, pose)
        return findings.result(witness.read)

    def _attempts(
        self,
        findings: Findings,
        witness: Witness,
        pictures: Pictures,
        generation: Generation,
        pose: str,
    ) -> None:
        for attempt in range(1, MAX_ATTEMPTS + 1):
            tried = Try(generation, pose, attempt)
            told = self._versions(findings, witness, pictures, tried)
            if told:
                findings.other_version(told)
                passed = self._held(findings, witness, tried)
            else:
                passed = self._again(findings, pictures, tried)
            if passed:
                break
        else:
            self._nothing_published(findings, generation, pose)
        later = [Try(generation, pose, number) for number in range(attempt + 1, MAX_ATTEMPTS + 1)]
        self._nothing_after(findings, later)

    def _versions(
        self, findings: Findings, witness: Witness, pictures: Pictures, tried: Try
    ) -> list[str]:
        """
        Tell how an attempt's version differs from ours, as far as it is known.

        Where the preparation is our version's, a manifest that names another is not believed.
        """
        generation = tried.generation
        told = changed("composer", generation.composer, pictures.composer["name"])
        manifest = self._manifest(tried)
        if manifest is not None:
            then, now = (of.get("settings", "") for of in (manifest.adapter, pictures.composer))
            told += changed("composer's settings", then, now)
            told += self._other_asset(pictures, tried, manifest)
        if manifest is not None and not self.versions.prepared(witness, generation):
            told += versions_told(manifest.code, manifest.libraries)
        if manifest is not None and told:
            findings.hold(Stage.COMPOSE, manifest.outputs)
        return told

    def _other_asset(self, pictures: Pictures, tried: Try, manifest: Manifest) -> list[str]:
        """
        Tell whether a pose was drawn anew since, which no version of the code says.

        A manifest that names another asset for the very picture that ours gives is not
        believed.
        """
        ours = pictures.asset(tried.pose)
        then = [each.sha256 for each in manifest.inputs if each.name == ours.name]
        told = changed(ours.name, then[0][:16], ours.sha256[:16]) if then else []
        key = tried.keys.picture(tried.pose)
        if told and find(self.store, key) == pictures.made(tried)[key]:
            return []
        return told

    def _manifest(self, tried: Try) -> Manifest | None:
        body = find(self.store, tried.keys.composed(tried.pose))
        try:
            return None if body is None else documents.load(Manifest, body)
        except IntegrityError:
            return None

    def _again(self, findings: Findings, pictures: Pictures, tried: Try) -> bool:
        """Make and measure an attempt again; tell whether it passes."""
        made = pictures.made(tried)
        for key, body in made.items():
            findings.compare(Stage.COMPOSE, key, body)
        picture = made[tried.keys.picture(tried.pose)]
        measured = pictures.measured(tried, picture)
        for key, body in measured.items():
            findings.compare(Stage.VALIDATE, key, body)
        passed = bool(json.loads(measured[tried.keys.verdicts(tried.pose)])["pass"])
        if passed:
            findings.compare(_PUBLISH, tried.generation_keys.published(tried.pose), picture)
        return passed

    def _held(self, findings: Findings, witness: Witness, tried: Try) -> bool:
        """Go by what is stored of an attempt that we cannot make again."""
        document = read_document(witness, tried.keys, tried.pose)
        published = tried.generation_keys.published(tried.pose)
        picture = find(self.store, tried.keys.picture(tried.pose))
        if document["pass"] and picture is not None and find(self.store, published) != picture:
            stored = find(self.store, published)
            findings.differ(
                _PUBLISH,
                published.removeprefix(tried.saree.prefix),
                digest(picture),
                None if stored is None else digest(stored),
                "is not the picture that passed",
            )
        return bool(document["pass"])

    def _nothing_published(self, findings: Findings, generation: Generation, pose: str) -> None:
        key = SareeKeys(generation.saree_id).generation(generation.name).published(pose)
        if find(self.store, key) is not None:
            findings.refuse(_PUBLISH, [key])

    def _nothing_after(self, findings: Findings, later: list[Try]) -> None:
        """See that nothing is stored of attempts that nobody had to make."""
        for tried in later:
            mine = (
                tried.keys.picture(tried.pose),
                tried.keys.composed(tried.pose),
                tried.keys.difference(tried.pose),
                tried.keys.verdicts(tried.pose),
            )
            stored = {each.key for each in self.store.list(tried.keys.prefix)}
            findings.refuse(Stage.COMPOSE, [key for key in mine if key in stored])
