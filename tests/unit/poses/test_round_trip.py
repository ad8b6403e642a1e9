"""Strip to pose and back: every pose that ships tells a smooth cloth's colors truly."""

from functools import cache

import numpy as np
import pytest

from chalicelib.imaging.cloth import Cloth, Parts
from chalicelib.imaging.color import to_srgb
from chalicelib.imaging.composing.draping import drape, prepare, unlight
from chalicelib.poses.asset import available, load

PPM = 200


@cache
def a_smooth_cloth() -> Cloth:
    """A saree whose colors change slowly everywhere, and differ in every place."""
    row, column = np.indices((round(1.15 * PPM), round(5.5 * PPM))) / PPM
    pixels = np.stack(
        [
            130 + 60 * np.sin(2.1 * column),
            120 + 55 * np.cos(5 * row + 0.7 * column),
            110 + 50 * np.sin(3.2 * row - 1.3 * column),
        ],
        -1,
    )
    parts = Parts(
        pixels_per_meter=PPM,
        length_m=5.5,
        width_m=1.15,
        border_top_m=0.06,
        border_bottom_m=0.1,
        pallu_m=0.9,
        period_s_m=None,
        period_t_m=None,
        lattice=None,
        colors=(),
        zari_share=0,
        sheen=0.3,
        sheer=0,
        seen_share=1,
        confidence={},
        assumptions=(),
    )
    seen = np.ones(row.shape, np.bool_)
    return Cloth(np.rint(pixels).astype(np.uint8), seen, np.zeros(row.shape, np.float32), parts)


@pytest.mark.parametrize("pose", available())
def test_a_pose_gives_back_the_cloth_it_was_given(pose: str) -> None:
    cloth, placement = a_smooth_cloth(), load(pose).placement()
    ready = prepare(cloth)

    lifted = unlight(drape(ready, placement), placement, ready)[0]

    front = placement.layers[0]
    well = (lifted.trust > 0.99) & (front.light > 0.2)
    row = np.clip(np.rint((1.15 - front.t[well]) * PPM - 0.5).astype(int), 0, 229)
    column = np.clip(np.rint(front.s[well] * PPM - 0.5).astype(int), 0, 1099)
    off = np.abs(to_srgb(lifted.linear[well]).astype(int) - cloth.pixels[row, column])
    assert well.sum() > 100_000
    assert np.median(off) <= 1
    assert np.percentile(off, 95) <= 4
