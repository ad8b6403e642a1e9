"""A surface around a bent axis, unrolled into rows of rings and columns of directions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import ndimage

if TYPE_CHECKING:
    from numpy.typing import NDArray

LOW: Final = np.array([0.0, -0.0215, 1.497])
MIDDLE: Final = np.array([0.0, -0.046, 1.685])
"""The axis: from the neck's cut to the middle of the skull, from where rays fan out upwards."""

LEAN: Final = 0.2
_LEVELS = ([1.497, 1.545, 1.575, 1.685], [LEAN, 0.50, 0.50, 0.0])
"""How much rings lean, low in front, at some heights: most across the jaw."""

ROWS, COLUMNS = 192, 288
"""Cells of the unrolled head, about 1.8 mm."""


@dataclass(frozen=True, slots=True, eq=False)
class Ring:
    """A cone of rays from a point of the axis."""

    origin: NDArray[np.float64]
    across: NDArray[np.float64]
    up: NDArray[np.float64]
    rise: float
    """The rays' angle above the ring's plane, radians."""

    def ways(self, angle: NDArray[np.float64]) -> NDArray[np.float64]:
        """Unit vectors, 0 looking ahead and a quarter turn to the left; shape (N, 3)."""
        flat = np.sin(angle)[:, None] * [1.0, 0, 0] - np.cos(angle)[:, None] * self.across
        return np.asarray(np.cos(self.rise) * flat + np.sin(self.rise) * self.up)


def ring_at(place: float) -> Ring:
    """Give the ring at 0 (the cut), 1 (the middle of the skull) to 2 (the crown)."""
    share = min(place, 1.0)
    origin = LOW + (MIDDLE - LOW) * share
    lean = float(np.interp(origin[2], *_LEVELS))
    across = np.array([0.0, 1.0, lean]) / np.hypot(1, lean)
    up = np.array([0.0, -across[2], across[1]])
    return Ring(origin, across, up, max(place - 1, 0.0) * np.pi / 2)


def around(
    points: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Give ring, direction and distance from the axis of points, each of shape (N,)."""
    x, y, z = points.T
    low, high = np.full(len(z), LOW[2] - 0.05), np.full(len(z), MIDDLE[2])
    for _ in range(30):
        height = (low + high) / 2
        back, lean = _lying(height)
        under = z < height + lean * (y - back)
        low, high = np.where(under, low, height), np.where(under, height, high)
    back, lean = _lying(low)
    ahead = ((y - back) + lean * (z - low)) / np.hypot(1, lean)
    flat = np.hypot(x, ahead)
    rise = np.where(z >= MIDDLE[2], np.arctan2(z - MIDDLE[2], np.hypot(x, y - MIDDLE[1])), 0)
    place = (low - LOW[2]) / (MIDDLE[2] - LOW[2]) + rise / (np.pi / 2)
    return place, np.arctan2(x, -ahead), np.where(rise > 0, flat / np.cos(rise), flat)


def _lying(height: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give y of the axis at some heights, and how much rings lean there."""
    back = np.interp(height, [LOW[2], MIDDLE[2]], [LOW[1], MIDDLE[1]])
    return back, np.interp(height, *_LEVELS)


def unrolled(places: NDArray[np.float64], faces: NDArray[np.int32]) -> NDArray[np.float64]:
    """
    Measure the outermost surface from the axis, by ring and direction.

    Returns
    -------
    ndarray of float64, shape (ROWS, COLUMNS)
        Meters; 0 where nothing was met. The first column looks ahead.
    """
    steps = np.arange(9) / 8
    u, v = (grid[np.add.outer(steps, steps) <= 1] for grid in np.meshgrid(steps, steps))
    shares = np.stack([u, v, 1 - u - v], axis=1)
    points = np.einsum("ks,fsx->fkx", shares, places[faces]).reshape(-1, 3)
    place, angle, radius = around(points)
    row = np.floor(place / 2 * ROWS).astype(int)
    column = np.floor(np.mod(angle / (2 * np.pi), 1) * COLUMNS).astype(int) % COLUMNS
    radii = np.zeros((ROWS, COLUMNS))
    inside = (row >= 0) & (row < ROWS)
    np.maximum.at(radii, (row[inside], column[inside]), radius[inside])
    return radii


def looked_up(
    radii: NDArray[np.float64], place: float, angle: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Read the radii of one ring in some directions, shape (N,)."""
    row = np.full(len(angle), place / 2 * ROWS - 0.5)
    column = np.mod(angle / (2 * np.pi), 1) * COLUMNS - 0.5
    # A column more on either side, so that the seam behind is none.
    wide = np.pad(radii, ((0, 0), (2, 2)), mode="wrap")
    return np.asarray(ndimage.map_coordinates(wide, [row, column + 2], order=1, mode="nearest"))
