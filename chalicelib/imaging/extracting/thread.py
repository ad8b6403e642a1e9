"""What the cloth is woven of: its dominant colors, and where metallic thread shows."""

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.color import to_lab
from chalicelib.imaging.image import Matte, Rgb8

_DARKEST, _DARK_RANGE = 40.0, 10.0


def dominant_colors(strip: Rgb8, count: int = 5) -> tuple[str, ...]:
    """
    Name the colors that cover most of a strip.

    Parameters
    ----------
    strip : ndarray of uint8, shape (H, W, 3)
        sRGB.
    count : int
        At most so many.

    Returns
    -------
    tuple of str
        "#rrggbb", most frequent first.
    """
    # A tenth of the pixels says as much as all of them.
    some = np.ascontiguousarray(strip[::3, ::3])
    small = cv2.resize(some, (160, 40), interpolation=cv2.INTER_AREA).reshape(-1, 3)
    lab = to_lab(small[None])[0]
    cells = np.round(lab / 12).astype(np.int64)
    named: list[str] = []
    taken: list[np.ndarray] = []
    _, inverse, sizes = np.unique(cells, axis=0, return_inverse=True, return_counts=True)
    for cell in np.argsort(-sizes, kind="stable"):
        members = inverse.ravel() == cell
        center = lab[members].mean(axis=0)
        if any(np.linalg.norm(center - other) < 18 for other in taken):
            continue
        taken.append(center)
        red, green, blue = (round(float(v)) for v in small[members].mean(axis=0))
        named.append(f"#{red:02x}{green:02x}{blue:02x}")
        if len(named) == count:
            break
    return tuple(named)


def zari_share(strip: Rgb8) -> Matte:
    """
    Estimate where metallic thread shows: golden hue, light, and a sparkle of lightness.

    Parameters
    ----------
    strip : ndarray of uint8, shape (H, W, 3)
        sRGB reflectance.

    Returns
    -------
    ndarray of float32, shape (H, W)
        0..1.
    """
    height, width = strip.shape[:2]
    half = cv2.resize(strip, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
    light, red, yellow = cv2.split(to_lab(half))
    chroma, hue = cv2.cartToPolar(red, yellow, angleInDegrees=True)
    share = 1 - _ramp(cv2.absdiff(hue, np.full_like(hue, 78)), 0, 28)
    share *= _ramp(chroma, 8, 12)
    share *= _ramp(chroma, 60, -15)
    mean = cv2.blur(light, (9, 9))
    spread = cv2.blur(np.square(light, out=light), (9, 9))
    spread -= np.square(mean)
    glitter = _ramp(cv2.sqrt(np.maximum(spread, 0, out=spread)), 2, 5)
    glitter *= 1.6
    # Metal shines somewhere within a thread's reach; olive and mustard dyes stay dark.
    share *= _ramp(mean, _DARKEST, _DARK_RANGE)
    share *= glitter
    share = cv2.GaussianBlur(np.minimum(share, 1, out=share), (0, 0), 2)
    full: Matte = cv2.resize(share, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.clip(full, 0, 1, out=full)


def _ramp(values: NDArray[np.float32], start: float, width: float) -> NDArray[np.float32]:
    """0 up to `start`, 1 from a width beyond it; a negative width falls the other way."""
    rising = values - np.float32(start)
    rising /= np.float32(width)
    return np.clip(rising, 0, 1, out=rising)
