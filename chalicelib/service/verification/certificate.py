"""Checking what binds the pictures together: plan, decisions, instructions, certificate."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from chalicelib.domain.job import MAX_ATTEMPTS
from chalicelib.domain.keys import AttemptKeys, GenerationKeys, SareeKeys
from chalicelib.domain.modes import FIXED_POSES, Mode
from chalicelib.domain.proof import CERTIFICATE_CHECK, CheckResult
from chalicelib.domain.stage import Stage
from chalicelib.errors import IntegrityError
from chalicelib.ports import ObjectStore
from chalicelib.service import documents
from chalicelib.service.certificate import Certificates, Illustrator
from chalicelib.service.decide import Decision, decided
from chalicelib.service.generate import Generation
from chalicelib.service.manifest import Content
from chalicelib.service.publish import find
from chalicelib.service.retry import plan_of
from chalicelib.service.verdict_files import read_document
from chalicelib.service.verification.guard import guarded
from chalicelib.service.verification.prepared import OwnVersion
from chalicelib.service.verification.witness import Findings, Witness, changed, versions_told
from chalicelib.service.versions import documents_version

_GENERATE = "generate"
_PUBLISH = "publish"


@dataclass(frozen=True, slots=True)
class CertificateCheck:
    """Checks everything of a generation that is not of one pose alone."""

    store: ObjectStore
    versions: OwnVersion
    illustrator: Illustrator

    def run(self, generation: Generation) -> CheckResult:
        """Check a generation that has ended with a certificate."""
        saree = SareeKeys(generation.saree_id)
        keys = saree.generation(generation.name)
        witness = Witness(self.store, saree)
        findings = Findings(self.store, saree, CERTIFICATE_CHECK)
        with guarded(findings, _GENERATE, keys.record.removeprefix(saree.prefix)):
            self._plan(findings, witness, generation)
        attempts = 0
        with guarded(findings, Stage.VALIDATE, f"{generation.name}/attempts"):
            attempts = self._attempts(findings, witness, generation)
        with guarded(findings, CERTIFICATE_CHECK, keys.certificate.removeprefix(saree.prefix)):
            self._certificate(findings, witness, generation, attempts)
        self._nothing_else(findings, keys, generation)
        return findings.result(witness.read)

    def _plan(self, findings: Findings, witness: Witness, generation: Generation) -> None:
        """See that the record is the plan that took the generation's number."""
        saree = SareeKeys(generation.saree_id)
        slot = witness.get(saree.slot(generation.name.number))
        record = saree.generation(generation.name).record
        findings.compare(_GENERATE, record, slot)
        mode = generation.name.mode
        if mode is not Mode.RETRY_FAILED and generation.poses != FIXED_POSES[mode]:
            name = record.removeprefix(saree.prefix)
            findings.differ(_GENERATE, name, None, None, "names other poses than its mode has")

    def _attempts(self, findings: Findings, witness: Witness, generation: Generation) -> int:
        """See that every decision follows from its verdicts; count the attempts."""
        keys = SareeKeys(generation.saree_id).generation(generation.name)
        poses = generation.poses
        for attempt in range(1, MAX_ATTEMPTS + 1):
            decider = self._decider(keys.attempt(attempt), poses)
            decision = decided(witness, keys, poses, attempt, decider)
            findings.compare(
                Stage.VALIDATE, keys.attempt(attempt).decision, documents.dump(decision)
            )
            if not decision.failed:
                return attempt
            if attempt < MAX_ATTEMPTS:
                plan = documents.dump(plan_of(witness, keys, decision))
                findings.compare(Stage.RETRY, keys.attempt(attempt).retry, plan)
            poses = decision.failed
        return MAX_ATTEMPTS

    def _decider(self, keys: AttemptKeys, poses: tuple[str, ...]) -> str:
        """Which of its poses decided an attempt is chance; what was decided is not."""
        body = find(self.store, keys.decision)
        with suppress(IntegrityError):
            taken = None if body is None else documents.load(Decision, body).decided_by
            return taken if taken in poses else poses[0]
        return poses[0]

    def _certificate(
        self, findings: Findings, witness: Witness, generation: Generation, attempts: int
    ) -> None:
        keys = SareeKeys(generation.saree_id).generation(generation.name)
        body = find(self.store, keys.certificate)
        stored: dict[str, Any] = {} if body is None else documents.load(dict, body)
        if not self.versions.prepared(witness, generation):
            told = versions_told(str(stored.get("code")), stored.get("libraries") or {})
            findings.other_version(told or ["the stages before were another version's"])
            self._held(findings, witness, keys, stored)
            return
        written = Certificates(witness, self.illustrator).written(generation, attempts)
        told = changed("documents", str(stored.get("documents")), documents_version())
        # The page shows which version wrote it: a page that is ours belies another claim.
        if stored and told and find(self.store, keys.page) != written[keys.page]:
            findings.other_version(told)
            self._held(findings, witness, keys, stored)
            return
        for key, expected in written.items():
            findings.compare(CERTIFICATE_CHECK, key, expected)

    def _held(
        self, findings: Findings, witness: Witness, keys: GenerationKeys, stored: dict[str, Any]
    ) -> None:
        """See that a certificate of another version says of the verdicts what they say."""
        if not stored:
            name = keys.certificate.partition("/")[2].partition("/")[2]
            findings.differ(CERTIFICATE_CHECK, name, None, None, "is missing")
            return
        if stored.get("page"):
            findings.hold(CERTIFICATE_CHECK, [_named(stored["page"])])
        for pose in stored["poses"]:
            for attempt in pose["attempts"]:
                findings.hold(Stage.VALIDATE, map(_named, attempt.get("measured", ())))
                key = keys.attempt(attempt["attempt"])
                document = read_document(witness, key, pose["pose"])
                if document["verdicts"] != attempt["verdicts"]:
                    name = f"metrics.json of {pose['pose']}, attempt {attempt['attempt']}"
                    detail = "tells other verdicts than were given"
                    findings.differ(CERTIFICATE_CHECK, name, None, None, detail)

    def _nothing_else(
        self, findings: Findings, keys: GenerationKeys, generation: Generation
    ) -> None:
        """See that the folder holds nothing but what a generation writes."""
        own = {keys.record, keys.certificate, keys.page}
        own |= {keys.published(pose) for pose in generation.poses}
        for number in range(1, MAX_ATTEMPTS + 1):
            attempt = keys.attempt(number)
            own |= {attempt.decision, attempt.retry}
            for pose in generation.poses:
                own |= {attempt.picture(pose), attempt.composed(pose)}
                own |= {attempt.difference(pose), attempt.verdicts(pose)}
        stored = [each.key for each in self.store.list(keys.prefix)]
        strange = [key for key in stored if key not in own]
        findings.refuse(
            _PUBLISH, [key for key in strange if not key.startswith(keys.verifications)]
        )


def _named(written: dict[str, Any]) -> Content:
    return Content(str(written["name"]), str(written["sha256"]), int(written["bytes"]))
