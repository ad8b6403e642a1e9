"""Where metallic thread shows."""

import numpy as np
import pytest

from chalicelib.imaging.extracting.thread import zari_share
from chalicelib.imaging.image import Rgb8


def speckled(color: tuple[int, int, int], spread: float) -> Rgb8:
    """Cloth of one color whose threads differ in lightness."""
    grain = np.random.default_rng(2).normal(1, spread, (120, 120, 1)).astype(np.float32)
    grain = np.kron(grain[::2, ::2], np.ones((2, 2, 1), np.float32))
    return np.clip(np.array(color) * grain, 0, 255).astype(np.uint8)


def test_gold_thread_that_sparkles_is_metal() -> None:
    assert zari_share(speckled((205, 170, 95), 0.25)).mean() > 0.5


@pytest.mark.parametrize(
    "color",
    [
        pytest.param((85, 82, 22), id="olive"),
        pytest.param((95, 75, 20), id="dark mustard"),
        pytest.param((150, 20, 40), id="red"),
    ],
)
def test_a_dyed_print_is_no_metal_although_it_is_lively(color: tuple[int, int, int]) -> None:
    assert zari_share(speckled(color, 0.25)).mean() < 0.05


def test_even_golden_silk_is_no_metal() -> None:
    assert zari_share(speckled((205, 170, 95), 0.01)).mean() < 0.05
