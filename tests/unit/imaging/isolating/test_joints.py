import cv2
import numpy as np

from chalicelib.imaging.isolating.joints import floor_lines
from chalicelib.imaging.isolating.view import View
from tests.unit.imaging import scenes

JOINTS = (60, 140, 260, 420, 560)


def beside_joints() -> tuple[np.ndarray, np.ndarray]:
    """A spread saree on a floor with joints that lie level in the photo, and its mask."""
    photo, mask = scenes.a_spread_saree()
    for row in JOINTS:
        line = np.zeros(mask.shape, np.uint8)
        cv2.line(line, (0, row), (479, row), 1, 3)
        photo[(line > 0) & ~mask] = (150, 140, 125)
    return photo, mask


def test_joints_of_the_floor_are_found_and_no_line_of_the_cloth() -> None:
    photo, mask = beside_joints()

    lines = np.array(floor_lines(View.of(photo, mask.astype(np.float32)), 480))

    rows, columns = lines[:, [1, 3]], lines[:, [0, 2]]
    nearest = np.abs(rows[..., None] - JOINTS).min(axis=2)
    assert len(lines) >= 2 * len(JOINTS)
    assert nearest.max() < 4
    middles = np.stack([rows.mean(axis=1), columns.mean(axis=1)]).astype(int)
    assert not mask[tuple(middles)].any()


def test_lines_are_told_in_pixels_of_the_photo() -> None:
    photo, mask = beside_joints()
    larger = cv2.resize(photo, None, fx=4, fy=4, interpolation=cv2.INTER_CUBIC)
    matte = cv2.resize(mask.astype(np.float32), None, fx=4, fy=4)

    lines = np.array(floor_lines(View.of(larger, matte), larger.shape[1]))

    nearest = np.abs((lines[:, [1, 3]] / 4)[..., None] - JOINTS).min(axis=2)
    assert lines[:, [0, 2]].max() > 1600
    assert nearest.max() < 4


def test_cloth_that_fills_the_photo_shows_no_floor() -> None:
    photo, mask = beside_joints()

    assert floor_lines(View.of(photo, np.ones(mask.shape, np.float32)), 480) == ()
