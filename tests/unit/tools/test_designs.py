from functools import cache

import numpy as np
import pytest

from chalicelib.imaging.cloth import REGIONS, Cloth
from tools.designs.collection import DESIGNS


@cache
def design(name: str) -> Cloth:
    return DESIGNS[name]()


every_design = pytest.mark.parametrize("name", [*DESIGNS])


@every_design
def test_a_design_is_as_large_as_its_facts_say(name: str) -> None:
    cloth = design(name)

    parts = cloth.parts
    size = (round(parts.width_m * parts.pixels_per_meter), round(parts.length_m * 1000))

    assert cloth.pixels.shape == (*size, 3)
    assert cloth.zari.shape == cloth.seen.shape == size
    assert all(cloth.region(region).any() for region in REGIONS)


@every_design
def test_the_two_borders_differ_in_width(name: str) -> None:
    parts = design(name).parts

    assert parts.border_top_m != parts.border_bottom_m


@every_design
def test_each_border_ends_where_the_facts_say(name: str) -> None:
    cloth = design(name)
    body = cloth.pixels[:, :3000].astype(np.float32)
    ppm = cloth.parts.pixels_per_meter
    top = round(cloth.parts.border_top_m * ppm)
    bottom = cloth.pixels.shape[0] - round(cloth.parts.border_bottom_m * ppm)

    for inside, outside in ((top - 1, top), (bottom, bottom - 1)):
        # What is woven changes there, at least in places.
        change = np.abs(body[inside] - body[outside]).sum(axis=1)
        assert np.percentile(change, 90) > 18


@every_design
def test_a_body_repeats_by_its_period(name: str) -> None:
    cloth = design(name)
    parts = cloth.parts
    if parts.period_s_m is None:
        pytest.skip("plain")
    step = round(parts.period_s_m * parts.pixels_per_meter)
    body = cloth.pixels[300:900, 1000:3000].mean(axis=2)

    again = cloth.pixels[300:900, 1000 + step : 3000 + step].mean(axis=2)

    assert np.corrcoef(body.ravel(), again.ravel())[0, 1] > 0.85


@every_design
def test_the_zari_share_is_that_of_the_mask(name: str) -> None:
    cloth = design(name)

    assert cloth.parts.zari_share == pytest.approx(float(cloth.zari.mean()), abs=1e-4)


def test_a_seed_is_a_cloth() -> None:
    make = DESIGNS["kasavu"]

    one, same, other = make(3), make(3), make(4)

    assert (one.pixels == same.pixels).all()
    assert (one.pixels != other.pixels).any()
