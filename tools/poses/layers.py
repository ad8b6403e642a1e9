"""Which cloth lies over which, where the wrap itself decides it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_CLIMB_M = 0.30
"""Cloth before the first pleat that is on its way from under the stack onto it."""

_LANDING_M = 0.25
_DEEPEST_M = 0.004
"""A point farther on the wrong side is beside the triangle rather than beyond it."""

_APART = 0.7
"""Points closer than this in the order are the two sides of one fold."""


@dataclass(frozen=True, slots=True, eq=False)
class Layers:
    """The order of the layers, from the body outwards."""

    points: NDArray[np.float64]
    """Shape (columns, rows): place in the order; not a number where nothing is known."""

    outward: NDArray[np.float64]
    """Shape (columns - 1, rows - 1): 1 where the front faces away from the body, else -1."""

    def misplaced(
        self,
        pairs: NDArray[np.int64],
        distances: NDArray[np.float64],
        cells: NDArray[np.int64],
    ) -> NDArray[np.int64]:
        """
        List the pairs whose point is on the wrong side of its triangle.

        Parameters
        ----------
        pairs : ndarray of int64, shape (N, 2)
            Point and triangle.
        distances : ndarray of float64, shape (N,)
            Signed distance of the point, meters; positive at the front.
        cells : ndarray of int64, shape (M,)
            The grid cell of each triangle, by its first point.

        Returns
        -------
        ndarray of int64
            Which of the pairs, ascending.
        """
        rows = self.points.shape[1]
        first = cells[pairs[:, 1]]
        column, row = first // rows, first % rows
        middle = 0.25 * (
            self.points[:-1, :-1]
            + self.points[1:, :-1]
            + self.points[:-1, 1:]
            + self.points[1:, 1:]
        )
        over = self.points.ravel()[pairs[:, 0]] - middle[column, row]
        # A comparison with what is not a number is false: there nothing is misplaced.
        wrong = (np.abs(over) > _APART) & (over * self.outward[column, row] * distances < 0)
        return np.nonzero(wrong & (np.abs(distances) < _DEEPEST_M))[0]

    def faces_outward(self, first_points: NDArray[np.int64]) -> NDArray[np.float64]:
        """Say of each cell, given by its first point, whether its front faces outward: 1 or -1."""
        rows = self.points.shape[1]
        return np.asarray(self.outward[first_points // rows, first_points % rows])


def layers_of(
    s: NDArray[np.float64],
    folds: NDArray[np.float64],
    untuck: float,
    shoulder: NDArray[np.float64],
    stack: NDArray[np.float64],
    fall: float = 0.20,
) -> Layers:
    """
    Order the layers of a Nivi wrap.

    Parameters
    ----------
    s : ndarray of float64, shape (columns,)
        Fabric coordinate, meters.
    folds : ndarray of float64, shape (folds,)
        Where the pleats turn, meters.
    untuck : float
        Where the waist leaves the petticoat, meters.
    shoulder : ndarray of float64, shape (rows,)
        Where each row reaches the shoulder, meters.
    stack : ndarray of float64, shape (rows,)
        Layer of each row in the folded pallu.
    fall : float
        How far past the shoulder the pallu stays folded, meters.

    Returns
    -------
    Layers
    """
    count = len(folds) - 1
    column = s[:, np.newaxis]
    order = np.full((len(s), len(shoulder)), np.nan)
    order[s < folds[0] - _CLIMB_M] = -1.0
    order[(s > folds[0] - 0.1) & (s < folds[0])] = count + 1.0
    in_stack = (s >= folds[0]) & (s <= folds[-1])
    pleat = np.interp(s, folds, np.arange(count + 1))
    order[in_stack] = (count - pleat)[in_stack, np.newaxis]
    order[(s > folds[-1]) & (s < untuck - 0.1)] = 0.0
    past = column - shoulder
    order = np.where((column > untuck + 0.15) & (past < -2 * _LANDING_M), count + 2.0, order)
    folded = (past > -_LANDING_M) & (past < fall)
    order = np.where(folded, count + 3.0 + stack, order)

    middle = 0.5 * (s[1:] + s[:-1])
    turn = np.searchsorted(folds, middle) - 1
    faces = np.where((turn >= 0) & (turn < count) & (turn % 2 == 0), -1.0, 1.0)
    outward = np.repeat(faces[:, np.newaxis], len(shoulder) - 1, axis=1)
    fold = np.floor(0.5 * (stack[1:] + stack[:-1])).astype(int)
    at_shoulder = 0.25 * (past[1:, 1:] + past[:-1, 1:] + past[1:, :-1] + past[:-1, :-1])
    turned = (at_shoulder > -_LANDING_M) & (fold % 2 == 1)
    return Layers(order, np.where(turned, -1.0, outward))
