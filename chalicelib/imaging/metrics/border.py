"""Whether a border runs where it should: one band of constant t, unbroken, of one width."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.metrics.cells import Grid
from chalicelib.imaging.metrics.kinds import Plane
from chalicelib.imaging.metrics.observation import Observation
from chalicelib.imaging.metrics.pattern import CHANNELS

REACH_M: Final = 0.03
"""How far inward of its place a border is looked for, and a third as far outward."""

MARGIN_M: Final = 0.004
"""How much of the body beside a border belongs to its profile, so that its edge is seen."""

_WIDTHS: Final = (1.0, 0.9, 1.1, 0.8, 1.25, 0.7, 1.4)
"""Widths, as factors of its own, in which a border that is not in its place is looked for."""

_BESIDE: Final = 6
"""Steps to each side over which the cloth beside a border tells how its color changed."""

_IN_PLACE: Final = 0.92
_STEP: Final = 4
_NOISE: Final = 6.0
_LEAST_WEIGHT: Final = 0.35
_FOUND: Final = 0.5
_SURE: Final = 0.75
_PALE: Final = 0.5
_CLEARLY_BETTER: Final = 0.05
_LEFT: Final = 0.5
_APART: Final = 64.0
_NEARER: Final = 0.25
"""Square of L*, and share of a square: a row of the border is told from the cloth beside it from
the one on, and counts as that cloth if it is nearer to it by the other."""

_OVERLAP: Final = 0.7
_STRAY: Final = 2
"""Steps to each side that a border's place must be shared by: it does not jump."""


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """
    How a border runs, at each step of s where it is seen.

    Attributes
    ----------
    likeness : ndarray of float64, shape (N,)
        How alike the profile across the border alone is where it should be: 1 is the same.
    found : ndarray of float64, shape (N,)
        The same at the place and width where it is most alike.
    shift_m : ndarray of float64, shape (N,)
        How far inward of its place that is, meters.
    widening : ndarray of float64, shape (N,)
        The factor, less 1, by which it is wider there.
    contrast : ndarray of float64, shape (N,)
        How strong the profile is against what it should be: 0 is no border at all.
    cut_m : ndarray of float64, shape (N,)
        How far the cloth beside it reaches into it, meters.
    step : ndarray of intp, shape (N,)
        Which step of s; a missing number is a stretch that is not seen.
    step_m : float
        Length of a step.
    """

    likeness: Plane
    found: Plane
    shift_m: Plane
    widening: Plane
    contrast: Plane
    cut_m: Plane
    step: NDArray[np.intp]
    step_m: float

    def continuity(self) -> float:
        """Mean likeness along what is seen of the border, 0..1."""
        return float(np.clip(self.likeness, 0, 1).mean())

    def recognized(self) -> float:
        """Share of what is seen on which the border's own design was found, 0..1."""
        return float((self.found > _FOUND).mean())

    def shift(self) -> float:
        """How far off its line the border lies, meters: exceeded on a tenth of its length."""
        return _exceeded_on_a_tenth(np.abs(self.shift_m[self.found > _SURE]))

    def widening_of_most(self) -> float:
        """By what share its width is off, at the median."""
        off = np.abs(self.widening[self.found > _SURE])
        return float(np.median(off)) if len(off) else 0.0

    def cut(self) -> float:
        """How far the cloth beside it reaches into it, meters: exceeded on a tenth of it."""
        return _exceeded_on_a_tenth(self.cut_m)

    def gap(self) -> float:
        """Length of the longest stretch on which there is no border, meters."""
        missing = (self.found <= _FOUND) & (self.contrast < _PALE)
        longest = run = 0
        for before, step, gone in zip([-2, *self.step[:-1]], self.step, missing, strict=True):
            joined = run + 1 if step == before + 1 else 1
            run = joined if gone else 0
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
    depth, reach = _depth(grid, name), round(REACH_M / grid.cell_m)
    rows, inward = _rows(grid, name, depth + 2 * reach)
    weight, expected, shown = (
        plane[rows][inward]
        for plane in (
            observation.weight[..., np.newaxis],
            observation.reference,
            observation.render,
        )
    )
    mass = _profiles(weight[:depth], slice(None))
    seen = np.flatnonzero(mass.mean(axis=(1, 2)) > _LEAST_WEIGHT)
    if not len(seen) or depth < 3:
        return None
    near, beyond = slice(depth + reach), slice(depth + reach, None)
    mass = _profiles(weight[near], seen)
    reference, render = (_profiles(plane[near], seen, weight[near]) for plane in (expected, shown))
    beside = slice(depth - round(MARGIN_M / grid.cell_m), None)
    change = _change(weight[beyond], expected[beyond], shown[beyond])[seen]
    reference[:, beside] += mass[:, beside] * change[:, np.newaxis]
    known = np.maximum(mass, 1e-6)
    profiles = _Profiles(mass[..., 0], reference / known, render / known, depth, beside.start)
    return _course(profiles, seen, grid.cell_m)


