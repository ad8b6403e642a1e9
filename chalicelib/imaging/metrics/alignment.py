"""What happened to a pattern that is not where it should be: scaled, turned, slid or lost."""

from dataclasses import dataclass
from itertools import product
from typing import Final, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.metrics.changes import NONE, SIMILAR, STRETCHED, Change, Way, coarse
from chalicelib.imaging.metrics.kinds import Plane
from chalicelib.imaging.metrics.slides import told_by_slides

WINDOW: Final = 48
"""Side of a window, in steps of `STEP` cells: a few motifs of a usual saree."""

SMALL_WINDOW: Final = 20
"""The same where the pattern did not move as one."""

STEP: Final = 2
"""Cells to a step: what moved is seen well enough at half the resolution."""

REACH: Final = 24
"""Steps by which a pattern is looked for in each direction."""

_MOST_WINDOWS: Final = 8
_LEAST_SIDE: Final = 8
_WORTH_A_CHANGE: Final = 0.25
"""Share of what is left that a magnification or a turn must explain, and again a magnification
along one thread alone: whatever moved is a little more alike when it is magnified a little."""

_MOST: Final = 0.6
_WORTH_IT: Final = 0.05
_SURE: Final = 0.75
_FAR: Final = 0.008
"""What a step away costs a peak: of a repeat's equal peaks the nearest is meant."""

_Spectrum: TypeAlias = NDArray[np.complex64 | np.complex128]
_Corner: TypeAlias = tuple[int, int]
_Peaks: TypeAlias = tuple[Plane, Plane, Plane]


@dataclass(frozen=True, slots=True)
class Alignment:
    """
    The change that best explains what is seen of a pattern.

    `scale` is the magnification less 1, along the thread where it is greater, `turn` is in
    degrees, `slide` in cells; `likeness` is the correlation, -1..1, once the change that fits
    best is undone, however little it is, and `in_place` the one without any.
    """

    scale: float
    turn: float
    slide: float
    likeness: float
    in_place: float

    def explains(self) -> bool:
        """Whether the change accounts for most of what differs: noise is no change of place."""
        left, before = 1 - self.likeness**2, 1 - max(self.in_place, 0) ** 2
        return left < _MOST * before and before - left > _WORTH_IT


def align(strip: Plane, render: Plane, weight: Plane) -> Alignment | None:
    """
    Find the magnification, turn and slide under which reference and render are most alike.

    Windows a few motifs wide each look for the reference around their own place; all of them
    must agree on magnification and turn, each may slide by itself.

    Parameters
    ----------
    strip : ndarray of float32, shape (H, W, 3)
        CIE L*a*b* of the whole part as it should look, seen or not.
    render : ndarray of float32, shape (H, W, 3)
        The same of what is seen of it.
    weight : ndarray of float32, shape (H, W)
        How well each cell is seen, 0..1.

    Returns
    -------
    Alignment or None
        None if no window has enough pattern in sight.

    References
    ----------
    Padfield, "Masked Object Registration in the Fourier Domain", IEEE Transactions on Image
    Processing 21(5), 2012, equations 7 to 12, with a mask on one side.
    """
    axis = _telling_axis(strip)
    reference = _reduced(strip @ axis)
    mass = _reduced(weight)
    seen = _reduced((render @ axis) * weight) / np.maximum(mass, np.float32(1e-6))
    corners, small = (_windows(reference, mass, most) for most in (WINDOW, SMALL_WINDOW))
    if not (corners or small):
        return None
    found = _Search(
        reference, seen, mass, corners or small, WINDOW if corners else SMALL_WINDOW
    ).best()
    if found.explains() or not small:
        return found
    piecewise = _Search(reference, seen, mass, small, SMALL_WINDOW).in_pieces()
    return piecewise if piecewise.likeness > _SURE and piecewise.explains() else found


