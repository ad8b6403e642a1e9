"""What the surface within an outline says: whether there is cloth, and whether it is one cloth."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.color import to_lab
from chalicelib.imaging.image import Mask
from chalicelib.imaging.isolating.palette import Palette
from chalicelib.imaging.isolating.view import View
from chalicelib.imaging.pattern.lattice import find_lattice

_SIDE: Final = 512
_COARSE_SIDE: Final = 256

_LEAST_DETAIL: Final = 3.4
"""Change of color between neighbors, in units of Lab: the mean of the usual and the strong."""

_LEAST_STEP: Final = 8.0
"""Change of color across an outline, in units of Lab; within floors it is below 3."""

_BESIDE: Final = 0.012
"""Longer sides from an outline at which its two sides are compared."""

_HUE_WEIGHTS: Final = np.array([0.5, 1, 1], np.float32)
"""Of L*, a* and b*: light changes lightness most."""

_CLOSE_UP_M: Final = 0.5
"""About how much cloth a close-up shows along its longer side."""

_PLACES: Final = 6
"""Along and across: into how many places a cloth is parted."""


def bareness(view: View) -> float:
    """
    How sure it is that an outline holds nothing but more of what is around it.

    A saree is full of edges: weave, motifs, borders, folds.
    A plain one has none within, but one all around it.

    Parameters
    ----------
    view : View
        What the outline holds, and what is around it.

    Returns
    -------
    float
        0..1.
    """
    small = view.at(_SIDE)
    cloth = small.cloth
    lab = cv2.GaussianBlur(to_lab(small.photo), (0, 0), 1)
    inside = cv2.erode(cloth.astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    if not inside.any():
        return 1.0
    detail = _detail(lab, inside) / _LEAST_DETAIL
    seen = max(detail, _step(lab, cloth) / _LEAST_STEP, 0.01)
    return float(1 / (1 + seen**8))


def _detail(lab: NDArray[np.float32], inside: Mask) -> float:
    slope = cv2.Sobel(lab, cv2.CV_32F, 1, 0) ** 2 + cv2.Sobel(lab, cv2.CV_32F, 0, 1) ** 2
    change = cv2.dilate(np.sqrt(slope.sum(axis=2)) / 8, np.ones((5, 5), np.uint8))
    usual, strong = np.percentile(change[inside], (50, 90))
    return float(np.sqrt(usual * strong))


def _step(lab: NDArray[np.float32], cloth: Mask) -> float:
    """Usual change of color across an outline; 0 where the frame is all the outline there is."""
    reach = max(2, round(_BESIDE * max(cloth.shape)))
    size = (2 * reach + 1, 2 * reach + 1)
    within, total = cloth.astype(np.float32), cv2.blur(lab * cloth[..., None], size)
    share = cv2.blur(within, size)
    outline = (share > 0.4) & (share < 0.6)
    if outline.sum() < 4 * reach:
        return 0.0
    share = share[outline][:, None]
    own, whole = total[outline], cv2.blur(lab, size)[outline]
    across = own / share - (whole - own) / (1 - share)
    return float(np.median(np.sqrt((across * across).sum(axis=1))))


def variedness(view: View) -> float:
    """
    How far a place's colors tell where in the outline it is.

    One cloth has its colors everywhere, however it lies.
    A scene has those of each thing where that thing is.

    Parameters
    ----------
    view : View
        What the outline holds, and what is around it.

    Returns
    -------
    float
        Information that place and color share, as a share of that in color, 0..1; 1 of nothing.
    """
    small = view.at(_COARSE_SIDE)
    cloth = small.cloth
    palette = Palette.of(small.photo, 12, 3.0, 0.0)
    side = np.sqrt(cloth.sum()) / _PLACES
    row, column = np.nonzero(cloth)
    place = (row // side).astype(int) * cloth.shape[1] + (column // side).astype(int)
    _, place, count = np.unique(place, return_inverse=True, return_counts=True)
    joint = np.zeros((len(count), len(palette.membership)))
    np.add.at(joint, place, palette.membership[:, cloth].T)
    joint = joint[count > 0.3 * side * side] + 1e-9
    if not len(joint):
        return 1.0
    joint /= joint.sum()
    color, where = joint.sum(axis=0), joint.sum(axis=1)
    shared = (joint * np.log(joint / np.outer(where, color))).sum()
    return float(shared / -(color * np.log(color)).sum())


def structure(view: View) -> float:
    """
    How much of a surface's detail repeats, or is left when averaged over a tenth of the photo.

    Of cloth folds, borders, large motifs and uneven light are left; small motifs repeat.
    A lawn, gravel or a starry sky does neither: it is alike, but never the same.

    Parameters
    ----------
    view : View
        What the outline holds, and what is around it.

    Returns
    -------
    float
        The larger of the share of the color's variance that is left and how surely it repeats,
        0..1.
    """
    small = view.at(_COARSE_SIDE)
    lab = to_lab(small.photo) * _HUE_WEIGHTS
    coarse = cv2.GaussianBlur(lab, (0, 0), max(lab.shape) / 20)
    left, whole = (each[small.cloth].var(axis=0).sum() for each in (coarse, lab))
    repeat = find_lattice(small.photo, max(lab.shape) / _CLOSE_UP_M)
    return max(float(left / max(float(whole), 1e-6)), repeat.confidence)
