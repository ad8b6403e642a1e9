from dataclasses import replace

import numpy as np
import pytest

from chalicelib.imaging.cloth import REGIONS, Cloth
from chalicelib.imaging.color import to_lab
from chalicelib.imaging.composing.draping import drape
from chalicelib.imaging.image import Rgb8
from chalicelib.imaging.metrics.observation import observe
from chalicelib.imaging.placement import PlacementMap
from tests.unit.imaging.metrics.scenes import BORDER_M, LENGTH_M, WIDTH_M


def test_what_is_seen_of_the_cloth_is_its_own_color_whatever_the_light(
    cloth: Cloth, faithful: Rgb8, placement: PlacementMap
) -> None:
    seen = observe(faithful, faithful, placement, cloth)

    known = seen.weight > 0.9
    expected = seen.strip[known]
    difference = np.abs(seen.reference[known] - expected)
    # Sheen without color lightens a little; edges fall into cells a little differently.
    assert np.median(difference, axis=0) == pytest.approx(0, abs=1.5)
    assert to_lab(np.array([[[140, 24, 40]]], np.uint8))[0, 0] == pytest.approx(
        np.median(seen.reference[seen.grid.region("body")][known[seen.grid.region("body")]], 0),
        abs=2.5,
    )


def test_the_parts_are_where_the_cloth_has_them(
    cloth: Cloth, faithful: Rgb8, placement: PlacementMap
) -> None:
    grid = observe(faithful, faithful, placement, cloth).grid

    cells = np.zeros((grid.height, grid.width), int)
    for name in REGIONS:
        cells[grid.region(name)] += 1
    assert (cells == 1).all()
    assert grid.height * grid.cell_m == pytest.approx(WIDTH_M, abs=grid.cell_m)
    assert grid.width * grid.cell_m == pytest.approx(LENGTH_M, abs=grid.cell_m)
    assert grid.edges[0] * grid.cell_m == pytest.approx(BORDER_M, abs=grid.cell_m)


def test_there_is_no_other_part(cloth: Cloth, faithful: Rgb8, placement: PlacementMap) -> None:
    grid = observe(faithful, faithful, placement, cloth).grid

    with pytest.raises(ValueError, match="no such part: 'sleeve'"):
        grid.region("sleeve")


def test_pixels_at_an_edge_tell_nothing(
    cloth: Cloth, faithful: Rgb8, placement: PlacementMap
) -> None:
    front = placement.layers[0]
    garish = faithful.reshape(-1, 3).copy()
    garish[front.index[front.coverage < 1]] = (0, 255, 0)

    seen = observe(garish.reshape(faithful.shape), faithful, placement, cloth)

    np.testing.assert_array_equal(seen.render, seen.reference)


def test_a_pixel_beside_one_that_is_white_tells_nothing(
    cloth: Cloth, faithful: Rgb8, placement: PlacementMap
) -> None:
    front = placement.layers[0]
    y, x = divmod(int(front.index[len(front.index) // 3]), placement.width)
    bright, bled = faithful.copy(), faithful.copy()
    bled[y - 1 : y + 4, x - 1 : x + 4] += 60
    bright[y : y + 3, x : x + 3] = bled[y : y + 3, x : x + 3] = 255

    assert (bled != bright).any(axis=2).reshape(-1)[front.index].sum() == 16

    seen = observe(bled, bright, placement, cloth)

    known = seen.weight > 0
    np.testing.assert_allclose(seen.render[known][:, 0], seen.reference[known][:, 0], atol=0.5)


def test_what_lies_in_the_shade_counts_by_the_light_on_it(
    cloth: Cloth, faithful: Rgb8, placement: PlacementMap
) -> None:
    front = placement.layers[0]
    shady = replace(placement, layers=(replace(front, light=front.light * np.float32(0.2)),))

    lit = observe(faithful, faithful, placement, cloth)
    seen = observe(drape(cloth, shady), drape(cloth, shady), shady, cloth)

    # A cell that lies flat has two and a half times the pixels that it takes to see it whole.
    whole = lit.area > 6
    assert np.median(lit.weight[whole]) == 1
    assert np.median(seen.weight[whole]) == pytest.approx(2.5 * 0.2, abs=0.1)


@pytest.mark.parametrize("share", [0.8, 1.2])
def test_light_that_falls_off_along_the_cloth_is_not_the_cloths(
    share: float, cloth: Cloth, faithful: Rgb8, placement: PlacementMap
) -> None:
    front = placement.layers[0]
    across = (front.index % placement.width) / placement.width
    light = (front.light * (1 + (share - 1) * (across - 0.5))).astype(np.float32)
    elsewhere = replace(placement, layers=(replace(front, light=light),))

    seen = observe(drape(cloth, elsewhere), faithful, placement, cloth)

    known = seen.weight > 0.9
    assert np.abs(seen.render[known] - seen.reference[known]).mean() < 0.4


def test_a_pixel_through_which_another_part_shows_tells_nothing(
    cloth: Cloth, faithful: Rgb8, placement: PlacementMap
) -> None:
    front = placement.layers[0]
    body = replace(front, s=np.ones_like(front.s), t=np.full_like(front.t, WIDTH_M / 2))
    over_body = replace(placement, under=lambda: replace(placement, layers=(body,)))
    sheer = replace(cloth, parts=replace(cloth.parts, sheer=0.4))

    dense = observe(faithful, faithful, over_body, cloth)
    seen = observe(faithful, faithful, over_body, sheer)

    # Edges fall into cells a little differently.
    share = {
        name: seen.area[seen.grid.region(name)].sum() / dense.area[dense.grid.region(name)].sum()
        for name in REGIONS
    }
    assert share.pop("body") == pytest.approx(1, abs=0.05)
    assert max(share.values()) < 0.05
