"""What a photo showed, put back at its own place over what continues it."""

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.image import Mask, Rgb8

_PPM = 150.0
_SPECK_M = 0.05
_BAND_M = 0.03
_SOFT_M = 0.0015


def kept(continued: Rgb8, seen: Rgb8, good: Mask, pixels_per_meter: float) -> tuple[Rgb8, Mask]:
    """
    Lay what was seen over what continues it, where it is good.

    The cut between the two runs a little inside the good cloth, where they differ least, so that
    a motif is taken whole from one of them.

    Parameters
    ----------
    continued, seen : ndarray of uint8, shape (H, W, 3)
        sRGB, the same place twice.
    good : ndarray of bool, shape (H, W)
        Where `seen` may be used.
    pixels_per_meter : float

    Returns
    -------
    (ndarray of uint8, shape (H, W, 3); ndarray of bool, shape (H, W))
        The cloth, and which of it is `seen` itself.

    References
    ----------
    Kwatra et al., "Graphcut Textures", SIGGRAPH 2003, whose seams a watershed stands in for.
    """
    height, width = good.shape
    scale = min(1.0, _PPM / pixels_per_meter)
    size = (max(4, round(width * scale)), max(4, round(height * scale)))
    ppm = pixels_per_meter * size[0] / width
    solid = _solid(cv2.resize(good.astype(np.uint8), size, interpolation=cv2.INTER_AREA), ppm)
    if not solid.any():
        return continued, np.zeros_like(good)
    one, two = (cv2.resize(each, size, interpolation=cv2.INTER_AREA) for each in (continued, seen))
    chosen = _cut(cv2.absdiff(one, two).max(axis=2), solid, ppm)
    share = cv2.resize(chosen.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR)
    share = cv2.GaussianBlur(np.float32(share > 0.5), (0, 0), _SOFT_M * pixels_per_meter)
    own = (share > 0.5) & good
    return _mixed(continued, seen, np.where(good, share, 0)), own


def _solid(good: Mask, ppm: float) -> Mask:
    """The good cloth without specks and slivers, pinholes filled."""
    size = max(3, round(_SPECK_M * ppm))
    round_spot = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    # Beyond the edges of the picture nothing is known to be bad.
    framed = cv2.copyMakeBorder(good, size, size, size, size, cv2.BORDER_REPLICATE)
    opened = cv2.morphologyEx(framed, cv2.MORPH_OPEN, round_spot)
    solid: Mask = opened[size:-size, size:-size] > 0
    return solid


def _cut(off: NDArray[np.uint8], solid: Mask, ppm: float) -> Mask:
    """Which of the solid cloth to take, so that its edge runs where little is off."""
    # It takes longer to import than most of a cold start, which every function would pay.
    from skimage.segmentation import watershed

    distance = cv2.distanceTransform(solid.astype(np.uint8), cv2.DIST_L2, 5)
    markers = np.where(distance > _BAND_M * ppm, 2, 0).astype(np.int32)
    markers[~solid] = 1
    # The flood rises from what is most off, so the two sides meet where least is.
    level = 255 - cv2.GaussianBlur(off, (0, 0), 1.0)
    chosen: Mask = watershed(level, markers) == 2  # type: ignore[no-untyped-call]
    return chosen


def _mixed(continued: Rgb8, seen: Rgb8, share: NDArray[np.float32]) -> Rgb8:
    mixed = continued.copy()
    whole = share > 0.99
    cv2.copyTo(seen, whole.astype(np.uint8), mixed)
    rows, columns = np.nonzero((share > 0.01) & ~whole)
    some = share[rows, columns, None]
    blend = continued[rows, columns] * (1 - some) + seen[rows, columns] * some
    mixed[rows, columns] = np.rint(blend).astype(np.uint8)
    return mixed
