"""Two borders of one weave are laid equally wide; two different ones are left alone."""

import numpy as np
import pytest

from chalicelib.imaging.extracting.border import Border
from chalicelib.imaging.extracting.evening import common_width, evening
from chalicelib.imaging.flattening.shading import Layout

PPM = 400.0
RED, GOLD, GREEN = (40.0, 60.0, 30.0), (75.0, 5.0, 60.0), (45.0, -40.0, 20.0)


def a_strip(top_m, bottom_m, below=GOLD):
    strip = np.empty((460, 400, 3), np.float32)
    strip[:] = RED
    strip[: round(top_m * PPM)] = GOLD
    strip[460 - round(bottom_m * PPM) :] = below
    return strip, np.ones(strip.shape[:2], np.bool_)


def the_common(top_m, bottom_m, below=GOLD, sure=1.0):
    strip, seen = a_strip(top_m, bottom_m, below)
    return common_width(strip, seen, PPM, (Border(top_m, sure), Border(bottom_m, 1.0)), 0.8)


def test_borders_of_one_weave_share_the_mean_of_their_widths():
    assert the_common(0.10, 0.11) == pytest.approx(0.105)


@pytest.mark.parametrize(
    "borders",
    [
        pytest.param({"top_m": 0.05, "bottom_m": 0.11}, id="widths far apart"),
        pytest.param({"top_m": 0.10, "bottom_m": 0.11, "below": GREEN}, id="another color"),
        pytest.param({"top_m": 0.10, "bottom_m": 0.11, "sure": 0.3}, id="one hardly told"),
    ],
)
def test_other_borders_keep_their_own_widths(borders):
    assert the_common(**borders) is None


def test_evening_fetches_each_border_from_where_it_was_found():
    layout = Layout(1.15, 0.10, 0.12, 0.8, 0.8)

    ahead = evening(layout, 0.11, 1.0)

    down = (np.arange(len(ahead)) + 0.5) / len(ahead) * 1.15
    fetched = (1.15 - down) - ahead[:, 0, 1]
    assert not ahead[..., 0].any()
    assert np.interp(0.11, down, fetched) == pytest.approx(1.15 - 0.10, abs=5e-4)
    assert np.interp(1.15 - 0.11, down, fetched) == pytest.approx(0.12, abs=5e-4)
    assert (np.diff(fetched) < 0).all()
