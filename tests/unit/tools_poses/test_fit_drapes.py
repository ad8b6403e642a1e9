"""No picture is rendered of a drape that is over a limit."""

import numpy as np
import pytest

from tools.poses.cloth import DrapedCloth


def a_cloth(facts, tmp_path):
    flat = np.zeros((2, 2, 3), np.float32)
    threads = np.array([0, 1], np.float32)
    DrapedCloth(flat, threads, threads, np.ones((2, 2), np.bool_), facts).save(tmp_path / "c.npz")
    return DrapedCloth.load(tmp_path / "c.npz")


def test_a_drape_within_its_limits_may_be_rendered(tmp_path):
    a_cloth({"faults": []}, tmp_path).must_be_fit()


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        pytest.param({"faults": ["rest speed is 0.3, over 0.02"]}, "over 0.02", id="at fault"),
        pytest.param({}, "never measured", id="unmeasured"),
    ],
)
def test_any_other_drape_stops_the_builder(facts, said, tmp_path):
    with pytest.raises(SystemExit, match=said):
        a_cloth(facts, tmp_path).must_be_fit()
