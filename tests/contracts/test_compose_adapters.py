"""What every compose adapter promises."""

import numpy as np
import pytest

from chalicelib.adapters.composers.drape import DrapeComposer
from chalicelib.adapters.composers.simulated import SimulatedComposer
from chalicelib.domain.constraints import FORBIDDEN_CHANGES, INSTRUCTIONS
from chalicelib.imaging.cloth import Cloth
from chalicelib.imaging.placement import PlacementMap
from chalicelib.ports import ComposeAdapter
from tests.unit.imaging.metrics.scenes import a_cloth, a_placement

CLAUSES = frozenset((*INSTRUCTIONS.values(), *FORBIDDEN_CHANGES))


@pytest.fixture(scope="module")
def cloth() -> Cloth:
    return a_cloth(ppm=150)


@pytest.fixture(scope="module")
def placement() -> PlacementMap:
    return a_placement(millimeters=8)


class ComposeAdapterContract:
    def test_it_has_a_name_and_a_version(self, adapter: ComposeAdapter) -> None:
        assert adapter.name.isidentifier()
        assert adapter.version

    def test_it_says_which_of_our_clauses_it_can_honor(self, adapter: ComposeAdapter) -> None:
        assert adapter.honors <= CLAUSES

    def test_it_answers_with_a_picture_of_the_plates_size(
        self, adapter: ComposeAdapter, cloth: Cloth, placement: PlacementMap
    ) -> None:
        picture = adapter.run(cloth, placement, 1, (), FORBIDDEN_CHANGES)

        assert picture.shape == placement.plate.shape
        assert picture.dtype == np.uint8

    def test_the_same_inputs_make_the_same_bytes(
        self, adapter: ComposeAdapter, cloth: Cloth, placement: PlacementMap
    ) -> None:
        told = (INSTRUCTIONS["color_shift"],)

        first = adapter.run(cloth, placement, 7, told, FORBIDDEN_CHANGES)
        second = adapter.run(cloth, placement, 7, told, FORBIDDEN_CHANGES)

        np.testing.assert_array_equal(first, second)

    def test_it_leaves_what_it_is_given_as_it_was(
        self, adapter: ComposeAdapter, cloth: Cloth, placement: PlacementMap
    ) -> None:
        pixels, plate = cloth.pixels.copy(), placement.plate.copy()

        adapter.run(cloth, placement, 1, (), FORBIDDEN_CHANGES)

        np.testing.assert_array_equal(cloth.pixels, pixels)
        np.testing.assert_array_equal(placement.plate, plate)

    def test_a_sentence_that_it_does_not_know_does_no_harm(
        self, adapter: ComposeAdapter, cloth: Cloth, placement: PlacementMap
    ) -> None:
        adapter.run(cloth, placement, 1, ("Mind the gap.",), ("Sing no song.",))


class TestDrapeComposer(ComposeAdapterContract):
    @pytest.fixture
    def adapter(self) -> ComposeAdapter:
        return DrapeComposer()

    def test_it_honors_every_clause(self) -> None:
        assert DrapeComposer().honors == CLAUSES

    def test_neither_seed_nor_instructions_change_what_it_does(
        self, cloth: Cloth, placement: PlacementMap
    ) -> None:
        first = DrapeComposer().run(cloth, placement, 1, (), FORBIDDEN_CHANGES)
        second = DrapeComposer().run(cloth, placement, 2, (INSTRUCTIONS["seam"],), ())

        np.testing.assert_array_equal(first, second)


class TestSimulatedComposer(ComposeAdapterContract):
    @pytest.fixture
    def adapter(self) -> ComposeAdapter:
        return SimulatedComposer({"border_distortion": 0.5, "texture_invented": 1.0})
