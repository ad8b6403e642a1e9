import numpy as np
import pytest

from tools.poses.picture.fragments import FRONT, REVERSE, Samples, pieces, weights


def a_pixel(s: list[float], kinds: list[int]) -> Samples:
    """One pixel of 3 by 3 subsamples, the same in each row."""
    return Samples(
        object_=np.tile(np.array(kinds, np.uint8), (3, 1)),
        s=np.tile(np.array(s, np.float32), (3, 1)),
        t=np.full((3, 3), 0.5, np.float32),
        factor=3,
    )


@pytest.mark.parametrize("factor", [3, 4])
def test_weights_add_up_and_fade_outwards(factor: int) -> None:
    kernel = weights(factor)

    assert kernel.sum() == pytest.approx(1)
    assert (kernel[0, 1:-1] < kernel[1, 1:-1]).all()


def test_one_surface_is_one_piece_at_its_middle() -> None:
    larger, smaller = pieces(a_pixel([0.100, 0.101, 0.102], [FRONT] * 3))

    assert larger.shares.tolist() == [255]
    assert larger.s[0] == pytest.approx(0.101, abs=1e-6)
    assert len(smaller.index) == 0


def test_two_folds_are_two_pieces_that_fill_the_pixel() -> None:
    larger, smaller = pieces(a_pixel([0.1, 0.1, 0.7], [FRONT] * 3))

    assert (larger.s[0], smaller.s[0]) == pytest.approx((0.1, 0.7), abs=1e-6)
    assert int(larger.shares[0]) + int(smaller.shares[0]) == 255
    assert larger.shares[0] > smaller.shares[0]


def test_of_three_folds_no_piece_shows_cloth_that_is_not_there() -> None:
    larger, smaller = pieces(a_pixel([0.1, 0.5, 0.9], [FRONT] * 3))

    for piece in (larger, smaller):
        assert np.abs(np.array([0.1, 0.5, 0.9]) - piece.s[0]).min() < 1e-6


def test_the_two_sides_of_one_point_are_two_pieces() -> None:
    larger, smaller = pieces(a_pixel([0.3, 0.3, 0.3], [FRONT, FRONT, REVERSE]))

    assert (larger.reverse[0], smaller.reverse[0]) == (False, True)


def test_what_is_not_cloth_takes_its_share() -> None:
    larger, _ = pieces(a_pixel([0.3, 0.3, 0.0], [FRONT, FRONT, 1]))

    # Of five weighted columns (1/2 1 1 1 1/2, edges repeated) cloth has two and a half of four.
    assert larger.shares[0] == round(255 * 2.5 / 4)
