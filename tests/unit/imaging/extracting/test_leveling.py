import numpy as np

from chalicelib.imaging.extracting.leveling import leveled
from chalicelib.imaging.image import Rgb8

PPM = 400.0


def a_border() -> Rgb8:
    """8 cm x 1 m of gold with two lines along it and a small motif every 5 cm."""
    border = np.full((32, 400, 3), (190, 150, 70), np.uint8)
    border[4:6] = border[-6:-4] = (120, 20, 40)
    for column in range(10, 400, 20):
        border[13:19, column - 3 : column + 3] = (40, 90, 50)
    return border


def test_the_glint_of_a_fold_across_is_taken_off() -> None:
    border = a_border()
    glint = 1 + 0.35 * np.exp(-(((np.arange(400) - 170) / 14) ** 2))[None, :, None]
    shining = np.clip(border * glint, 0, 255).astype(np.uint8)

    level = leveled(shining, PPM)

    assert np.abs(shining.astype(int) - border).max() > 40
    assert np.percentile(np.abs(level.astype(int) - border), 98) < 8


def test_motifs_of_a_border_are_not_taken_for_light() -> None:
    border = a_border()

    level = leveled(border, PPM)

    assert np.abs(level.astype(int) - border).max() <= 3


def test_a_motif_of_one_color_in_a_shadow_is_not_bleached() -> None:
    border = a_border()
    border[:, 160:180] = (120, 16, 24)

    level = leveled(border, PPM)

    apart = level[:, 160:180].astype(float).mean(axis=(0, 1)) / (120, 16, 24)
    assert apart.max() / apart.min() < 1.1


def test_a_border_of_a_row_or_two_keeps_its_color() -> None:
    for rows in (1, 2):
        border = np.full((rows, 200, 3), (200, 160, 60), np.uint8)

        assert np.abs(leveled(border, PPM).astype(int) - border).max() < 3
