"""Small pictures for people to look at: shrunk, marked, and written as JPEG."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np
from PIL import Image

from chalicelib.imaging.cloth import REGIONS, Cloth
from chalicelib.imaging.resizing import shrink

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from chalicelib.imaging.image import Mask, Rgb8
    from chalicelib.imaging.placement import FabricLayer, PlacementMap

_HATCH_PIXELS: Final = 16
"""Distance between the hatching's lines, in pixels of the small picture."""

_PALED: Final = 0.45
"""How much of the color of continued cloth gives way to white."""

_INK: Final = np.array([70, 70, 90], np.float32)


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
    small = shrink(cloth.pixels, long_side)
    height, width = small.shape[:2]
    seen = cv2.resize(
        cloth.seen.astype(np.uint8) * 255, (width, height), interpolation=cv2.INTER_AREA
    )
    continued: Mask = np.asarray(seen < 128, np.bool_)
    pale = small * np.float32(1 - _PALED) + np.float32(255 * _PALED)
    rows, columns = np.indices((height, width), np.int32)
    lines = (rows + columns) % _HATCH_PIXELS < 3
    pale[lines] = 0.35 * pale[lines] + 0.65 * _INK
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


def seen_in_view(cloth: Cloth, placement: PlacementMap) -> dict[str, float | None]:
    """
    Tell how much of the cloth that a picture shows some photo shows, too.

    Parameters
    ----------
    cloth : Cloth
        The whole strip, and where it was seen.
    placement : PlacementMap
        Which point of the fabric each pixel shows; its reverse side does not count.

    Returns
    -------
    dict of str to float or None
        By the parts of `REGIONS`: 0..1, to four places, by area in the picture; None for a
        part that is not in view.
    """
    inside = dict.fromkeys(REGIONS, 0.0)
    seen = dict(inside)
    masks = {region: cloth.region(region) for region in REGIONS}
    for layer in placement.layers:
        shown = np.where(layer.reverse, np.float32(0), layer.coverage)
        rows, columns = _cells(cloth, layer)
        of_photo = cloth.seen[rows, columns]
        for region, mask in masks.items():
            mine = shown * mask[rows, columns]
            inside[region] += float(mine.sum(dtype=np.float64))
            seen[region] += float(mine[of_photo].sum(dtype=np.float64))
    return {
        region: round(seen[region] / inside[region], 4) if inside[region] > 0 else None
        for region in REGIONS
    }


def _cells(cloth: Cloth, layer: FabricLayer) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Find the strip's pixel nearest to each point that a layer shows."""
    height, width = cloth.seen.shape
    ppm = cloth.parts.pixels_per_meter
    rows = np.floor((cloth.parts.width_m - layer.t) * ppm).astype(np.int32)
    columns = np.floor(layer.s * ppm).astype(np.int32)
    return np.clip(rows, 0, height - 1), np.clip(columns, 0, width - 1)
