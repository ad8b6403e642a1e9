"""A straight piece of border on a draped saree."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from operator import itemgetter
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.image import Rgb8, Rgba8
from chalicelib.imaging.swatching.bands import evenness, longest_run

_SHOWN, _MOSTLY, _SHORTEST = 200, 0.97, 1.0
_CLEAR: Final = 0.03
_FILL: Final = 3


@dataclass(frozen=True, slots=True)
class Ribbon:
    """
    A rectangle of border: the middle (x, y) of its outer edge, and how it lies.

    `degrees` is how far it is turned clockwise from one that runs to the right, its outer edge
    below; `length` and `depth` are in pixels; `likeness` is how much rather it is border than
    other cloth, nats a pixel.
    """

    x: float
    y: float
    degrees: float
    length: float
    depth: float
    likeness: float = 0.0

    @property
    def along(self) -> NDArray[np.float64]:
        """The unit vector (x, y) to the right."""
        turn = np.radians(self.degrees)
        return np.array([np.cos(turn), np.sin(turn)])

    @property
    def inward(self) -> NDArray[np.float64]:
        """The unit vector (x, y) from the outer edge to the body."""
        turn = np.radians(self.degrees)
        return np.array([np.sin(turn), -np.cos(turn)])

    @property
    def corners(self) -> NDArray[np.float64]:
        """Its four corners (x, y), shape (4, 2): outer left, outer right, inner left and right."""
        half, up = self.length / 2 * self.along, self.depth * self.inward
        middle = np.array([self.x, self.y])
        return np.array([middle - half, middle + half, middle - half + up, middle + half + up])

    def moved(self, along: float, inward: float) -> "Ribbon":
        """The same, so many pixels off."""
        x, y = np.array([self.x, self.y]) + along * self.along + inward * self.inward
        return replace(self, x=float(x), y=float(y))


def straightest(cutout: Rgba8, scale: float, ribbons: Sequence[Ribbon], depth: int) -> Rgb8 | None:
    """
    Cut out the ribbon that is long, alike along itself, and most like the border.

    Parameters
    ----------
    cutout : ndarray of uint8, shape (H, W, 4)
        sRGB with straight coverage.
    scale : float
        Pixels of the ribbons for one of the cutout.
    ribbons : sequence of Ribbon
    depth : int
        Rows of the result.

    Returns
    -------
    ndarray of uint8, shape (depth, n, 3), or None
        sRGB, its outer edge at the last row; None where no ribbon is clear.
    """
    pieces = [(ribbon, _cut(cutout, ribbon, scale, depth)) for ribbon in ribbons]
    judged = [(_clearness(ribbon, piece), piece) for ribbon, piece in pieces if piece is not None]
    clear, best = max(judged, key=itemgetter(0), default=(0.0, None))
    return best if clear > _CLEAR else None


def _cut(cutout: Rgba8, at: Ribbon, scale: float, depth: int) -> Rgb8 | None:
    """The border's rows at the photo's own size, `depth` of them, where all of it is cloth."""
    corners = at.corners[:3] / scale - 0.5
    long = round(at.length / at.depth * depth)
    target = np.array([[0, depth], [long, depth], [0, 0]], np.float32) - 0.5
    turn = cv2.getAffineTransform(corners.astype(np.float32), target)
    piece = cv2.warpAffine(cutout, turn, (long, depth), flags=cv2.INTER_AREA)
    shown = piece[..., 3] > _SHOWN
    run = longest_run(shown.mean(axis=0) > _MOSTLY)
    if run.stop - run.start < _SHORTEST * depth:
        return None
    color = np.ascontiguousarray(piece[:, run, :3])
    gaps = (~shown[:, run]).astype(np.uint8)
    filled: Rgb8 = cv2.inpaint(color, gaps, _FILL, cv2.INPAINT_TELEA) if gaps.any() else color
    return filled


def _clearness(ribbon: Ribbon, piece: Rgb8) -> float:
    """How much a piece is like the border, long, and alike along itself."""
    long = piece.shape[1] / piece.shape[0]
    return float(ribbon.likeness * np.sqrt(long) * evenness(piece))
