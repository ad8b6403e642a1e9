"""How much likelier a color is in a border than in the body beside it."""

import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.image import Lab, Mask
from chalicelib.imaging.pattern.palette import nearest_in, palette_of

_COLORS = 16
_SAMPLE = 8_000
_WEIGHT = np.array([0.5, 1.0, 1.0], np.float32)


def nearest_colors(half: Lab, shown: Mask) -> NDArray[np.uint8]:
    """Each pixel's nearest color of a small palette."""
    weighed = half * _WEIGHT
    return nearest_in(palette_of(weighed[shown], _COLORS, _SAMPLE), weighed)[0]


def log_odds(labels: NDArray[np.uint8], outside: Mask, inside: Mask) -> NDArray[np.float64]:
    """Log odds of border against body at each pixel, by its color alone."""
    shares = []
    for of in (outside, inside):
        counts = np.bincount(labels[of], minlength=_COLORS).astype(np.float64)
        shares.append((counts + 1e-9) / max(float(counts.sum()), 1e-9) + 0.02)
    odds: NDArray[np.float64] = np.clip(np.log(shares[0] / shares[1]), -2, 2)[labels]
    return odds
