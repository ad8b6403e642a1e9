"""What sets a part of the cloth apart from its body: another color, or another mix of them."""

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.image import Lab, Mask
from chalicelib.imaging.pattern.palette import nearest_in, palette_of

_COLORS = 10
_SAMPLE = 12_000
_LIKE_GROUND, _EVEN = 12.0, 0.55
_VERY_LIKE_GROUND, _CLOSELY = 6.0, 0.38
_WEIGHT = np.array([0.3, 1.0, 1.0], np.float32)


def has_even_ground(strip: Lab, reference: Mask) -> bool:
    """
    Tell cloth with one ground color, whatever is scattered on it, from cloth patterned all over.

    Parameters
    ----------
    strip : ndarray of float32, shape (H, W, 3)
        CIE L*a*b*.
    reference : ndarray of bool, shape (H, W)
        The body.

    Returns
    -------
    bool
        Whether more than half of the body lies close to its most frequent color, and much of
        that very close: blurred checks are all about as far from it as from each other.
    """
    pixels = strip[reference]
    if len(pixels) < 50:
        return True
    pixels = pixels[:: max(1, len(pixels) // _SAMPLE)] * _WEIGHT
    cells = np.round(pixels / 5).astype(np.int64)
    cells -= cells.min(axis=0) - 1
    counts = np.zeros(cells.max(axis=0) + 2)
    np.add.at(counts, tuple(cells.T), 1)
    near = np.lib.stride_tricks.sliding_window_view(counts, (3, 3, 3)).sum(axis=(3, 4, 5))
    peak = np.array(np.unravel_index(int(near.argmax()), near.shape)) + 1
    close = pixels[np.abs(cells - peak).max(axis=1) <= 1].mean(axis=0)
    apart = np.linalg.norm(pixels - close, axis=1)
    near_it = float((apart < _LIKE_GROUND).mean()) > _EVEN
    return near_it and float((apart < _VERY_LIKE_GROUND).mean()) > _CLOSELY


def departure(strip: Lab, seen: Mask, reference: Mask) -> NDArray[np.float32]:
    """
    Measure how far each pixel's color is from that of the ground.

    The ground is the middle color of the `reference` pixels; lightness counts little, because
    folds change it.

    Parameters
    ----------
    strip : ndarray of float32, shape (H, W, 3)
        CIE L*a*b*.
    seen, reference : ndarray of bool, shape (H, W)

    Returns
    -------
    ndarray of float32, shape (H, W)
        The color's distance from the ground in units of what the ground itself varies by:
        above 1 it departs. NaN where unseen.
    """
    known = strip[reference & seen]
    if len(known) < 50:
        return np.full(seen.shape, np.nan, np.float32)
    ground = np.median(known[:: max(1, len(known) // 50_000)], axis=0)
    weight = np.array([0.6, 1.0, 1.0], np.float32)
    _, distance = nearest_in((ground * weight)[None].astype(np.float32), strip * weight)
    limit = max(10.0, 3.5 * float(np.median(distance[reference & seen])))
    return np.where(seen, distance / limit, np.nan).astype(np.float32)


def novelty(
    strip: Lab, seen: Mask, reference: NDArray[np.bool_], pixels_per_meter: float
) -> NDArray[np.float64]:
    """
    Compare each column's mix of colors with the body's columns.

    A pattern brings different mixes column by column; what counts is the nearest of them.

    Parameters
    ----------
    strip : ndarray of float32, shape (H, W, 3)
        CIE L*a*b*; turn it to compare rows.
    seen : ndarray of bool, shape (H, W)
    reference : ndarray of bool, shape (W,)
        The columns that are body.
    pixels_per_meter : float

    Returns
    -------
    ndarray of float64, shape (W,)
        1 where the mix is new to the body, 0 where not, NaN where too little is seen.
    """
    mixes, known = _mixes(strip, seen, pixels_per_meter)
    body = mixes[known & reference]
    if len(body) < 8:
        return np.full(len(mixes), np.nan)
    half = len(body) // 2
    usual = np.quantile(_nearest(body[half:], body[:half]), 0.95)
    apart = _nearest(mixes, body)
    new = np.where(apart > max(0.18, 1.4 * float(usual)), 1.0, 0.0)
    return np.where(known, new, np.nan)


def _mixes(
    strip: Lab, seen: Mask, pixels_per_meter: float
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """The share of each palette color in each column, and whether enough of it is seen."""
    weighed = strip * _WEIGHT
    labels, _ = nearest_in(palette_of(weighed[seen], _COLORS, _SAMPLE), weighed)
    counts = np.stack([((labels == k) & seen).sum(axis=0) for k in range(_COLORS)], axis=1)
    window = max(1, round(0.012 * pixels_per_meter))
    smooth = cv2.blur(counts.astype(np.float64), (1, window), borderType=cv2.BORDER_REFLECT)
    total = smooth.sum(axis=1)
    known = total > 0.3 * total.max()
    return smooth / np.maximum(total, 1e-9)[:, None], known


def _nearest(some: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.float64]:
    """Half the L1 distance of each mix to the nearest of the others, 0..1."""
    others = others[:: max(1, len(others) // 200)]
    apart: NDArray[np.float64] = np.min(
        [np.abs(some - other).sum(axis=1) for other in others], axis=0
    )
    return apart / 2
