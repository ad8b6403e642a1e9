from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from chalicelib.imaging.placement import PlacementMap
from tests.unit.poses.columns import HIDDEN_M, a_column
from tools.poses.picture.lighting import Backdrop
from tools.poses.picture.pack import RawPassError, packed, read_raw

Passes = dict[str, Any]


def pack(passes: Passes, folder: Path) -> tuple[PlacementMap, Backdrop]:
    np.savez(folder / "raw.npz", **passes)
    return packed(*read_raw(folder / "raw.npz"))


@pytest.fixture(scope="module")
def column(tmp_path_factory: pytest.TempPathFactory) -> tuple[PlacementMap, Backdrop]:
    return pack(a_column(), tmp_path_factory.mktemp("column"))


def test_shares_of_cloth_are_those_of_the_subsamples(
    column: tuple[PlacementMap, Backdrop],
) -> None:
    seen = a_column(k=30)["object"]
    cloth = ((seen == 3) | (seen == 4)).reshape(96, 30, 72, 30).mean(axis=(1, 3))

    coverage = column[0].coverage()

    assert abs(coverage.mean() - cloth.mean()) < 0.002
    # The window reaches a little into the neighbors, so edges are softer than a box.
    assert np.abs(coverage - cloth).max() < 0.25


def test_inside_one_fold_there_is_one_layer(column: tuple[PlacementMap, Backdrop]) -> None:
    first, second = column[0].layers

    rows = second.index // 72

    inside = (rows > 40) & (rows < 70)
    columns = np.unique(second.index[inside] % 72)
    # Two pixels at each of the pleats' edges and where the cloth turns, of 29 columns.
    assert len(columns) <= 14
    assert len(first.index) > 3 * len(second.index)


def test_no_fabric_point_lies_between_two_folds(column: tuple[PlacementMap, Backdrop]) -> None:
    exact = a_column(k=9)
    known = np.unique(np.round(exact["s"][exact["object"] == 3], 3))

    for layer in column[0].layers:
        s = layer.s[~layer.reverse]
        nearest = np.abs(s[:, np.newaxis] - known[np.newaxis]).min(axis=1)
        assert nearest.max() < 0.002
    assert HIDDEN_M > 0.05


def test_light_is_not_mixed_across_folds(tmp_path: Path) -> None:
    passes = a_column()
    pleat = passes["light_s"] > 2.09
    passes["light"] = np.where(pleat, 0.0, 1.0).astype(np.float32)

    placement, _ = pack(passes, tmp_path)

    for layer in placement.layers:
        np.testing.assert_allclose(layer.light, layer.s <= 2.09, atol=1e-3)


def test_the_plate_beside_the_cloth_has_no_color_of_the_cloth(tmp_path: Path) -> None:
    passes = a_column()
    cloth = np.isin(passes["light_object"], (3, 4))
    passes["plate"][cloth] = (9, 0, 0)

    _, behind = pack(passes, tmp_path)

    red, green = behind.picture[..., 0], behind.picture[..., 1]
    np.testing.assert_allclose(red, green, atol=1e-5)
    assert behind.tint_light.max() < 1.2


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        pytest.param(lambda p: p.update(light=p["light"][:-1]), "does not fit", id="size"),
        pytest.param(lambda p: p.update(s=p["s"] + 5), "off the cloth", id="off the cloth"),
        pytest.param(lambda p: p.update(object=p["object"] * 0), "no cloth", id="no cloth"),
        pytest.param(
            lambda p: p["light"].__setitem__((0, 0), np.nan), "not a number", id="not a number"
        ),
    ],
)
def test_passes_that_contradict_themselves_are_refused(
    spoil: Callable[[Passes], object], complaint: str, tmp_path: Path
) -> None:
    passes = a_column()
    spoil(passes)

    with pytest.raises(RawPassError, match=complaint):
        pack(passes, tmp_path)
