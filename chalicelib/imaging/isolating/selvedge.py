"""
The selvedge and other rims of a cloth that a cut left with the floor.

A cut by colors that hold for the whole photo shaves off what is thin or pale: giving a rim away
costs it less than following it.  But in any one place a floor is near one color, lighter or darker
as light falls on it.  What lies along the cloth, departs from the floor beside it as the floor
itself does nowhere, and ends in a sharp edge, is cloth.
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.image import Mask, Rgb8
from chalicelib.imaging.isolating.floor import Floor
from chalicelib.imaging.isolating.regions import grown

_WIDTH, _LENGTH, _GAP = 0.075, 0.04, 0.03
"""Longer sides: how wide and at least how long a rim is, and half of its way to the cloth."""

_FOREIGN: Final = 4.0
"""Units of Lab by which a rim departs from the floor, at least."""

_GRAIN: Final = 3.0
"""How many times as far as the calmest quarter beside the cloth a rim departs, at least."""

_SHARP: Final = 0.5
"""Share of its departure that a rim loses across its edge."""

_ENDS: Final = 0.35
"""Share of its edge where it does, at least."""

_NEAR: Final = np.ones((5, 5), np.uint8)
"""Pixels of a view across which a sharp edge is seen."""

_TOUCHING: Final = 9
"""Pixels of a window in which a rim and its cloth both are."""


def lost_rims(view: Rgb8, cloth: Mask, floor: Floor) -> Mask:
    """
    Find what an outline lost along its edges.

    Parameters
    ----------
    view : ndarray of uint8, shape (h, w, 3)
        sRGB; about a thousand pixels on the longer side, so that a selvedge is seen.
    cloth : ndarray of bool, shape (h, w)
        The cloth, perhaps without its rims.
    floor : Floor
        What is around it.

    Returns
    -------
    ndarray of bool, shape (h, w)
        What is to be added; nothing where the surroundings are too varied to tell.
    """
    if floor.cluttered or not cloth.any():
        return np.zeros_like(cloth)
    rims = _rims(view, cloth, floor)
    return rims | _between(cloth, rims) if rims.any() else rims


def _rims(view: Rgb8, cloth: Mask, floor: Floor) -> Mask:
    """What beside the cloth is no floor, and ends in a sharp edge."""
    side = max(cloth.shape)
    around = grown(cloth, _WIDTH * side)
    far, rare = floor.departure(view, around & _wider(~cloth, 9))
    nearby = cv2.dilate(far, _NEAR)
    beside = around & ~cloth
    least = max(_FOREIGN, _GRAIN * float(np.percentile(far[beside], 25)))
    foreign = beside & rare & (far > np.maximum(least, nearby / 2))
    outside = _parts_with(~around, ~cloth & ~foreign)
    _, label, stats, _ = cv2.connectedComponentsWithStats((beside & ~outside).astype(np.uint8))

    def within(place: Mask) -> NDArray[np.intp]:
        return np.bincount(label[place], minlength=len(stats))

    edge = beside & ~outside & _wider(outside, 3)
    sharp = edge & (nearby - cv2.erode(far, _NEAR) > _SHARP * nearby)
    long = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1) > _LENGTH * side
    touching = within(_wider(cloth, _TOUCHING)) > 0
    kept = long & touching & (within(sharp) > _ENDS * within(edge))
    kept[0] = False
    return np.asarray(kept[label], dtype=np.bool_)


def _between(cloth: Mask, rims: Mask) -> Mask:
    """What lies between a rim and the rest."""
    whole, reach = cloth | rims, max(1, round(_GAP * max(cloth.shape)))
    # The frame closes nothing.
    framed = np.pad(whole, 2 * reach)
    closed = ~grown(~grown(framed, reach), reach)[2 * reach : -2 * reach, 2 * reach : -2 * reach]
    return _parts_with(_wider(rims, 3), closed & ~whole)


def _parts_with(seed: Mask, mask: Mask) -> Mask:
    """The parts of a mask that hold some of `seed`."""
    count, label = cv2.connectedComponents(mask.astype(np.uint8), connectivity=4)
    found = np.zeros(count, np.bool_)
    found[label[seed & mask]] = True
    return np.asarray(found[label], dtype=np.bool_)


def _wider(mask: Mask, window: int) -> Mask:
    """All that has some of a mask in the window around it."""
    kernel = np.ones((window, window), np.uint8)
    return np.asarray(cv2.dilate(mask.astype(np.uint8), kernel) > 0, dtype=np.bool_)
