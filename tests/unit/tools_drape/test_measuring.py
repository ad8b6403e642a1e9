"""What a drape may be, and what keeps it from being rendered."""

from dataclasses import replace

import pytest

pytest.importorskip("numba", reason="the drape is simulated where numba is installed")

from tools.poses.measuring import DrapeFacts
from tools.poses.physics.strain import StrainFigures

GOOD = DrapeFacts(
    crossings=0,
    penetrations=10,
    deepest=0.002,
    strain={"all": StrainFigures(0.013, 0.068, 33.0)},
    hem_height=(0.009, 0.04),
    pleats=7,
    pallu_hang=(1.4, 0.76),
    rest_speed=0.0045,
)


def test_a_good_drape_has_no_faults():
    assert GOOD.faults() == []


@pytest.mark.parametrize(
    ("change", "named"),
    [
        pytest.param({"strain": {"all": StrainFigures(0.04, 0.08, 30.0)}}, "median", id="long"),
        pytest.param({"strain": {"all": StrainFigures(0.02, 0.2, 30.0)}}, "95th", id="stretched"),
        pytest.param({"crossings": 1}, "crossings", id="tangled"),
        pytest.param({"penetrations": 500}, "body", id="in the body"),
        pytest.param({"hem_height": (0.01, 0.2)}, "hem", id="short"),
        pytest.param({"rest_speed": 0.2}, "speed", id="still falling"),
    ],
)
def test_each_fault_is_named(change, named):
    faults = replace(GOOD, **change).faults()

    assert len(faults) == 1
    assert named in faults[0]


def test_the_report_says_every_figure():
    said = "\n".join(GOOD.lines())

    for figure in ("crossings 0", "7 pleats", "1.40 m", "0.76 m", "4.5 mm/s", "1.3 %", "6.8 %"):
        assert figure in said
