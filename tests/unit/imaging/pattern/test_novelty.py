import numpy as np

from chalicelib.imaging.image import Lab
from chalicelib.imaging.pattern.novelty import has_even_ground


def between_two_colors(share: np.ndarray) -> Lab:
    """CIE L*a*b* from one color to another, 36 apart."""
    strip = np.full((80, 80, 3), 60, np.float32)
    strip[..., 2] = 36 * share - 18
    return strip


def everywhere(strip: Lab) -> np.ndarray:
    return np.ones(strip.shape[:2], np.bool_)


def test_a_ground_with_motifs_on_it_is_even() -> None:
    share = np.zeros((80, 80))
    share[::4, ::4] = share[1::4, ::4] = 1
    strip = between_two_colors(share)

    assert has_even_ground(strip, everywhere(strip))


def test_two_colors_that_blur_into_each_other_are_no_even_ground() -> None:
    share = np.abs((np.arange(80) / 20) % 2 - 1)
    strip = between_two_colors(np.broadcast_to(share, (80, 80)))

    assert not has_even_ground(strip, everywhere(strip))
