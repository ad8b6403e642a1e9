import numpy as np
import pytest

from chalicelib.domain.constraints import FORBIDDEN_CHANGES, INSTRUCTIONS, Constraint
from chalicelib.errors import ModelUnavailableError
from chalicelib.imaging.cloth import Cloth
from chalicelib.imaging.image import Rgb8
from chalicelib.imaging.placement import PlacementMap
from chalicelib.stages.compose import compose
from tests.unit.imaging.metrics.scenes import a_cloth, a_placement


class Painter:
    """Answers with one picture and remembers what it was asked."""

    name = "painter"
    version = "1"
    honors: frozenset[str] = frozenset()

    def __init__(self, picture: Rgb8) -> None:
        self.picture = picture
        self.told: tuple[tuple[str, ...], tuple[str, ...]] | None = None

    def run(
        self,
        image: Cloth,
        placement_map: PlacementMap,
        seed: int,
        strict_instructions: tuple[str, ...],
        forbidden_changes: tuple[str, ...],
    ) -> Rgb8:
        self.told = (strict_instructions, forbidden_changes)
        return self.picture


@pytest.fixture(scope="module")
def cloth() -> Cloth:
    return a_cloth(ppm=200)


@pytest.fixture(scope="module")
def placement() -> PlacementMap:
    return a_placement(millimeters=6)


def test_whatever_an_adapter_paints_the_plate_stays_byte_for_byte(
    cloth: Cloth, placement: PlacementMap
) -> None:
    everywhere = Painter(np.full(placement.plate.shape, 7, np.uint8))

    picture = compose(cloth, placement, everywhere, 1, ())

    bare = placement.coverage() == 0
    np.testing.assert_array_equal(picture[bare], placement.plate[bare])
    assert (picture[~bare] == 7).all()


def test_what_is_published_is_no_memory_of_the_adapters(
    cloth: Cloth, placement: PlacementMap
) -> None:
    painter = Painter(np.full(placement.plate.shape, 7, np.uint8))

    picture = compose(cloth, placement, painter, 1, ())
    painter.picture[:] = 9

    assert not (picture == 9).any()


@pytest.mark.parametrize(
    "picture",
    [
        pytest.param(np.zeros((4, 4, 3), np.uint8), id="another size"),
        pytest.param(np.zeros((167, 317, 4), np.uint8), id="a fourth channel"),
        pytest.param(np.zeros((167, 317, 3), np.float32), id="floats"),
    ],
)
def test_an_answer_that_is_no_picture_of_the_plates_size_is_refused(
    picture: Rgb8, cloth: Cloth, placement: PlacementMap
) -> None:
    with pytest.raises(ModelUnavailableError, match="painter answered with"):
        compose(cloth, placement, Painter(picture), 1, ())


def test_an_adapter_is_told_what_to_preserve_and_what_it_may_never_do(
    cloth: Cloth, placement: PlacementMap
) -> None:
    painter = Painter(placement.plate.copy())
    constraint = Constraint("seam", "body", INSTRUCTIONS["seam"])

    compose(cloth, placement, painter, 1, (constraint,))

    assert painter.told == ((INSTRUCTIONS["seam"],), FORBIDDEN_CHANGES)
