from dataclasses import replace

import numpy as np

from chalicelib.imaging.flattening.doubt import geometry_doubt
from chalicelib.imaging.flattening.selvedge import Curve
from chalicelib.imaging.flattening.spread import Spread, find_spread
from tests.unit.imaging.spreads import FOCAL_35MM, WIDTH_M, a_shot


def a_spread() -> Spread:
    found = find_spread(a_shot().cutout, WIDTH_M, FOCAL_35MM)
    assert found is not None
    return found


def test_straight_cloth_and_a_known_camera_leave_few_millimeters_in_doubt() -> None:
    assert geometry_doubt(a_spread(), turned=False) < 0.005


def test_each_thing_that_the_photo_does_not_tell_adds_to_the_doubt() -> None:
    spread = a_spread()
    u = np.linspace(spread.far.u, spread.near.u, 50)
    bent = Curve(u, 0.02 * np.sin(3 * u))
    unsure = [
        replace(spread, focal_known=False),
        replace(spread, lower=bent, upper=bent),
        replace(spread, plane=replace(spread.plane, roll_doubt=0.1)),
    ]

    sure = geometry_doubt(spread, turned=False)
    assert min(geometry_doubt(each, turned=False) for each in unsure) > 1.5 * sure


def test_a_pallu_that_the_frame_cuts_leaves_centimeters_in_doubt() -> None:
    spread = a_spread()
    cut = replace(spread, near=replace(spread.near, seen=False))

    assert geometry_doubt(cut, turned=False) > 0.05
    assert geometry_doubt(cut, turned=True) < 0.02
