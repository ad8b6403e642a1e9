"""Where the body's motifs begin to stand closer, as they often do toward the pallu."""

import cv2
import numpy as np
from numpy.typing import NDArray

_SMOOTH_M = 0.1
_LEAST_M = 0.4
_CLEARLY = 1.5
_MOTIF = 0.4
_CLEARER = 4.0


def even_until(motifs: NDArray[np.float32], pixels_per_meter: float) -> int:
    """
    Find how far from its inner end on a body's motifs stay as dense as they are there.

    The inner end is what most of a saree is like; the piece beside the pallu is not to be
    continued where it is denser or sparser.

    Parameters
    ----------
    motifs : ndarray of float32, shape (H, W)
        How much each place stands out as a motif, the inner end left.
    pixels_per_meter : float

    Returns
    -------
    int
        The first column of another density; the width where the density does not change.
    """
    width = int(motifs.shape[1])
    least = round(_LEAST_M * pixels_per_meter)
    if width <= 2 * least:
        return width
    clear = motifs > _MOTIF * np.quantile(motifs, 0.995)
    share = clear.mean(axis=0, dtype=np.float64)[None]
    smooth = cv2.GaussianBlur(share, (0, 0), _SMOOTH_M * pixels_per_meter)[0]
    splits = range(least, width - least)
    column = min(splits, key=lambda split: _parted(smooth, split)[1])
    left, stray, right = _parted(smooth, column)
    denser = max(left, right) > _CLEARLY * min(left, right)
    changes = denser and abs(left - right) > _CLEARER * stray
    return column if changes else width


def _parted(line: NDArray[np.float64], column: int) -> tuple[float, float, float]:
    """The level on either side of a column, and between them how far the line strays from both."""
    one, two = line[:column], line[column:]
    stray = np.sqrt(
        (((one - one.mean()) ** 2).sum() + ((two - two.mean()) ** 2).sum()) / len(line)
    )
    return float(one.mean()), float(stray), float(two.mean())
