"""Where cloth was joined: a step of color along a line, whichever way the line runs."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.metrics.kinds import Plane
from chalicelib.imaging.metrics.recoloring import STEP, Difference

_CHANNELS: Final = np.array([1.0, 0.4, 0.4], np.float32)
_DIRECTIONS: Final = 12
_LENGTH: Final = 8
_DEPTH: Final = 3
_APART: Final = 6
"""Steps: pieces of a line, how deep each side is looked at, and how far pieces lie apart. Three
of them make a line of 20 cm: no stain has so long and straight a rim."""

_LEAST_SEEN: Final = 0.3
_FEW: Final = 4
_REACH: Final = 2
_SIDES_SEEN: Final = 0.6
_LEAST_THREAD_M: Final = 0.08
_FAINT: Final = 0.5


def seam(difference: Difference, cell_m: float) -> float:
    """
    Largest step of color along a line on the cloth, in units of L*.

    Looked for along whole threads of the weave, which pleats break into pieces, and along
    straight lines of 20 cm in every direction. A change that follows the cloth's own color is
    no seam: it is a step wherever that color changes.

    Parameters
    ----------
    difference : Difference
        Of two pictures of one part.
    cell_m : float
        Side of a cell, meters.

    References
    ----------
    Martin, Fowlkes, Malik, "Learning to Detect Natural Image Boundaries Using Local
    Brightness, Color, and Texture Cues", IEEE Transactions on Pattern Analysis and Machine
    Intelligence 26(5), 2004, section 3: the means of both sides of an oriented line.
    """
    mass = difference.mass
    change = (difference.change - difference.by_color) * _CHANNELS
    least = _LEAST_THREAD_M / (cell_m * STEP)
    along = _thread_step(change.sum(axis=0), mass.sum(axis=0), least)
    across = _thread_step(change.sum(axis=1), mass.sum(axis=1), least)
    return max(along, across, _line_step(change, mass))


def _thread_step(change: Plane, mass: Plane, least: float) -> float:
    """Largest step of a profile between two sides that are both seen."""
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
    step = np.abs(after - before).max(axis=1)
    return float(np.max(np.where(both, step, 0), initial=0))


def _line_step(change: Plane, mass: Plane) -> float:
    """Largest step that three pieces of a straight line share, in any direction."""
    if float(np.abs(change).max(initial=0)) < _FAINT:
        return 0.0
    largest = 0.0
    for number in range(_DIRECTIONS):
        angle = np.pi * number / _DIRECTIONS
        step = _steps(change, mass, _bar(angle))
        shifts = [(by * np.sin(angle), by * np.cos(angle)) for by in (-_APART, 0, _APART)]
        pieces = np.stack([_shifted(step, *shift) for shift in shifts])
        shared = np.maximum(pieces.min(axis=0), (-pieces).min(axis=0)).max(axis=-1).ravel()
        if len(shared) > _FEW:
            largest = max(largest, float(np.partition(shared, -_FEW)[-_FEW]))
    return largest


def _steps(change: Plane, mass: Plane, bar: NDArray[np.float32]) -> Plane:
    """Mean change on one side less that on the other, where both are seen: (H, W, 3)."""
    sides = []
    seen = np.ones(mass.shape, np.bool_)
    for kernel in (bar, bar[::-1, ::-1]):
        total, share = (
            cv2.filter2D(plane, -1, kernel, borderType=cv2.BORDER_CONSTANT)
            for plane in (change, mass)
        )
        seen &= share > np.float32(_LEAST_SEEN)
        sides.append(total / np.maximum(share, np.float32(1e-3))[..., np.newaxis])
    step: Plane = np.where(seen[..., np.newaxis], sides[0] - sides[1], np.float32(0))
    return step


def _bar(angle: float) -> NDArray[np.float32]:
    """A kernel that is one side of a piece of a line: it adds up to 1."""
    reach = _LENGTH // 2 + 2
    row, column = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    along = column * np.cos(angle) + row * np.sin(angle)
    beside = row * np.cos(angle) - column * np.sin(angle)
    bar = np.clip(_LENGTH / 2 + 0.5 - np.abs(along), 0, 1)
    bar *= np.clip(beside, 0, 1) * np.clip(_DEPTH + 0.5 - beside, 0, 1)
    kernel: NDArray[np.float32] = (bar / bar.sum()).astype(np.float32)
    return kernel


def _shifted(plane: Plane, down: float, right: float) -> Plane:
    matrix = np.array([[1, 0, -right], [0, 1, -down]])
    moved: Plane = cv2.warpAffine(plane, matrix, (plane.shape[1], plane.shape[0]))
    return moved
