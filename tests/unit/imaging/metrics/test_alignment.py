import cv2
import numpy as np
import pytest

from chalicelib.imaging.metrics.alignment import align
from chalicelib.imaging.metrics.kinds import Plane


def grained(sigma: float, shape: tuple[int, ...]) -> Plane:
    noise = np.random.default_rng(1).normal(size=shape).astype(np.float32)
    return np.asarray(cv2.GaussianBlur(noise, (0, 0), sigma), np.float32)


@pytest.mark.parametrize("way", [(0.06, 0.0), (0.0, 0.06), (0.06, 0.06)])
def test_a_pattern_that_was_stretched_along_either_thread_is_magnified(
    way: tuple[float, float],
) -> None:
    strip = 50 + 60 * grained(4, (300, 500, 3))
    matrix = np.array([[1 + way[0], 0, -250 * way[0]], [0, 1 + way[1], -150 * way[1]]])
    render = cv2.warpAffine(strip, matrix, (500, 300))

    found = align(strip, render, np.ones((300, 500), np.float32))

    assert found is not None
    assert found.scale == pytest.approx(0.06, abs=0.013)
    assert found.turn == 0


def with_motifs(tilt: float) -> Plane:
    strip = np.full((240, 500, 3), 40, np.float32)
    for row in range(30, 240, 120):
        for column in range(30, 500, 120):
            cv2.ellipse(strip, (column, row), (30, 4), tilt, 0, 360, (80, 20, 30), -1)
    return np.asarray(cv2.GaussianBlur(strip, (0, 0), 1.5), np.float32)


def test_a_pattern_whose_motifs_turned_where_they_stand_only_slid() -> None:
    strip, turned = with_motifs(0), with_motifs(5)
    render = np.roll(turned + 70 * grained(3, turned.shape), 6, axis=0)

    found = align(strip, render, np.ones(strip.shape[:2], np.float32))

    assert found is not None
    assert found.slide == pytest.approx(6, abs=1)
    assert (found.scale, found.turn) == (0, 0)


def test_a_pattern_that_is_seen_through_a_small_gap_is_still_found() -> None:
    strip = 50 + 60 * grained(4, (200, 200, 3))
    weight = np.zeros((200, 200), np.float32)
    weight[80:125, 80:125] = 1

    found = align(strip, np.roll(strip, 6, axis=1), weight)

    assert found is not None
    assert found.slide == pytest.approx(6, abs=1)
