"""What requests may hold and what answers hold; the OpenAPI document is made from these."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

from chalicelib.domain.job import JobKind, JobPhase
from chalicelib.domain.modes import Mode
from chalicelib.domain.proof import Outcome
from chalicelib.domain.saree import DetailPart, Fabric
from chalicelib.domain.verdict import Status
from chalicelib.web.problems import sentence

Id = Annotated[str, Field(pattern="^[0-9a-f]{32}$")]
Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
Sentence = Annotated[str, PlainSerializer(sentence)]
Link = Annotated[str, Field(description="A signed link; it works for a limited time.")]
Meters = Annotated[float, Field(gt=0, description="In meters.")]
Name = Annotated[str, Field(max_length=200)]
PoseName = Annotated[str, Field(pattern="^pose_[0-9]{2}$")]
Region = Literal["body", "pallu", "border_top", "border_bottom"]
PoseProgress = Literal[
    "queued", "composed", "passed", "rejected", "retrying", "published", "failed"
]
PhotoType = Annotated[
    str, Field(json_schema_extra={"enum": ["image/jpeg", "image/png", "image/webp"]})
]
SareeStatus = Literal["awaiting_upload", "registered", "preparing", "prepared", "rejected"]
ModeName = Annotated[str, Field(json_schema_extra={"enum": [str(mode) for mode in Mode]})]


class Asked(BaseModel):
    """A request: nothing that is not named here is taken."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Told(BaseModel):
    """An answer, read off what a service gave."""

    model_config = ConfigDict(extra="forbid", frozen=True, from_attributes=True)


class SareeWords(Asked):
    """What the user says of a saree with its photo."""

    length_m: Meters | None = None
    width_m: Meters | None = None
    name: Name | None = None
    fabric: Fabric | None = None


class DetailWanted(Asked):
    """A photo of one part that is going to be posted straight to the store."""

    part: DetailPart
    content_type: PhotoType
    bytes: Annotated[int, Field(gt=0)]


class UploadWanted(SareeWords):
    """The photos that are going to be posted straight to the store."""

    content_type: PhotoType
    bytes: Annotated[int, Field(gt=0)]
    details: tuple[DetailWanted, ...] = ()


class GenerationWanted(Asked):
    """The saree to make pictures of, and which set of them."""

    saree_id: Annotated[str, Field(json_schema_extra={"pattern": "^[0-9a-f]{32}$"})]
    mode: ModeName


class ReasonTold(Told):
    """Why something ended badly."""

    code: str
    detail: Sentence


class SareeRegistered(Told):
    """A photo that was taken in."""

    saree_id: Id
    status: SareeStatus
    width: Annotated[int, Field(gt=0, description="In pixels, upright.")]
    height: Annotated[int, Field(gt=0, description="In pixels, upright.")]
    bytes: int
    sha256: Sha256
    original_url: Link


class UploadForm(Told):
    """Where to post the photo, with all fields before the file."""

    url: str
    fields: dict[str, str]


class DetailForm(Told):
    """A form for the photo of one part."""

    part: DetailPart
    upload: UploadForm


class UploadPromised(Told):
    """A form with which one photo may be posted straight to the store, and those for its parts."""

    saree_id: Id
    upload: UploadForm
    expires_at: datetime
    details: tuple[DetailForm, ...]


class DetailTold(Told):
    """A photo of one part that was taken in."""

    part: DetailPart
    width: int
    height: int
    bytes: int
    sha256: Sha256


class SareeTold(Told):
    """What is known of a saree; the photo's facts are null until it has arrived."""

    saree_id: Id
    status: SareeStatus
    reason: ReasonTold | None
    name: str | None
    length_m: float | None
    width_m: float | None
    fabric: Fabric | None
    width: int | None
    height: int | None
    bytes: int | None
    sha256: Sha256 | None
    details: tuple[DetailTold, ...]
    created_at: datetime


class JobAccepted(Told):
    """A generation that was accepted."""

    job_id: Id
    saree_id: Id
    mode: Mode
    status: JobPhase


class VerificationAccepted(Told):
    """A verification that was accepted."""

    job_id: Id
    saree_id: Id
    generation: str
    status: JobPhase


class CheckTold(Told):
    """How one check of a verification stands."""

    check: str
    outcome: Outcome


class PoseTold(Told):
    """How far one pose of a job is."""

    pose: PoseName
    label: str
    status: PoseProgress
    attempt: Annotated[int, Field(ge=1, le=4)]


class JobTold(Told):
    """How far a job is."""

    job_id: Id
    kind: JobKind
    saree_id: Id
    generation: str
    mode: Mode
    status: JobPhase
    current_stage: str | None
    retries: Annotated[int, Field(ge=0)]
    progress: Annotated[int, Field(ge=0, le=100)]
    poses: tuple[PoseTold, ...]
    checks: tuple[CheckTold, ...]
    error: ReasonTold | None
    created_at: datetime
    updated_at: datetime


class RegionTold(Told):
    """One region's verdict; a measurement is null where it does not apply."""

    region: Region
    status: Status
    ssim: float | None
    delta_e: float | None
    pattern_score: float | None
    border_continuity: float | None
    reasons: tuple[str, ...]


class ImageTold(Told):
    """A published picture."""

    pose: PoseName
    label: str
    url: Link
    attempt: Annotated[int, Field(ge=1, le=4)]
    verdicts: tuple[RegionTold, ...]


class GenerationTold(Told):
    """One run over a set of poses, with what it published."""

    generation: str
    mode: Mode
    status: JobPhase
    job_id: Id
    created_at: datetime
    certificate_url: Link | None
    images: tuple[ImageTold, ...]


class GalleryTold(Told):
    """Every generation of a saree, oldest first."""

    saree_id: Id
    generations: tuple[GenerationTold, ...]


class ArtifactTold(Told):
    """A public artifact."""

    artifact_id: str
    name: str
    stage: str | None
    generation: str | None
    content_type: str
    bytes: int
    sha256: Sha256
    created_at: datetime


class ArtifactsTold(Told):
    """Every public artifact of a saree."""

    saree_id: Id
    artifacts: tuple[ArtifactTold, ...]


class LogEntryTold(Told):
    """One thing that happened to a job."""

    at: datetime
    event: str
    stage: str | None
    pose: str | None
    attempt: int | None
    detail: str | None


class LogTold(Told):
    """What happened to a job, in order."""

    job_id: Id
    entries: tuple[LogEntryTold, ...]


class HealthTold(Told):
    """Whether what the service depends on answers."""

    status: Literal["ok", "unavailable"]
    checks: dict[str, str]


class Problem(BaseModel):
    """Why a request was not done (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    code: Annotated[str, Field(pattern="^[a-z0-9_]+$")]
    category: Literal["invalid", "conflict", "not_found", "unavailable", "internal"]
    request_id: str
