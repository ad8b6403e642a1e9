import cv2
import numpy as np
import pytest

from chalicelib.imaging.metrics.detail import detail_share, detail_where_changed
from chalicelib.imaging.metrics.kinds import Plane

SHAPE = (160, 200)
SEEN = np.ones(SHAPE, np.float32)


def pattern(seed: int = 0) -> Plane:
    """Motifs of a few cells, in lightness and color."""
    noise = np.random.default_rng(seed).normal(size=(*SHAPE, 3)).astype(np.float32)
    smooth = cv2.GaussianBlur(noise, (0, 0), 1.5)
    lab: Plane = np.float32(50) + np.float32(8) * smooth / smooth.std()
    return lab


def share_of(render: Plane) -> float:
    return detail_share(pattern(), render, SEEN)


@pytest.mark.parametrize(
    "sigmas", [(0.6, 0.6), (1.2, 1.2), (2.0, 0.01)], ids=["a little", "more", "one way"]
)
def test_a_blur_takes_detail_away(sigmas: tuple[float, float]) -> None:
    blurred = cv2.GaussianBlur(pattern(), (0, 0), sigmas[0], sigmaY=sigmas[1])

    assert share_of(blurred) < -0.6


def test_sharpening_lays_detail_on() -> None:
    sharper = pattern() + (pattern() - cv2.GaussianBlur(pattern(), (0, 0), 1.0))

    assert share_of(sharper) > 0.6


def test_paler_motifs_are_not_blurred_ones() -> None:
    assert share_of(np.float32(50) + np.float32(0.5) * (pattern() - np.float32(50))) == 0


def test_a_pattern_that_moved_or_was_replaced_is_not_blurred() -> None:
    for cells in (3, 4, 9):
        assert share_of(np.roll(pattern(), cells, axis=1)) > -0.45
    assert share_of(pattern(seed=1)) > -0.45


def test_the_same_picture_has_its_detail() -> None:
    assert share_of(pattern()) == 0


def test_a_smooth_filling_has_less_detail_than_the_pattern_it_stands_for() -> None:
    filled = pattern()
    filled[60:100, 60:120] = cv2.GaussianBlur(pattern(), (0, 0), 8)[60:100, 60:120]

    assert detail_where_changed(pattern(), filled, SEEN) < 0.3


def test_spots_on_a_pattern_bring_their_own_detail() -> None:
    spotted = pattern()
    spotted[60:100:4, 60:120:4] += 30

    assert detail_where_changed(pattern(), spotted, SEEN) > 1


def test_where_nothing_changed_nothing_is_missing() -> None:
    assert detail_where_changed(pattern(), pattern(), SEEN) == 1
