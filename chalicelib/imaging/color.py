"""From encoded sRGB to linear light and back."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.image import Lab, LinearRgb, Rgb8

_STEPS: Final = 65535


def _decoded(encoded: NDArray[np.float64]) -> NDArray[np.float64]:
    """The two-piece curve of IEC 61966-2-1:1999, encoded 0..1 to linear 0..1."""
    return np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)


def _encoded(linear: NDArray[np.float64]) -> NDArray[np.float64]:
    """The inverse of `_decoded`."""
    return np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)


_LINEAR_OF_BYTE: Final = _decoded(np.arange(256) / 255).astype(np.float32)
_BYTE_OF_STEP: Final = np.rint(_encoded(np.arange(_STEPS + 1) / _STEPS) * 255).astype(np.uint8)


def to_linear(encoded: NDArray[np.uint8]) -> LinearRgb:
    """
    Decode sRGB to linear light.

    Parameters
    ----------
    encoded : ndarray of uint8, any shape
        sRGB, 0..255.

    Returns
    -------
    ndarray of float32, same shape
        Linear light, 0..1.

    References
    ----------
    IEC 61966-2-1:1999, the two-piece curve.
    """
    if not encoded.size:
        return np.zeros(encoded.shape, np.float32)
    # Several times as fast as NumPy's own indexing.
    linear: LinearRgb = cv2.LUT(encoded.reshape(1, -1), _LINEAR_OF_BYTE).reshape(encoded.shape)
    return linear


def to_srgb(linear: LinearRgb) -> Rgb8:
    """
    Encode linear light as sRGB, rounding to the nearest of the 256 values.

    Parameters
    ----------
    linear : ndarray of float32, any shape
        Linear light; what lies outside 0..1 is clipped.

    Returns
    -------
    ndarray of uint8, same shape
        sRGB, 0..255. `to_srgb(to_linear(picture))` is `picture`.
    """
    steps = np.clip(linear, 0, 1)
    steps *= np.float32(_STEPS)
    steps += np.float32(0.5)
    return _BYTE_OF_STEP[steps.astype(np.uint16)]


def to_lab(picture: Rgb8) -> Lab:
    """
    Convert sRGB to CIE L*a*b* under D65.

    Parameters
    ----------
    picture : ndarray of uint8, shape (H, W, 3)
        sRGB, 0..255.

    Returns
    -------
    ndarray of float32, shape (H, W, 3)
        L 0..100, a and b unbounded.
    """
    converted: Lab = cv2.cvtColor(to_linear(picture), cv2.COLOR_LRGB2Lab)
    return converted
