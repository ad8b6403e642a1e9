from pathlib import Path

import numpy as np
import pytest

from chalicelib.domain.catalog import LABELS
from chalicelib.domain.catalog import POSE_SET as CATALOG_SET
from chalicelib.errors import IntegrityError, NotFoundError
from chalicelib.poses.asset import POSE_SET, PoseAsset, available, load, read
from tests.unit.poses.columns import a_column
from tools.poses.picture.pack import packed, read_raw, write


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("poses")
    np.savez(root / "raw.npz", **a_column())
    placement, behind = packed(*read_raw(root / "raw.npz"))
    write(root / "pose_77", placement, behind, "4")
    return root / "pose_77"


@pytest.fixture(scope="module")
def asset(folder: Path) -> PoseAsset:
    return read(folder)


@pytest.fixture(scope="module")
def peeled(folder: Path) -> Path:
    """The same column with a second turn of cloth, 10 cm on, under the first."""
    raw = a_column()
    cloth = np.isin(raw["object"], (3, 4))
    raw["s"] = np.where(cloth, raw["s"] + np.float32(0.1), 0)
    np.savez(folder.parent / "under.npz", **raw)
    shown, under = (packed(*read_raw(folder.parent / f"{name}.npz")) for name in ("raw", "under"))
    write(folder.parent / "peeled" / "pose_77", *shown, "4", under)
    return folder.parent / "peeled" / "pose_77"


def test_an_asset_says_which_pose_edition_and_content_it_is(asset: PoseAsset) -> None:
    told = asset.pose, asset.version, len(asset.digest)

    assert told == ("pose_77", "4", 64)


def test_what_was_packed_is_read_back_to_a_step(folder: Path, asset: PoseAsset) -> None:
    placement, _ = packed(*read_raw(folder.parent / "raw.npz"))

    layers = zip(placement.layers, asset.placement_nominal.layers, strict=True)

    for written, restored in layers:
        np.testing.assert_array_equal(written.index, restored.index)
        np.testing.assert_array_equal(written.reverse, restored.reverse)
        np.testing.assert_allclose(restored.coverage, written.coverage, atol=1e-6)
        np.testing.assert_allclose(restored.s, written.s, atol=0.5 * 5.5 / 65535 + 1e-6)
        np.testing.assert_allclose(restored.t, written.t, atol=0.5 * 1.15 / 65535 + 1e-6)
        np.testing.assert_allclose(restored.light, written.light, atol=2e-3)


def test_the_same_passes_give_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    again = tmp_path / "pose_77"

    write(again, *packed(*read_raw(folder.parent / "raw.npz")), "4")

    for file in folder.iterdir():
        assert (again / file.name).read_bytes() == file.read_bytes()


@pytest.mark.parametrize("name", ["planes.npz", "plate.png", "under.npz", "under.png"])
def test_a_changed_file_is_noticed(peeled: Path, tmp_path: Path, name: str) -> None:
    for file in peeled.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    body = bytearray((tmp_path / name).read_bytes())
    body[len(body) // 2] ^= 1
    (tmp_path / name).write_bytes(body)

    with pytest.raises(IntegrityError, match="pose_77"):
        read(tmp_path)


def test_only_the_blouse_takes_the_blouse_s_color(asset: PoseAsset) -> None:
    plates = [asset.placement(blouse=color).plate for color in ((200, 20, 20), (20, 20, 200))]

    changed = (plates[0] != plates[1]).any(axis=2)

    assert changed.any()
    np.testing.assert_array_equal(changed & (asset.tint == 0), False)


def test_a_wider_saree_has_wider_footprints_between_its_borders(asset: PoseAsset) -> None:
    nominal, wide = (
        asset.placement(width_m=width, border_bottom_m=0.03) for width in (1.15, 1.25)
    )

    ratio = wide.layers[0].footprint[:, 1, 0] / nominal.layers[0].footprint[:, 1, 0]

    body = nominal.layers[0].t > 0.031
    assert 100 < body.sum() < len(body) - 100
    np.testing.assert_allclose(ratio[body], (1.25 - 0.13) / (1.15 - 0.13), rtol=1e-4)
    np.testing.assert_allclose(ratio[nominal.layers[0].t < 0.029], 1, rtol=1e-4)
    assert wide.width_m == 1.25


def test_an_asset_without_an_under_layer_gives_none(asset: PoseAsset) -> None:
    assert asset.placement().under is None


def test_what_lies_under_the_cloth_is_fitted_like_the_cloth(peeled: Path) -> None:
    asset = read(peeled)

    placement = asset.placement(length_m=5.7, width_m=1.2)

    assert placement.under is not None
    under = placement.under()
    shown = placement.layers[0].index
    assert (np.concatenate([each.index for each in under.layers]).max()) <= shown.max()
    both = np.intersect1d(shown, under.layers[0].index)
    moved = (
        under.layers[0].s[np.searchsorted(under.layers[0].index, both)]
        - placement.layers[0].s[np.searchsorted(shown, both)]
    )
    assert np.median(moved) == pytest.approx(0.1, abs=1e-3)
    assert (under.length_m, under.width_m) == (5.7, 1.2)
    assert not under.layers[0].sheen.any()


def test_a_pose_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFoundError, match="pose_99"):
        load("pose_99")


def test_every_asset_is_in_the_catalog() -> None:
    assert POSE_SET == CATALOG_SET
    assert set(available()) <= set(LABELS)
