"""The calmest window of a body: large, and without gathers, props or rows of large motifs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.color import to_lab
from chalicelib.imaging.extracting.rhythm import even_until
from chalicelib.imaging.image import Mask, Matte, Rgb8

Window: TypeAlias = tuple[int, int, int, int]
"""First row, end row, first column, end column."""

_PPM = 100.0
_HEIGHTS = (1.0, 0.8, 0.65, 0.5, 0.4, 0.3)
_WIDTHS = (1.0, 0.85, 0.7, 0.6, 0.5, 0.4, 0.3, 0.22)
_TOLERANCE = 2.5
_TYPICAL = 5.0
_LONG_M = 0.07
_REPEAT_M = 0.08
_BARE = 12.0
_UNSEEN = 60.0
_LOST = 15.0
_NEAR_M = 0.02
_MOST_FOLDED = 8.0
_BARELY = 0.5
_WOVEN = 0.2
_SLIVER_M = 0.04


@dataclass(frozen=True, slots=True, eq=False)
class Calm:
    """
    How restless a body is, and how much of a motif there is, at each place.

    How far pixels stray from the body's middle color, in anything longer than a motif, is
    unrest, and so is a lack of motifs.

    Attributes
    ----------
    unrest, folds, motifs : ndarray of float32, shape (h, w)
        On a coarse grid over the body; `folds` is the part of `unrest` that folds make, and
        `motifs` is in units of CIE L*a*b*.
    shape : (int, int)
        The body's height and width, pixels.
    """

    unrest: NDArray[np.float32]
    folds: NDArray[np.float32]
    motifs: NDArray[np.float32]
    shape: tuple[int, int]

    @classmethod
    def of(
        cls, body: Rgb8, seen: Mask, pixels_per_meter: float, lost: Matte | None = None
    ) -> Self:
        """
        Judge a body.

        Parameters
        ----------
        body : ndarray of uint8, shape (H, W, 3)
            sRGB, light divided out.
        seen : ndarray of bool, shape (H, W)
        pixels_per_meter : float
        lost : ndarray of float32, shape (H, W), optional
            Where folds were filled and motifs may be missing, 0..1.
        """
        folds, bareness, motifs = _unrest(body, seen, pixels_per_meter)
        unrest = folds + bareness
        if lost is not None:
            size = unrest.shape[1], unrest.shape[0]
            unrest += _LOST * cv2.resize(lost, size, interpolation=cv2.INTER_AREA)
        return cls(unrest, folds, motifs, seen.shape)

    def window(
        self, smallest_m: tuple[float, float], *, end: int | None = None, across: bool = True
    ) -> Window:
        """
        Choose the part to continue from: it gains by its area and loses by its unrest.

        Parameters
        ----------
        smallest_m : (float, float)
            At least this high and wide, meters: what a whole repeat needs.
        end : int, optional
            The first column, in pixels of the body, that is out of the question.
        across : bool
            Whether the window may be less than the body's full height.

        Returns
        -------
        (int, int, int, int)
            First row, end row, first column, end column, pixels of the body.
        """
        scale = self.unrest.shape[1] / self.shape[1]
        unrest = self.unrest if end is None else self.unrest[:, : max(4, round(end * scale))]
        height, width = unrest.shape
        total = cv2.integral(unrest)
        best: tuple[float, Window] | None = None
        for rows, columns in _sizes((height, width), smallest_m, across=across):
            score, row, column = _placed(total, rows, columns)
            if best is None or score > best[0]:
                best = score, (row, row + rows, column, column + columns)
        assert best is not None
        full = self.shape[0], self.shape[1] if end is None else end
        first, last, left, right = best[1]
        return (
            round(first / scale) if first else 0,
            round(last / scale) if last < height else full[0],
            round(left / scale) if left else 0,
            round(right / scale) if right < width else full[1],
        )

    def even_until(self) -> int:
        """The first column, in pixels of the body, from which on motifs are denser or sparser."""
        column = even_until(self.motifs, _PPM)
        return int(column * self.shape[1] / self.motifs.shape[1] + 0.5)

    def good(self, apart_m: float | None = None, lost: Matte | None = None) -> Mask:
        """
        Where the body is as it was woven: hardly a fold shows, and no motif is missing.

        Parameters
        ----------
        apart_m : float, optional
            How far apart motifs stand in the middle, meters, where that is known.
        lost : ndarray of float32, shape (H, W), optional
            Where folds were filled and motifs may be missing, 0..1.

        Returns
        -------
        ndarray of bool, shape (H, W)
        """
        height, width = self.folds.shape
        # A line along the whole length is woven: the teeth of a border.
        woven = np.quantile(self.folds, _WOVEN, axis=1, keepdims=True)
        folds = (self.folds - woven).astype(np.float32)
        if lost is not None:
            folds += _LOST * cv2.resize(lost, (width, height), interpolation=cv2.INTER_AREA)
        # Beside a deep fold nothing is good.
        folds = cv2.GaussianBlur(folds, (0, 0), _NEAR_M * _PPM)
        if apart_m is not None:
            sparse = cv2.GaussianBlur(self.motifs, (0, 0), 0.6 * apart_m * _PPM)
            folds[sparse < _BARELY * np.median(sparse)] = _UNSEEN
        bad = (folds > _MOST_FOLDED).astype(np.uint8)
        # A narrow crease must not cut the cloth in two, nor a border's teeth leave its edge.
        sliver = np.ones((round(_SLIVER_M * _PPM),) * 2, np.uint8)
        bad = cv2.morphologyEx(
            bad, cv2.MORPH_OPEN, sliver, borderType=cv2.BORDER_CONSTANT, borderValue=0
        )
        full = cv2.resize(bad.astype(np.float32), self.shape[::-1], interpolation=cv2.INTER_LINEAR)
        return np.asarray(full < 0.5)


def _sizes(
    full: tuple[int, int], smallest_m: tuple[float, float], *, across: bool
) -> Iterator[tuple[int, int]]:
    """The heights and widths to try, pixels; the whole of either is always large enough."""
    for share_h in _HEIGHTS if across else (1.0,):
        rows = max(2, round(share_h * full[0]))
        for share_w in _WIDTHS:
            columns = max(2, round(share_w * full[1]))
            high = share_h == 1 or rows >= smallest_m[0] * _PPM
            if high and (share_w == 1 or columns >= smallest_m[1] * _PPM):
                yield rows, columns


def _unrest(body: Rgb8, seen: Mask, pixels_per_meter: float) -> Sequence[NDArray[np.float32]]:
    """How much of a fold, how bare of motifs and how much of a motif each place is."""
    height, width = seen.shape
    scale = min(1.0, _PPM / pixels_per_meter)
    size = (max(4, round(width * scale)), max(4, round(height * scale)))
    small = cv2.resize(body, size, interpolation=cv2.INTER_AREA)
    shown = cv2.resize(seen.astype(np.uint8) * 255, size, interpolation=cv2.INTER_AREA) > 250
    lab = to_lab(small)
    middle = np.median(lab[shown], axis=0) if shown.any() else lab.mean(axis=(0, 1))
    strays = np.linalg.norm(lab - middle.astype(np.float32), axis=2)
    compact = strays - _elongated(strays)
    # A deep fold is worse than many shallow ones of the same sum.
    folds = np.minimum(strays - compact, _UNSEEN) ** 2 / _TYPICAL
    maps = (folds, _UNSEEN), (_bareness(compact), 0), (compact, 0)
    return [np.where(shown, each, beyond).astype(np.float32) for each, beyond in maps]


def _elongated(strays: NDArray[np.float32]) -> NDArray[np.float32]:
    """What of a map is at least as long as a line, in any of four directions."""
    size = round(_LONG_M * _PPM)
    line = np.eye(size, dtype=np.uint8)
    middle = np.zeros((size, size), np.uint8)
    middle[size // 2] = 1
    lines = (middle, middle.T.copy(), line, line[::-1].copy())
    opened = [cv2.morphologyEx(strays, cv2.MORPH_OPEN, kernel) for kernel in lines]
    return np.asarray(np.max(opened, axis=0), np.float32)


def _bareness(compact: NDArray[np.float32]) -> NDArray[np.float32]:
    """How much fewer motifs there are than usual, on the scale of unrest."""
    density = cv2.GaussianBlur(compact, (0, 0), _REPEAT_M * _PPM)
    usual = float(np.median(density))
    return np.asarray(_BARE * np.clip(1 - density / max(usual, 1e-3), 0, 1), np.float32)


def _placed(total: NDArray[np.float64], rows: int, columns: int) -> tuple[float, int, int]:
    """The calmest place for a window, and its score."""
    sums = total[rows:, columns:] - total[:-rows, columns:]
    sums = sums - (total[rows:, :-columns] - total[:-rows, :-columns])
    mean = sums / (rows * columns)
    row, column = np.unravel_index(int(np.argmin(mean)), mean.shape)
    score = 0.9 * np.log(rows * columns) - float(mean[row, column]) / _TOLERANCE
    return score, int(row), int(column)
