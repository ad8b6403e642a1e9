"""What is left of a picture once the pattern that should be there is taken out of it."""

from dataclasses import dataclass
from typing import Final, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.metrics.kinds import Plane
from chalicelib.imaging.metrics.pattern import share_inside, window_means

_Moments: TypeAlias = tuple[Plane, ...]

LIGHTNESS: Final = (0,)
COLOR: Final = (1, 2)
"""The channels of CIE L*a*b* of which a residue is taken together."""

FEW: Final = 6
"""Windows that may be worse: damage of 5 cm across touches more."""

_NOISE: Final = 1.0
_WIDE: Final = 8.0
_LEAST_WEIGHT: Final = 0.3
_TEXTURED: Final = 6.0
"""Variance, in units of L* squared, from which a window has a pattern to lose."""

_DETAILED: Final = 0.5
"""The same of its fine detail, from which a window has any to lose."""

_POORER: Final = 0.8
_GONE: Final = 0.7
_MUCH: Final = 0.6
_LITTLE: Final = 0.3
_INSTEAD: Final = 0.3
_FLOOR: Final = 0.5
_SHADE: Final = 2.0
_OF_PATTERN: Final = 0.02
"""Standard deviation, in units of L*, that a residue may have on plain cloth, and the share of
the pattern's variance by which it may have more: resampling changes most where there is most."""


@dataclass(frozen=True, slots=True, eq=False)
class Residue:
    """
    How the pattern of a render is made up, window by window.

    The render is taken as so much of the pattern that should be there, so much of its fine
    detail, and a rest.

    Attributes
    ----------
    pattern : ndarray of float32, shape (N,)
        Variance of the pattern that should be there, units of L* squared.
    detail : ndarray of float32, shape (N,)
        Variance of its fine detail.
    shown : ndarray of float32, shape (N,)
        Variance of what is there instead.
    kept : ndarray of float32, shape (N,)
        Share of it that is there: 1 is all, 0 none; beyond 1 it is stronger.
    sharp : ndarray of float32, shape (N,)
        Share of its fine detail that is there, of what is there of it.
    rest : ndarray of float32, shape (N,)
        Strength of the rest, against what is expected on such a pattern: 1 is clearly seen.
    """

    pattern: Plane
    detail: Plane
    shown: Plane
    kept: Plane
    sharp: Plane
    rest: Plane

    def contrast(self) -> float | None:
        """Median share of the pattern that is there, or None if hardly any has one."""
        chosen = self.kept[self._textured()]
        return float(np.median(chosen)) if len(chosen) >= 2 * FEW else None

    def least_kept(self) -> float | None:
        """Share of the pattern that only `FEW` windows have less of."""
        chosen = np.sort(self.kept[self._textured()])
        return float(chosen[FEW]) if len(chosen) >= 2 * FEW else None

    def sharpness(self) -> float | None:
        """Median share of the fine detail that is there, of what is there of the pattern."""
        chosen = self._sharp()
        return float(np.median(chosen)) if len(chosen) >= 2 * FEW else None

    def least_sharp(self) -> float | None:
        """The share that only `FEW` windows have less of."""
        chosen = np.sort(self._sharp())
        return float(chosen[FEW]) if len(chosen) >= 2 * FEW else None

    def added(self) -> float:
        """Strength of the rest that one window in ten exceeds."""
        ordered = np.sort(self._invented())
        return float(ordered[int(0.9 * (len(ordered) - 1))]) if len(ordered) else 0.0

    def most_added(self) -> float:
        """Strength of the rest that only `FEW` windows exceed."""
        return _exceeded_by_few(self._invented())

    def replaced(self) -> float | None:
        """
        Share of the windows with a pattern in which something else stands in its stead.

        What comes on top of a pattern makes more of it; what replaces it takes as much.
        """
        textured = self._textured()
        if np.count_nonzero(textured) < 2 * FEW:
            return None
        return float(np.mean(self._instead()[textured]))

    def disturbed(self) -> float:
        """How far the pattern is from what it should be, in units of L*, in the worst windows."""
        lost = self.pattern * (1 - self.kept) ** 2
        return _exceeded_by_few(np.sqrt(self._rest_variance() + lost))

    def most_missing(self) -> float:
        """The same where there is less than there should be."""
        return _exceeded_by_few(np.where(self._poorer(), self.rest, 0))

    def _invented(self) -> Plane:
        return np.where(self._poorer(), 0, self.rest)

    def _poorer(self) -> NDArray[np.bool_]:
        """Where the rest stands in a pattern's stead: it did not come on top of one."""
        gone = self._textured() & ((self.kept < np.float32(_GONE)) | self._instead())
        poorer: NDArray[np.bool_] = gone | (self.shown < np.float32(_POORER) * self.pattern)
        return poorer

    def _instead(self) -> NDArray[np.bool_]:
        """Where there is much else, but hardly more in all: what came took as much away."""
        added = self._rest_variance()
        instead: NDArray[np.bool_] = (added > np.float32(_INSTEAD) * self.pattern) & (
            self.shown < self.pattern + added / 2
        )
        return instead

    def _rest_variance(self) -> Plane:
        variance: Plane = self.rest**2 * _expected(self.pattern)
        return variance

    def _textured(self) -> NDArray[np.bool_]:
        textured: NDArray[np.bool_] = self.pattern > _TEXTURED
        return textured

    def _sharp(self) -> Plane:
        # Where there is much else, or little of it, the pattern itself was lost or replaced.
        chosen = self._textured() & (self.rest < np.float32(_MUCH))
        chosen &= self.detail > np.float32(_DETAILED)
        return self.sharp[chosen & (self.kept > np.float32(_LITTLE))]


