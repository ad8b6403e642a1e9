"""Whether what differs is detail that was taken away, or detail that was laid on."""

from typing import Final

import cv2
import numpy as np

from chalicelib.imaging.metrics.kinds import Plane
from chalicelib.imaging.metrics.pattern import CHANNELS
from chalicelib.imaging.metrics.recoloring import recolored

_FINE: Final = ((0.7, 0.7), (1.2, 1.2), (2.0, 2.0), (2.0, 0.2), (0.2, 2.0))
"""Cells along s and along t: standard deviations of the blurs that take the detail away."""

_COARSE: Final = (4.0, 4.0)
"""What is explained better by so wide a blur lost its motifs, not their detail."""

_BLOT: Final = 12.0
"""Units of L* beyond which a difference counts no more."""

_DYED: Final = 0.9
"""Share that new colors for old ones explain, from which on they are all that happened."""

_LESS: Final = 0.75
_MORE: Final = 1.1
"""Strength of all fine detail, as a share of what should be there, below which some is missing
and above which there is too much."""


def detail_share(reference: Plane, render: Plane, weight: Plane) -> float:
    """
    Share of the difference that is some multiple of the reference's own fine detail.

    A blur takes detail away, along one thread or along both; sharpening lays it on. Paler
    motifs, other colors, and patterns that moved differ otherwise.

    Parameters
    ----------
    reference, render : ndarray of float32, shape (H, W, 3)
        CIE L*a*b* of the cloth.
    weight : ndarray of float32, shape (H, W)
        How well each cell is seen, 0..1.

    Returns
    -------
    float
        -1..1: below 0 where detail is missing, above 0 where there is too much.

    References
    ----------
    Burt, Adelson, "The Laplacian Pyramid as a Compact Image Code", IEEE Transactions on
    Communications 31(4), 1983: detail is what a blur takes away.
    """
    difference = (render - reference) * CHANNELS
    whole = _dot(difference, difference, weight)
    if whole == 0:
        return 0.0
    shares = []
    for blur in (_COARSE, *_FINE):
        detail = _detail(reference, weight, blur)
        common = _dot(difference, detail, weight)
        shares.append(common * abs(common) / max(whole * _dot(detail, detail, weight), 1e-9))
    coarse, *fine = shares
    share, blur = max(zip(fine, _FINE, strict=True), key=lambda told: abs(told[0]))
    left = (render - recolored(reference, render, weight)) * CHANNELS
    if abs(share) < abs(coarse) or _dot(left, left, weight) < (1 - _DYED) * whole:
        return 0.0
    gained = _detail_kept(reference, render, weight, weight, blur)
    # What moved by its own width is missing in one place, and too much in another.
    return share if (gained > _MORE if share > 0 else gained < _LESS) else 0.0


def detail_where_changed(reference: Plane, render: Plane, weight: Plane) -> float:
    """
    Fine detail of what is seen, as a share of what should be there, where the two differ.

    What was laid over a pattern brings its own; what is there in a pattern's stead, such as a
    smooth filling, has less.

    Parameters
    ----------
    reference, render : ndarray of float32, shape (H, W, 3)
        CIE L*a*b* of the cloth.
    weight : ndarray of float32, shape (H, W)
        How well each cell is seen, 0..1.

    Returns
    -------
    float
        0 is none; 1 is as much.
    """
    difference = (render - reference) * CHANNELS
    where = weight * np.minimum((difference * difference).sum(axis=-1), np.float32(_BLOT**2))
    return _detail_kept(reference, render, weight, where, _FINE[1])


def _detail_kept(
    reference: Plane, render: Plane, weight: Plane, where: Plane, blur: tuple[float, float]
) -> float:
    """Fine detail of what is seen, as a share of what should be there; cells count by `where`."""
    details = (_detail(picture, weight, blur) for picture in (reference, render))
    before, after = (_dot(detail, detail, where) for detail in details)
    return after / before if before > 0 else 1.0


def _detail(picture: Plane, weight: Plane, blur: tuple[float, float]) -> Plane:
    """What a blur would take away."""
    detail: Plane = (picture - _blurred(picture, weight, blur)) * CHANNELS
    return detail


def _blurred(plane: Plane, weight: Plane, blur: tuple[float, float]) -> Plane:
    known, mass = (
        cv2.GaussianBlur(each, (0, 0), blur[0], sigmaY=blur[1], borderType=cv2.BORDER_CONSTANT)
        for each in (plane * weight[..., np.newaxis], weight)
    )
    mean: Plane = known / np.maximum(mass, np.float32(1e-3))[..., np.newaxis]
    return mean


def _dot(first: Plane, second: Plane, weight: Plane) -> float:
    return float(np.sum((first * second).sum(axis=-1) * weight, dtype=np.float64))
