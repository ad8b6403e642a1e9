import numpy as np
import pytest

from tools.poses.picture.camera import camera_of
from tools.poses.picture.cloth_mesh import ClothMesh
from tools.poses.picture.views import View
from tools.poses.picture.visible import told, visible_strain


def a_sheet(stretched: float) -> ClothMesh:
    """A sheet across the view: its left half true, its right half stretched along the cloth."""
    s = np.array([0.0, 0.5, 1.0])
    x = np.array([-0.5, 0.0, 0.5 * stretched])
    places = [(x[i], -0.3, 0.6 + t) for t in (0.0, 0.5) for i in range(3)]
    fabric = [(s[i], t) for t in (0.0, 0.5) for i in range(3)]
    faces = [(0, 1, 4), (0, 4, 3), (1, 2, 5), (1, 5, 4)]
    return ClothMesh(
        np.array(places, np.float32), np.array(faces, np.int32), np.array(fabric, np.float32)
    )


def test_strain_is_told_for_what_is_seen() -> None:
    raster = pytest.importorskip(
        "tools.poses.picture.raster", reason="numba is the builder's alone"
    )
    sheet, drawn = a_sheet(1.2), raster.Labels.blank(1)
    drawn.draw(camera_of(View("A")), (sheet.places, sheet.faces), (3, 4), sheet.fabric)

    strain = visible_strain(sheet, drawn, (3, 4))

    shown = strain[0] > 0.1
    assert 0.5 < shown.mean() < 0.6
    assert strain[0, shown] == pytest.approx(0.2, abs=1e-5)
    assert strain[1] == pytest.approx(0, abs=1e-5)
    assert told(strain).startswith("along 20.0 / 20.0 %, across 0.0")