def _exceeded_by_few(values: Plane) -> float:
    ordered = np.sort(values)
    return float(ordered[-1 - FEW :][0]) if len(ordered) else 0.0


class Residues:
    """Explains channels of one part by the pattern that should be there."""

    def __init__(self, weight: Plane) -> None:
        self._weight = weight
        self._masses = [_mass(_smooth(weight, sigma)) for sigma in (_NOISE, 2 * _NOISE)]
        self._wide = _mass(_smooth(_quartered(weight), _WIDE / 4))
        (self._mass,) = window_means([weight])
        self._told = self._mass >= np.float32(_LEAST_WEIGHT) * share_inside(weight.shape)

    def of(self, reference: Plane, render: Plane, channels: tuple[int, ...]) -> Residue:
        """
        Explain a render by the pattern that should be there, and tell what that leaves.

        Parameters
        ----------
        reference, render : ndarray of float32, shape (H, W, 3)
            CIE L*a*b* of the cloth.
        channels : tuple of int
            The channels that are explained together.

        Returns
        -------
        Residue
            Of the windows that are seen well enough.
        """
        sums: list[Plane] = [np.zeros(self._weight.shape, np.float32) for _ in range(6)]
        for channel in channels:
            expected, fine = self._pattern_and_detail(reference[..., channel])
            seen = self._pattern(*self._softened(render[..., channel]))
            weighed, seen_weighed = expected * self._weight, seen * self._weight
            products = (
                (weighed, expected),
                (weighed, fine),
                (fine * self._weight, fine),
                (seen_weighed, expected),
                (seen_weighed, fine),
                (seen_weighed, seen),
            )
            for total, (first, second) in zip(sums, products, strict=True):
                cv2.accumulateProduct(first, second, total)
        mass = self._mass[self._told]
        return _solved(tuple(mean[self._told] / mass for mean in window_means(sums)))

    def _pattern_and_detail(self, plane: Plane) -> tuple[Plane, Plane]:
        """The pattern, and the finest half of it."""
        known, soft = self._softened(plane)
        softer = _smooth(known, 2 * _NOISE) / self._masses[1]
        return self._pattern(known, soft), soft - softer

    def _softened(self, plane: Plane) -> tuple[Plane, Plane]:
        """What is known of a plane, and the same without noise."""
        known = plane * self._weight
        return known, _smooth(known, _NOISE) / self._masses[0]

    def _pattern(self, known: Plane, soft: Plane) -> Plane:
        """What is coarser than noise and finer than light."""
        mean = _smooth(_quartered(known), _WIDE / 4) / self._wide
        size = (known.shape[1], known.shape[0])
        pattern: Plane = soft - cv2.resize(mean, size, interpolation=cv2.INTER_LINEAR)
        return pattern


def _solved(moments: _Moments) -> Residue:
    """Least squares of the two shares in each window; plain cloth counts as all there."""
    pattern, mixed, detail, common, fine_common, whole = moments
    first, second = pattern + np.float32(_FLOOR), detail + np.float32(0.3 * _FLOOR)
    determinant = first * second - mixed * mixed
    sides = common + np.float32(_FLOOR)
    kept = (sides * second - fine_common * mixed) / determinant
    finer = (fine_common * first - sides * mixed) / determinant
    rest = whole - 2 * kept * common - 2 * finer * fine_common
    rest += kept * kept * pattern + 2 * kept * finer * mixed + finer * finer * detail
    strength = np.sqrt(np.maximum(rest, 0) / _expected(pattern))
    # What was sharpened has more detail, not less of the pattern.
    there = np.maximum(kept, sides / first)
    sharp = (kept + finer) / np.maximum(kept, _LITTLE)
    return Residue(pattern, detail, whole, there, sharp, strength)


def _expected(pattern: Plane) -> Plane:
    """Variance of the rest that is no damage on a pattern of such a variance."""
    expected: Plane = np.float32(_SHADE**2) + np.float32(_OF_PATTERN) * pattern
    return expected


def _mass(weights: Plane) -> Plane:
    return np.maximum(weights, np.float32(1e-3))


def _quartered(plane: Plane) -> Plane:
    size = (-(-plane.shape[1] // 4), -(-plane.shape[0] // 4))
    quartered: Plane = cv2.resize(plane, size, interpolation=cv2.INTER_AREA)
    return quartered


def _smooth(plane: Plane, sigma: float) -> Plane:
    smooth: Plane = cv2.GaussianBlur(plane, (0, 0), sigma, borderType=cv2.BORDER_CONSTANT)
    return smooth
