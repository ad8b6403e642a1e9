"""Where cloth was joined: a step of color along a line, whichever way the line runs."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.metrics.kinds import Plane
from chalicelib.imaging.metrics.recoloring import STEP, Difference

_CHANNELS: Final = np.array([1.0, 0.4, 0.4], np.float32)
_LEAST_SEEN: Final = 0.3
_BINS: Final = 64
_ROUNDS: Final = 4
_PIECE: Final = 0.15
"""Share of a part that makes a piece; less is a stain, if it changed more than the rest did."""

_SMALL_PIECE: Final = 0.03
"""Share of a part that makes a piece where the rest of the part changed more."""

_AROUND: Final = 5
_SCATTERED: Final = 0.5
"""Steps across a square, 8 cm, and share of the squares that show two pieces, from which on they
are no pieces but a texture."""

_TWO_LEVELS: Final = 0.6
"""Share of what a slope leaves that two levels must explain."""

_REACH: Final = 2
_SIDES_SEEN: Final = 0.6
_LEAST_THREAD_M: Final = 0.15
_FAINT: Final = 0.5
_ALONG: Final = 0.7
"""Share of each side of a step that must keep to its level: a stain covers some of a thread."""


def seam(difference: Difference, cell_m: float) -> float:
    """
    Largest step of color along a line on the cloth, in units of L*.

    Looked for along whole threads of the weave, which pleats break into pieces, and between any
    two pieces, whatever their shape, each of which changed by one value: the joint itself may be
    hidden in a pleat. A change that follows the cloth's own color is no seam: it is a step
    wherever that color changes.

    Parameters
    ----------
    difference : Difference
        Of two pictures of one part.
    cell_m : float
        Side of a cell, meters.

    References
    ----------
    Otsu, "A Threshold Selection Method from Gray-Level Histograms", IEEE Transactions on
    Systems, Man, and Cybernetics 9(1), 1979: which cells belong to which piece.
    """
    mass = difference.mass
    change = (difference.change - difference.by_color) * _CHANNELS
    least = _LEAST_THREAD_M / (cell_m * STEP)
    pieces = _piece_step(change, difference.change * _CHANNELS, mass)
    along = _thread_step(change.transpose(1, 0, 2), mass.T, least)
    across = _thread_step(change, mass, least)
    return max(along, across, pieces)


def _thread_step(change: Plane, mass: Plane, least: float) -> float:
    """Largest step from one row to the next between two sides that are both seen."""
    step, both = _steps(change.sum(axis=1), mass.sum(axis=1), least)
    height = np.where(both, np.abs(step).max(axis=1), 0)
    place = int(np.argmax(height))
    near = slice(max(place - 3 * _REACH, 0), place + 3 * _REACH + 1)
    middle = min(place, 3 * _REACH)
    if not _all_along(step[place], change[near], mass[near], middle):
        return 0.0
    return float(height[place])


def _all_along(step: Plane, change: Plane, mass: Plane, middle: int) -> bool:
    """Whether the threads on both sides of a step changed along all that is seen of them."""
    seen = mass > np.float32(_LEAST_SEEN)
    value = (change * step).sum(axis=2)[seen] / mass[seen]
    after = (np.arange(len(mass)) > middle)[:, np.newaxis].repeat(mass.shape[1], axis=1)[seen]
    if not 0 < np.count_nonzero(after) < len(after):
        return False
    halfway = (float(value[after].mean()) + float(value[~after].mean())) / 2
    kept = (np.mean(value[after] > halfway), np.mean(value[~after] <= halfway))
    return float(min(kept)) > _ALONG


def _steps(change: Plane, mass: Plane, least: float) -> tuple[Plane, NDArray[np.bool_]]:
    """The step of a profile at each place, and where both of its sides are seen."""
    offset = np.arange(1, 3 * _REACH + 1)
    bell = np.exp(-0.5 * (offset / _REACH) ** 2)
    side = np.concatenate([np.zeros(3 * _REACH + 1), bell / bell.sum()])
    told = (mass >= least).astype(np.float64)
    mean = told[:, np.newaxis] * change / np.maximum(mass, 1e-3)[:, np.newaxis]
    # Convolution turns a kernel round: the one with its bell at the end looks back.
    seen = [np.convolve(told, kernel, "same")[: len(told)] for kernel in (side, side[::-1])]
    sums = [
        np.stack([np.convolve(channel, kernel, "same")[: len(told)] for channel in mean.T], axis=1)
        for kernel in (side, side[::-1])
    ]
    both = np.minimum(*seen) > _SIDES_SEEN
    before, after = (
        total / np.maximum(share, _SIDES_SEEN)[:, np.newaxis]
        for total, share in zip(sums, seen, strict=True)
    )
    return after - before, both


def _piece_step(change: Plane, whole: Plane, mass: Plane) -> float:
    """
    How far the changes of two pieces lie apart, beside a slope; 0 if there are not two.

    `whole` is the change with what of it follows the cloth's color.
    """
    seen = mass > np.float32(_LEAST_SEEN)
    if float(np.abs(change).max(initial=0)) < _FAINT or np.count_nonzero(seen) < _BINS:
        return 0.0
    mean, value = _told_apart(change, mass, seen)
    lighter = value > _threshold(value)
    row, column = np.nonzero(seen)
    slope = [np.ones(len(row)), row - row.mean(), column - column.mean()]
    for _ in range(_ROUNDS):
        fit = _fitted([*slope, lighter.astype(np.float64)], value)
        rest = value - sum(amount * way for amount, way in zip(fit, slope, strict=False))
        lighter = rest * np.sign(fit[3]) > abs(fit[3]) / 2
    if not _two_pieces(lighter, whole[seen]) or _scattered(lighter, seen):
        return 0.0
    ways = [*slope, lighter.astype(np.float64)]
    if _left(ways, value) > (1 - _TWO_LEVELS) * _left(slope, value):
        return 0.0
    return max(abs(float(_fitted(ways, channel)[3])) for channel in mean.T)


def _two_pieces(lighter: NDArray[np.bool_], change: Plane) -> bool:
    """Whether both are large enough for one not to be a stain on the other."""
    count = np.count_nonzero(lighter)
    if not 0 < count < len(lighter):
        return False
    smaller = lighter if 2 * count <= len(lighter) else ~lighter
    stain, rest = (
        np.sum(np.square(change[piece].mean(axis=0, dtype=np.float64)))
        for piece in (smaller, ~smaller)
    )
    return float(smaller.mean()) > (_PIECE if stain > rest else _SMALL_PIECE)


def _told_apart(change: Plane, mass: Plane, seen: NDArray[np.bool_]) -> tuple[Plane, Plane]:
    """The mean change around what is seen, and how far it goes the way it varies most."""
    mixed = cv2.blur(change, (3, 3), borderType=cv2.BORDER_CONSTANT)[seen]
    known = cv2.blur(mass, (3, 3), borderType=cv2.BORDER_CONSTANT)[seen]
    mean = (mixed / np.maximum(known, np.float32(1e-3))[..., np.newaxis]).astype(np.float64)
    away = mean - mean.mean(axis=0)
    # Not a matrix product: how that adds up depends on the number of threads.
    spread = [[np.sum(away[:, i] * away[:, j]) for i in range(3)] for j in range(3)]
    axis = np.linalg.eigh(np.array(spread))[1][:, -1]
    value: Plane = (away * axis).sum(axis=1)
    return mean, value


def _threshold(values: Plane) -> float:
    """The value that parts two groups whose means lie farthest apart, for their sizes."""
    count, edges = np.histogram(values, _BINS)
    below = np.cumsum(count)[:-1]
    total = np.cumsum(count * (edges[:-1] + edges[1:]) / 2)
    above = len(values) - below
    low, high = total[:-1] / np.maximum(below, 1), (total[-1] - total[:-1]) / np.maximum(above, 1)
    return float(edges[1 + int(np.argmax(below * above * (high - low) ** 2))])


def _fitted(ways: list[Plane], value: Plane) -> Plane:
    """Least squares: how much of each way a value has."""
    # Not matrix products: how those add up depends on the number of threads.
    design = np.stack(ways)
    normal = np.einsum("in,jn->ij", design, design)
    normal += np.diag(1e-6 * np.diag(normal) + 1e-6)
    fit: Plane = np.linalg.solve(normal, np.einsum("in,n->i", design, value))
    return fit


def _left(ways: list[Plane], value: Plane) -> float:
    """Sum of the squares that a fit leaves."""
    fit = _fitted(ways, value)
    rest = value - sum(amount * way for amount, way in zip(fit, ways, strict=True))
    return float(np.sum(rest * rest))


def _scattered(lighter: NDArray[np.bool_], seen: NDArray[np.bool_]) -> bool:
    """Whether most squares show both: then there are no pieces."""
    planes = np.zeros((2, *seen.shape), np.uint8)
    planes[0][seen], planes[1][seen] = lighter, ~lighter
    square = np.ones((_AROUND, _AROUND), np.uint8)
    both = cv2.dilate(planes[0], square) & cv2.dilate(planes[1], square)
    return float(np.mean(both[seen])) > _SCATTERED
