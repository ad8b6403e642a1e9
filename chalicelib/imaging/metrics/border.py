"""Whether a border runs where it should: one band of constant t, unbroken, of one width."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.metrics.kinds import Plane
from chalicelib.imaging.metrics.observation import Grid, Observation

REACH_M: Final = 0.03
"""How far inward of its place a border is looked for, and a third as far outward."""

MARGIN_M: Final = 0.004
"""How much of the body beside a border belongs to its profile, so that its edge is seen."""

_STEP: Final = 4
"""Cells of s in a step; a profile is taken over two steps, so that profiles overlap by half."""

_NOISE: Final = 6.0
_LEAST_WEIGHT: Final = 0.35
_FOUND: Final = 0.5
_CLEARLY_BETTER: Final = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """
    How a border runs, at each step of s where it is seen.

    Attributes
    ----------
    likeness : ndarray of float64, shape (N,)
        How alike the profile across the border is where it should be: 1 is the same.
    shift_m : ndarray of float64, shape (N,)
        How far inward of its place it was found; 0 where it was not found.
    found : ndarray of bool, shape (N,)
        Whether it was found at all.
    step : ndarray of intp, shape (N,)
        Which step of s; a missing number is a stretch that is not seen.
    step_m : float
        Length of a step.
    """

    likeness: Plane
    shift_m: Plane
    found: NDArray[np.bool_]
    step: NDArray[np.intp]
    step_m: float

    def continuity(self) -> float:
        """Mean likeness along what is seen of the border, 0..1."""
        return float(np.clip(self.likeness, 0, 1).mean())

    def shift(self) -> float:
        """How far off its line the border lies, meters: exceeded on a tenth of its length."""
        off = np.sort(np.abs(self.shift_m[self.found]))
        return float(off[int(0.9 * len(off))]) if len(off) else 0.0

    def gap(self) -> float:
        """Length of the longest stretch on which the border is not to be found, meters."""
        longest = run = 0
        for before, step, found in zip([-2, *self.step[:-1]], self.step, self.found, strict=True):
            run = 0 if found else (run + 1 if step == before + 1 else 1)
            longest = max(longest, run)
        return longest * self.step_m


def follow(observation: Observation, name: str) -> Course | None:
    """
    Follow a border along s, by its profile across t.

    Parameters
    ----------
    observation : Observation
        Reference and render on the strip.
    name : str
        "border_top" or "border_bottom".

    Returns
    -------
    Course or None
        None if no stretch of the border is seen well enough.

    References
    ----------
    Lewis, "Fast Normalized Cross-Correlation", Vision Interface 1995, equation 2, in one
    dimension, over what both profiles show.
    """
    grid = observation.grid
    depth = _depth(grid, name)
    rows, inward = _rows(grid, name, depth + round(REACH_M / grid.cell_m))
    weight = observation.weight[rows][inward][..., np.newaxis]
    mass = _profiles(weight)
    reference = _profiles(observation.reference[rows][inward] * weight)
    render = _profiles(observation.render[rows][inward] * weight)
    seen = np.flatnonzero(mass[:, :depth].mean(axis=(1, 2)) > _LEAST_WEIGHT)
    if not len(seen) or depth < 3:
        return None
    mass, reference, render = (plane[seen] for plane in (mass, reference, render))
    known = np.maximum(mass, 1e-6)
    profiles = _Profiles(mass[..., 0], reference / known, render / known, depth)
    return _course(profiles, seen, grid.cell_m)


@dataclass(frozen=True, slots=True, eq=False)
class _Profiles:
    """
    Colors across the border at each step, from its outer edge inward.

    `mass` has shape (N, rows), `reference` and `render` (N, rows, 3); the border and its
    margin are the first `depth` rows.
    """

    mass: Plane
    reference: Plane
    render: Plane
    depth: int

    def likeness(self, shift: int) -> Plane:
        """Likeness of the border to what is seen `shift` rows inward of its place."""
        first, last = max(-shift, 0), min(self.depth, self.mass.shape[1] - shift)
        here, there = slice(first, last), slice(first + shift, last + shift)
        weight = np.minimum(self.mass[:, here], self.mass[:, there])[..., np.newaxis]
        whole = np.maximum(weight.sum(axis=1, keepdims=True), 1e-6)
        expected = _centered(self.reference[:, here], weight, whole)
        seen = _centered(self.render[:, there], weight, whole)
        common = (expected * seen * weight).sum(axis=(1, 2)) / whole[:, 0, 0]
        both = ((expected**2 + seen**2) * weight).sum(axis=(1, 2)) / whole[:, 0, 0]
        likeness: Plane = (2 * common + _NOISE) / (both + _NOISE)
        return likeness


def _centered(profile: Plane, weight: Plane, whole: Plane) -> Plane:
    centered: Plane = profile - (profile * weight).sum(axis=1, keepdims=True) / whole
    return centered


def _course(profiles: _Profiles, seen: NDArray[np.intp], cell_m: float) -> Course:
    inward, outward = round(REACH_M / cell_m), round(REACH_M / 3 / cell_m)
    table = np.stack([profiles.likeness(shift) for shift in range(-outward, inward + 1)], axis=1)
    here = table[:, outward]
    best = table.argmax(axis=1)
    height = table[np.arange(len(table)), best]
    # A band of even color is alike at many places: it lies elsewhere only if that fits better.
    moved = height > here + _CLEARLY_BETTER
    return Course(
        likeness=here,
        shift_m=np.where(moved, (best - outward) * cell_m, 0.0),
        found=height > _FOUND,
        step=seen,
        step_m=_STEP * cell_m,
    )


def _depth(grid: Grid, name: str) -> int:
    """Rows of a border with the margin beside it."""
    rows, _ = grid.region(name)
    return int(rows.stop - rows.start) + round(MARGIN_M / grid.cell_m)


def _rows(grid: Grid, name: str, count: int) -> tuple[slice, slice]:
    """The first `count` rows from a border's outer edge, and the order that leads inward."""
    if name == "border_top":
        return slice(0, count), slice(None)
    return slice(max(grid.height - count, 0), grid.height), slice(None, None, -1)


def _profiles(plane: Plane) -> Plane:
    """Mean over two steps of s at each step: shape (steps, rows, channels)."""
    height, width, channels = plane.shape
    steps = width // _STEP
    tiles = plane[:, : steps * _STEP].reshape(height, steps, _STEP, channels)
    mean = tiles.mean(axis=2, dtype=np.float64).transpose(1, 0, 2)
    profiles: Plane = (mean[:-1] + mean[1:]) / 2
    return profiles
