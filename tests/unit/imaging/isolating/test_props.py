import cv2
import numpy as np

from chalicelib.imaging.isolating.props import without_props
from tests.unit.imaging import scenes

_PINK = (230, 30, 140)


def a_green_saree() -> tuple[np.ndarray, np.ndarray]:
    cloth = scenes.woven(192, 256, (30, 110, 60), (190, 170, 90))
    corners = [(50, 20), (240, 20), (240, 180), (50, 180)]
    return scenes.lay(scenes.a_floor(192, 256), cloth, corners)


def a_flower(photo: np.ndarray, row: int, column: int) -> np.ndarray:
    """Petals around a middle; where they are."""
    petals = np.zeros(photo.shape[:2], np.uint8)
    for angle in np.arange(0, 2 * np.pi, np.pi / 3):
        tip = round(column + 22 * np.cos(angle)), round(row + 22 * np.sin(angle))
        cv2.line(petals, (column, row), tip, 1, 7)
    photo[petals > 0] = _PINK
    return petals > 0


def test_a_flower_at_the_edge_is_no_cloth():
    photo, saree = a_green_saree()
    flower = a_flower(photo, 100, 44)

    found = without_props(photo, saree | flower)

    assert not (found & flower).any()
    assert (found & saree).sum() > 0.95 * (saree & ~flower).sum()


def test_a_motif_within_the_cloth_is_cloth():
    photo, saree = a_green_saree()
    a_flower(photo, 100, 140)

    assert np.array_equal(without_props(photo, saree), saree)


def test_motifs_that_repeat_are_cloth_even_at_the_edge():
    photo, saree = a_green_saree()
    for row, column in ((50, 46), (150, 46), (100, 150)):
        saree |= a_flower(photo, row, column)

    assert np.array_equal(without_props(photo, saree), saree)


def test_a_pallu_of_another_color_is_cloth():
    photo, saree = a_green_saree()
    photo[20:180, 50:90] = _PINK

    assert np.array_equal(without_props(photo, saree), saree)
