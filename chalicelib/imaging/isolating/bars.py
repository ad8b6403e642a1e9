"""Bars of one flat color that a player or a screen put around a photo."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.image import Rgb8

_SAMPLES: Final = 256
"""How many pixels of a line are looked at."""

_FLAT: Final = 12
"""Levels that compression leaves within a bar."""

_ALL, _FEW = 0.98, 0.2
"""Share of a line that has the bar's color within the bar, and at most just past its edge."""

_BLOCK: Final = 8
"""Pixels; compression works on blocks of this size, and blurs a bar's edge within one."""

_BLURRED: Final = 0.01
"""Of the photo's height or width: how far a bar's edge is blurred in an enlarged photo."""

_LEAST_BETWEEN: Final = 0.2
"""Of the photo; less between two bars is no photo."""


def between_bars(photo: Rgb8) -> tuple[slice, slice]:
    """
    Where the photo itself is, between bars above and below it or left and right of it.

    A bar ends all along a straight line where the photo begins.
    A plain backdrop does not: it goes on beside whatever stands before it.

    Parameters
    ----------
    photo : ndarray of uint8, shape (H, W, 3)
        sRGB.

    Returns
    -------
    tuple of slice and slice
        Its rows and columns; all of them where there are no bars.
    """
    height, width = photo.shape[:2]
    rows = _between(photo[:, :: max(1, width // _SAMPLES)])
    columns = _between(photo[:: max(1, height // _SAMPLES)].swapaxes(0, 1))
    return rows, columns


def _between(lines: Rgb8) -> slice:
    """The lines between two bars of one color, or all lines."""
    first, last = _bar(lines), _bar(lines[::-1])
    rest = len(lines) - first - last
    colors = (np.median(line.astype(np.float64), axis=0) for line in (lines[0], lines[-1]))
    if min(first, last) == 0 or rest < _LEAST_BETWEEN * len(lines):
        return slice(0, len(lines))
    if np.abs(np.subtract(*colors)).max() > _FLAT:
        return slice(0, len(lines))
    return slice(first, len(lines) - last)


def _bar(lines: Rgb8) -> int:
    """How many lines a bar before them takes, with its blurred edge; 0 without a bar."""
    color: NDArray[np.float32] = np.median(lines[0].astype(np.float32), axis=0)
    if _alike(lines[:1], color).item() < _ALL:
        return 0
    alike = _alike(lines, color)
    past_edge = int((alike < _ALL).argmax()) + max(_BLOCK, round(_BLURRED * len(lines)))
    past = alike[past_edge : past_edge + _BLOCK]
    return past_edge if len(past) and past.max() <= _FEW else 0


def _alike(lines: Rgb8, color: NDArray[np.float32]) -> NDArray[np.float64]:
    """Share of each line that has a color."""
    return np.asarray((np.abs(lines - color).max(axis=2) <= _FLAT).mean(axis=1))
