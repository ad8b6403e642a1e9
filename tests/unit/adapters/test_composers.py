import numpy as np
import pytest

from chalicelib.adapters.composers.simulated import FAULTS, SimulatedComposer
from chalicelib.domain.constraints import FORBIDDEN_CHANGES, INSTRUCTIONS
from chalicelib.errors import SettingsError
from chalicelib.imaging.cloth import Cloth
from chalicelib.imaging.composing.draping import drape
from chalicelib.imaging.damage import DAMAGES
from chalicelib.imaging.placement import PlacementMap
from tests.unit.imaging.metrics.scenes import a_cloth, a_placement


@pytest.fixture(scope="module")
def cloth() -> Cloth:
    return a_cloth(ppm=150)


@pytest.fixture(scope="module")
def placement() -> PlacementMap:
    return a_placement(millimeters=8)


def test_there_is_a_fault_for_every_reason() -> None:
    assert set(FAULTS) == set(INSTRUCTIONS)
    assert {fault.damage for fault in FAULTS.values()} <= set(DAMAGES)


def test_without_faults_it_drapes_faithfully(cloth: Cloth, placement: PlacementMap) -> None:
    picture = SimulatedComposer({}).run(cloth, placement, 1, (), FORBIDDEN_CHANGES)

    np.testing.assert_array_equal(picture, drape(cloth, placement))


def test_a_fault_happens_as_often_as_its_rate_says(cloth: Cloth, placement: PlacementMap) -> None:
    model = SimulatedComposer({"color_shift": 0.5})
    faithful = drape(cloth, placement)

    happened = [
        not np.array_equal(model.run(cloth, placement, seed, (), ()), faithful)
        for seed in range(16)
    ]

    assert 3 <= sum(happened) <= 13


def test_an_instruction_stops_the_fault_it_speaks_of(
    cloth: Cloth, placement: PlacementMap
) -> None:
    model = SimulatedComposer({"color_shift": 1.0, "motif_lost": 1.0})
    only_pale = SimulatedComposer({"motif_lost": 1.0}).run(cloth, placement, 1, (), ())

    picture = model.run(cloth, placement, 1, (INSTRUCTIONS["color_shift"],), ())

    np.testing.assert_array_equal(picture, only_pale)


def test_a_stubborn_fault_heeds_no_instruction(cloth: Cloth, placement: PlacementMap) -> None:
    model = SimulatedComposer.from_text("stubborn:color_shift=1")
    told = (INSTRUCTIONS["color_shift"],)

    picture = model.run(cloth, placement, 1, told, ())

    assert not np.array_equal(picture, drape(cloth, placement))
    assert INSTRUCTIONS["color_shift"] not in model.honors
    assert INSTRUCTIONS["seam"] in model.honors


def test_faults_are_read_as_a_setting_writes_them(cloth: Cloth, placement: PlacementMap) -> None:
    read = SimulatedComposer.from_text(" color_shift=1.0, border_broken=0 ,")
    made = SimulatedComposer({"color_shift": 1.0, "border_broken": 0.0})

    np.testing.assert_array_equal(
        read.run(cloth, placement, 3, (), ()), made.run(cloth, placement, 3, (), ())
    )


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("sleeve=1", id="an unknown fault"),
        pytest.param("color_shift", id="no rate"),
        pytest.param("color_shift=often", id="a rate that is no number"),
        pytest.param("color_shift=1.5", id="a rate above 1"),
        pytest.param("color_shift=nan", id="a rate that is not a number"),
        pytest.param("stubborn:=1", id="a stubborn nothing"),
    ],
)
def test_a_setting_that_names_no_fault_or_rate_is_refused(text: str) -> None:
    with pytest.raises(SettingsError):
        SimulatedComposer.from_text(text)
