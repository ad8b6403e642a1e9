"""A saree: its state, its gallery, its artifacts."""

from collections.abc import Callable

from chalice.app import Blueprint, Response

from chalicelib.errors import NotFoundError
from chalicelib.web.models import ArtifactsTold, ArtifactTold, GalleryTold, SareeTold
from chalicelib.web.operations import Operation
from chalicelib.web.replies import elsewhere, reply
from chalicelib.web.services import Services

READ_SAREE = Operation(
    name="read_saree",
    method="GET",
    path="/api/sarees/{saree_id}",
    summary="Tell what is known of a saree.",
    status=200,
    answer=SareeTold,
    errors=(NotFoundError,),
)

READ_GALLERY = Operation(
    name="read_gallery",
    method="GET",
    path="/api/gallery/{saree_id}",
    summary="Tell every generation of a saree with its published pictures.",
    status=200,
    answer=GalleryTold,
    errors=(NotFoundError,),
)

LIST_ARTIFACTS = Operation(
    name="list_artifacts",
    method="GET",
    path="/api/artifacts/{saree_id}",
    summary="List every public artifact of a saree.",
    status=200,
    answer=ArtifactsTold,
    errors=(NotFoundError,),
)

READ_ARTIFACT = Operation(
    name="read_artifact",
    method="GET",
    path="/api/artifacts/{saree_id}/{artifact_id}",
    summary="Hand one artifact over by a signed link.",
    status=302,
    answer=None,
    errors=(NotFoundError,),
    tells=("Location",),
)

OPERATIONS = (READ_SAREE, READ_GALLERY, LIST_ARTIFACTS, READ_ARTIFACT)


def sarees(services: Callable[[], Services]) -> Blueprint:
    """Make the surface that tells of sarees."""
    surface = Blueprint(__name__)

    @READ_SAREE.on(surface)
    def read_saree(saree_id: str) -> Response:
        return reply(SareeTold.model_validate(services().sarees.state(saree_id)))

    @READ_GALLERY.on(surface)
    def read_gallery(saree_id: str) -> Response:
        return reply(GalleryTold.model_validate(services().gallery.of(saree_id)))

    @LIST_ARTIFACTS.on(surface)
    def list_artifacts(saree_id: str) -> Response:
        found = services().artifacts.of(saree_id)
        listed = tuple(ArtifactTold.model_validate(each) for each in found)
        return reply(ArtifactsTold(saree_id=saree_id, artifacts=listed))

    @READ_ARTIFACT.on(surface)
    def read_artifact(saree_id: str, artifact_id: str) -> Response:
        return elsewhere(services().artifacts.url(saree_id, artifact_id))

    return surface
