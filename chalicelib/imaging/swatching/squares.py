"""The best square of a cloth: large, alike all over, and of the part that is looked for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Self

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.color import to_lab
from chalicelib.imaging.image import Mask, Rgba8
from chalicelib.imaging.pattern.hem import off_pallu
from chalicelib.imaging.swatching.ribbon import Ribbon

_SIZES = (256, 200, 160, 128, 100, 80, 64, 48, 36)
_OTHER = 20.0
_LEAST_PALLU = 0.13
_ONE_PART = 0.25
_LIGHTNESS_WEIGHT = 0.5
_THREAD = 1.5
_CREASED = 1.5
_HIDDEN, _RARE = 0.3, 0.03
_BODY = 3


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A square of cloth: row, column and size; its color; how alike its parts are, 0..1."""

    square: NDArray[np.float64]
    color: NDArray[np.float64]
    uniformity: float


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """
    The cloth in small, its colors, and how common each of them is.

    `body` says for each pixel how much rather body than border it is, where that is known.
    """

    lab: NDArray[np.float64]
    cloth: Mask
    trust: NDArray[np.float64]
    shares: "_Shares"
    body: NDArray[np.float64] | None = None

    @classmethod
    def of(cls, small: Rgba8, cloth: Mask, *, draped: bool) -> "Look":
        """Learn the colors of the cloth in a small cutout, those of draped cloth off its pallu."""
        lab = to_lab(np.ascontiguousarray(small[..., :3])).astype(np.float64)
        # What is common is judged over the width of a motif, not thread by thread.
        smooth = cv2.GaussianBlur(lab, (0, 0), 5)
        trust = off_pallu(cloth) if draped else np.ones(cloth.shape[1])
        each = trust[np.nonzero(cloth)[1]]
        return cls(lab, cloth, trust, _Shares.of(smooth[cloth], each))

    def best_square(self) -> Found | None:
        """The square that is large, alike all over, and body, or else common: most is body."""
        table = None if self.body is None else cv2.integral(self.body)

        def common(
            color: NDArray[np.float64], corners: NDArray[np.int64], size: int
        ) -> NDArray[np.float64]:
            place = _HIDDEN + self.trust[corners[:, 1] + size // 2]
            if table is None:
                return (_RARE + self.shares.at(color)) * place
            return _mean_over(table, corners, size) ** _BODY * place

        return self._best(_SIZES, common)

    def beside(self, ribbons: Sequence[Ribbon]) -> Self:
        """The cloth without those ribbons."""
        if not ribbons:
            return self
        covered = self.cloth.astype(np.uint8)
        for ribbon in ribbons:
            cv2.fillConvexPoly(covered, np.rint(ribbon.corners[[0, 1, 3, 2]]).astype(np.int32), 0)
        return replace(self, cloth=covered > 0)

    def unlike(self, body: Found) -> Found | None:
        """The largest square that is of another color or another design than the body."""

        def other(color: NDArray[np.float64], *_: object) -> NDArray[np.float64]:
            off = np.linalg.norm((color - body.color) * [0.5, 1, 1], axis=1) / _OTHER
            return np.where(off > 1, np.minimum(off, 2) * (0.1 + self.shares.at(color)), 0.0)

        least = _LEAST_PALLU * max(self.cloth.shape)
        found = self._best([size for size in _SIZES if size >= least], other)
        return found if found is not None and found.uniformity >= _ONE_PART else None

    def _best(self, sizes: Sequence[int], weigh: "_Weigh") -> Found | None:
        framed = cv2.copyMakeBorder(self.cloth.astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT)
        room = cv2.distanceTransform(framed, cv2.DIST_C, 3)[1:-1, 1:-1]
        # Folds change lightness most, and are no reason against a piece.
        flat = self.lab * [_LIGHTNESS_WEIGHT, 1, 1]
        tables = cv2.integral(flat), cv2.integral(flat**2)
        slopes = _slopes(self.lab[..., 0])
        best: tuple[float, Found] | None = None
        for size in sizes:
            rows, columns = (4 * found for found in np.nonzero(room[::4, ::4] >= size / 2 + 1))
            if not len(rows):
                continue
            corners = np.stack([rows, columns], axis=1) - size // 2
            unlike, color = _unlikeness(tables, corners, size)
            color = color / [_LIGHTNESS_WEIGHT, 1, 1]
            creased = _creased(slopes, corners, size) / _CREASED
            score = size**0.6 * np.exp(-unlike / 8 - creased) * weigh(color, corners, size)
            first = int(np.argmax(score))
            if score[first] > 0 and (best is None or score[first] > best[0]):
                square = np.array([*corners[first], size], np.float64)
                alike = float(np.exp(-unlike[first] / 10))
                best = (
                    float(score[first]),
                    Found(square, color[first], alike),
                )
        return None if best is None else best[1]


_Weigh = Callable[[NDArray[np.float64], NDArray[np.int64], int], NDArray[np.float64]]


@dataclass(frozen=True, slots=True, eq=False)
class _Shares:
    """How much of the cloth has nearly a given color, from a coarse table over L*a*b*."""

    table: NDArray[np.float64]

    @classmethod
    def of(cls, pixels: NDArray[np.float64], weights: NDArray[np.float64]) -> "_Shares":
        table = np.zeros((12, 34, 34))
        np.add.at(table, cls._cells(pixels), weights / max(1.0, float(weights.sum())))
        near = np.lib.stride_tricks.sliding_window_view(np.pad(table, 1), (3, 3, 3))
        return cls(near.sum(axis=(3, 4, 5)))

    def at(self, colors: NDArray[np.float64]) -> NDArray[np.float64]:
        """The share of the cloth near each color, 0..1."""
        shares: NDArray[np.float64] = self.table[self._cells(colors)]
        return shares

    @staticmethod
    def _cells(colors: NDArray[np.float64]) -> tuple[NDArray[np.int64], ...]:
        cells = np.round(colors / np.array([16.0, 8.0, 8.0])).astype(np.int64)
        cells += np.array([2, 17, 17])
        return tuple(np.clip(cells, 0, [11, 33, 33]).T)


def _slopes(lightness: NDArray[np.float64]) -> NDArray[np.float64]:
    """The integrals, (H + 1, W + 1, 3), of how lightness changes, and which way."""
    light = cv2.GaussianBlur(lightness, (0, 0), _THREAD)
    right, down = (cv2.Sobel(light, cv2.CV_64F, *step, scale=1 / 8) for step in ((1, 0), (0, 1)))
    return np.asarray(cv2.integral(np.dstack([right**2, down**2, right * down])))


def _creased(
    slopes: NDArray[np.float64], corners: NDArray[np.int64], size: int
) -> NDArray[np.float64]:
    """
    How strongly lightness changes in one direction rather than in all, over squares.

    Pleats and folds run side by side; the lines of a print or of checks run every way.
    """
    right, down, both = _mean_over(slopes, corners, size).T
    one_way = np.hypot(right - down, 2 * both)
    return np.asarray(one_way / np.sqrt(right + down + 1e-9), np.float64)


def _mean_over(
    table: NDArray[np.float64], corners: NDArray[np.int64], size: int
) -> NDArray[np.float64]:
    """The mean of maps over squares, from their integrals."""
    (top, left), (bottom, right) = corners.T, corners.T + size
    total = table[bottom, right] - table[top, right] - table[bottom, left] + table[top, left]
    return np.asarray(total / size**2, np.float64)


def _unlikeness(
    tables: tuple[NDArray[np.float64], NDArray[np.float64]],
    corners: NDArray[np.int64],
    size: int,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How much each square's 3 x 3 cells differ in mean and spread, and each one's mean color."""
    steps = np.linspace(0, size, 4).astype(np.int64)
    rows = corners[:, 0, None, None] + steps[None, :, None]
    columns = corners[:, 1, None, None] + steps[None, None, :]
    area = (size / 3) ** 2
    mean, square = (
        np.diff(np.diff(table[rows, columns], axis=1), axis=2) / area for table in tables
    )
    spread = np.sqrt(np.maximum(square - mean**2, 0))
    unlike = mean.std(axis=(1, 2)).sum(axis=1) + spread.std(axis=(1, 2)).sum(axis=1)
    return unlike, mean.mean(axis=(1, 2))
