"""
Things laid beside a cloth that an outline took along: flowers, leaves, a figurine.

A prop has a vivid color that the cloth has nowhere else, lies in one place at the cloth's edge and
is ragged; what a saree has in one place only, its pallu, is large, and a border is long.
"""

from collections.abc import Iterator
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.color import to_lab
from chalicelib.imaging.image import Mask, Rgb8
from chalicelib.imaging.isolating.regions import tidy

_HUES: Final = range(0, 360, 20)
_HUE_REACH: Final = 30
"""Degrees to either side that count as one hue; neighboring ranges overlap."""

_VIVID: Final = 28
"""Distance from gray in Lab."""

_SHARES: Final = (0.008, 0.12)
"""Of the cloth's area; less is a speck, more is a part of the saree."""

_IN_ONE_PLACE: Final = 0.9
_LARGEST: Final = 0.3
_RAGGED: Final = 0.015
"""Share of a prop's hull that lies outside the cloth."""

_BRIDGE, _NEAR, _MARGIN, _AROUND, _STALK = 0.018, 0.06, 0.012, 0.15, 0.03
"""Longer sides: gaps within a prop, its outliers, its rim, its leaves, and how thick those are."""


def without_props(small: Rgb8, cloth: Mask) -> Mask:
    """
    Take the props out of an outline, and the leaves and stalks around them.

    Parameters
    ----------
    small : ndarray of uint8, shape (h, w, 3)
        sRGB; a few hundred pixels on the longer side.
    cloth : ndarray of bool, shape (h, w)
        The cloth, perhaps with props.

    Returns
    -------
    ndarray of bool, shape (h, w)
        `cloth` itself where there are none.
    """
    found = np.zeros_like(cloth)
    for prop in _props(small, cloth):
        found |= prop
    if not found.any():
        return cloth
    side = max(cloth.shape)
    whole = _morph(found, cv2.MORPH_CLOSE, _BRIDGE * side)
    rest = cloth & ~_morph(whole, cv2.MORPH_DILATE, _MARGIN * side)
    solid = rest & _morph(rest, cv2.MORPH_OPEN, _STALK * side)
    around = _morph(found, cv2.MORPH_DILATE, _AROUND * side)
    return tidy(np.where(around, solid, rest))


def _props(small: Rgb8, cloth: Mask) -> Iterator[Mask]:
    lab = to_lab(cv2.GaussianBlur(small, (0, 0), 1).astype(np.uint8))
    hue = np.degrees(np.arctan2(lab[..., 2], lab[..., 1]))
    vivid = cloth & (np.hypot(lab[..., 1], lab[..., 2]) > _VIVID)
    least, most = (share * cloth.sum() for share in _SHARES)
    for center in _HUES:
        away = np.abs((hue - center + 180) % 360 - 180)
        colored = vivid & (away < _HUE_REACH)
        if least < colored.sum() < most:
            near = _place_of(colored, cloth)
            if near is not None:
                yield colored & near


def _place_of(colored: Mask, cloth: Mask) -> Mask | None:
    """Where a color is, if that is one small ragged place at the cloth's edge."""
    side = max(cloth.shape)
    joined = _morph(colored, cv2.MORPH_CLOSE, _BRIDGE * side).astype(np.uint8)
    _, label, stats, _ = cv2.connectedComponentsWithStats(joined)
    largest = 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
    extent = stats[largest, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max()
    place = label == largest
    near = _morph(place, cv2.MORPH_DILATE, _NEAR * side)
    if (colored & near).sum() < _IN_ONE_PLACE * colored.sum() or extent > _LARGEST * side:
        return None
    hull = np.zeros_like(joined)
    cv2.fillConvexPoly(hull, cv2.convexHull(cv2.findNonZero(place.astype(np.uint8))), 1)
    return near if hull[~cloth].sum() >= _RAGGED * hull.sum() else None


def _morph(mask: Mask | NDArray[np.uint8], operation: int, radius: float) -> Mask:
    reach = max(1, round(radius))
    disk = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    return np.asarray(cv2.morphologyEx(mask.astype(np.uint8), operation, disk) > 0, dtype=np.bool_)
