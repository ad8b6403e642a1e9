"""What the services answer, as plain values."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.saree import DetailPart, Fabric


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something ended badly: a stable code and a sentence for the user."""

    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class RegisteredSaree:
    """A photo that was taken in."""

    saree_id: str
    status: str
    width: int
    height: int
    bytes: int
    sha256: str
    original_url: str


@dataclass(frozen=True, slots=True)
class DetailForm:
    """A form with which the photo of one part may be posted straight to the store."""

    part: DetailPart
    url: str
    fields: dict[str, str]


@dataclass(frozen=True, slots=True)
class PromisedUpload:
    """A form with which one photo may be posted straight to the store, and those for its parts."""

    saree_id: str
    url: str
    fields: dict[str, str]
    expires_at: datetime
    details: tuple[DetailForm, ...] = ()


@dataclass(frozen=True, slots=True)
class DetailFacts:
    """A photo of one part that was taken in."""

    part: DetailPart
    width: int
    height: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class SareeState:
    """What is known of a saree; the photo's facts are None until it has arrived."""

    saree_id: str
    status: str
    reason: Reason | None
    name: str | None
    length_m: float | None
    width_m: float | None
    width: int | None
    height: int | None
    bytes: int | None
    sha256: str | None
    created_at: datetime
    fabric: Fabric | None = None
    details: tuple[DetailFacts, ...] = ()


@dataclass(frozen=True, slots=True)
class StartedJob:
    """A generation that was accepted."""

    job_id: str
    saree_id: str
    mode: str
    status: str


@dataclass(frozen=True, slots=True)
class StartedVerification:
    """A verification that was accepted."""

    job_id: str
    saree_id: str
    generation: str
    status: str


@dataclass(frozen=True, slots=True)
class CheckStatus:
    """How one check of a verification stands."""

    check: str
    outcome: str


@dataclass(frozen=True, slots=True)
class PoseStatus:
    """How far one pose of a job is."""

    pose: str
    label: str
    status: str
    attempt: int


@dataclass(frozen=True, slots=True)
class JobStatus:
    """How far a job is; `version` grows with every event."""

    job_id: str
    kind: str
    saree_id: str
    generation: str
    mode: str
    status: str
    current_stage: str | None
    retries: int
    progress: int
    poses: tuple[PoseStatus, ...]
    checks: tuple[CheckStatus, ...]
    error: Reason | None
    created_at: datetime
    updated_at: datetime
    version: int


@dataclass(frozen=True, slots=True)
class RegionSummary:
    """One region's verdict, in short; measurements are None where not visible."""

    region: str
    status: str
    ssim: float | None
    delta_e: float | None
    pattern_score: float | None
    border_continuity: float | None
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GalleryImage:
    """A published picture."""

    pose: str
    label: str
    url: str
    attempt: int
    verdicts: tuple[RegionSummary, ...]


@dataclass(frozen=True, slots=True)
class GalleryGeneration:
    """One run over a set of poses, with what it published."""

    generation: str
    mode: str
    status: str
    job_id: str
    created_at: datetime
    certificate_url: str | None
    images: tuple[GalleryImage, ...]


@dataclass(frozen=True, slots=True)
class Gallery:
    """Every generation of a saree, oldest first."""

    saree_id: str
    generations: tuple[GalleryGeneration, ...]


@dataclass(frozen=True, slots=True)
class Artifact:
    """A public artifact; `name` says what it is, `artifact_id` names it in the API."""

    artifact_id: str
    name: str
    stage: str | None
    generation: str | None
    content_type: str
    bytes: int
    sha256: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One thing that happened to a job."""

    at: datetime
    event: str
    stage: str | None
    pose: str | None
    attempt: int | None
    detail: str | None


@dataclass(frozen=True, slots=True)
class Health:
    """Whether what we depend on answers; each check is "ok" or a category of failure."""

    ok: bool
    checks: dict[str, str]
