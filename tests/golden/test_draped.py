from pathlib import Path

import cv2
import numpy as np
import pytest

from chalicelib.imaging.composing.draping import blouse_color, drape
from chalicelib.imaging.image import Rgb8
from chalicelib.poses.asset import read
from tests.unit.poses.columns import a_column
from tools.designs.collection import DESIGNS
from tools.poses.picture.pack import packed, read_raw, write

EXPECTED = Path(__file__).parent
ACTUAL = Path("out/golden")


def check(name: str, picture: Rgb8) -> None:
    """Compare with the committed picture; on failure leave actual and difference in out/golden."""
    expected = cv2.imread(str(EXPECTED / f"{name}.png"), cv2.IMREAD_COLOR_RGB)
    off = (
        np.abs(picture.astype(int) - expected)
        if expected is not None and expected.shape == picture.shape
        else np.full(picture.shape, 255)
    )
    if off.max() > 1:
        ACTUAL.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(ACTUAL / f"{name}.png"), picture[..., ::-1])
        difference = np.clip(off * 8, 0, 255).astype(np.uint8)
        cv2.imwrite(str(ACTUAL / f"{name}-difference.png"), difference[..., ::-1])
        pytest.fail(f"{name} differs by up to {off.max()}; see {ACTUAL}")


@pytest.mark.parametrize("name", ["bridal_silk", "checked_cotton", "plain_chiffon"])
def test_a_clad_column_looks_as_it_did(name: str, tmp_path: Path) -> None:
    np.savez(tmp_path / "raw.npz", **a_column(192, 144))
    write(tmp_path / "pose_77", *packed(*read_raw(tmp_path / "raw.npz")), "1")
    cloth = DESIGNS[name]()
    placement = read(tmp_path / "pose_77").placement(blouse=blouse_color(cloth))

    picture = drape(cloth, placement)

    check(f"column-{name}", picture)
