import cv2
import numpy as np
import pytest

from chalicelib.imaging.metrics.alignment import align


def test_a_pattern_that_is_seen_through_a_small_gap_is_still_found() -> None:
    noise = np.random.default_rng(0).normal(size=(200, 200, 3)).astype(np.float32)
    strip = 50 + 60 * cv2.GaussianBlur(noise, (0, 0), 4)
    weight = np.zeros((200, 200), np.float32)
    weight[80:125, 80:125] = 1

    found = align(strip, np.roll(strip, 6, axis=1), weight)

    assert found is not None
    assert found.slide == pytest.approx(6, abs=1)
