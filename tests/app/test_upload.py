"""`POST /api/upload`: photos that come through the route."""

import hashlib
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import images
from tests.app.site import MemorySite, multipart


@pytest.fixture
def site() -> MemorySite:
    return MemorySite()


def test_a_form_registers_a_saree_and_has_it_prepared(site: MemorySite) -> None:
    photo = images.a_jpeg(400, 300)
    body, kind = multipart(("length_m", "5.2"), ("file", photo), ("name", "Kanchipuram, red"))

    answer = site.post("/api/upload", body, content_type=kind)

    told = answer.json_body
    assert answer.status_code == 201
    assert told["status"] == "registered"
    assert (told["width"], told["height"]) == (400, 300)
    assert told["bytes"] == len(photo)
    assert told["sha256"] == hashlib.sha256(photo).hexdigest()
    assert answer.headers["Location"] == f"/api/sarees/{told['saree_id']}"
    state = site.get(answer.headers["Location"]).json_body
    assert (state["length_m"], state["name"]) == (5.2, "Kanchipuram, red")
    assert len(site.queue.waiting["isolate"]) == 1


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (images.a_jpeg, "image/jpeg"),
        (images.a_png, "image/png"),
        (images.a_webp, "image/webp"),
        (images.a_png, "application/octet-stream"),
        (images.a_png, "image/jpeg"),
        (images.a_png, ""),
    ],
)
def test_a_raw_body_registers_a_saree_by_what_it_is(
    site: MemorySite, make: Callable[[], bytes], kind: str
) -> None:
    headers = {"content_type": kind} if kind else {}

    answer = site.post("/api/upload?width_m=1.1", make(), **headers)

    assert answer.status_code == 201
    stored = f"sarees/{answer.json_body['saree_id']}/original.{make.__name__[2:]}"
    assert stored.replace("jpeg", "jpg") in site.stored()


def test_a_field_left_blank_counts_as_not_given(site: MemorySite) -> None:
    body, kind = multipart(("file", images.a_jpeg()), ("length_m", ""), ("name", ""))

    answer = site.post("/api/upload", body, content_type=kind)

    state = site.get(answer.headers["Location"]).json_body
    assert (state["length_m"], state["name"]) == (None, None)


def test_photos_of_parts_are_kept_beside_the_photo_and_told(site: MemorySite) -> None:
    pallu, border = images.a_png(300, 260), images.a_jpeg(280, 270)
    body, kind = multipart(
        ("border", border), ("file", images.a_jpeg()), ("pallu", pallu), ("fabric", "chiffon")
    )

    answer = site.post("/api/upload", body, content_type=kind)

    saree = answer.json_body["saree_id"]
    assert site.store.get(f"sarees/{saree}/detail_pallu.png") == pallu
    assert site.store.get(f"sarees/{saree}/detail_border.jpg") == border
    state = site.get(f"/api/sarees/{saree}").json_body
    assert state["fabric"] == "chiffon"
    assert [(each["part"], each["width"], each["sha256"]) for each in state["details"]] == [
        ("pallu", 300, hashlib.sha256(pallu).hexdigest()),
        ("border", 280, hashlib.sha256(border).hexdigest()),
    ]


FORM = "multipart/form-data; boundary=frontier"
GOOD = images.a_jpeg()


