from collections.abc import Callable

import cv2
import numpy as np
import pytest

from chalicelib.imaging.image import Rgb8
from chalicelib.imaging.metrics.grading import soft_in_color, ungraded
from chalicelib.imaging.placement import PlacementMap


@pytest.fixture
def backdrop(faithful: Rgb8, placement: PlacementMap) -> Rgb8:
    """The faithful picture before a backdrop that has light and shade."""
    picture = faithful.copy()
    bare = placement.coverage() == 0
    shade = np.linspace(40, 225, picture.shape[1]).astype(np.uint8)
    picture[bare] = np.broadcast_to(shade[:, np.newaxis], picture.shape)[bare]
    return picture


@pytest.mark.parametrize(
    "grade",
    [
        pytest.param(lambda p: p * 1.03, id="exposure"),
        pytest.param(lambda p: (p - 128.0) * 0.98 + 128, id="contrast"),
        pytest.param(lambda p: p * np.array([1.01, 1, 0.99]), id="white balance"),
    ],
)
def test_what_the_whole_picture_went_through_is_undone(
    grade: Callable[[Rgb8], Rgb8], backdrop: Rgb8, placement: PlacementMap
) -> None:
    graded = np.clip(np.rint(grade(backdrop)), 0, 255).astype(np.uint8)

    values = ungraded(graded, backdrop, placement)

    undone = np.stack([values[channel][graded[..., channel]] for channel in range(3)], axis=-1)
    inner = (backdrop > 20) & (backdrop < 235)
    assert np.abs(undone - backdrop)[inner].max() < 1.6


def test_a_change_of_the_cloth_alone_is_no_grade(backdrop: Rgb8, placement: PlacementMap) -> None:
    darker = backdrop.copy()
    cloth = placement.coverage() > 0
    darker[cloth] = (darker[cloth] * 0.9).astype(np.uint8)

    values = ungraded(darker, backdrop, placement)

    np.testing.assert_array_equal(values, np.tile(np.arange(256.0), (3, 1)))


def test_a_large_change_of_all_is_damage(backdrop: Rgb8, placement: PlacementMap) -> None:
    values = ungraded((backdrop * 0.8).astype(np.uint8), backdrop, placement)

    np.testing.assert_array_equal(values, np.tile(np.arange(256.0), (3, 1)))


def test_color_is_mixed_and_lightness_is_not(faithful: Rgb8) -> None:
    spotted = faithful.copy()
    spotted[50, 50] = (180, 80, 80)

    soft = soft_in_color(spotted)

    before, after = (cv2.cvtColor(p, cv2.COLOR_RGB2YCrCb).astype(int) for p in (spotted, soft))
    step = np.abs(after - before)[50, 50]
    assert step[1] > 10
    assert step[0] <= 1
