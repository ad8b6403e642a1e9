import numpy as np
import pytest

from chalicelib.imaging.resizing import shrink


@pytest.mark.parametrize("shape", [(3000, 4000), (4000, 3000), (901, 17), (900, 900)])
def test_a_picture_is_made_as_long_as_asked_and_keeps_its_proportions(
    shape: tuple[int, int],
) -> None:
    small = shrink(np.zeros((*shape, 3), np.uint8), 900)

    assert max(small.shape[:2]) == 900
    assert abs(small.shape[0] / small.shape[1] - shape[0] / shape[1]) < shape[0] / shape[1] * 0.04


def test_a_small_picture_stays_as_it_is() -> None:
    picture = np.arange(300, dtype=np.uint8).reshape(10, 10, 3)

    assert np.array_equal(shrink(picture, 900), picture)
