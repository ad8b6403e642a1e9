"""
Where everything lives in the store. Nothing else joins strings into keys.

The rule: a key says what an object is, never what is in it by chance; it is known before
the work that fills it starts; and, but for `incoming/` and `open/`, it is written once.
`incoming/` holds uploads that are not accepted yet, `open/` one marker for each piece of
work under way, so that the sweep can find what stands still without reading the rest.
"""

import re
from dataclasses import dataclass
from typing import Self

from chalicelib.domain.modes import Mode
from chalicelib.domain.saree import DetailPart
from chalicelib.domain.stage import Stage

INCOMING = "incoming/"
OPEN_JOBS = "open/jobs/"
OPEN_SAREES = "open/sarees/"
OPEN_VERIFICATIONS = "open/verifications/"

_GENERATION = re.compile(r"gen_(\d{2,})_([a-z_]+)")


@dataclass(frozen=True, slots=True)
class GenerationName:
    """The folder of one generation, such as `gen_01_standard`."""

    number: int
    mode: Mode

    def __str__(self) -> str:
        return f"gen_{self.number:02d}_{self.mode}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a name back, or raise `ValueError`."""
        match = _GENERATION.fullmatch(text)
        if match is None:
            raise ValueError(f"not a generation: {text!r}")
        name = cls(int(match[1]), Mode(match[2]))
        if str(name) != text:
            raise ValueError(f"not a generation: {text!r}")
        return name


@dataclass(frozen=True, slots=True)
class SareeKeys:
    """Everything of one saree."""

    saree_id: str

    @property
    def prefix(self) -> str:
        """What every key of the saree starts with."""
        return f"sarees/{self.saree_id}/"

    @property
    def incoming(self) -> str:
        """A direct upload, not accepted yet."""
        return f"{INCOMING}{self.saree_id}"

    def incoming_detail(self, part: DetailPart) -> str:
        """Name a direct upload of a detail photo, not accepted yet."""
        return f"{self.incoming}/{part}"

    @property
    def promise(self) -> str:
        """What a direct upload was promised to be."""
        return f"{self.prefix}promise.json"

    @property
    def record(self) -> str:
        """What was registered: the photo's facts and what the user said of it."""
        return f"{self.prefix}saree.json"

    @property
    def refusal(self) -> str:
        """Why a direct upload was not accepted."""
        return f"{self.prefix}refused.json"

    @property
    def marker(self) -> str:
        """Says that the saree is being prepared."""
        return f"{OPEN_SAREES}{self.saree_id}"

    @property
    def slots(self) -> str:
        """The folder in which generations take their numbers."""
        return f"{self.prefix}generations/"

    def original(self, extension: str) -> str:
        """Name the photo, byte for byte as it came."""
        return f"{self.prefix}original.{extension}"

    def detail(self, part: DetailPart, extension: str) -> str:
        """Name the photo of one part, byte for byte as it came."""
        return f"{self.prefix}detail_{part}.{extension}"

    def slot(self, number: int) -> str:
        """Name the lock of a generation's number: whoever creates it has it."""
        return f"{self.slots}{number:02d}.json"

    def prepared(self, fingerprint: str, stage: Stage) -> "PreparedKeys":
        """Name the folder of one stage's result for one fingerprint."""
        return PreparedKeys(f"{self.prefix}prepared/{fingerprint}/{stage}/")

    def generation(self, name: GenerationName) -> "GenerationKeys":
        """Name the folder of one generation."""
        return GenerationKeys(f"{self.prefix}{name}/")


