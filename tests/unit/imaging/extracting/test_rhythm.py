"""Where the motifs of a body begin to stand closer."""

import numpy as np
import pytest
from numpy.typing import NDArray

from chalicelib.imaging.extracting.rhythm import even_until

PPM = 100.0


def dots(columns: list[int]) -> NDArray[np.float32]:
    """One and a half meters of body with a column of dots at each of these places."""
    motifs = np.zeros((80, 150), np.float32)
    for column in columns:
        motifs[5::10, column : column + 2] = 20
    return motifs


def test_motifs_that_stand_closer_toward_the_pallu_end_the_even_part() -> None:
    sparse, dense = list(range(8, 80, 16)), list(range(84, 148, 7))

    assert abs(even_until(dots(sparse + dense), PPM) - 80) < 12


def test_motifs_that_stand_alike_all_along_leave_the_body_whole() -> None:
    assert even_until(dots(list(range(4, 148, 9))), PPM) == 150


@pytest.mark.parametrize("columns", [60, 80], ids=["clearly", "just"])
def test_a_body_too_short_to_compare_is_left_whole(columns: int) -> None:
    assert even_until(dots([4, 10, 16, 40])[:, :columns], PPM) == columns
