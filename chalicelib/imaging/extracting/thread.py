"""What the cloth is woven of: its dominant colors, and where metallic thread shows."""

import cv2
import numpy as np

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
    share = np.clip(1 - np.abs(hue - 78) / 28, 0, 1)
    share *= np.clip((chroma - 8) / 12, 0, 1)
    share *= np.clip((60 - chroma) / 15, 0, 1)
    mean = cv2.blur(light, (9, 9))
    sparkle = cv2.sqrt(np.maximum(cv2.blur(light * light, (9, 9)) - mean * mean, 0))
    # Metal shines somewhere within a thread's reach; olive and mustard dyes stay dark.
    share *= np.clip((mean - _DARKEST) / _DARK_RANGE, 0, 1)
    share *= np.clip((sparkle - 2) / 5, 0, 1) * 1.6
    share = cv2.GaussianBlur(np.minimum(share, 1), (0, 0), 2)
    full: Matte = cv2.resize(share, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.clip(full, 0, 1)
