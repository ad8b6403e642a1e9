"""Cloth continued from a band of it, in step with its own repeat."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.image import Mask, Rgb8

_PPM = 125.0
_OVERLAP_M = 0.08
_CONTEXT_M = 0.25
_LATEST = 0.5
_STRAYS_M = 0.012
_CHOICES = 5
_AS_GOOD = 1.35
_APART = 0.12
_GOLDEN = 0.6180339887


def extended(
    band: Rgb8, before: int, after: int, pixels_per_meter: float, period_m: float | None
) -> tuple[Rgb8, slice]:
    """
    Continue a band of cloth on both sides along its length.

    Copies of the band follow it, each from another place of the band where it goes on in step:
    whole repeats away where the repeat is known, and where the join shows least.

    Parameters
    ----------
    band : ndarray of uint8, shape (H, W, 3)
        sRGB, fully seen.
    before, after : int
        How many columns to add on the left and on the right.
    pixels_per_meter : float
    period_m : float or None
        The repeat along the band, meters.

    Returns
    -------
    (ndarray of uint8, slice)
        The longer band, shape (H, before + W + after, 3), and which of its columns are the
        band's own, untouched by a join.

    References
    ----------
    Efros and Freeman, "Image Quilting for Texture Synthesis and Transfer", SIGGRAPH 2001.
    """
    width = band.shape[1]
    if not before and not after:
        return band, slice(0, width)
    right = _onward(band, after, pixels_per_meter, period_m)
    # Going on to the left is going on to the right in a mirror, which is mirrored back.
    left = cv2.flip(_onward(cv2.flip(band, 1), before, pixels_per_meter, period_m), 1)
    middle, join = left.shape[1] - width // 2, _overlap(width, pixels_per_meter)
    whole = np.concatenate([left[:, :middle], right[:, width - width // 2 :]], axis=1)
    own = slice(before + join * (before > 0), before + width - join * (after > 0))
    return whole, own


def extended_down(
    band: Rgb8, above: int, below: int, pixels_per_meter: float, period_m: float | None
) -> tuple[Rgb8, slice]:
    """Continue a band across, as `extended` does along: shape (above + H + below, W, 3)."""
    if not above and not below:
        return band, slice(0, band.shape[0])
    turned: Rgb8 = cv2.transpose(band)
    both, own = extended(turned, above, below, pixels_per_meter, period_m)
    upright: Rgb8 = cv2.transpose(both)
    return upright, own


def _overlap(width: int, ppm: float) -> int:
    """Columns over which one copy passes into the next."""
    return max(1, min(round(_OVERLAP_M * ppm), width // 4))


def _onward(band: Rgb8, more: int, ppm: float, period_m: float | None) -> Rgb8:
    """The band and `more` columns behind it."""
    width = band.shape[1]
    if more <= 0:
        return band
    overlap = _overlap(width, ppm)
    if width < 24:
        return band[:, np.arange(width + more) % width]
    steps = _Steps.of(band, overlap, ppm, period_m)
    plan = steps.plan(more)
    joins = steps.joins(sorted(set(plan)))
    grown: list[Rgb8] = [band[:, : width - overlap]]
    for start in plan:
        grown += [joins[start], band[:, start + overlap : width - overlap]]
    return np.concatenate(grown, axis=1)[:, : width + more]


@dataclass(frozen=True, slots=True, eq=False)
class _Steps:
    """Where in a band one may go on from its end."""

    band: Rgb8
    overlap: int
    starts: tuple[int, ...]

    @classmethod
    def of(cls, band: Rgb8, overlap: int, ppm: float, period_m: float | None) -> "_Steps":
        width = band.shape[1]
        scale = min(1.0, _PPM / ppm)
        size = (max(8, round(width * scale)), max(1, round(band.shape[0] * scale)))
        small = cv2.resize(band, size, interpolation=cv2.INTER_AREA).astype(np.float32)
        factor = size[0] / width
        lap = max(1, round(overlap * factor))
        # Motifs stand wide apart: more than the join itself must agree to be in step.
        context = max(lap, min(round(_CONTEXT_M * ppm * factor), round(0.2 * size[0])))
        costs = _costs(small, lap, context, size[0])
        usual = float(np.median(costs[np.isfinite(costs)]))
        if period_m is not None:
            strays = round(min(_STRAYS_M * ppm, 0.12 * period_m * ppm) * factor)
            here = size[0] - lap
            costs = _in_step(costs, here, period_m * ppm * factor, strays)
        chosen = _choices(costs, usual)
        wide, near = max(overlap, round(context / factor)), round(1 / factor)
        starts = [_refined(band, overlap, wide, round(c / factor), near) for c in chosen]
        return cls(band, overlap, tuple(starts))

    def plan(self, more: int) -> list[int]:
        """Where copies begin that make the band longer by `more` columns or a few more."""
        chosen: list[int] = []
        left = more + self.overlap
        while left > 0:
            # All in turn, in an order that shows no rhythm.
            share = (len(chosen) * _GOLDEN) % 1
            chosen.append(self.starts[int(share * len(self.starts))])
            left -= self.band.shape[1] - self.overlap - chosen[-1]
        return chosen

    def joins(self, starts: Sequence[int]) -> dict[int, Rgb8]:
        """By start, the band's end passing into what stands there."""
        end = self.band[:, self.band.shape[1] - self.overlap :]
        onward = [self.band[:, start : start + self.overlap] for start in starts]
        return dict(zip(starts, joined_each(end, onward), strict=True))


def _costs(
    small: NDArray[np.float32], overlap: int, context: int, width: int
) -> NDArray[np.float64]:
    """How much the band's end differs from what stands at each place that leaves enough band."""
    end = small[:, width - context :]
    before = context - overlap
    last = max(before + 1, min(width - 2 * overlap, round(_LATEST * width)))
    costs = np.full(last, np.inf)
    for start in range(before, last):
        costs[start] = ((small[:, start - before : start + overlap] - end) ** 2).mean()
    return costs


