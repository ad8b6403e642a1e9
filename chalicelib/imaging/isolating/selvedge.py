"""
The selvedge and other rims of a cloth that a cut left with the floor.

A cut by colors that hold for the whole photo shaves off what is thin or pale: giving a rim away
costs it less than following it.  But in any one place a floor is near one color, lighter or darker
as light falls on it.  What lies along the cloth, departs from the floor beside it as the floor
itself does nowhere, and ends in a sharp edge, is cloth.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.color import to_lab
from chalicelib.imaging.image import Lab, Mask, Rgb8
from chalicelib.imaging.resizing import shrink

_FLOOR_SIDE: Final = 256
"""Pixels on the longer side in which the floor's colors are learned."""

_SURE: Final = 0.05
"""Longer sides from the cloth, from where on all is floor."""

_AROUND: Final = 0.2
"""Longer sides of the window around a place whose floor tells what color it would have."""

_WIDTH, _LENGTH, _GAP = 0.075, 0.04, 0.03
"""Longer sides: how wide and at least how long a rim is, and half of its way to the cloth."""

_USUAL: Final = 1e-3
"""How far, as a share of that window, the floor's usual color counts: where there is no other."""

_SHADE: Final = (0.35, 1.02)
"""How dark and how light the floor's own color may get."""

_FOREIGN: Final = 4.0
"""Units of Lab by which a rim departs from the floor, at least."""

_RARE: Final = 1e-4
"""Share of the floor that departs from itself in the same way, at most."""

_BIN: Final = 3.0
"""Units of Lab: departures are counted in steps of this, so many each way."""

_BINS: Final = (35, 69, 69)

_CLUTTERED: Final = 15.0
"""Departure of one in fifty places from which on things lie about, and it is no floor."""

_SHARP: Final = 0.5
"""Share of its departure that a rim loses across its edge, and share of the edge where it does."""

_NEAR: Final = np.ones((5, 5), np.uint8)
"""Pixels of a view across which a sharp edge is seen."""

_TOUCHING: Final = 9
"""Pixels of a window in which a rim and its cloth both are."""


def lost_rims(view: Rgb8, cloth: Mask) -> Mask:
    """
    Find what an outline lost along its edges.

    Parameters
    ----------
    view : ndarray of uint8, shape (h, w, 3)
        sRGB; about a thousand pixels on the longer side, so that a selvedge is seen.
    cloth : ndarray of bool, shape (h, w)
        The cloth, perhaps without its rims.

    Returns
    -------
    ndarray of bool, shape (h, w)
        What is to be added; nothing where the surroundings are too varied to tell.
    """
    floor = _Floor.around(view, cloth)
    if floor is None:
        return np.zeros_like(cloth)
    rims = _rims(view, cloth, floor)
    return rims | _between(cloth, rims) if rims.any() else rims


@dataclass(frozen=True, slots=True, eq=False)
class _Floor:
    """What lies around a cloth, at a small size."""

    color: Lab
    """Shape (h, w, 3): what the floor would have in each place, from the floor around it."""
    common: NDArray[np.float32]
    """Share of the floor that departs from its own color so far, in each direction."""

    @classmethod
    def around(cls, view: Rgb8, cloth: Mask) -> "_Floor | None":
        """Learn it where no cloth is near; None where there is none, or things lie about."""
        small = shrink(view, _FLOOR_SIDE)
        size = (small.shape[1], small.shape[0])
        share = cv2.resize(cloth.astype(np.float32), size, interpolation=cv2.INTER_AREA)
        sure = ~_grown(share > 0, _SURE * _FLOOR_SIDE)
        if not sure.any():
            return None
        lab, window = to_lab(small), (round(_AROUND * _FLOOR_SIDE),) * 2
        share = cv2.blur(sure.astype(np.float32), window) + _USUAL
        color = cv2.blur(lab * sure[..., None], window) + _USUAL * lab[sure].mean(axis=0)
        color /= share[..., None]
        away = _departure(lab[sure], color[sure])
        if np.percentile(np.linalg.norm(away, axis=1), 98) > _CLUTTERED:
            return None
        common = np.zeros(_BINS, np.float32)
        np.add.at(common, _bins(away), np.float32(1 / len(away)))
        return cls(color, _smooth(common))

    def departure(self, view: Rgb8, where: Mask) -> tuple[NDArray[np.float32], Mask]:
        """How far each place departs from the floor beside it, and whether floor never does."""
        color = cv2.resize(self.color, (view.shape[1], view.shape[0]))
        away = _departure(to_lab(view)[where], color[where])
        far, rare = np.zeros(where.shape, np.float32), np.zeros(where.shape, np.bool_)
        far[where] = np.linalg.norm(away, axis=1)
        rare[where] = self.common[_bins(away)] < _RARE
        return cv2.GaussianBlur(far, (0, 0), 0.5), rare


