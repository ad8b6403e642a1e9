"""`POST /api/generate` and `GET /api/status/{job_id}`: a job from its start."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest

from tests import images
from tests.app.site import MemorySite


@pytest.fixture
def site() -> MemorySite:
    return MemorySite()


@pytest.fixture
def saree(site: MemorySite) -> str:
    answer = site.post("/api/upload", images.a_jpeg(), content_type="image/jpeg")
    return str(answer.json_body["saree_id"])


def test_a_generation_starts_as_a_queued_job(site: MemorySite, saree: str) -> None:
    answer = site.post("/api/generate", {"saree_id": saree, "mode": "standard"})

    job = site.get(answer.headers["Location"])
    assert answer.status_code == 202
    assert answer.json_body["status"] == "queued"
    assert [pose["pose"] for pose in job.json_body["poses"]] == [
        "pose_01",
        "pose_02",
        "pose_03",
        "pose_04",
    ]
    assert (job.json_body["status"], job.json_body["error"]) == ("queued", None)
    assert int(job.headers["Retry-After"]) > 0


@pytest.mark.parametrize(
    ("status", "code", "changes"),
    [
        (400, "unknown_mode", {"mode": "all"}),
        (400, "unknown_mode", {"mode": "pose_01"}),
        (400, "unknown_mode", {"mode": ["pose_01"]}),
        (400, "unknown_mode", {"mode": None}),
        (400, "poses_not_accepted", {"poses": ["pose_01"]}),
        (400, "poses_not_accepted", {"pose": "pose_01"}),
        (400, "poses_not_accepted", {"pose_ids": [], "mode": "all"}),
        (400, "unknown_field", {"seed": 4}),
        (400, "field_invalid", {"saree_id": 12}),
        (404, "saree_not_found", {"saree_id": uuid4().hex}),
        (404, "saree_not_found", {"saree_id": "../jobs"}),
        (404, "saree_not_found", {"saree_id": ""}),
        (409, "nothing_failed", {"mode": "retry_failed"}),
    ],
)
def test_what_cannot_be_generated_is_refused(
    site: MemorySite, saree: str, status: int, code: str, changes: dict[str, Any]
) -> None:
    before = site.stored()

    answer = site.post("/api/generate", {"saree_id": saree, "mode": "standard", **changes})

    assert (answer.status_code, answer.json_body["code"]) == (status, code)
    assert site.stored() == before


@pytest.mark.parametrize("query", ["pose=pose_01", "poses=1&mode=standard"])
def test_poses_in_the_query_are_refused_too(site: MemorySite, saree: str, query: str) -> None:
    wanted = {"saree_id": saree, "mode": "standard"}

    answer = site.post(f"/api/generate?{query}", wanted)

    assert (answer.status_code, answer.json_body["code"]) == (400, "poses_not_accepted")


def test_a_second_generation_waits_for_the_first(site: MemorySite, saree: str) -> None:
    site.post("/api/generate", {"saree_id": saree, "mode": "standard"})

    answer = site.post("/api/generate", {"saree_id": saree, "mode": "extend"})

    assert (answer.status_code, answer.json_body["code"]) == (409, "generation_running")


def test_the_same_idempotency_key_makes_one_job(site: MemorySite, saree: str) -> None:
    wanted = {"saree_id": saree, "mode": "standard"}

    with ThreadPoolExecutor(16) as pool:
        answers = list(
            pool.map(
                lambda _: site.post("/api/generate", wanted, Idempotency_Key="order 7"), range(16)
            )
        )

    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json_body["job_id"] for answer in answers}) == 1


def test_an_idempotency_key_is_for_one_request(site: MemorySite, saree: str) -> None:
    site.post("/api/generate", {"saree_id": saree, "mode": "standard"}, Idempotency_Key="k")

    answer = site.post("/api/generate", {"saree_id": saree, "mode": "extend"}, Idempotency_Key="k")

    assert (answer.status_code, answer.json_body["code"]) == (422, "idempotency_key_reused")


@pytest.mark.parametrize("key", ["", "x" * 256, "naïve", "a\tb"])
def test_a_key_that_is_none_is_refused(site: MemorySite, saree: str, key: str) -> None:
    wanted = {"saree_id": saree, "mode": "standard"}

    answer = site.post("/api/generate", wanted, Idempotency_Key=key)

    assert (answer.status_code, answer.json_body["code"]) == (400, "idempotency_key_invalid")


def test_a_status_that_did_not_change_is_not_sent_again(site: MemorySite, saree: str) -> None:
    started = site.post("/api/generate", {"saree_id": saree, "mode": "standard"})
    status = started.headers["Location"]
    etag = site.get(status).headers["ETag"]

    for offered in (etag, f'W/{etag}, "other"', "*"):
        unchanged = site.get(status, If_None_Match=offered)
        assert (unchanged.status_code, unchanged.headers["ETag"]) == (304, etag)

    assert site.get(status, If_None_Match='"other"').status_code == 200


def test_the_log_tells_what_happened(site: MemorySite, saree: str) -> None:
    job = site.post("/api/generate", {"saree_id": saree, "mode": "standard"}).json_body["job_id"]

    answer = site.get(f"/api/logs/{job}")

    assert [entry["event"] for entry in answer.json_body["entries"]] == ["job.queued"]