def _telling_axis(strip: Plane) -> Plane:
    """The direction in color along which the pattern varies most."""
    colors = strip[::3, ::3].reshape(-1, 3).astype(np.float64)
    colors -= colors.mean(axis=0)
    # Not a matrix product: how that adds up depends on the number of threads.
    spread = [[np.sum(colors[:, i] * colors[:, j]) for i in range(3)] for j in range(3)]
    _, vectors = np.linalg.eigh(np.array(spread))
    return np.asarray(vectors[:, -1], np.float32)


def _reduced(plane: Plane) -> Plane:
    height, width = plane.shape
    size = (max(width // STEP, 1), max(height // STEP, 1))
    reduced: Plane = cv2.resize(plane, size, interpolation=cv2.INTER_AREA)
    return reduced


def _windows(reference: Plane, mass: Plane, most: int) -> list[_Corner]:
    """Upper left corners of the windows with the most pattern in sight, apart from each other."""
    height, width = reference.shape
    side = (min(most, height), min(most, width))
    if min(side) < _LEAST_SIDE:
        return []
    found = []
    for row in range(0, height - side[0] + 1, side[0] // 4):
        for column in range(0, width - side[1] + 1, side[1] // 4):
            part = (slice(row, row + side[0]), slice(column, column + side[1]))
            share, spread = float(mass[part].mean()), float(reference[part].std())
            if share > 0.25 and spread > 1.5:
                found.append((share * spread, row, column))
    chosen: list[_Corner] = []
    for _, row, column in sorted(found, reverse=True):
        apart = all(
            abs(row - r) >= side[0] // 2 or abs(column - c) >= side[1] // 2 for r, c in chosen
        )
        if apart and len(chosen) < _MOST_WINDOWS:
            chosen.append((row, column))
    return chosen


def _most_alike(tried: dict[Change, _Peaks]) -> Change:
    return max(tried, key=lambda change: float(tried[change][0].mean()))


def _worth_it(heights: Plane, before: Plane) -> bool:
    """Whether a change explains enough of what was left before."""
    likeness, unchanged = float(np.mean(heights)), float(np.mean(before))
    return 1 - likeness**2 <= (1 - _WORTH_A_CHANGE) * (1 - unchanged**2)


def _between_steps(table: Plane, place: NDArray[np.intp]) -> Plane:
    """Places of the peaks between the steps, by a parabola along each axis."""
    line = np.arange(len(table))
    refined = place.astype(np.float64)
    inner = np.clip(place, 1, table.shape[1] - 2)
    for axis in (0, 1):
        step = np.eye(2, dtype=np.intp)[axis]
        before, here, after = (
            table[line, inner[:, 0] + by * step[0], inner[:, 1] + by * step[1]]
            for by in (-1, 0, 1)
        )
        bend = np.minimum(before - 2 * here + after, -1e-6)
        offset = np.clip((before - after) / (2 * bend), -0.5, 0.5)
        refined[:, axis] += np.where(inner[:, axis] == place[:, axis], offset, 0)
    return refined


class _Search:
    """Tries changes of the reference in all windows at once."""

    def __init__(
        self, reference: Plane, seen: Plane, mass: Plane, corners: list[_Corner], most: int
    ) -> None:
        self._reference = reference
        self._corners = corners
        side = (min(most, seen.shape[0]), min(most, seen.shape[1]))
        self._side = side
        self._size = (side[0] + 2 * REACH, side[1] + 2 * REACH)
        parts = [(slice(r, r + side[0]), slice(c, c + side[1])) for r, c in corners]
        weight = np.stack([mass[part] for part in parts])
        weight = np.where(weight > 0.3, weight, 0).astype(np.float32)
        whole = weight.sum(axis=(1, 2), keepdims=True)
        picture = np.stack([seen[part] for part in parts])
        picture = weight * (picture - (weight * picture).sum(axis=(1, 2), keepdims=True) / whole)
        spread = (picture**2 / np.maximum(weight, np.float32(1e-6))).sum(axis=(1, 2))
        self._whole, self._spread = whole, spread[:, np.newaxis, np.newaxis]
        self._weight = np.conj(np.fft.rfft2(weight, self._size))
        self._picture = np.conj(np.fft.rfft2(picture, self._size))

    def best(self) -> Alignment:
        """Search coarsely, then finely around the best, for the simplest change that explains."""
        none = self._peaks(NONE)
        change, heights, slides = self._best_of(SIMILAR, none)
        stretched = self._best_of(STRETCHED, none)
        if _worth_it(stretched[1], heights):
            change, heights, slides = stretched
        scale, turn = max(change.along, change.across, key=abs), change.turn
        if not _worth_it(heights, none[0]):
            slides = none[1]
            scale, turn = told_by_slides(np.array(self._corners) * STEP, slides)
        slide = float(np.median(np.hypot(slides[:, 0], slides[:, 1])))
        likeness, in_place = (float(np.mean(each)) for each in (heights, none[2]))
        return Alignment(scale, turn, slide, likeness, in_place)

    def _best_of(self, ways: tuple[Way, ...], none: _Peaks) -> tuple[Change, Plane, Plane]:
        """
        The change of a kind, or `none`, under which the windows are most alike.

        With it how alike each is then, and how far each slid.
        """
        tried = {NONE: none}
        for change in (change for way in ways for change in coarse(way)):
            tried[change] = self._peaks(change)
        for _ in range(2):
            best = _most_alike(tried)
            for way, steps in product(ways, (1, -1)):
                change = best.near(way, steps)
                if change not in tried:
                    tried[change] = self._peaks(change)
        best = _most_alike(tried)
        heights, slides, _ = tried[best]
        return best, heights, slides

    def in_pieces(self) -> Alignment:
        """Let each window slide by itself: a pattern that waves keeps no size or direction."""
        heights, slides, in_place = self._peaks(NONE)
        slide = float(np.median(np.hypot(slides[:, 0], slides[:, 1])))
        return Alignment(0.0, 0.0, slide, float(np.mean(heights)), float(np.mean(in_place)))

    def _peaks(self, change: Change) -> _Peaks:
        """For each window the highest correlation, by how many cells off, and the one in place."""
        patches = np.stack([self._patch(corner, change) for corner in self._corners])
        patches -= patches.mean(axis=(1, 2), keepdims=True)
        spectrum = np.fft.rfft2(patches)
        common = self._correlated(spectrum, self._picture)
        mean = self._correlated(spectrum, self._weight)
        square = self._correlated(np.fft.rfft2(patches**2), self._weight)
        spread = np.maximum(square - mean**2 / self._whole, 1e-3 * self._whole)
        table = common / np.sqrt(spread * np.maximum(self._spread, 1e-6))
        row, column = np.indices(table.shape[1:]) - REACH
        value = (table - _FAR * np.hypot(row, column)).reshape(len(table), -1)
        place = np.stack(np.unravel_index(value.argmax(axis=1), table.shape[1:]), axis=1)
        heights = table[np.arange(len(table)), place[:, 0], place[:, 1]]
        slides = (_between_steps(table, place) - REACH) * STEP
        return heights, slides, table[:, REACH, REACH]

    def _correlated(self, spectrum: _Spectrum, window: _Spectrum) -> Plane:
        reach = 2 * REACH + 1
        found: Plane = np.fft.irfft2(spectrum * window, self._size)
        return found[:, :reach, :reach]

    def _patch(self, corner: _Corner, change: Change) -> Plane:
        """The reference around a window, magnified and turned about the window's middle."""
        cosine, sine = np.cos(np.radians(change.turn)), np.sin(np.radians(change.turn))
        magnified = np.array([[1 + change.along], [1 + change.across]])
        matrix = np.array([[cosine, sine], [-sine, cosine]]) / magnified
        middle = np.array([self._size[1] - 1, self._size[0] - 1]) / 2
        place = np.array(
            [corner[1] + (self._side[1] - 1) / 2, corner[0] + (self._side[0] - 1) / 2]
        )
        offset = place - matrix @ middle
        patch: Plane = cv2.warpAffine(
            self._reference,
            np.column_stack([matrix, offset]),
            (self._size[1], self._size[0]),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REFLECT_101,
        )
        return patch
