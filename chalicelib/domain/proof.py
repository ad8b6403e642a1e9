"""What a verification finds: artifact by artifact, whether the same work gives the same bytes."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from chalicelib.domain.keys import GenerationName
from chalicelib.domain.stage import Stage

CERTIFICATE_CHECK = "certificate"
"""The check of what binds the pictures together: decisions, retries, and the certificate."""


_ONCE = ("photo", Stage.ISOLATE, Stage.FLATTEN, Stage.EXTRACT, "generate")
_WITHIN_ATTEMPT = (Stage.COMPOSE, Stage.VALIDATE, Stage.RETRY)
_AT_THE_END = ("publish", CERTIFICATE_CHECK)
_ATTEMPT = re.compile(r"/attempts/(\d+)")


class Outcome(StrEnum):
    """What a check came to, from nothing known to the worst."""

    QUEUED = "queued"
    EQUAL = "equal"
    OTHER_VERSION = "other_version"
    DIFFERENT = "different"


_RANK = {outcome: rank for rank, outcome in enumerate(Outcome)}


@dataclass(frozen=True, slots=True)
class CheckState:
    """How one check of a verification stands."""

    check: str
    outcome: Outcome = Outcome.QUEUED

    def moved(self, check: str, outcome: Outcome) -> "CheckState":
        """Note what `check` came to, if it is this one; it is noted once."""
        if check != self.check or self.outcome is not Outcome.QUEUED:
            return self
        return CheckState(check, outcome)


@dataclass(frozen=True, slots=True)
class VerificationQueued:
    """The verification of a generation was accepted."""

    saree_id: str
    generation: GenerationName
    checks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CheckFinished:
    """A check of a verification came to something; `detail` names what differs."""

    check: str
    outcome: Outcome
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """
    One artifact that is not what it should be.

    `expected` is the digest of what the same work gives now, None where nothing should be;
    `found` is the digest of what is stored, None where there is nothing. Both are None for
    what is internal.
    """

    stage: str
    artifact: str
    expected: str | None
    found: str | None
    detail: str

    @property
    def sentence(self) -> str:
        """Name the difference for a person."""
        digests = f" (expected {_short(self.expected)}, found {_short(self.found)})"
        if self.expected is None and self.found is None:
            digests = ""
        return f"{self.stage}: {self.artifact} {self.detail}{digests}"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """
    What one check found.

    `read` holds the digest of everything the work was done on, `proved` of everything that
    came out equal; `versions` says how what made the artifacts differs from what checks them.
    """

    check: str
    read: Mapping[str, str] = field(default_factory=dict)
    proved: Mapping[str, str] = field(default_factory=dict)
    differences: tuple[Difference, ...] = ()
    versions: tuple[str, ...] = ()

    @property
    def outcome(self) -> Outcome:
        """What the check came to."""
        if self.differences:
            return Outcome.DIFFERENT
        return Outcome.OTHER_VERSION if self.versions else Outcome.EQUAL


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What all checks of a verification come to."""

    outcome: Outcome
    sentence: str
    differences: tuple[Difference, ...]
    versions: tuple[str, ...]


def concluded(results: Iterable[CheckResult]) -> Conclusion:
    """
    Put the results of all checks together, in the order of the pipeline.

    Each check proves its outputs from its inputs; together they prove the pictures from the
    photo only if what one check read is what another one proved.
    """
    told = tuple(results)
    found = (*(each for one in told for each in one.differences), *_moved(told))
    differences = tuple(sorted(found, key=_place))
    versions = tuple(dict.fromkeys(each for one in told for each in one.versions))
    outcome = max((one.outcome for one in told), key=_RANK.__getitem__)
    if differences:
        return Conclusion(Outcome.DIFFERENT, differences[0].sentence, differences, versions)
    if versions:
        sentence = f"made by another version: {'; '.join(versions)}"
        return Conclusion(outcome, sentence, (), versions)
    count = len({name for one in told for name in one.proved})
    return Conclusion(outcome, f"all {count} artifacts are equal, byte for byte", (), ())


def _moved(results: tuple[CheckResult, ...]) -> tuple[Difference, ...]:
    """Find what was one thing when it was read and another when it was proved."""
    proved = {name: digest for one in results for name, digest in one.proved.items()}
    return tuple(
        Difference(one.check, name, proved[name], digest, "changed while it was verified")
        for one in results
        for name, digest in one.read.items()
        if proved.get(name, digest) != digest
    )


def _place(difference: Difference) -> tuple[int, int, int]:
    """Where in the pipeline a difference lies, so that the first is what others follow from."""
    attempt = _ATTEMPT.search(difference.artifact)
    if attempt is not None and difference.stage in _WITHIN_ATTEMPT:
        return len(_ONCE), int(attempt[1]), _WITHIN_ATTEMPT.index(difference.stage)
    if difference.stage in _ONCE:
        return _ONCE.index(difference.stage), 0, 0
    last = _AT_THE_END.index(difference.stage) if difference.stage in _AT_THE_END else 0
    return len(_ONCE) + 1, last, 0


def _short(digest: str | None) -> str:
    return "nothing" if digest is None else digest[:16]
