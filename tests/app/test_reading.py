"""The routes that read, for sarees and jobs that exist and for ids that name nothing."""

import logging
import re
from urllib.parse import quote
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.adapters.memory import MemoryObjectStore
from chalicelib.errors import StorageUnavailableError
from chalicelib.ports import StoredObject
from tests import images
from tests.app.site import MemorySite

ROUTES = [
    "/api/sarees/{}",
    "/api/status/{}",
    "/api/gallery/{}",
    "/api/artifacts/{}",
    "/api/logs/{}",
    "/api/artifacts/{}/original",
]


@pytest.fixture
def site() -> MemorySite:
    return MemorySite()


@pytest.fixture
def saree(site: MemorySite) -> str:
    answer = site.post("/api/upload", images.a_jpeg(), content_type="image/jpeg")
    return str(answer.json_body["saree_id"])


def test_a_new_saree_has_an_empty_gallery(site: MemorySite, saree: str) -> None:
    answer = site.get(f"/api/gallery/{saree}")

    assert answer.json_body == {"saree_id": saree, "generations": []}


def test_an_artifact_is_handed_over_by_a_link(site: MemorySite, saree: str) -> None:
    (listed,) = site.get(f"/api/artifacts/{saree}").json_body["artifacts"]

    answer = site.get(f"/api/artifacts/{saree}/{listed['artifact_id']}")

    assert listed["name"] == "original.jpg"
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("memory:")


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize(
    "given_id",
    [
        uuid4().hex,
        uuid4().hex.upper(),
        str(uuid4()),
        "0" * 32,
        "x",
        "..",
        "%2e%2e%2f%2e%2e",
        "a%00b",
        "null",
        uuid4().hex + "%0a",
    ],
)
def test_an_id_that_names_nothing_is_not_found(
    site: MemorySite, route: str, given_id: str
) -> None:
    answer = site.get(route.format(given_id))

    assert answer.status_code == 404
    assert re.fullmatch(r"(saree|job|artifact)_not_found", answer.json_body["code"])


@pytest.mark.parametrize(
    "given_id", ["saree.json", "../saree.json", "prepared", "..", "manifest.json", "x" * 2000]
)
def test_an_artifact_is_never_named_by_its_key(
    site: MemorySite, saree: str, given_id: str
) -> None:
    answer = site.get(f"/api/artifacts/{saree}/{quote(given_id, safe='')}")

    assert (answer.status_code, answer.json_body["code"]) == (404, "artifact_not_found")


class WatchedStore(MemoryObjectStore):
    """Remembers what it was asked for."""

    asked: list[str]

    def get(self, key: str) -> bytes:
        self.asked.append(key)
        return super().get(key)

    def list(self, prefix: str) -> tuple[StoredObject, ...]:
        self.asked.append(prefix)
        return super().list(prefix)


@given(text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60))
def test_no_id_reaches_the_store_outside_its_prefix(text: str) -> None:
    site = MemorySite()
    site.store.__class__ = WatchedStore
    asked: list[str] = []
    site.store.asked = asked  # type: ignore[attr-defined]
    segment = quote(text, safe="")

    for route in ROUTES:
        answer = site.get(route.format(segment))
        assert answer.status_code == 404

    assert all(re.match(r"(sarees|jobs)/[0-9a-f]{32}/", key) for key in asked)


class StoreDown(MemoryObjectStore):
    """Fails as a store does, naming what nobody outside should read."""

    def get(self, key: str) -> bytes:
        raise StorageUnavailableError(f"bucket-7/{key}: SlowDown")

    def list(self, prefix: str) -> tuple[StoredObject, ...]:
        raise StorageUnavailableError(f"bucket-7/{prefix}: SlowDown")


@pytest.mark.parametrize("route", ROUTES)
def test_a_store_that_fails_is_told_without_its_words(site: MemorySite, route: str) -> None:
    site.store.__class__ = StoreDown

    answer = site.get(route.format(uuid4().hex))

    assert (answer.status_code, answer.json_body["code"]) == (503, "unavailable")
    assert int(answer.headers["Retry-After"]) > 0
    assert b"bucket" not in answer.body
    assert b"SlowDown" not in answer.body


class StoreBroken(MemoryObjectStore):
    """Fails as our own mistakes do."""

    def get(self, key: str) -> bytes:
        raise RuntimeError(f"secret {key}")

    list = get  # type: ignore[assignment]


@pytest.mark.parametrize("route", ROUTES)
def test_a_mistake_of_ours_is_told_without_its_words(site: MemorySite, route: str) -> None:
    site.store.__class__ = StoreBroken

    answer = site.get(route.format(uuid4().hex))

    assert (answer.status_code, answer.json_body["code"]) == (500, "internal_error")
    assert b"secret" not in answer.body
    assert b"Traceback" not in answer.body


class Kept(logging.Handler):
    """Keeps what is logged, however the loggers above are set up."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record)


def test_a_mistake_of_ours_is_logged_under_its_request(site: MemorySite) -> None:
    site.store.__class__ = StoreBroken
    kept = Kept()
    logging.getLogger("chalicelib.web.operations").addHandler(kept)

    answer = site.get(f"/api/sarees/{uuid4().hex}", X_Request_Id="r-17")

    (raised,) = kept.lines
    assert answer.status_code == 500
    assert raised.getMessage() == "request.raised"
    assert raised.__dict__["request"] == "r-17"
    assert raised.exc_info is not None


@pytest.mark.parametrize("path", ["/health", "/api/health"])
def test_health_asks_the_store_and_the_queues(site: MemorySite, path: str) -> None:
    well = site.get(path)
    site.store.__class__ = StoreDown
    ill = site.get(path)

    assert (well.status_code, well.json_body["status"]) == (200, "ok")
    assert well.json_body["checks"] == {"store": "ok", "queues": "ok"}
    assert (ill.status_code, ill.json_body["status"]) == (503, "unavailable")
    assert ill.json_body["checks"] == {"store": "unavailable", "queues": "ok"}
