"""What the routes need of the services; `bootstrap` hands over what fits."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from chalicelib.domain.saree import DetailPart
from chalicelib.service import answers
from chalicelib.service.said import Said
from chalicelib.service.sarees import PromisedPhoto


class Uploads(Protocol):
    """Takes photos in."""

    def register(
        self, photo: bytes, said: Said, details: Mapping[DetailPart, bytes]
    ) -> answers.RegisteredSaree:
        """Take in photos that came through the route."""
        ...

    def promise(
        self, content_type: str, size: int, said: Said, details: Sequence[PromisedPhoto]
    ) -> answers.PromisedUpload:
        """Sign a form for one photo, and one for each detail."""
        ...


class Sarees(Protocol):
    """Reads sarees."""

    def state(self, saree_id: str) -> answers.SareeState:
        """Tell what is known of a saree."""
        ...


class Generations(Protocol):
    """Starts generations."""

    def start(self, saree_id: str, mode: str, idempotency_key: str | None) -> answers.StartedJob:
        """Start a generation, or find the one that the key started."""
        ...


class Verifications(Protocol):
    """Starts verifications."""

    def start(
        self, saree_id: str, generation: str, idempotency_key: str | None
    ) -> answers.StartedVerification:
        """Start a verification, or find the one that the key started."""
        ...


class Jobs(Protocol):
    """Reads jobs."""

    def status(self, job_id: str) -> answers.JobStatus:
        """Tell how far a job is."""
        ...

    def log(self, job_id: str) -> tuple[answers.LogEntry, ...]:
        """Tell what happened to a job, in order."""
        ...


class Galleries(Protocol):
    """Reads what was published."""

    def of(self, saree_id: str) -> answers.Gallery:
        """Tell every generation of a saree."""
        ...


class Artifacts(Protocol):
    """Reads public artifacts."""

    def of(self, saree_id: str) -> tuple[answers.Artifact, ...]:
        """Tell every public artifact of a saree."""
        ...

    def url(self, saree_id: str, artifact_id: str) -> str:
        """Sign a link to one artifact."""
        ...


class HealthCheck(Protocol):
    """Asks what we depend on."""

    def check(self) -> answers.Health:
        """Tell whether the store and the queues answer."""
        ...


class Services(Protocol):
    """All of them."""

    @property
    def uploads(self) -> Uploads:
        """Takes photos in."""
        ...

    @property
    def sarees(self) -> Sarees:
        """Reads sarees."""
        ...

    @property
    def generations(self) -> Generations:
        """Starts generations."""
        ...

    @property
    def jobs(self) -> Jobs:
        """Reads jobs."""
        ...

    @property
    def gallery(self) -> Galleries:
        """Reads what was published."""
        ...

    @property
    def artifacts(self) -> Artifacts:
        """Reads public artifacts."""
        ...

    @property
    def health(self) -> HealthCheck:
        """Asks what we depend on."""
        ...

    @property
    def verifications(self) -> Verifications:
        """Starts verifications."""
        ...
