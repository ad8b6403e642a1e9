import cv2
import numpy as np
import pytest

from chalicelib.imaging.cloth import Cloth
from chalicelib.imaging.composing.draping import drape
from chalicelib.imaging.damage import Damage, rescale, tint
from chalicelib.imaging.image import Rgb8
from chalicelib.imaging.metrics.registration import in_step_with
from chalicelib.imaging.placement import PlacementMap


def moved(picture: Rgb8, row: float, column: float) -> Rgb8:
    matrix = np.array([[1, 0, column], [0, 1, row]])
    size = (picture.shape[1], picture.shape[0])
    result: Rgb8 = cv2.warpAffine(picture, matrix, size, borderMode=cv2.BORDER_REPLICATE)
    return result


@pytest.mark.parametrize(
    ("row", "column"),
    [
        pytest.param(0.5, 0.0, id="half a row"),
        pytest.param(0.0, -0.5, id="half a column"),
        pytest.param(0.4, 0.4, id="both"),
    ],
)
def test_a_reference_follows_a_render_that_lies_a_fraction_of_a_pixel_off(
    row: float, column: float, faithful: Rgb8, placement: PlacementMap
) -> None:
    render = moved(faithful, row, column)
    index = placement.layers[0].index

    followed = in_step_with(render, faithful, index)

    before = np.abs(render.astype(int) - faithful)
    after = np.abs(render.astype(int) - followed)
    assert after.mean() < before.mean() / 4


def test_a_reference_stays_where_it_is_when_the_render_is_in_place(
    faithful: Rgb8, placement: PlacementMap
) -> None:
    assert in_step_with(faithful.copy(), faithful, placement.layers[0].index) is faithful


@pytest.mark.parametrize(
    ("damage", "strength"),
    [pytest.param(tint, 8.0, id="colors"), pytest.param(rescale, 0.05, id="pattern")],
)
def test_a_reference_does_not_follow_damage(
    damage: Damage, strength: float, cloth: Cloth, faithful: Rgb8, placement: PlacementMap
) -> None:
    render = drape(damage(cloth, "body", strength), placement)

    assert in_step_with(render, faithful, placement.layers[0].index) is faithful


def test_a_picture_that_is_several_pixels_off_is_not_followed(
    faithful: Rgb8, placement: PlacementMap
) -> None:
    render = moved(faithful, 4.0, 0.0)

    assert in_step_with(render, faithful, placement.layers[0].index) is faithful