def _change(weight: Plane, reference: Plane, render: Plane) -> Plane:
    """
    How the color of the cloth beside a border changed, at each step: (steps, 3).

    Told farther inward than a border is looked for; it is no fault of the border.
    """
    total, mass = (
        plane.sum(axis=0, dtype=np.float64) for plane in ((render - reference) * weight, weight)
    )
    near = np.ones(2 * _BESIDE * _STEP)
    total, mass = (
        np.stack([np.convolve(channel, near, "same")[: len(plane)] for channel in plane.T], axis=1)
        for plane in (total, mass)
    )
    change: Plane = (total / np.maximum(mass, len(near)))[_STEP // 2 :: _STEP]
    return change


@dataclass(frozen=True, slots=True, eq=False)
class _Profiles:
    """
    Colors across the border at each step, from its outer edge inward.

    `mass` has shape (N, rows), `reference` and `render` (N, rows, 3); the border is the first
    `border` rows, it and its margin are the first `depth`.
    """

    mass: Plane
    reference: Plane
    render: Plane
    depth: int
    border: int

    def at(self, steps: NDArray[np.intp]) -> "_Profiles":
        """Those at some of the steps."""
        planes = (self.mass[steps], self.reference[steps], self.render[steps])
        return _Profiles(*planes, self.depth, self.border)

    def in_place(self) -> Plane:
        """
        Likeness of the border in its place, whatever one color was added to all of it.

        Another color is another fault, as long as the border still stands out.
        """
        mass = self.mass[:, : self.border, np.newaxis]
        change = ((self.render - self.reference)[:, : self.border] * mass).sum(axis=1)
        change /= np.maximum(mass.sum(axis=1), 1e-6)
        reference = self.reference.copy()
        reference[:, : self.border] += change[:, np.newaxis]
        dyed = replace(self, reference=reference).likeness(0)
        here = self.likeness(0)
        in_place: Plane = np.where(self.contrast() > _PALE, np.maximum(here, dyed), here)
        return in_place

    def stretched(self, factor: float) -> "_Profiles":
        """The same with a reference whose border is wider by a factor."""
        if factor == 1:
            return self
        rows = self.mass.shape[1]
        source = np.minimum((np.arange(rows) + 0.5) / factor - 0.5, rows - 1).clip(0)
        low = source.astype(np.intp)
        high, share = np.minimum(low + 1, rows - 1), (source - low)[:, np.newaxis]
        reference = self.reference[:, low] * (1 - share) + self.reference[:, high] * share
        return replace(self, reference=reference, depth=min(round(self.depth * factor), rows))

    def moments(self, shift: int) -> tuple[Plane, Plane, Plane]:
        """Covariance with what is seen `shift` rows inward of its place, and both variances."""
        first, last = max(-shift, 0), min(self.depth, self.mass.shape[1] - shift)
        here, there = slice(first, last), slice(first + shift, last + shift)
        weight = np.minimum(self.mass[:, here], self.mass[:, there])[..., np.newaxis]
        weight = weight / np.maximum(weight.sum(axis=1, keepdims=True), 1e-6)
        expected = _centered(self.reference[:, here], weight)
        seen = _centered(self.render[:, there], weight)
        return (
            (expected * seen * weight).sum(axis=(1, 2)),
            (expected * expected * weight).sum(axis=(1, 2)),
            (seen * seen * weight).sum(axis=(1, 2)),
        )

    def likeness(self, shift: int) -> Plane:
        """Likeness of the border to what is seen `shift` rows inward of its place."""
        if self.depth - max(-shift, 0) < _OVERLAP * self.depth:
            # A piece of a border is alike to much.
            return np.zeros(len(self.mass))
        common, expected, seen = self.moments(shift)
        likeness: Plane = (2 * common + _NOISE) / (expected + seen + _NOISE)
        return likeness

    def contrast(self) -> Plane:
        """Strength of what is seen in the border's place against what should be there."""
        _, expected, seen = self.moments(0)
        contrast: Plane = np.sqrt((seen + _NOISE) / (expected + _NOISE))
        return contrast


def _cut(profiles: _Profiles) -> Plane:
    """How many of a border's rows, from its inner edge on, look like the cloth beside it."""
    border = profiles.border
    beside = profiles.reference[:, border:].mean(axis=1, keepdims=True)
    own, expected, seen = (
        np.square((first[:, :border] - second) * CHANNELS).sum(axis=2)[:, ::-1]
        for first, second in (
            (profiles.reference, beside),
            (profiles.render, profiles.reference[:, :border]),
            (profiles.render, beside),
        )
    )
    tells = (own > _APART) & (profiles.mass[:, :border][:, ::-1] > _LEAST_WEIGHT)
    foreign = tells & (seen < _NEARER * expected)
    reached = np.logical_and.accumulate(foreign | ~tells, axis=1)
    rows = np.where(foreign & reached, np.arange(1, border + 1), 0).max(axis=1)
    # Where all of it is like that there is no border, which is another matter.
    cut: Plane = np.where(reached.all(axis=1), 0, rows)
    return cut


def _course(profiles: _Profiles, seen: NDArray[np.intp], cell_m: float) -> Course:
    inward, outward = round(REACH_M / cell_m), round(REACH_M / 3 / cell_m)
    shifts = range(-outward, inward + 1)
    here = profiles.in_place()
    found, shift, widening = here.copy(), np.zeros(len(here)), np.zeros(len(here))
    # A band of even color is alike at many places: it lies elsewhere only if that fits better,
    # and if that accounts for most of what is wrong with it in its place.
    bar = here + _CLEARLY_BETTER
    asked = np.flatnonzero(bar < 1)
    in_place = float(np.clip(here, 0, 1).mean()) >= _IN_PLACE
    for width in _WIDTHS[: 1 if in_place else None] if len(asked) else ():
        stretched = profiles.at(asked).stretched(width)
        table = np.stack([stretched.likeness(by) for by in shifts], axis=1)
        height, place = _peak(table)
        better = (height > bar[asked]) & (1 - height < _LEFT * (1 - here[asked]))
        chosen, height = asked[better], height[better]
        found[chosen], bar[chosen] = height, height
        shift[chosen], widening[chosen] = place[better] - outward, width - 1
    return Course(
        likeness=replace(profiles, depth=profiles.border).likeness(0),
        found=found,
        shift_m=_without_strays(shift, seen) * cell_m,
        widening=widening,
        contrast=profiles.contrast(),
        cut_m=_cut(profiles) * cell_m,
        step=seen,
        step_m=_STEP * cell_m,
    )


def _peak(table: Plane) -> tuple[Plane, Plane]:
    """
    Height of each row's peak, and its place between the columns, by a parabola.

    What is highest at the rim still rises beyond it: that is no peak, and has no height.
    """
    line = np.arange(len(table))
    best = table.argmax(axis=1)
    middle = np.clip(best, 1, table.shape[1] - 2)
    before, height, after = (table[line, middle + step] for step in (-1, 0, 1))
    bend = np.minimum(before - 2 * height + after, -1e-6)
    offset = np.clip((before - after) / (2 * bend), -0.5, 0.5)
    return np.where(middle == best, height, 0), middle + offset


def _without_strays(places: Plane, step: NDArray[np.intp]) -> Plane:
    """The median of each place and its neighbors on the same stretch."""
    padded = np.pad(places, _STRAY, mode="edge")
    steps = np.pad(step, _STRAY, mode="edge")
    offsets = range(2 * _STRAY + 1)
    near = np.stack([padded[by : by + len(places)] for by in offsets])
    apart = np.stack([np.abs(steps[by : by + len(places)] - step) > _STRAY for by in offsets])
    median: Plane = np.median(np.where(apart, places, near), axis=0)
    return median


def _exceeded_on_a_tenth(values: Plane) -> float:
    ordered = np.sort(values)
    return float(ordered[int(0.9 * len(ordered))]) if len(ordered) else 0.0


def _centered(profile: Plane, share: Plane) -> Plane:
    centered: Plane = profile - (profile * share).sum(axis=1, keepdims=True)
    return centered


def _depth(grid: Grid, name: str) -> int:
    """Rows of a border with the margin beside it."""
    rows, _ = grid.region(name)
    return int(rows.stop - rows.start) + round(MARGIN_M / grid.cell_m)


def _rows(grid: Grid, name: str, count: int) -> tuple[slice, slice]:
    """The first `count` rows from a border's outer edge, and the order that leads inward."""
    if name == "border_top":
        return slice(0, count), slice(None)
    return slice(max(grid.height - count, 0), grid.height), slice(None, None, -1)


def _profiles(
    plane: Plane, chosen: slice | NDArray[np.intp], weight: Plane | None = None
) -> Plane:
    """Mean over the cells of each chosen step of s, weighed: shape (steps, rows, channels)."""
    height, width, _ = plane.shape
    steps = width // _STEP
    tiles, *weights = (
        each[:, : steps * _STEP].reshape(height, steps, _STEP, -1)[:, chosen]
        for each in (plane, weight)
        if each is not None
    )
    for share in weights:
        tiles = tiles * share
    profiles: Plane = tiles.mean(axis=2, dtype=np.float64).transpose(1, 0, 2)
    return profiles
