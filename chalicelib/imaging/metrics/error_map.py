"""Where a picture differs from what it should show, for people to see."""

from typing import Final

import cv2
import numpy as np

from chalicelib.imaging.color import to_lab, to_linear, to_srgb
from chalicelib.imaging.image import Rgb8
from chalicelib.imaging.metrics.difference import ciede2000
from chalicelib.imaging.placement import PlacementMap

FULL: Final = 10.0
"""CIEDE2000 that is shown in the full color of the map."""

_MIXED: Final = 1.5
_HOT: Final = np.array([0.80, 0.02, 0.02], np.float32)


def error_map(render: Rgb8, reference: Rgb8, placement: PlacementMap) -> Rgb8:
    """
    Lay the color difference over a pale gray picture, as red as it is large.

    Parameters
    ----------
    render, reference : ndarray of uint8, shape (H, W, 3)
        sRGB, of the size of `placement`.
    placement : PlacementMap
        Where the cloth lies; nothing is shown outside of it.

    Returns
    -------
    ndarray of uint8, shape (H, W, 3)
        sRGB. A faithful render is all gray.
    """
    mixed = [cv2.GaussianBlur(picture, (0, 0), _MIXED) for picture in (render, reference)]
    covered = np.flatnonzero(placement.coverage())
    first, second = (to_lab(picture).reshape(-1, 3)[covered] for picture in mixed)
    heat = np.zeros(render.shape[0] * render.shape[1], np.float32)
    heat[covered] = np.minimum(ciede2000(first, second) / np.float32(FULL), 1)
    share = heat.reshape(*render.shape[:2], 1)
    gray = to_linear(cv2.cvtColor(render, cv2.COLOR_RGB2GRAY))[..., np.newaxis]
    pale = np.float32(0.35) + np.float32(0.5) * gray
    return to_srgb((pale * (1 - share) + _HOT * share).astype(np.float32))
