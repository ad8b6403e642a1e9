import json
from urllib.parse import quote_plus

import pytest

from chalicelib.domain.saree import DetailPart, Fabric
from chalicelib.errors import InvalidInputError, TooLargeError, UnsupportedImageError
from chalicelib.service.said import Said
from chalicelib.service.sarees import PromisedPhoto
from tests.makers import a_jpeg
from tests.simulation.world import World


def announced(*keys: str) -> str:
    return json.dumps({"Records": [{"s3": {"object": {"key": quote_plus(key)}}} for key in keys]})


def posted(world: World, body: bytes, size: int | None = None) -> str:
    """Do what a client does with a form: ask for it, then post."""
    said = Said(5.6, None, "Blue", Fabric.COTTON)
    promise = world.pallu.services.uploads.promise("image/jpeg", size or len(body), said, ())
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
    promise = world.pallu.services.uploads.promise("image/png", 10, Said(), ())

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
    ("kind", "size", "details", "error", "match"),
    [
        pytest.param("image/gif", 10, (), UnsupportedImageError, "JPEG", id="type"),
        pytest.param("image/png", 10**9, (), TooLargeError, "at most", id="size"),
        pytest.param(
            "image/png",
            10,
            (PromisedPhoto(DetailPart.BORDER, "image/gif", 10),),
            UnsupportedImageError,
            "border",
            id="type of a detail",
        ),
        pytest.param(
            "image/png",
            10,
            (PromisedPhoto(DetailPart.BODY, "image/png", 10),) * 2,
            InvalidInputError,
            "at most one",
            id="a part twice",
        ),
    ],
)
def test_a_form_is_only_signed_for_what_would_be_taken(
    kind: str,
    size: int,
    details: tuple[PromisedPhoto, ...],
    error: type[Exception],
    match: str,
) -> None:
    world = World()

    with pytest.raises(error, match=match):
        world.pallu.services.uploads.promise(kind, size, Said(), details)

    assert not world.contents()


@pytest.mark.parametrize(
    ("length_m", "width_m", "match"), [(50.0, None, "length_m"), (None, 0.01, "width_m")]
)
def test_what_no_saree_is_cannot_be_said(
    length_m: float | None, width_m: float | None, match: str
) -> None:
    with pytest.raises(InvalidInputError, match=match):
        Said(length_m, width_m)


def test_a_direct_upload_waits_until_all_its_photos_are_there() -> None:
    world, pallu, border = World(), a_jpeg(seed=1), a_jpeg(seed=2)
    details = (
        PromisedPhoto(DetailPart.BORDER, "image/jpeg", len(border)),
        PromisedPhoto(DetailPart.PALLU, "image/jpeg", len(pallu)),
    )
    uploads = world.pallu.services.uploads
    promise = uploads.promise("image/jpeg", len(a_jpeg()), Said(), details)
    forms = {form.part: form.fields["key"] for form in promise.details}
    arriving = [
        (forms[DetailPart.PALLU], pallu),
        (promise.fields["key"], a_jpeg()),
        (forms[DetailPart.BORDER], border),
    ]

    seen = []
    for key, photo in arriving:
        world.store.put_upload(key, photo, content_type="image/jpeg")
        world.pallu.ingest(announced(key))
        seen.append(world.pallu.services.sarees.state(promise.saree_id).status)

    assert seen == ["awaiting_upload", "awaiting_upload", "registered"]
    assert not world.store.list("incoming/")
    assert world.store.get(f"sarees/{promise.saree_id}/detail_pallu.jpg") == pallu
    assert world.store.get(f"sarees/{promise.saree_id}/detail_border.jpg") == border
    state = world.pallu.services.sarees.state(promise.saree_id)
    assert [detail.part for detail in state.details] == ["pallu", "border"]


def test_a_photo_that_comes_again_after_all_were_promoted_is_cleared_away() -> None:
    world, border = World(), a_jpeg(seed=2)
    details = (PromisedPhoto(DetailPart.BORDER, "image/jpeg", len(border)),)
    uploads = world.pallu.services.uploads
    promise = uploads.promise("image/jpeg", len(a_jpeg()), Said(), details)
    keys = [promise.fields["key"], promise.details[0].fields["key"]]
    for key, photo in zip(keys, (a_jpeg(), border), strict=True):
        world.store.put_upload(key, photo, content_type="image/jpeg")
    world.pallu.ingest(announced(*keys))
    before = world.contents()

    world.store.put_upload(keys[1], border, content_type="image/jpeg")
    world.pallu.ingest(announced(keys[1]))

    assert world.contents() == before


def test_a_detail_that_breaks_its_promise_rejects_the_saree_and_is_named() -> None:
    world = World()
    details = (PromisedPhoto(DetailPart.PALLU, "image/jpeg", 7),)
    uploads = world.pallu.services.uploads
    promise = uploads.promise("image/jpeg", len(a_jpeg()), Said(), details)
    for form, photo in ((promise, a_jpeg()), (promise.details[0], b"no photo")):
        world.store.put_upload(form.fields["key"], photo, content_type="image/jpeg")

    world.pallu.ingest(announced(promise.fields["key"]))

    state = world.pallu.services.sarees.state(promise.saree_id)
    assert state.reason is not None
    assert (state.status, state.reason.code) == ("rejected", "image_unsupported")
    assert state.reason.detail.startswith("the photo of the pallu")
    assert not world.store.list("incoming/")


def test_an_upload_whose_announcement_was_lost_is_found_by_the_sweep() -> None:
    world = World()
    saree = posted(world, a_jpeg())

    world.clock.advance(world.pallu.settings.stand_still_seconds + 1)
    world.pallu.sweep()

    assert world.pallu.services.sarees.state(saree).status == "registered"
