"""What the surfaces tell of jobs, galleries and artifacts, over services that say one thing."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest

from chalicelib.domain.verdict import REGIONS
from chalicelib.service.answers import (
    Artifact,
    CheckStatus,
    Gallery,
    GalleryGeneration,
    GalleryImage,
    Health,
    JobStatus,
    LogEntry,
    PoseStatus,
    PromisedUpload,
    Reason,
    RegionSummary,
    RegisteredSaree,
    SareeState,
    StartedJob,
    StartedVerification,
)
from tests.app.site import Site

SAREE, JOB = "a" * 12 + "4" + "a" * 19, "b" * 12 + "4" + "b" * 19
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)

RUNNING = JobStatus(
    JOB,
    "generation",
    SAREE,
    "gen_01_standard",
    "standard",
    "running",
    "compose",
    1,
    64,
    (PoseStatus("pose_01", "Front", "published", 1), PoseStatus("pose_02", "L", "retrying", 2)),
    (),
    None,
    NOON,
    NOON,
    7,
)
FAILED = replace(
    RUNNING,
    status="failed",
    current_stage=None,
    error=Reason("limits_not_met", "border_top of pose_02 bends; delta_e is 4.1 of 3.0"),
    version=9,
)
REGION = RegionSummary("pallu", "failed", 0.8, 4.1, 0.7, None, ("delta_e_too_high",))
UNSEEN = RegionSummary("border_top", "not_visible", None, None, None, None, ())
IMAGE = GalleryImage("pose_01", "Front", "https://store/x?sig", 2, (REGION, UNSEEN))
CERTIFICATE = "https://store/certificate?sig"
GALLERY = Gallery(
    SAREE,
    (
        GalleryGeneration(
            "gen_01_standard", "standard", "success", JOB, NOON, CERTIFICATE, (IMAGE,)
        ),
    ),
)
ARTIFACT = Artifact("0f" * 12, "strip.png", "flatten", None, "image/png", 900, "c" * 64, NOON)


class ToldArtifacts:
    """One artifact."""

    def of(self, saree_id: str) -> tuple[Artifact, ...]:
        return (ARTIFACT,)

    def url(self, saree_id: str, artifact_id: str) -> str:
        return "https://store/x?signed"


class ToldVerifications:
    """One verification."""

    def start(
        self, saree_id: str, generation: str, idempotency_key: str | None
    ) -> StartedVerification:
        return StartedVerification(JOB, saree_id, generation, "queued")


@dataclass
class Told:
    """Every service, each saying the one thing it was given."""

    job: JobStatus = RUNNING

    @property
    def uploads(self) -> "Told":
        return self

    sarees = generations = jobs = gallery = health = uploads

    @property
    def artifacts(self) -> ToldArtifacts:
        return ToldArtifacts()

    def register(self, *_: object) -> RegisteredSaree:
        return RegisteredSaree(SAREE, "registered", 4, 3, 9, "d" * 64, "https://store/o")

    def promise(self, *_: object) -> PromisedUpload:
        return PromisedUpload(SAREE, "https://store/", {"key": "k"}, NOON)

    def state(self, saree_id: str) -> SareeState:
        reason = Reason("no_cloth", "no cloth was found in the photo")
        nothing = None, None, None, None, None, None, None
        return SareeState(saree_id, "rejected", reason, *nothing, NOON)

    def start(self, saree_id: str, mode: str, idempotency_key: str | None) -> StartedJob:
        return StartedJob(JOB, saree_id, mode, "queued")

    @property
    def verifications(self) -> "ToldVerifications":
        return ToldVerifications()

    def status(self, job_id: str) -> JobStatus:
        return self.job

    def log(self, job_id: str) -> tuple[LogEntry, ...]:
        return (LogEntry(NOON, "pose.judged", "validate", "pose_01", 1, "bends"),)

    def of(self, saree_id: str) -> Gallery:
        return GALLERY

    def check(self) -> Health:
        return Health(ok=True, checks={"store": "ok"})


def test_a_running_job_is_told_with_its_poses() -> None:
    answer = Site(Told()).get(f"/api/status/{JOB}")

    told = answer.json_body
    assert (told["current_stage"], told["retries"], told["progress"]) == ("compose", 1, 64)
    assert told["poses"][1] == {
        "pose": "pose_02",
        "label": "L",
        "status": "retrying",
        "attempt": 2,
    }
    assert told["created_at"] == "2026-03-01T12:00:00Z"
    assert (answer.headers["ETag"], answer.headers["Retry-After"]) == ('"7"', "2")


def test_a_verification_is_told_with_its_checks() -> None:
    checks = (CheckStatus("isolate", "equal"), CheckStatus("pose_01", "queued"))
    job = replace(RUNNING, kind="verification", current_stage="verify", poses=(), checks=checks)

    told = Site(Told(job)).get(f"/api/status/{JOB}").json_body

    assert (told["kind"], told["generation"]) == ("verification", "gen_01_standard")
    assert told["checks"][0] == {"check": "isolate", "outcome": "equal"}


def test_a_job_that_ended_asks_for_no_more_questions() -> None:
    answer = Site(Told(FAILED)).get(f"/api/status/{JOB}")

    assert "Retry-After" not in answer.headers
    assert answer.json_body["error"]["code"] == "limits_not_met"
    assert answer.json_body["error"]["detail"].endswith("4.1 of 3.0.")


def test_an_older_version_is_answered_with_the_new_one() -> None:
    answer = Site(Told(FAILED)).get(f"/api/status/{JOB}", If_None_Match='"7"')

    assert (answer.status_code, answer.headers["ETag"]) == (200, '"9"')


def test_a_gallery_tells_each_picture_with_its_verdicts() -> None:
    answer = Site(Told()).get(f"/api/gallery/{SAREE}")

    (generation,) = answer.json_body["generations"]
    (image,) = generation["images"]
    assert generation["certificate_url"] == CERTIFICATE
    assert (image["label"], image["url"], image["attempt"]) == ("Front", "https://store/x?sig", 2)
    assert image["verdicts"][0]["reasons"] == ["delta_e_too_high"]
    assert image["verdicts"][1]["ssim"] is None


def test_artifacts_are_listed_with_digest_and_size() -> None:
    answer = Site(Told()).get(f"/api/artifacts/{SAREE}")

    (artifact,) = answer.json_body["artifacts"]
    assert (artifact["name"], artifact["bytes"], artifact["sha256"]) == (
        "strip.png",
        900,
        "c" * 64,
    )


def test_an_artifact_is_a_redirect_that_is_not_kept() -> None:
    answer = Site(Told()).get(f"/api/artifacts/{SAREE}/x")

    assert (answer.status_code, answer.body) == (302, b"")
    assert answer.headers["Location"] == "https://store/x?signed"
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_rejected_saree_says_why() -> None:
    answer = Site(Told()).get(f"/api/sarees/{SAREE}")

    assert answer.json_body["reason"] == {
        "code": "no_cloth",
        "detail": "No cloth was found in the photo.",
    }


def test_a_log_tells_each_entry() -> None:
    answer = Site(Told()).get(f"/api/logs/{JOB}")

    (entry,) = answer.json_body["entries"]
    assert (entry["event"], entry["pose"], entry["detail"]) == ("pose.judged", "pose_01", "bends")


@pytest.mark.parametrize("region", REGIONS)
def test_every_region_can_be_told(region: str) -> None:
    image = replace(IMAGE, verdicts=(replace(REGION, region=region),))
    generation = replace(GALLERY.generations[0], images=(image,))

    class Other(Told):
        def of(self, saree_id: str) -> Gallery:
            return Gallery(saree_id, (generation,))

    answer = Site(Other()).get(f"/api/gallery/{SAREE}")

    assert answer.status_code == 200
