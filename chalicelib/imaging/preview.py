"""Small pictures for people to look at: shrunk, marked, and written as JPEG."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np
from PIL import Image

from chalicelib.imaging.cloth import REGIONS, Cloth

if TYPE_CHECKING:
    from chalicelib.imaging.image import Mask, Rgb8

_HATCH_PIXELS: Final = 12
"""Distance between the hatching's lines, in pixels of the small picture."""

_PALED: Final = 0.45
"""How much of the color of continued cloth gives way to white."""

_INK: Final = np.array([70, 70, 90], np.float32)


def shrunk(picture: Rgb8, long_side: int) -> Rgb8:
    """
    Make a picture no longer than `long_side` pixels; one that is shorter stays as it is.

    Parameters
    ----------
    picture : ndarray of uint8, shape (H, W, 3)
        sRGB.
    long_side : int
        Pixels.

    Returns
    -------
    ndarray of uint8, shape (h, w, 3)
        sRGB, of the same proportions to half a pixel.
    """
    height, width = picture.shape[:2]
    scale = long_side / max(height, width)
    if scale >= 1:
        return picture
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def encode_jpeg(picture: Rgb8, quality: int) -> bytes:
    """
    Encode a picture for a page; the same array gives the same bytes.

    Parameters
    ----------
    picture : ndarray of uint8, shape (H, W, 3)
        sRGB.
    quality : int
        JPEG quality, 1..95.
    """
    written = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(picture)).save(
        written, "JPEG", quality=quality, subsampling=0, optimize=False
    )
    return written.getvalue()


def seen_and_continued(cloth: Cloth, long_side: int) -> Rgb8:
    """
    Show a strip small, with the cloth that no photo shows paled and hatched.

    Parameters
    ----------
    cloth : Cloth
        The whole strip, and where it was seen.
    long_side : int
        Pixels.

    Returns
    -------
    ndarray of uint8, shape (h, w, 3)
        sRGB, the pallu at the right.
    """
    small = shrunk(cloth.pixels, long_side)
    height, width = small.shape[:2]
    seen = cv2.resize(
        cloth.seen.astype(np.uint8) * 255, (width, height), interpolation=cv2.INTER_AREA
    )
    continued: Mask = np.asarray(seen < 128, np.bool_)
    pale = small * np.float32(1 - _PALED) + np.float32(255 * _PALED)
    rows, columns = np.indices((height, width), np.int32)
    lines = (rows + columns) % _HATCH_PIXELS < 2
    pale[lines] = 0.5 * pale[lines] + 0.5 * _INK
    return np.where(continued[..., np.newaxis], pale, small).astype(np.uint8)


def seen_shares(cloth: Cloth) -> dict[str, float]:
    """
    Tell how much of each part some photo shows.

    Returns
    -------
    dict of str to float
        By the parts of `REGIONS`: 0..1, to four places; 0 for a part that has no cloth.
    """
    shares = {}
    for region in REGIONS:
        seen = cloth.seen[cloth.region(region)]
        shares[region] = round(float(np.count_nonzero(seen)) / max(seen.size, 1), 4)
    return shares
