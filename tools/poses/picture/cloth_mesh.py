"""The simulated grid of cloth as a smooth mesh fine enough for the picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class ClothMesh:
    """A mesh whose every vertex knows its point of the fabric."""

    places: NDArray[np.float32]
    """Meters, shape (N, 3)."""

    faces: NDArray[np.int32]
    """Shape (M, 4), turned so that the cloth's front looks outward."""

    fabric: NDArray[np.float32]
    """`s` and `t` in meters, shape (N, 2)."""


def refined(
    places: NDArray[np.floating],
    s: NDArray[np.floating],
    t: NDArray[np.floating],
    shown: NDArray[np.bool_],
    *,
    times: int,
) -> ClothMesh:
    """
    Divide the grid's cells, smoothly through the grid's points.

    Parameters
    ----------
    places : ndarray, shape (S, T, 3)
    s, t : ndarrays, shapes (S,) and (T,)
        Fabric coordinates of the grid's lines, meters.
    shown : ndarray of bool, shape (S, T)
        Points in sight. A cell is kept if any of its corners is.
    times : int
        Into how many pieces each cell's side is cut.

    References
    ----------
    Catmull and Rom, "A class of local interpolating splines", 1974.
    """
    along = _spline(places.astype(float), times)
    fine = np.moveaxis(_spline(np.moveaxis(along, 1, 0), times), 0, 1)
    cells = shown[:-1, :-1] | shown[1:, :-1] | shown[1:, 1:] | shown[:-1, 1:]
    kept = cells.repeat(times, axis=0).repeat(times, axis=1)
    index = np.arange(fine.shape[0] * fine.shape[1], dtype=np.int32).reshape(fine.shape[:2])
    corners = (index[:-1, :-1], index[1:, :-1], index[1:, 1:], index[:-1, 1:])
    fabric = np.stack(np.meshgrid(_line(s, times), _line(t, times), indexing="ij"), axis=-1)
    return ClothMesh(
        places=fine.reshape(-1, 3).astype(np.float32),
        faces=np.stack([corner[kept] for corner in corners], axis=1),
        fabric=fabric.reshape(-1, 2).astype(np.float32),
    )


def _line(values: NDArray[np.floating], times: int) -> NDArray[np.float64]:
    count = len(values)
    return np.interp(
        np.arange((count - 1) * times + 1) / times, np.arange(count), values.astype(float)
    )


def _spline(points: NDArray[np.float64], times: int) -> NDArray[np.float64]:
    """Insert points along the first axis on a curve through the given ones."""
    ends = (2 * points[:1] - points[1:2], 2 * points[-1:] - points[-2:-1])
    padded = np.concatenate([ends[0], points, ends[1]])
    before, here, there, after = padded[:-3], padded[1:-2], padded[2:-1], padded[3:]
    result = np.empty(((len(points) - 1) * times + 1, *points.shape[1:]))
    for step in range(times):
        x = step / times
        result[step:-1:times] = 0.5 * (
            2 * here
            + (there - before) * x
            + (2 * before - 5 * here + 4 * there - after) * x**2
            + (3 * here - before - 3 * there + after) * x**3
        )
    result[-1] = points[-1]
    return result
