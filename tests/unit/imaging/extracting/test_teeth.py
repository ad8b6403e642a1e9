"""What stands on a border's edge and reaches into the body."""

import numpy as np
import pytest

from chalicelib.imaging.extracting.teeth import standing, teeth_m
from chalicelib.imaging.image import Mask, Rgb8

PPM = 400.0
GOLD, RED = (200, 160, 70), (130, 20, 40)


def an_edge(tall: int = 5, body: int = 30) -> tuple[Rgb8, Mask]:
    """24 rows of gold with teeth of 10 columns, then red with golden dots; where the teeth are."""
    rows, columns = np.mgrid[0 : 24 + body, 0:400]
    teeth = rows - 24 < tall * (1 - np.abs(columns % 10 - 5) / 5)
    dots = (rows >= 32) & (rows < 38) & (columns % 50 < 8)
    cloth = np.where((teeth | dots)[..., None], GOLD, RED).astype(np.float64)
    cloth += np.random.default_rng(1).normal(0, 3, cloth.shape)
    return np.clip(cloth, 0, 255).astype(np.uint8), teeth


@pytest.mark.parametrize("tall", [4, 6])
def test_teeth_are_measured_from_their_feet_to_a_little_beyond_their_tips(tall: int) -> None:
    edge, _ = an_edge(tall)

    reach = teeth_m(edge, np.ones(edge.shape[:2], np.bool_), 24 / PPM, PPM)

    assert tall / PPM <= reach < (tall + 3) / PPM


def test_a_straight_edge_has_no_teeth() -> None:
    edge, _ = an_edge(0)

    assert teeth_m(edge, np.ones(edge.shape[:2], np.bool_), 24 / PPM, PPM) == 0


def test_motifs_of_the_body_near_a_border_are_none_of_its_teeth() -> None:
    edge, teeth = an_edge(6)

    share = standing(edge, 24 / PPM, 12, PPM)

    assert share.shape == (12, 400)
    assert share[teeth[24:36]].mean() > 0.8
    assert share[8:].max() < 0.2