@pytest.mark.parametrize(
    ("status", "code", "parts"),
    [
        (400, "file_missing", [("photo", GOOD)]),
        (400, "file_missing", [("file", b"")]),
        (400, "file_missing", [("name", "x")]),
        (400, "unknown_field", [("file", GOOD), ("photo", "x")]),
        (400, "poses_not_accepted", [("file", GOOD), ("poses", "pose_01")]),
        (400, "poses_not_accepted", [("poses", "pose_01")]),
        (400, "poses_not_accepted", [("file", GOOD), ("pose_ids", "")]),
        (400, "unknown_field", [("file", GOOD), ("photo", GOOD)]),
        (400, "field_repeated", [("file", GOOD), ("file", GOOD)]),
        (400, "field_repeated", [("file", GOOD), ("name", "a"), ("name", "b")]),
        (400, "field_invalid", [("file", GOOD), ("length_m", "long")]),
        (400, "field_invalid", [("file", GOOD), ("length_m", "nan")]),
        (400, "field_invalid", [("file", GOOD), ("length_m", "-1")]),
        (400, "field_invalid", [("file", GOOD), ("length_m", "inf")]),
        (400, "field_invalid", [("file", GOOD), ("name", "x" * 201)]),
        (400, "field_invalid", [("file", GOOD), ("name", "x" * 5000)]),
        (400, "field_invalid", [("file", GOOD), ("name", b"\xff\xfe")]),
        (400, "length_m_invalid", [("file", GOOD), ("length_m", "50")]),
        (415, "image_unsupported", [("file", b"%!PS-Adobe-3.0")]),
        (422, "image_truncated", [("file", GOOD[:900])]),
        (422, "image_cmyk", [("file", images.a_cmyk_jpeg())]),
        (422, "image_cmyk", [("file", GOOD), ("border", images.a_cmyk_jpeg())]),
        (422, "image_truncated", [("file", GOOD), ("pallu", GOOD[:900])]),
        (415, "image_unsupported", [("file", GOOD), ("body", b"%PDF")]),
        (400, "field_repeated", [("file", GOOD), ("body", GOOD), ("body", GOOD)]),
        (400, "file_missing", [("pallu", GOOD)]),
        (400, "field_invalid", [("file", GOOD), ("fabric", "gold")]),
    ],
)
def test_a_form_that_cannot_be_taken_is_refused_and_leaves_nothing(
    site: MemorySite, status: int, code: str, parts: list[tuple[str, bytes | str]]
) -> None:
    body, kind = multipart(*parts)

    answer = site.post("/api/upload", body, content_type=kind)

    assert (answer.status_code, answer.json_body["code"]) == (status, code)
    assert site.stored() == []
    assert not site.queue.waiting


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        pytest.param("multipart/form-data", multipart(("file", GOOD))[0], id="no boundary"),
        pytest.param(FORM, b"", id="empty"),
        pytest.param(FORM, GOOD, id="no form"),
        pytest.param(FORM, multipart(("file", GOOD))[0][:-30], id="cut short"),
        pytest.param(FORM, multipart(*[("a", "b")] * 40)[0], id="too many parts"),
        pytest.param("multipart/form-data; boundary=" + "x" * 999, b"--x", id="long boundary"),
    ],
)
def test_a_broken_form_is_refused(site: MemorySite, kind: str, body: bytes) -> None:
    answer = site.post("/api/upload", body, content_type=kind)

    assert (answer.status_code, answer.json_body["code"]) == (400, "malformed_multipart")


@pytest.mark.parametrize(
    ("status", "code", "path", "body"),
    [
        (400, "file_missing", "/api/upload", b""),
        (400, "unknown_field", "/api/upload?color=red", GOOD),
        (400, "poses_not_accepted", "/api/upload?pose=pose_01", GOOD),
        (400, "field_repeated", "/api/upload?name=a&name=b", GOOD),
        (415, "image_unsupported", "/api/upload", b"<svg/>"),
        (415, "image_unsupported", "/api/upload", b'{"file": 1}'),
        (422, "image_too_small", "/api/upload", images.a_png(100, 300)),
        (422, "image_too_many_pixels", "/api/upload", images.a_bomb_of_400_megapixels()),
    ],
)
def test_a_raw_body_that_cannot_be_taken_is_refused(
    site: MemorySite, status: int, code: str, path: str, body: bytes
) -> None:
    answer = site.post(path, body, content_type="image/jpeg")

    assert (answer.status_code, answer.json_body["code"]) == (status, code)
    assert site.stored() == []


def test_a_query_beside_a_form_is_refused(site: MemorySite) -> None:
    body, kind = multipart(("file", GOOD))

    answer = site.post("/api/upload?pose=pose_01", body, content_type=kind)

    assert (answer.status_code, answer.json_body["code"]) == (400, "poses_not_accepted")
    assert site.stored() == []


def test_too_many_bytes_are_refused() -> None:
    site = MemorySite(max_upload_bytes="5000")

    answer = site.post("/api/upload", images.a_jpeg(900, 900, quality=95))

    assert (answer.status_code, answer.json_body["code"]) == (413, "file_too_large")


@settings(max_examples=150)
@given(data=st.data())
def test_arbitrary_bodies_are_never_our_fault(data: st.DataObject) -> None:
    site = MemorySite()
    body, kind = multipart(("name", "x"), ("file", GOOD))
    mutated = bytearray(data.draw(st.sampled_from([body, GOOD, b""])) or b"\x00")
    for _ in range(data.draw(st.integers(0, 5))):
        mutated[data.draw(st.integers(0, len(mutated) - 1))] = data.draw(st.integers(0, 255))
    tail = data.draw(st.binary(max_size=200))
    sent = data.draw(st.sampled_from([kind, "image/jpeg", "multipart/form-data", "text/plain"]))

    answer = site.post("/api/upload", bytes(mutated) + tail, content_type=sent)

    assert answer.status_code in (201, 400, 413, 415, 422)
