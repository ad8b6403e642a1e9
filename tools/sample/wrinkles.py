"""How a cloth that was unfolded lies on a floor: not quite flat, not quite straight."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

Grid = NDArray[np.float32]

_STEP_M: Final = 0.004
"""Distance between the grid's points."""


@dataclass(frozen=True, slots=True)
class Wrinkles:
    """
    How unruly the cloth is.

    `height_mm` is how high wrinkles rise, `drift_mm` how far the cloth wanders in its plane,
    `creases` how sharp the lines are along which it was folded (0 none, 1 strong), `count` how
    many wrinkles there are for each square meter.
    """

    height_mm: float = 9.0
    drift_mm: float = 5.0
    creases: float = 0.6
    count: float = 15.0


@dataclass(frozen=True, slots=True, eq=False)
class Lie:
    """
    How the cloth lies, on a grid over the floor.

    `rise` (H, W) meters above the floor; `drift` (H, W, 2) meters in x and y; `origin` the
    floor's x and y at the grid's first point; rows follow y. `slope` is d(rise) / d(x, y),
    (H, W, 2).
    """

    rise: Grid
    drift: Grid
    origin: tuple[float, float]
    slope: Grid

    def at(self, points: NDArray[np.floating[Any]], of: Grid) -> NDArray[np.float32]:
        """A grid's values at floor points of shape (H, W, 2), smoothly between its own points."""
        column = ((points[..., 0] - self.origin[0]) / _STEP_M).astype(np.float32)
        row = ((points[..., 1] - self.origin[1]) / _STEP_M).astype(np.float32)
        found = cv2.remap(of, column, row, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(found, np.float32)


@lru_cache(maxsize=2)
def lie(
    wrinkles: Wrinkles,
    first: tuple[float, float],
    last: tuple[float, float],
    turn_deg: float,
    seed: int,
) -> Lie:
    """The lie of a cloth on the floor between two corners (x, y), meters, its folds turned."""
    random = np.random.default_rng((seed, 1))
    x, y = (
        np.arange(low, high, _STEP_M).astype(np.float32)
        for low, high in zip(first, last, strict=True)
    )
    rows, columns = len(y), len(x)
    drift = np.stack([_slow((rows, columns), 0.5, random) for _ in range(2)], -1)
    rise = 0.35 * _slow((rows, columns), 0.25, random) + 0.10 * _slow(
        (rows, columns), 0.05, random
    )
    rise += _ridges(x, y, wrinkles.count, random)
    rise += wrinkles.creases * _creases(x, y, turn_deg, random)
    rise = ((rise - rise.min()) * wrinkles.height_mm / 1000).astype(np.float32)
    down, across = np.gradient(rise, _STEP_M)
    return Lie(
        rise=rise,
        drift=(drift * wrinkles.drift_mm / 1000).astype(np.float32),
        origin=first,
        slope=np.stack([across, down], -1).astype(np.float32),
    )


def _slow(shape: tuple[int, int], scale_m: float, random: np.random.Generator) -> Grid:
    """Smooth noise about as large as 1, changing over `scale_m`."""
    coarse = [int(size * _STEP_M / scale_m) + 4 for size in shape]
    noise = random.standard_normal(coarse, np.float32)
    return np.asarray(cv2.resize(noise, shape[::-1], interpolation=cv2.INTER_CUBIC), np.float32)


def _ridges(x: Grid, y: Grid, count: float, random: np.random.Generator) -> Grid:
    """Long soft wrinkles in random directions, mostly across the cloth."""
    total = np.zeros((len(y), len(x)), np.float32)
    area = float((x[-1] - x[0]) * (y[-1] - y[0]))
    for _ in range(int(area * count)):
        center = random.uniform((x[0], y[0]), (x[-1], y[-1]))
        angle = random.normal(0, 0.6)
        length = random.uniform(0.10, 0.38)
        near = tuple(
            slice(*np.searchsorted(axis, (at - 1.6 * length, at + 1.6 * length)))
            for axis, at in ((y, center[1]), (x, center[0]))
        )
        bent = random.normal(0, 0.5)
        thick = random.uniform(0.008, 0.026)
        ridge = _ridge(
            x[near[1]] - center[0], y[near[0]] - center[1], (angle, bent), (length, thick)
        )
        total[near] += random.uniform(0.25, 1.0) * ridge
    return total


def _ridge(x: Grid, y: Grid, course: tuple[float, float], size: tuple[float, float]) -> Grid:
    """One wrinkle through the origin: `course` its angle and bend, `size` its length and width."""
    along = np.cos(course[0]) * x[np.newaxis] + np.sin(course[0]) * y[:, np.newaxis]
    aside = -np.sin(course[0]) * x[np.newaxis] + np.cos(course[0]) * y[:, np.newaxis]
    aside = aside + course[1] * np.square(along)
    # A wrinkle is steeper on one side.
    profile = np.exp(-np.square(aside / size[1] / np.where(aside > 0, 0.7, 1.3)))
    return np.asarray(profile * np.exp(-np.square(np.square(along / size[0]))), np.float32)


def _creases(x: Grid, y: Grid, turn_deg: float, random: np.random.Generator) -> Grid:
    """Lines of former folds: three along the cloth, one across it for each half meter."""
    total = np.zeros((len(y), len(x)), np.float32)
    turn = np.radians(turn_deg)
    aside = np.cos(turn) * x[np.newaxis] + np.sin(turn) * (y - y[0])[:, np.newaxis]
    onward = y[0] + np.cos(turn) * (y - y[0])[:, np.newaxis] - np.sin(turn) * x[np.newaxis]
    for at in (-0.29, 0.0, 0.29):
        sign = random.choice((-1.0, 1.0))
        total += sign * 0.5 * _tent(aside - at - random.normal(0, 0.004), 0.02)
    for at in np.arange(float(y[0]) + 0.65, float(y[-1]), 0.52):
        sign = random.choice((-1.0, 1.0))
        total += sign * 0.6 * _tent(onward - at, 0.025)
    return total


def _tent(offset: Grid, half: float) -> Grid:
    """A rounded ridge around 0, `half` meters to each side."""
    return np.exp(-np.abs(offset) / half * 1.6).astype(np.float32)