def _departure(color: Lab, floor: Lab) -> Lab:
    """Difference between colors, shape (N, 3), and the floor's in the shade that explains most."""
    shade = (color * floor).sum(axis=1) / np.maximum((floor * floor).sum(axis=1), 1)
    return np.asarray(color - np.clip(shade, *_SHADE)[:, None] * floor, dtype=np.float32)


def _smooth(counts: NDArray[np.float32]) -> NDArray[np.float32]:
    """Spread counts over the next bins in each of three directions."""
    for _ in range(3):
        spread = cv2.GaussianBlur(counts.reshape(len(counts), -1), (1, 5), 1)
        counts = np.ascontiguousarray(np.moveaxis(spread.reshape(counts.shape), 0, -1))
    return counts


def _bins(away: Lab) -> tuple[NDArray[np.intp], ...]:
    middle = np.array(_BINS) // 2
    bins = np.rint(away / _BIN).astype(np.intp) + middle
    return tuple(np.clip(bins, 0, np.array(_BINS) - 1).T)


def _rims(view: Rgb8, cloth: Mask, floor: _Floor) -> Mask:
    """What beside the cloth is no floor, and ends in a sharp edge."""
    side = max(cloth.shape)
    around = _grown(cloth, _WIDTH * side)
    far, rare = floor.departure(view, around & _wider(~cloth, 9))
    nearby = cv2.dilate(far, _NEAR)
    beside = around & ~cloth
    foreign = beside & rare & (far > np.maximum(_FOREIGN, nearby / 2))
    outside = _parts_with(~around, ~cloth & ~foreign)
    _, label, stats, _ = cv2.connectedComponentsWithStats((beside & ~outside).astype(np.uint8))

    def within(place: Mask) -> NDArray[np.intp]:
        return np.bincount(label[place], minlength=len(stats))

    edge = beside & ~outside & _wider(outside, 3)
    sharp = edge & (nearby - cv2.erode(far, _NEAR) > _SHARP * nearby)
    long = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1) > _LENGTH * side
    touching = within(_wider(cloth, _TOUCHING)) > 0
    kept = long & touching & (within(sharp) > _SHARP * within(edge))
    kept[0] = False
    return np.asarray(kept[label], dtype=np.bool_)


def _between(cloth: Mask, rims: Mask) -> Mask:
    """What lies between a rim and the rest."""
    whole, reach = cloth | rims, round(_GAP * max(cloth.shape))
    # The frame closes nothing.
    framed = np.pad(whole, 2 * reach)
    closed = ~_grown(~_grown(framed, reach), reach)[2 * reach : -2 * reach, 2 * reach : -2 * reach]
    return _parts_with(_wider(rims, 3), closed & ~whole)


def _parts_with(seed: Mask, mask: Mask) -> Mask:
    """The parts of a mask that hold some of `seed`."""
    count, label = cv2.connectedComponents(mask.astype(np.uint8), connectivity=4)
    found = np.zeros(count, np.bool_)
    found[label[seed & mask]] = True
    return np.asarray(found[label], dtype=np.bool_)


def _grown(mask: Mask, reach: float) -> Mask:
    """All that is at most `reach` pixels from a mask."""
    away = cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5)
    return np.asarray(away <= reach, dtype=np.bool_)


def _wider(mask: Mask, window: int) -> Mask:
    """All that has some of a mask in the window around it."""
    kernel = np.ones((window, window), np.uint8)
    return np.asarray(cv2.dilate(mask.astype(np.uint8), kernel) > 0, dtype=np.bool_)
