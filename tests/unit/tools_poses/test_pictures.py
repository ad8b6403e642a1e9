"""What is drawn lands where the camera sees it, and knows its point of the fabric."""

import numpy as np
import pytest

from tools.poses.figure.surface import triangles
from tools.poses.picture.camera import camera_of
from tools.poses.picture.cloth_mesh import refined
from tools.poses.picture.views import PICTURE_HEIGHT, PICTURE_WIDTH, VIEWS, View


def test_there_are_twelve_pictures_of_four_stances() -> None:
    assert sorted(VIEWS) == [f"pose_{number:02d}" for number in range(1, 13)]
    assert {view.stance for view in VIEWS.values()} == set("ABCD")


@pytest.mark.parametrize("azimuth", [0.0, 38.0, 180.0, -142.0])
def test_the_middle_of_the_view_lands_in_the_middle_of_the_picture(azimuth: float) -> None:
    view = View("A", azimuth=azimuth, center_m=0.9, frame_m=2.0)

    (place,), (depth,) = camera_of(view).project(np.array([[0, 0, 0.9]]), samples=1)

    assert place == pytest.approx([PICTURE_HEIGHT / 2 - 0.5, PICTURE_WIDTH / 2 - 0.5])
    assert depth == pytest.approx(2.0 * 85 / 36, rel=0.01)


def test_the_wearers_left_is_right_in_a_front_view_and_left_in_a_back_view() -> None:
    left_hand = np.array([[0.3, 0, 0.9]])

    front, _ = camera_of(View("A")).project(left_hand, samples=1)
    back, _ = camera_of(View("A", azimuth=180)).project(left_hand, samples=1)

    assert front[0, 1] > PICTURE_WIDTH / 2 > back[0, 1]


def test_refining_keeps_the_grids_points_and_the_cloths_ends() -> None:
    s, t = np.linspace(0, 5.5, 6), np.linspace(0, 1.15, 4)
    random = np.random.default_rng(1)
    grid = random.normal(size=(6, 4, 3))

    mesh = refined(grid, s, t, np.ones((6, 4), bool), times=3)

    fine = mesh.places.reshape(16, 10, 3)
    np.testing.assert_allclose(fine[::3, ::3], grid, atol=1e-6)
    assert mesh.fabric[0] == pytest.approx([0, 0])
    assert mesh.fabric[-1] == pytest.approx([5.5, 1.15])


def test_a_flat_cloth_shows_its_front_and_its_own_points() -> None:
    raster = pytest.importorskip(
        "tools.poses.picture.raster", reason="numba is the builder's alone"
    )
    s, t = np.linspace(0, 0.4, 3), np.linspace(0, 0.3, 3)
    x, z = np.meshgrid(s - 0.2, 0.7 + t, indexing="ij")
    sheet = refined(np.stack([x, 0 * x, z], axis=-1), s, t, np.ones((3, 3), bool), times=2)
    view = View("A")
    drawn = raster.Labels.blank(1)

    mesh = (sheet.places, triangles(sheet.faces))
    drawn.draw(camera_of(view), mesh, (3, 4), sheet.fabric)

    row, column = np.nonzero(drawn.what)
    seen = np.stack([drawn.s - 0.2, 0 * drawn.s, 0.7 + drawn.t], axis=-1)[row, column]
    place, _ = camera_of(view).project(seen, samples=1)
    assert set(drawn.what[row, column]) == {3}
    np.testing.assert_allclose(place, np.stack([row, column], axis=1), atol=0.02)
