"""`POST /api/uploads`: photos that go straight to the store."""

import json
from typing import Any

import pytest

from chalicelib.adapters.memory import MemoryWorkQueue
from tests import images
from tests.app.site import MemorySite

PHOTO = images.a_jpeg(400, 300)
DETAIL = {"part": "body", "content_type": "image/png", "bytes": 9}


@pytest.fixture
def site() -> MemorySite:
    return MemorySite()


def wanted(**changes: Any) -> dict[str, Any]:
    return {"content_type": "image/jpeg", "bytes": len(PHOTO), **changes}


def arrives(site: MemorySite, key: str, photo: bytes) -> None:
    """Do what the store does when the form was posted."""
    site.store.put_upload(key, photo, content_type="image/jpeg")
    record = {"s3": {"object": {"key": key}}}
    site.pallu.ingest(json.dumps({"Records": [record]}))


def test_a_photo_that_keeps_its_promise_is_registered(site: MemorySite) -> None:
    answer = site.post("/api/uploads", wanted(name="Blue"))
    saree = answer.headers["Location"]
    before = site.get(saree).json_body

    arrives(site, answer.json_body["upload"]["fields"]["key"], PHOTO)

    after = site.get(saree).json_body
    assert answer.status_code == 201
    assert (before["status"], before["width"]) == ("awaiting_upload", None)
    assert (after["status"], after["width"], after["name"]) == ("registered", 400, "Blue")


def test_detail_photos_go_straight_to_the_store_as_well(site: MemorySite) -> None:
    border = images.a_png(300, 260)
    detail = {"part": "border", "content_type": "image/png", "bytes": len(border)}
    answer = site.post("/api/uploads", wanted(details=[detail], fabric="silk"))
    told = answer.json_body

    arrives(site, told["upload"]["fields"]["key"], PHOTO)
    waiting = site.get(answer.headers["Location"]).json_body["status"]
    arrives(site, told["details"][0]["upload"]["fields"]["key"], border)

    state = site.get(answer.headers["Location"]).json_body
    assert (waiting, state["status"], state["fabric"]) == ("awaiting_upload", "registered", "silk")
    assert [each["part"] for each in state["details"]] == ["border"]


@pytest.mark.parametrize(
    ("photo", "code"),
    [
        pytest.param(images.a_jpeg(300, 300), "upload_differs_from_promise", id="another size"),
        pytest.param(b"%PDF-1.7", "image_unsupported", id="no image"),
        pytest.param(PHOTO[:900], "image_truncated", id="cut short"),
    ],
)
def test_a_photo_that_breaks_its_promise_ends_as_rejected(
    site: MemorySite, photo: bytes, code: str
) -> None:
    answer = site.post("/api/uploads", wanted())

    arrives(site, answer.json_body["upload"]["fields"]["key"], photo)

    state = site.get(answer.headers["Location"]).json_body
    assert (state["status"], state["reason"]["code"]) == ("rejected", code)
    assert state["reason"]["detail"].endswith(".")
    assert not any("incoming/" in key for key in site.stored())
    assert site.queue.waiting == MemoryWorkQueue().waiting


@pytest.mark.parametrize(
    ("status", "code", "body"),
    [
        (400, "malformed_json", b"{"),
        (400, "malformed_json", b""),
        (400, "malformed_json", b"\xff\xfe"),
        (400, "malformed_json", b"[1]"),
        (400, "malformed_json", b'"text"'),
        (400, "malformed_json", b"[" * 100_000),
        (400, "malformed_json", b'{"bytes": ' + b"9" * 5_000 + b"x"),
        (400, "field_missing", {"content_type": "image/jpeg"}),
        (400, "field_invalid", wanted(bytes=-1)),
        (400, "field_invalid", wanted(bytes="12")),
        (400, "field_invalid", wanted(bytes=1.5)),
        (400, "field_invalid", b'{"content_type": "image/jpeg", "bytes": 9, "length_m": NaN}'),
        (400, "unknown_field", wanted(color="red")),
        (400, "poses_not_accepted", wanted(bytes=-1, pose_ids=["pose_01"])),
        (400, "width_m_invalid", wanted(width_m=9)),
        (400, "field_invalid", wanted(details=[{"part": "blouse"}])),
        (400, "field_repeated", wanted(details=[DETAIL, DETAIL])),
        (413, "file_too_large", wanted(details=[{**DETAIL, "bytes": 20_000_001}])),
        (413, "file_too_large", wanted(bytes=20_000_001)),
        (415, "image_unsupported", wanted(content_type="image/gif")),
    ],
)
def test_what_cannot_be_promised_is_refused(
    site: MemorySite, status: int, code: str, body: bytes | dict[str, Any]
) -> None:
    answer = site.post("/api/uploads", body, content_type="application/json")

    assert (answer.status_code, answer.json_body["code"]) == (status, code)
    assert site.stored() == []


def test_another_content_type_is_refused_as_a_problem(site: MemorySite) -> None:
    answer = site.post("/api/uploads", b"bytes=9", content_type="text/plain")

    assert answer.status_code == 415
    assert answer.json_body["code"] == "content_type_unsupported"
