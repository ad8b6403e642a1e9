"""Each part of a saree as a picture of its own, cut where most of it was seen."""

import numpy as np

from chalicelib.imaging.cloth import REGIONS, Cloth
from chalicelib.imaging.image import Rgb8

LONGEST_M = 1.2


def pieces(cloth: Cloth) -> dict[str, Rgb8]:
    """
    Cut one piece out of each part that the saree has.

    Returns
    -------
    dict of str to ndarray of uint8, shape (H, W, 3)
        By part; sRGB, at the cloth's own scale, at most `LONGEST_M` long.
    """
    found = {name: _piece(cloth, name) for name in REGIONS}
    return {name: piece for name, piece in found.items() if piece.size}


def _piece(cloth: Cloth, name: str) -> Rgb8:
    region = cloth.region(name)
    rows, columns = np.flatnonzero(region.any(axis=1)), np.flatnonzero(region.any(axis=0))
    if not rows.size or not columns.size:
        return cloth.pixels[:0, :0]
    across = slice(rows[0], rows[-1] + 1)
    length = min(columns.size, round(LONGEST_M * cloth.parts.pixels_per_meter))
    seen = cloth.seen[across, columns[0] : columns[-1] + 1].mean(axis=0)
    window = np.convolve(seen, np.ones(length), "valid")
    start = columns[0] + int(np.argmax(window))
    return np.ascontiguousarray(cloth.pixels[across, start : start + length])