@dataclass(frozen=True, slots=True)
class PreparedKeys:
    """One preparing stage's result."""

    prefix: str

    @property
    def manifest(self) -> str:
        """Written last: when it is there, all of the result is."""
        return f"{self.prefix}manifest.json"

    @property
    def refusal(self) -> str:
        """Why the stage could not use the photo; ends the saree as rejected."""
        return f"{self.prefix}refused.json"

    @property
    def trials(self) -> str:
        """The folder of the markers of work begun and not ended."""
        return f"{self.prefix}trials/"

    def trial(self, number: int) -> str:
        """Name the marker of the n-th beginning of the work."""
        return f"{self.trials}{number}"

    def output(self, name: str) -> str:
        """Name one output of the stage."""
        return f"{self.prefix}{name}"


@dataclass(frozen=True, slots=True)
class GenerationKeys:
    """One generation: its record, its attempts, and what was published."""

    prefix: str

    @property
    def record(self) -> str:
        """What was set out to be made, and with what."""
        return f"{self.prefix}generation.json"

    @property
    def certificate(self) -> str:
        """All verdicts of the generation."""
        return f"{self.prefix}metrics.json"

    @property
    def page(self) -> str:
        """The same for people, as one page."""
        return f"{self.prefix}certificate.html"

    @property
    def verifications(self) -> str:
        """The folder of what verifications found."""
        return f"{self.prefix}verifications/"

    def verification(self, job_id: str) -> "VerificationKeys":
        """Name the folder of what one verification found."""
        return VerificationKeys(f"{self.verifications}{job_id}/")

    def published(self, pose: str) -> str:
        """Name the picture of the attempt that passed."""
        return f"{self.prefix}{pose}.png"

    def attempt(self, number: int) -> "AttemptKeys":
        """Name the folder of one attempt."""
        return AttemptKeys(f"{self.prefix}attempts/{number}/")


@dataclass(frozen=True, slots=True)
class AttemptKeys:
    """One attempt at a generation's poses."""

    prefix: str

    @property
    def decision(self) -> str:
        """What the last verdict of the attempt decided: publish, or retry."""
        return f"{self.prefix}decision.json"

    @property
    def retry(self) -> str:
        """Reasons and injected constraints for the next attempt; never served."""
        return f"{self.prefix}retry.json"

    def picture(self, pose: str) -> str:
        """Name what the adapter made."""
        return f"{self.prefix}{pose}.png"

    def composed(self, pose: str) -> str:
        """Name the manifest of the picture."""
        return f"{self.prefix}{pose}.manifest.json"

    def difference(self, pose: str) -> str:
        """Name the map of where the picture differs from what it should show."""
        return f"{self.prefix}{pose}.difference.jpg"

    def verdicts(self, pose: str) -> str:
        """Name the measurements of the picture."""
        return f"{self.prefix}{pose}.json"


@dataclass(frozen=True, slots=True)
class VerificationKeys:
    """What one verification of a generation found."""

    prefix: str

    @property
    def report(self) -> str:
        """The answer: all equal, or what differs first."""
        return f"{self.prefix}verification.json"

    @property
    def checks(self) -> str:
        """The folder of what the checks found."""
        return f"{self.prefix}checks/"

    def check(self, name: str) -> str:
        """Name what one check found; internal, never served."""
        return f"{self.checks}{name}.json"


def saree_of_incoming(key: str) -> str:
    """Read the saree that a direct upload belongs to off its key."""
    return key.removeprefix(INCOMING).partition("/")[0]


def event(job_id: str, number: int) -> str:
    """Name the n-th event of a job; whoever creates it has appended."""
    return f"{events(job_id)}{number:06d}.json"


def events(job_id: str) -> str:
    """Name the folder of a job's events."""
    return f"jobs/{job_id}/events/"


def open_job(job_id: str) -> str:
    """Name the marker that says a job has not ended."""
    return f"{OPEN_JOBS}{job_id}"


def open_verification(job_id: str) -> str:
    """Name the marker that says a verification has not ended."""
    return f"{OPEN_VERIFICATIONS}{job_id}"


def idempotency(digest: str) -> str:
    """Name the record of the request that first came with an idempotency key."""
    return f"idempotency/{digest}.json"
