import pytest

from chalicelib.imaging.cloth import Cloth
from chalicelib.imaging.composing.draping import drape
from chalicelib.imaging.image import Rgb8
from chalicelib.imaging.placement import PlacementMap
from tests.unit.imaging.metrics.scenes import a_cloth, a_placement


@pytest.fixture(scope="session")
def cloth() -> Cloth:
    return a_cloth(ppm=500)


@pytest.fixture(scope="session")
def placement() -> PlacementMap:
    return a_placement(millimeters=2)


@pytest.fixture(scope="session")
def faithful(cloth: Cloth, placement: PlacementMap) -> Rgb8:
    return drape(cloth, placement)
