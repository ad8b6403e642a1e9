"""What pokes through is cut out; what is turned over stays."""

from types import SimpleNamespace
from typing import Any

import numpy as np

from tools.poses.picture.cloth_mesh import ClothMesh
from tools.poses.picture.trimming import trimmed

FRONT, REVERSE = 3, 4


def two_triangles() -> ClothMesh:
    """One that every sample shows, and one for a patch."""
    places = np.zeros((6, 3), np.float32)
    faces = np.array([[0, 1, 2], [3, 4, 5]], np.int32)
    return ClothMesh(places, faces, np.zeros((6, 2), np.float32))


def a_view(*, patch_s: float, patch_depth: float) -> SimpleNamespace:
    """Front cloth at s = 1 m, 4 m away, with a patch of reverse in its middle."""
    patch = np.zeros((20, 20), bool)
    patch[8:12, 8:12] = True
    return SimpleNamespace(
        what=np.where(patch, REVERSE, FRONT).astype(np.uint8),
        s=np.where(patch, patch_s, 1.0),
        t=np.zeros((20, 20)),
        depth=np.where(patch, patch_depth, 4.0),
        face=np.where(patch, 1, 0),
    )


def drawing(view: Any) -> Any:
    """Show the patch as long as its triangle is there."""

    def drawn(cloth: ClothMesh) -> Any:
        plain = a_view(patch_s=1.0, patch_depth=4.0)
        plain.what[:] = FRONT
        return view if len(cloth.faces) == 2 else plain

    return drawn


def test_another_layer_that_comes_through_is_cut_out() -> None:
    view = a_view(patch_s=2.5, patch_depth=3.999)

    cloth = trimmed(two_triangles(), drawing(view), (FRONT, REVERSE))

    np.testing.assert_array_equal(cloth.faces, [[0, 1, 2]])


def test_an_edge_turned_over_stays() -> None:
    view = a_view(patch_s=1.003, patch_depth=3.999)

    cloth = trimmed(two_triangles(), drawing(view), (FRONT, REVERSE))

    assert len(cloth.faces) == 2


def test_cloth_that_hangs_before_the_rest_stays() -> None:
    view = a_view(patch_s=2.5, patch_depth=3.9)

    cloth = trimmed(two_triangles(), drawing(view), (FRONT, REVERSE))

    assert len(cloth.faces) == 2
