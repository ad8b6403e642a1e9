"""How the color of a part changed: as a function of its own color, and otherwise."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Self

import cv2
import numpy as np

from chalicelib.imaging.metrics.difference import ciede2000
from chalicelib.imaging.metrics.kinds import Plane

STEP: Final = 4
"""Cells to a step: a seam is as wide as the pieces it joins, not as the line between them."""

_BLOT: Final = 12.0
"""Units of L* beyond which a difference is a blot, and counts no more."""

_LEAST_SEEN: Final = 0.3
_LEAST_STEPS: Final = 50
_SPREAD: Final = 10.0
_RIDGE: Final = 0.05
_ROUNDS: Final = 5


@dataclass(frozen=True, slots=True, eq=False)
class Difference:
    """
    The difference of two pictures of one part, in steps of `STEP` cells.

    Attributes
    ----------
    mass : ndarray of float32, shape (H, W)
        How well each step is seen, 0..1.
    color, change : ndarray of float32, shape (H, W, 3)
        CIE L*a*b* that should be there and what was added to it, both times the mass.
    by_color : ndarray of float32, shape (H, W, 3)
        The part of the change that is an affine function of the color.
    """

    mass: Plane
    color: Plane
    change: Plane
    by_color: Plane

    @classmethod
    def between(cls, reference: Plane, render: Plane, weight: Plane) -> Self:
        """
        Compare a render with its reference.

        Parameters
        ----------
        reference, render : ndarray of float32, shape (H, W, 3)
            CIE L*a*b* of the cloth.
        weight : ndarray of float32, shape (H, W)
            How well each cell is seen, 0..1.
        """
        changed = np.clip(render - reference, -_BLOT, _BLOT)
        mass, color, change = _in_steps(weight, reference, changed)
        by_color = _Affine.fitted(color, change, mass).of(color, mass)
        return cls(mass, color, change, by_color)

    def recoloring(self) -> float:
        """
        Color difference, in CIEDE2000, that the change by color reaches on a tenth of the part.

        Answers to what happened to some of the colors: a faded dye, a motif in another color.
        """
        seen = self.mass > np.float32(_LEAST_SEEN)
        if np.count_nonzero(seen) < _LEAST_STEPS:
            return 0.0
        share = self.mass[seen][:, np.newaxis]
        before = self.color[seen] / share
        difference = np.sort(ciede2000(before, before + self.by_color[seen] / share))
        return float(difference[int(0.9 * (len(difference) - 1))])


def recolored(reference: Plane, render: Plane, weight: Plane) -> Plane:
    """
    Give a reference the colors of a render, as far as they are an affine function of its own.

    However far the colors went: what is left of the change after a fit is fitted again, so that
    no single blot sways it.

    Parameters
    ----------
    reference, render : ndarray of float32, shape (H, W, 3)
        CIE L*a*b* of the cloth.
    weight : ndarray of float32, shape (H, W)
        How well each cell is seen, 0..1.

    Returns
    -------
    ndarray of float32, shape (H, W, 3)
        CIE L*a*b*.
    """
    mass, color, shown = _in_steps(weight, reference, render)
    most = np.float32(_BLOT) * mass[..., np.newaxis]
    changed = reference
    for _ in range(_ROUNDS):
        fit = _Affine.fitted(color, np.clip(shown - color, -most, most), mass)
        color = color + fit.of(color, mass)
        changed = changed + fit.of(changed, np.ones_like(weight))
    return changed


def _in_steps(weight: Plane, *planes: Plane) -> Iterator[Plane]:
    """Mean of the weight in each step, then of each plane times the weight."""
    height, width = weight.shape
    size = (-(-width // STEP), -(-height // STEP))
    known = cv2.merge([weight] * 3)
    for plane in (weight, *(plane * known for plane in planes)):
        yield cv2.resize(plane, size, interpolation=cv2.INTER_AREA)


@dataclass(frozen=True, slots=True, eq=False)
class _Affine:
    """A change that is an affine function of the color: shape (3,) and (4, 3)."""

    middle: Plane
    amounts: Plane

    @classmethod
    def fitted(cls, color: Plane, change: Plane, mass: Plane) -> Self:
        """Least squares over what is seen; no change where too little is."""
        seen = mass > np.float32(_LEAST_SEEN)
        if np.count_nonzero(seen) < _LEAST_STEPS:
            return cls(np.zeros(3, np.float32), np.zeros((4, 3), np.float32))
        share = mass[seen].astype(np.float64)
        design = color[seen] / share[:, np.newaxis]
        middle = design.mean(axis=0)
        columns = np.column_stack([(design - middle) / _SPREAD, np.ones_like(share)])
        # Not matrix products: how those add up depends on the number of threads.
        normal = np.einsum("ni,nj->ij", share[:, np.newaxis] * columns, columns)
        normal += np.eye(columns.shape[1]) * _RIDGE * float(np.sum(share))
        sides = np.einsum("ni,nc->ic", columns, change[seen].astype(np.float64))
        amounts = np.linalg.solve(normal, sides)
        return cls(middle.astype(np.float32), amounts.astype(np.float32))

    def of(self, color: Plane, mass: Plane) -> Plane:
        """The change of colors, both times the mass: float32, shape (H, W, 3)."""
        change: Plane = mass[..., np.newaxis] * self.amounts[3]
        for channel in range(3):
            own = (color[..., channel] - mass * self.middle[channel]) / np.float32(_SPREAD)
            change = change + own[..., np.newaxis] * self.amounts[channel]
        return change
