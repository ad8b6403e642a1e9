"""Folds and glints taken out of a border before it is continued, its design kept."""

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.color import to_linear
from chalicelib.imaging.image import Rgb8

_PPM = 500.0
_ROWS = 30
_GROUPS = 3
_ALIKE = 0.16
_MOST_ALIKE = 0.55
_NEAR_M, _WIDE_M = 0.0025, 0.05
_STRONGEST = 2.2
_GAMMA = 2.2


def leveled(border: Rgb8, pixels_per_meter: float) -> Rgb8:
    """
    Take out of a border what changes along it in all its rows at once.

    A fold across a border, and the glint of its metal thread there, brighten or darken every
    row alike; a woven motif does not. So in each third of the width the common change is taken
    off, channel by channel, for a glint is paler as well as lighter.

    Parameters
    ----------
    border : ndarray of uint8, shape (H, W, 3)
        sRGB, its length to the right, fully seen.
    pixels_per_meter : float

    Returns
    -------
    ndarray of uint8, shape (H, W, 3)
    """
    height, width = border.shape[:2]
    size = (max(8, round(width * min(1.0, _PPM / pixels_per_meter))), min(_ROWS, height))
    small = cv2.resize(border, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    off = np.log(small + 6)
    off -= np.median(off, axis=1, keepdims=True)
    ppm = pixels_per_meter * size[0] / width
    groups = np.array_split(off, min(_GROUPS, size[1]))
    thirds = np.stack([_common(rows, ppm) for rows in groups])
    # A shadow takes as much of every channel; what takes more of one is a motif's color.
    thirds = np.maximum(thirds, np.minimum(thirds.max(axis=2, keepdims=True), 0))
    gain = np.exp(-thirds).clip(1 / _STRONGEST, _STRONGEST).astype(np.float32)
    gain *= _as_bright(small, gain)
    full = cv2.resize(gain, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.multiply(border, full, dtype=cv2.CV_8U), np.uint8)


def _as_bright(small: NDArray[np.float32], gain: NDArray[np.float32]) -> NDArray[np.float32]:
    """
    What gives each third of a border its own mean color back: shape (n, 1, 3).

    Metal thread is dark but where it glints: without its glints it would be copper, not gold.
    """
    thirds = np.array_split(to_linear(np.rint(small).astype(np.uint8)), len(gain))
    before = np.stack([third.mean(axis=(0, 1)) for third in thirds])
    light = gain**_GAMMA
    after = np.stack(
        [(third * own).mean(axis=(0, 1)) for third, own in zip(thirds, light, strict=True)]
    )
    back = ((before + 1e-3) / (after + 1e-3))[:, None] ** (1 / _GAMMA)
    return np.asarray(back, np.float32)


def _common(rows: NDArray[np.float32], ppm: float) -> NDArray[np.float32]:
    """What all of these rows have in common along them: log of a gain, shape (W, 3)."""
    common = np.median(rows, axis=0)
    alike = (np.abs(rows - common[None]).max(axis=2) < _ALIKE).mean(axis=0)
    sure = np.clip((alike - _MOST_ALIKE + 0.15) / 0.15, 0, 1).astype(np.float32)[None]
    line = common[None] * sure[..., None]
    total, weight = line * 0, sure * 0
    for sigma, trust in ((_NEAR_M, 1.0), (_WIDE_M, 0.1)):
        total += trust * _along(line, sigma * ppm)
        weight += trust * _along(sure, sigma * ppm)
    return np.asarray((total / (weight + 1e-2)[..., None])[0], np.float32)


def _along(line: NDArray[np.float32], sigma: float) -> NDArray[np.float32]:
    blurred: NDArray[np.float32] = cv2.GaussianBlur(
        line, (0, 0), sigma, sigmaY=0.01, borderType=cv2.BORDER_REFLECT
    )
    return blurred