def _in_step(
    costs: NDArray[np.float64], here: int, period: float, strays: int
) -> NDArray[np.float64]:
    """Costs where a whole number of repeats lies between and `here`, infinite elsewhere."""
    off = np.abs((np.arange(len(costs)) - here + period / 2) % period - period / 2)
    # A band of less than two repeats has no place in step with its end.
    inside = np.where(off <= strays, costs, np.inf)
    return inside if np.isfinite(inside).any() else costs


def _choices(costs: NDArray[np.float64], usual: float) -> list[int]:
    """The best places, far from each other, that are about as good as the best."""
    left = costs.copy()
    chosen: list[int] = []
    limit = _AS_GOOD * float(costs.min()) + 0.03 * usual
    while len(chosen) < _CHOICES and left.min() <= limit:
        best = int(np.argmin(left))
        chosen.append(best)
        reach = max(2, round(_APART * len(costs)))
        left[max(0, best - reach) : best + reach + 1] = np.inf
    return chosen


def _refined(band: Rgb8, overlap: int, context: int, start: int, reach: int) -> int:
    """The place near `start` that fits best at full size."""
    rows = band[:: max(1, band.shape[0] // 100)].astype(np.float32)
    end, before = rows[:, rows.shape[1] - context :], context - overlap
    low, high = max(before, start - reach), min(rows.shape[1] - 2 * overlap, start + reach)
    places = range(low, max(low, high) + 1)
    return min(places, key=lambda c: float(np.abs(rows[:, c - before : c + overlap] - end).mean()))


def joined(left: Rgb8, right: Rgb8) -> Rgb8:
    """
    Pass from one picture to the other, left to right, where they differ least.

    Parameters
    ----------
    left, right : ndarray of uint8, shape (H, W, 3)
        The same place twice.

    Returns
    -------
    ndarray of uint8, shape (H, W, 3)
        `left` in its first column, `right` in its last.
    """
    return joined_each(left, [right])[0]


def joined_each(left: Rgb8, rights: Sequence[Rgb8]) -> list[Rgb8]:
    """Pass from one picture to each of several, as `joined` does."""
    off = [np.square(cv2.absdiff(left, right), dtype=np.float32) for right in rights]
    costs = [cv2.GaussianBlur(each.sum(axis=2), (0, 0), 1.5) for each in off]
    return [
        _blended(left, right, seam)
        for right, seam in zip(rights, cheapest_cuts(np.stack(costs)), strict=True)
    ]


def _blended(left: Rgb8, right: Rgb8, seam: NDArray[np.int64]) -> Rgb8:
    width = left.shape[1]
    ramp = (np.arange(width)[None] - seam[:, None]) / max(2.0, width / 16)
    edges = np.minimum(np.arange(width), width - 1 - np.arange(width)) / max(1.0, width / 6)
    share = np.clip(ramp + 0.5, 0, 1)
    steady = np.where(np.arange(width) < width / 2, 0.0, 1.0)
    soft = np.clip(edges, 0, 1)[None]
    mix = (soft * share + (1 - soft) * steady).astype(np.float32)[..., None]
    blended: Rgb8 = np.round(left * (1 - mix) + right * mix).astype(np.uint8)
    return blended


def cheapest_cuts(costs: NDArray[np.float32]) -> NDArray[np.int64]:
    """
    Find the connected top-to-bottom path of least total cost through each of several maps.

    Parameters
    ----------
    costs : ndarray of float32, shape (N, H, W)

    Returns
    -------
    ndarray of int64, shape (N, H)
        The path's column in each row.
    """
    count, rows, columns = costs.shape
    total = np.full((rows, count, columns + 2), np.inf)
    total[:, :, 1:-1] = costs.transpose(1, 0, 2)
    for above, own in itertools.pairwise(total):
        own[:, 1:-1] += np.minimum(np.minimum(above[:, :-2], above[:, 1:-1]), above[:, 2:])
    path = np.empty((count, rows), np.int64)
    path[:, -1] = total[-1, :, 1:-1].argmin(axis=1)
    each, near = np.arange(count)[:, None], np.arange(3)
    for row in range(rows - 2, -1, -1):
        around = total[row][each, path[:, row + 1, None] + near]
        path[:, row] = path[:, row + 1] + around.argmin(axis=1) - 1
    return path


def fill_down_columns(strip: Rgb8, seen: Mask) -> Rgb8:
    """
    Give every unseen pixel the color of the nearest seen one in its column.

    Parameters
    ----------
    strip : ndarray of uint8, shape (H, W, 3)
    seen : ndarray of bool, shape (H, W)

    Returns
    -------
    ndarray of uint8, shape (H, W, 3)
    """
    lacking = np.flatnonzero(~seen.all(axis=0))
    if not len(lacking):
        return strip
    some, shown = strip[:, lacking], seen[:, lacking]
    none, far = np.int32(-1), np.int32(2 * strip.shape[0])
    rows = np.arange(strip.shape[0], dtype=np.int32)[:, None]
    above = np.maximum.accumulate(np.where(shown, rows, none), axis=0)
    below = np.minimum.accumulate(np.where(shown, rows, far)[::-1], axis=0)[::-1]
    gap, columns = np.nonzero(~shown)
    over, under = above[gap, columns], below[gap, columns]
    nearer_over = (over >= 0) & ((gap - over <= under - gap) | (under == far))
    source = np.where(nearer_over, over, np.minimum(under, strip.shape[0] - 1))
    some[gap, columns] = some[source, columns]
    filled = strip.copy()
    filled[:, lacking] = some
    return filled
