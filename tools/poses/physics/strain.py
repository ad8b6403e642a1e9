"""How much longer or shorter the cloth's threads are than they should be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class StrainFigures:
    """Strain of one area of the cloth, as a share of the length; signless."""

    median: float
    p95: float
    shear_p95_degrees: float


def strain_along(
    places: NDArray[np.float64], fabric: NDArray[np.float64], axis: int
) -> NDArray[np.float64]:
    """
    Compare the threads of one direction with the fabric they stand for.

    Parameters
    ----------
    places : ndarray of float64, shape (columns, rows, 3)
        Meters.
    fabric : ndarray of float64, shape (columns,) for axis 0 or (rows,) for axis 1
        Fabric coordinate along the axis, meters.
    axis : int
        0 for threads along s, 1 for threads along t.

    Returns
    -------
    ndarray of float64
        Length over fabric length, minus 1; one shorter than `places` along `axis`.
    """
    lengths = np.linalg.norm(np.diff(places, axis=axis), axis=2)
    steps = np.diff(fabric)
    return np.asarray(lengths / (steps[:, np.newaxis] if axis == 0 else steps) - 1)


def shear_degrees(places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Measure by how much the threads of each cell are off square, degrees."""
    along = np.diff(places, axis=0)
    across = np.diff(places, axis=1)
    along = along[:, 1:] + along[:, :-1]
    across = across[1:] + across[:-1]
    size = np.linalg.norm(along, axis=2) * np.linalg.norm(across, axis=2) + 1e-12
    return np.asarray(np.degrees(np.arcsin(np.clip((along * across).sum(axis=2) / size, -1, 1))))


def strain_figures(
    places: NDArray[np.float64],
    s: NDArray[np.float64],
    t: NDArray[np.float64],
    cells: NDArray[np.bool_],
    window: int = 2,
) -> StrainFigures:
    """
    Sum up the strain of the cells of one area.

    Parameters
    ----------
    places : ndarray of float64, shape (columns, rows, 3)
        Meters.
    s, t : ndarray of float64, shapes (columns,) and (rows,)
        Fabric coordinates, meters.
    cells : ndarray of bool, shape (columns - 1, rows - 1)
        The area.
    window : int
        Threads are measured over this many cells' sums of lengths, about the size of
        what the eye takes for one motif.

    Returns
    -------
    StrainFigures
        Over both thread directions of all cells of the area.
    """
    along = strain_along(places, s, 0)
    across = strain_along(places, t, 1)
    along = _averaged(0.5 * (along[:, 1:] + along[:, :-1]), window, 0)
    across = _averaged(0.5 * (across[1:] + across[:-1]), window, 1)
    both = np.abs(np.concatenate([along[cells], across[cells]]))
    shear = np.abs(shear_degrees(places)[cells])
    return StrainFigures(
        float(np.median(both)), float(np.percentile(both, 95)), float(np.percentile(shear, 95))
    )


def _averaged(values: NDArray[np.float64], window: int, axis: int) -> NDArray[np.float64]:
    """Average each value with its neighbors along one axis; the ends keep what they have."""
    if window <= 1:
        return values
    padded = np.moveaxis(values, axis, 0)
    before, after = (window - 1) // 2, window // 2
    padded = np.concatenate([padded[:1]] * before + [padded] + [padded[-1:]] * after)
    sums = np.cumsum(np.concatenate([np.zeros_like(padded[:1]), padded]), axis=0)
    return np.moveaxis((sums[window:] - sums[:-window]) / window, 0, axis)
