import cv2
import numpy as np
import pytest

from chalicelib.imaging.metrics.kinds import Plane
from chalicelib.imaging.metrics.recoloring import Difference
from chalicelib.imaging.metrics.seams import seam

CELL_M = 0.0027
SHAPE = (240, 400)


def ground() -> Plane:
    """Red cloth with a golden stripe along every thread in forty."""
    lab = np.full((*SHAPE, 3), (40, 50, 25), np.float32)
    lab[:, ::40] = (70, 10, 50)
    return lab


def seam_of(change: Plane, weight: Plane | None = None) -> float:
    """What is found where a change is added to the cloth."""
    seen = np.ones(SHAPE, np.float32) if weight is None else weight
    lab = ground()
    return seam(Difference.between(lab, lab + change, seen), CELL_M)


def lighter(where: Plane, by: float = 4.0) -> Plane:
    change = np.zeros((*SHAPE, 3), np.float32)
    change[..., 0] = by * where
    return change


def beyond(degrees: float) -> Plane:
    """One side of a line through the middle at an angle."""
    row, column = np.indices(SHAPE) - np.array(SHAPE).reshape(2, 1, 1) / 2
    angle = np.radians(degrees)
    side: Plane = (row * np.cos(angle) - column * np.sin(angle) > 0).astype(np.float32)
    return side


@pytest.mark.parametrize("degrees", [0, 20, 45, 77, 90, 130, 171])
def test_a_step_is_found_whichever_way_it_runs(degrees: float) -> None:
    assert seam_of(lighter(beyond(degrees))) == pytest.approx(4, abs=0.9)


def test_a_seam_is_found_where_pleats_hide_half_of_the_cloth() -> None:
    pleats = np.broadcast_to(np.arange(SHAPE[1]) % 40 < 20, SHAPE).astype(np.float32)

    assert seam_of(lighter(beyond(0)), pleats) > 3


def test_a_stain_is_no_seam() -> None:
    row, column = np.indices(SHAPE)
    disc = ((row - 120) ** 2 + (column - 200) ** 2 < 22**2).astype(np.float32)

    assert seam_of(lighter(disc, 8.0)) < 8 * 0.6


def test_a_change_that_follows_the_cloths_own_color_is_no_seam() -> None:
    halves = ground()
    halves[:, 200:] = (70, -20, 30)
    faded = halves * np.array([1, 0.7, 0.7], np.float32)
    seen = np.ones(SHAPE, np.float32)

    assert seam(Difference.between(halves, faded, seen), CELL_M) < 0.5


def test_light_that_falls_off_smoothly_is_no_seam() -> None:
    slope = np.broadcast_to(np.linspace(-2, 2, SHAPE[1], dtype=np.float32), SHAPE)

    assert seam_of(lighter(slope, 1.0)) < 0.5


def test_a_joint_that_winds_is_found_beside_a_slope_of_the_light() -> None:
    row, column = np.indices(SHAPE)
    beyond_it = (column > 200 + 30 * np.sin(row / 25)).astype(np.float32)
    slope = np.linspace(1.5, -1.5, SHAPE[1], dtype=np.float32)
    change = lighter(beyond_it) + lighter(np.broadcast_to(slope, SHAPE), 1.0)

    assert seam_of(change) == pytest.approx(4, abs=0.9)


def test_a_joint_that_a_pleat_hides_is_found() -> None:
    seen = np.ones(SHAPE, np.float32)
    seen[:, 180:220] = 0

    assert seam_of(lighter(beyond(90)), seen) > 3


def test_blots_all_over_are_no_seam() -> None:
    noise = np.random.default_rng(2).normal(size=SHAPE).astype(np.float32)
    blots = cv2.GaussianBlur(noise, (0, 0), 4)

    assert seam_of(lighter(blots / blots.std(), 3.0)) < 2.6


def test_a_straight_joint_that_cuts_off_a_small_piece_is_found() -> None:
    row, column = np.indices(SHAPE)
    beyond_it = (row + column > 105).astype(np.float32)

    assert seam_of(lighter(beyond_it)) == pytest.approx(4, abs=0.9)


def test_a_stain_at_the_end_of_what_is_seen_is_no_seam() -> None:
    row, column = np.indices(SHAPE)
    stain = ((row > 190) & (abs(column - 200) < 110)).astype(np.float32)

    assert seam_of(lighter(stain, 8.0)) < 2.6
