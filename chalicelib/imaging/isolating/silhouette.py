"""The outline of a cloth in numbers: how full, how straight, how many corners, where it is cut."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.image import Mask, Rgb8

_LONG = 0.15
"""Share of the longer side from which a piece of outline counts as a straight edge."""


@dataclass(frozen=True, slots=True)
class Silhouette:
    """
    A cloth's outline; lengths are shares of the photo's longer side.

    What the frame cuts off is no outline: only the free part says anything about the cloth.
    """

    share: float
    """Of the photo's area, 0..1."""
    solidity: float
    """Area over that of the convex hull, 0..1."""
    tallness: float
    """Height over width of the bounding box."""
    straightness: float
    """Share of the free outline that runs in long straight pieces, 0..1; 1 where all is cut."""
    corners: int
    """Straight pieces of the free outline, long and short."""
    tilt_degrees: float
    """How far the more slanted of its two sides leans from the photo's nearer axis, 0..45."""
    cut: tuple[float, float, float, float]
    """Share of the top, bottom, left and right edge of the frame that is cloth."""


def silhouette_of(cloth: Mask) -> Silhouette:
    """
    Measure a cloth's outline.

    Parameters
    ----------
    cloth : ndarray of bool, shape (h, w)
        Not empty.

    Returns
    -------
    Silhouette
        Of the largest part.
    """
    outline = largest_outline(cloth)
    hull = float(cv2.contourArea(cv2.convexHull(outline)))
    _, _, width, height = cv2.boundingRect(outline)
    pieces, cut = _free_pieces(outline, cloth.shape[0], cloth.shape[1]), cut_by_frame(cloth)
    long = pieces[pieces > _LONG * max(cloth.shape)].sum()
    return Silhouette(
        share=float(cloth.mean()),
        solidity=float(cv2.contourArea(outline)) / max(hull, 1.0),
        tallness=height / width,
        straightness=float(long / pieces.sum()) if len(pieces) else 1.0,
        corners=len(pieces),
        tilt_degrees=max(_tilt(cloth), _tilt(cloth[:, ::-1])),
        cut=cut,
    )


def largest_outline(cloth: Mask) -> NDArray[np.int32]:
    """
    Trace the largest part of a cloth.

    Parameters
    ----------
    cloth : ndarray of bool, shape (h, w)
        Not empty.

    Returns
    -------
    ndarray of int32, shape (N, 1, 2)
        Every pixel (x, y) of its rim.
    """
    mask = cloth.astype(np.uint8)
    outlines, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    return np.asarray(max(outlines, key=cv2.contourArea), dtype=np.int32)


def cut_by_frame(cloth: Mask) -> tuple[float, float, float, float]:
    """
    Say how much of the top, bottom, left and right edge of the frame is cloth.

    Parameters
    ----------
    cloth : ndarray of bool, shape (h, w)

    Returns
    -------
    tuple of four floats
        Shares, 0..1.
    """
    top, bottom, left, right = cloth[0], cloth[-1], cloth[:, 0], cloth[:, -1]
    return float(top.mean()), float(bottom.mean()), float(left.mean()), float(right.mean())


def _free_pieces(outline: NDArray[np.int32], height: int, width: int) -> NDArray[np.float64]:
    """Lengths of the straight pieces of an outline that do not run along the frame."""
    side = max(height, width)
    points = cv2.approxPolyDP(outline, 0.012 * side, closed=True)[:, 0].astype(np.float64)
    following = np.roll(points, -1, axis=0)
    at_frame = np.minimum.reduce(
        [points[:, 0], points[:, 1], width - 1 - points[:, 0], height - 1 - points[:, 1]]
    )
    framed = (at_frame < 3) & (np.roll(at_frame, -1) < 3)
    return np.asarray(np.hypot(*(following - points).T)[~framed], dtype=np.float64)


def _tilt(cloth: Mask) -> float:
    """
    How far the left side leans from upright or from level, whichever is nearer, in degrees.

    0 where the frame cuts it.
    """
    first = cloth.argmax(axis=1)
    rows = np.flatnonzero(cloth.any(axis=1) & (first > 2))
    step = max(4, len(cloth) // 16)
    if len(rows) < 2 * step:
        return 0.0
    column = first[rows].astype(np.float64)
    lean = np.abs(column[step:] - column[:-step]) / np.maximum(rows[step:] - rows[:-step], 1)
    upright = float(np.degrees(np.arctan(np.median(lean))))
    return float(min(upright, 90 - upright))


def slants(photo: Rgb8, cloth: Mask) -> NDArray[np.float64]:
    """
    Lengths of the straight slanting lines within a cloth.

    One long one is a flap folded across; many are the pleats of a fan; a spread cloth, whose
    threads run along and across the photo, has few.

    Parameters
    ----------
    photo : ndarray of uint8, shape (h, w, 3)
        sRGB.
    cloth : ndarray of bool, shape (h, w)
        Where to look.

    Returns
    -------
    ndarray of float64, shape (N,)
        In longer sides of the photo.

    References
    ----------
    Grompone von Gioi et al., "LSD: a line segment detector", IPOL 2012.
    """
    height, width = cloth.shape
    gray = cv2.GaussianBlur(cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY), (0, 0), 1.2)
    found = cv2.createLineSegmentDetector().detect(gray)[0]
    if found is None:
        return np.zeros(0)
    start_x, start_y, stop_x, stop_y = found.reshape(-1, 4).T.astype(np.float64)
    inside = cv2.erode(cloth.astype(np.uint8), np.ones((9, 9), np.uint8))
    row = np.clip((start_y + stop_y) / 2, 0, height - 1).astype(np.intp)
    column = np.clip((start_x + stop_x) / 2, 0, width - 1).astype(np.intp)
    length = np.hypot(stop_x - start_x, stop_y - start_y) / max(height, width)
    angle = np.degrees(np.arctan2(np.abs(stop_y - start_y), np.abs(stop_x - start_x)))
    slanting = (angle > 25) & (angle < 65) & (length > 0.08) & (inside[row, column] > 0)
    return np.asarray(length[slanting], dtype=np.float64)
