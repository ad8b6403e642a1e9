"""What a picture went through as a whole: told by its background, and by what no eye sees."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.image import Rgb8
from chalicelib.imaging.placement import PlacementMap

LARGEST_GAIN: Final = 0.06
LARGEST_OFFSET: Final = 8.0
"""Of 255. A grade beyond either is damage, whatever the background says."""

_FINE_COLOR: Final = 1.0
"""Pixels. JPEG keeps a color for two by two pixels; the eye resolves color about half as well
as lightness."""

_SAMPLES: Final = 40_000
_LEAST_SPREAD: Final = 12.0
_DARK: Final = 12
_BRIGHT: Final = 243


def soft_in_color(picture: Rgb8) -> Rgb8:
    """
    Mix color, not lightness, of neighboring pixels.

    Parameters
    ----------
    picture : ndarray of uint8, shape (H, W, 3)
        sRGB.

    Returns
    -------
    ndarray of uint8, shape (H, W, 3)

    References
    ----------
    Zhang, Wandell, "A Spatial Extension of CIELAB for Digital Color Image Reproduction",
    SID Symposium Digest 27, 1996: the eye mixes color over wider distances than lightness.
    """
    lightness = cv2.cvtColor(picture, cv2.COLOR_RGB2YCrCb)
    color = cv2.GaussianBlur(lightness, (3, 3), _FINE_COLOR)
    color[..., 0] = lightness[..., 0]
    soft: Rgb8 = cv2.cvtColor(color, cv2.COLOR_YCrCb2RGB)
    return soft


def ungraded(render: Rgb8, reference: Rgb8, placement: PlacementMap) -> NDArray[np.float64]:
    """
    The value that each value of the render had before the whole picture was graded.

    What changed the background by as much as the cloth (exposure, contrast, white balance) is
    the picture's, not the cloth's. The background of a faithful reference is the plate, so
    the two backgrounds tell the grade: per channel a gain and an offset.

    Parameters
    ----------
    render, reference : ndarray of uint8, shape (H, W, 3)
        sRGB.
    placement : PlacementMap
        Where there is no cloth.

    Returns
    -------
    ndarray of float64, shape (3, 256)
        By channel and value, 0..255. The value itself where nothing tells a small grade.
    """
    values = np.tile(np.arange(256, dtype=np.float64), (3, 1))
    bare = np.ones(placement.height * placement.width, np.bool_)
    for layer in placement.layers:
        bare[layer.index] = False
    some = np.arange(0, len(bare), max(len(bare) // _SAMPLES, 1))
    some = some[bare[some]]
    before, after = (picture.reshape(-1, 3)[some] for picture in (reference, render))
    if np.array_equal(before, after):
        return values
    for channel in range(3):
        gain, offset = _line(before[:, channel], after[:, channel])
        values[channel] = np.clip((values[channel] - offset) / gain, 0, 255)
    return values


def _line(before: NDArray[np.uint8], after: NDArray[np.uint8]) -> tuple[float, float]:
    """Gain and offset from one to the other, by least squares; 1 and 0 if it is none."""
    told = (np.minimum(before, after) > _DARK) & (np.maximum(before, after) < _BRIGHT)
    if np.count_nonzero(told) < 100:
        return 1.0, 0.0
    first, second = before[told].astype(np.float64), after[told].astype(np.float64)
    first_mean, second_mean = float(first.mean()), float(second.mean())
    spread = float(np.mean((first - first_mean) ** 2))
    gain = second_mean / max(first_mean, 1.0)
    if spread > _LEAST_SPREAD**2:
        gain = float(np.mean((first - first_mean) * (second - second_mean))) / spread
    offset = second_mean - gain * first_mean
    if abs(gain - 1) > LARGEST_GAIN or abs(offset) > LARGEST_OFFSET:
        return 1.0, 0.0
    return gain, offset
