import json
from urllib.parse import quote_plus

import pytest

from chalicelib.errors import InvalidInputError, TooLargeError, UnsupportedImageError
from tests.makers import a_jpeg
from tests.simulation.world import World


def announced(*keys: str) -> str:
    return json.dumps({"Records": [{"s3": {"object": {"key": quote_plus(key)}}} for key in keys]})


def posted(world: World, body: bytes, size: int | None = None) -> str:
    """Do what a client does with a form: ask for it, then post."""
    promise = world.pallu.services.uploads.promise(
        "image/jpeg", size or len(body), 5.6, None, "Blue"
    )
    world.store.put_upload(promise.fields["key"], body, content_type="image/jpeg")
    return promise.saree_id


def test_a_direct_upload_is_promoted_and_prepared() -> None:
    world = World()
    saree = posted(world, a_jpeg())

    world.pallu.ingest(announced(f"incoming/{saree}"))

    state = world.pallu.services.sarees.state(saree)
    assert (state.status, state.length_m, state.name) == ("registered", 5.6, "Blue")
    assert world.store.get(f"sarees/{saree}/original.jpg") == a_jpeg()
    assert len(world.queue.waiting["isolate"]) == 1
    assert not world.store.list("incoming/")


def test_an_announcement_that_comes_again_changes_nothing() -> None:
    world = World()
    saree = posted(world, a_jpeg())
    world.pallu.ingest(announced(f"incoming/{saree}"))
    before = world.contents()

    world.pallu.ingest(announced(f"incoming/{saree}"))

    assert world.contents() == before


def test_until_the_upload_arrives_the_saree_awaits_it() -> None:
    world = World()
    promise = world.pallu.services.uploads.promise("image/png", 10, None, None, None)

    assert world.pallu.services.sarees.state(promise.saree_id).status == "awaiting_upload"


@pytest.mark.parametrize(
    ("body", "size", "code"),
    [
        pytest.param(b"<svg/>", None, "image_unsupported", id="no image"),
        pytest.param(a_jpeg()[:900], None, "image_truncated", id="truncated"),
        pytest.param(a_jpeg(), 5, "upload_differs_from_promise", id="another size"),
    ],
)
def test_a_bad_direct_upload_rejects_its_saree_and_leaves_nothing_else(
    body: bytes, size: int | None, code: str
) -> None:
    world = World()
    saree = posted(world, body, size)

    world.pallu.ingest(announced(f"incoming/{saree}"))

    state = world.pallu.services.sarees.state(saree)
    assert state.reason is not None
    assert (state.status, state.reason.code) == ("rejected", code)
    assert {key.rsplit("/", 1)[1] for key in world.contents()} == {"promise.json", "refused.json"}


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(json.dumps({"Event": "s3:TestEvent"}), id="the test event"),
        pytest.param(announced("sarees/x/original.jpg"), id="a key elsewhere"),
        pytest.param(announced("incoming/../../etc/passwd"), id="a path"),
        pytest.param(announced("incoming/" + "0" * 32), id="nobody's upload"),
    ],
)
def test_what_announces_no_upload_of_ours_is_passed_over(body: str) -> None:
    world = World()

    world.pallu.ingest(body)

    assert world.contents() == {}


def test_what_is_no_announcement_is_poison() -> None:
    with pytest.raises(InvalidInputError, match="not a notification"):
        World().pallu.ingest("[1]")


@pytest.mark.parametrize(
    ("asked", "error", "match"),
    [
        pytest.param(("image/gif", 10, None, None), UnsupportedImageError, "JPEG", id="type"),
        pytest.param(("image/png", 10**9, None, None), TooLargeError, "at most", id="size"),
        pytest.param(("image/png", 10, 50.0, None), InvalidInputError, "length_m", id="length"),
        pytest.param(("image/png", 10, None, 0.01), InvalidInputError, "width_m", id="width"),
    ],
)
def test_a_form_is_only_signed_for_what_would_be_taken(
    asked: tuple[str, int, float | None, float | None], error: type[Exception], match: str
) -> None:
    with pytest.raises(error, match=match):
        World().pallu.services.uploads.promise(*asked, name=None)


def test_an_upload_whose_announcement_was_lost_is_found_by_the_sweep() -> None:
    world = World()
    saree = posted(world, a_jpeg())

    world.clock.advance(world.pallu.settings.stand_still_seconds + 1)
    world.pallu.sweep()

    assert world.pallu.services.sarees.state(saree).status == "registered"
