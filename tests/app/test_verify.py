"""`POST /api/verify/{saree_id}/{generation}`: a verification from its start to its answer."""

from uuid import uuid4

import pytest

from tests.app.site import Site
from tests.simulation.world import World

GENERATION = "gen_01_standard"


class Studio(Site):
    """The API over a world in memory in which one saree has its pictures."""

    def __init__(self) -> None:
        self.world = World()
        self.saree = self.world.upload()
        self.world.generate(self.saree)
        self.world.run()
        super().__init__(self.world.pallu.services)


@pytest.fixture
def site() -> Studio:
    return Studio()


def test_a_verification_is_a_job_that_ends_with_success_where_all_is_equal(site: Studio) -> None:
    started = site.post(f"/api/verify/{site.saree}/{GENERATION}", b"")
    queued = site.get(started.headers["Location"]).json_body
    site.world.run()

    told = site.get(started.headers["Location"]).json_body
    assert (started.status_code, started.json_body["generation"]) == (202, GENERATION)
    assert (queued["status"], queued["current_stage"], queued["progress"]) == (
        "queued",
        "verify",
        0,
    )
    assert (told["kind"], told["status"], told["progress"]) == ("verification", "success", 100)
    assert {each["outcome"] for each in told["checks"]} == {"equal"}
    assert (told["poses"], told["error"]) == ([], None)


def test_a_swapped_picture_fails_the_job_and_is_named_by_status_log_and_report(
    site: Studio,
) -> None:
    key = f"sarees/{site.saree}/{GENERATION}/pose_02.png"
    site.world.store.delete(key)
    site.world.store.put_new(key, b"swapped", content_type="image/png")

    started = site.post(f"/api/verify/{site.saree}/{GENERATION}", b"")
    site.world.run()

    job = started.json_body["job_id"]
    told = site.get(f"/api/status/{job}").json_body
    log = site.get(f"/api/logs/{job}").json_body["entries"]
    listed = site.get(f"/api/artifacts/{site.saree}").json_body["artifacts"]
    assert (told["status"], told["error"]["code"]) == ("failed", "verification_differs")
    assert f"{GENERATION}/pose_02.png is not what" in told["error"]["detail"]
    assert log[0]["event"] == "verification.queued"
    assert any("pose_02.png" in str(each["detail"]) for each in log)
    assert f"verifications/{job}/verification.json" in [each["name"] for each in listed]
    assert not [each["name"] for each in listed if "checks" in each["name"]]


@pytest.mark.parametrize(
    ("status", "code", "path"),
    [
        (404, "saree_not_found", f"{uuid4().hex}/{GENERATION}"),
        (404, "saree_not_found", f"../{GENERATION}"),
        (404, "generation_not_found", "{saree}/gen_02_extend"),
        (404, "generation_not_found", "{saree}/gen_1_standard"),
        (404, "generation_not_found", "{saree}/..%2fjobs"),
        (400, "poses_not_accepted", f"{{saree}}/{GENERATION}?pose=1"),
    ],
)
def test_what_cannot_be_verified_is_refused(
    site: Studio, status: int, code: str, path: str
) -> None:
    before = [each.key for each in site.world.store.list("")]

    answer = site.post(f"/api/verify/{path.format(saree=site.saree)}", b"")

    assert (answer.status_code, answer.json_body["code"]) == (status, code)
    assert [each.key for each in site.world.store.list("")] == before


def test_a_body_that_asks_for_something_is_refused(site: Studio) -> None:
    answer = site.post(f"/api/verify/{site.saree}/{GENERATION}", {"poses": ["pose_01"]})

    assert (answer.status_code, answer.json_body["code"]) == (400, "unknown_field")


def test_a_generation_that_runs_is_not_verified(site: Studio) -> None:
    site.post("/api/generate", {"saree_id": site.saree, "mode": "extend"})

    answer = site.post(f"/api/verify/{site.saree}/gen_02_extend", b"")

    assert (answer.status_code, answer.json_body["code"]) == (409, "generation_running")


def test_the_same_idempotency_key_makes_one_verification(site: Studio) -> None:
    path = f"/api/verify/{site.saree}/{GENERATION}"

    answers = [site.post(path, b"", Idempotency_Key="audit 3") for _ in range(2)]
    other = site.post(
        "/api/generate", {"saree_id": site.saree, "mode": "extend"}, Idempotency_Key="audit 3"
    )

    assert len({answer.json_body["job_id"] for answer in answers}) == 1
    assert (other.status_code, other.json_body["code"]) == (422, "idempotency_key_reused")


def test_the_gallery_links_to_the_certificate_once_there_is_one(site: Studio) -> None:
    site.post("/api/generate", {"saree_id": site.saree, "mode": "extend"})

    done, running = site.get(f"/api/gallery/{site.saree}").json_body["generations"]

    assert done["certificate_url"].endswith("certificate.html")
    assert running["certificate_url"] is None
