"""What holds for every pose that ships, whatever saree it wears."""

from functools import lru_cache

import numpy as np
import pytest

from chalicelib.imaging.placement import PlacementMap
from chalicelib.poses.asset import PoseAsset, available, load

FULL_LENGTH = [pose for pose in available() if pose != "pose_12"]
SIZES = [(4.5, 1.05, 0.03, 0.03), (6.2, 1.25, 0.20, 0.12), (5.2, 1.10, 0.08, 0.20)]
"""Length, width, hem border and upper border, meters."""


@lru_cache(maxsize=1)
def asset_of(pose: str) -> PoseAsset:
    return load(pose)


def assert_lands_right(
    nominal: PlacementMap, fitted: PlacementMap, borders: tuple[float, float]
) -> None:
    for before, after in zip(nominal.layers, fitted.layers, strict=True):
        assert after.s.min() >= 0
        assert after.t.min() >= -1e-6
        assert after.t.max() <= fitted.width_m + 1e-6
        from_pallu = nominal.length_m - before.s
        outer = from_pallu < fitted.length_m
        np.testing.assert_allclose(
            (fitted.length_m - after.s)[outer], from_pallu[outer], atol=2e-6
        )
        for border, was, now in (
            (borders[0], before.t, after.t),
            (borders[1], nominal.width_m - before.t, fitted.width_m - after.t),
        ):
            inside = was < border - 1e-5
            np.testing.assert_array_equal(inside, now < border - 1e-5)
            np.testing.assert_allclose(now[inside], was[inside], atol=2e-6)


@pytest.mark.parametrize("pose", available())
def test_a_saree_of_another_size_lands_right(pose: str) -> None:
    asset = asset_of(pose)

    for length, width, *borders in SIZES:
        fitted = asset.placement(
            length_m=length,
            width_m=width,
            border_bottom_m=borders[0],
            border_top_m=borders[1],
        )

        assert_lands_right(asset.placement_nominal, fitted, (borders[0], borders[1]))


@pytest.mark.parametrize("pose", FULL_LENGTH)
def test_the_hem_border_runs_unbroken_round_the_skirt(pose: str) -> None:
    placement = asset_of(pose).placement_nominal
    first = placement.layers[0]
    t = np.full((placement.height, placement.width), np.nan, np.float32)
    t.ravel()[first.index] = first.t

    lowest = np.nanmin(t[-250:], axis=0, initial=1.0)

    hem = np.flatnonzero(lowest < 0.10)
    assert len(hem) > 300
    assert np.diff(hem).max() == 1
    assert (lowest[hem] < 0.02).mean() > 0.94
