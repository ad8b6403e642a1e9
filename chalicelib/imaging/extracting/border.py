"""Where a border ends and the body begins."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.extracting.odds import log_odds, nearest_colors
from chalicelib.imaging.extracting.teeth import LONGEST_M, toothed_rows
from chalicelib.imaging.image import Lab, Mask
from chalicelib.imaging.pattern.novelty import departure, has_even_ground, novelty

_STRETCH_M = 0.08
_WEIGHT = np.array([0.5, 1.0, 1.0], np.float32)
_LIKELIER = 0.5
_SELVEDGE_SEEN = 0.7
_QUIETEST = 2.0
_NARROWEST_M = 0.004
_WIDEST = 0.25


@dataclass(frozen=True, slots=True)
class Border:
    """A border as measured: its width in meters, and how clearly, 0..1."""

    width_m: float
    confidence: float


def find_borders(
    strip: Lab, seen: Mask, pixels_per_meter: float, body_end_m: float
) -> tuple[Border | None, Border | None]:
    """
    Measure both borders beside the body.

    A first look compares with the ground, or with the mix of colors of a body that is patterned
    all over, or with rows that are alike along the whole length. The colors of what lies to
    both sides of it then say stretch by stretch where the one gives way to the other.

    Parameters
    ----------
    strip : ndarray of float32, shape (H, W, 3)
        CIE L*a*b*, inner end left.
    seen : ndarray of bool, shape (H, W)
    pixels_per_meter : float
    body_end_m : float
        Where the pallu starts, meters from the left.

    Returns
    -------
    (Border or None, Border or None)
        At row 0 and at the last row; None where the cloth has no border that its color tells.
    """
    height, width = seen.shape
    end = int(np.clip(round(body_end_m * pixels_per_meter), 1, width))
    beside, shown = strip[:, :end], seen[:, :end]
    strange = _strangeness(beside, shown, pixels_per_meter)
    top, bottom = (
        _measured(beside[outward], shown[outward], strange[outward], pixels_per_meter)
        for outward in (slice(0, height // 2), slice(-1, -1 - height // 2, -1))
    )
    return top, bottom


def _measured(
    half: Lab, shown: Mask, strange: NDArray[np.float64], pixels_per_meter: float
) -> Border | None:
    """The border at row 0 of half a strip."""
    edge = len(strange) - 1 - int(np.argmax(np.cumsum(0.5 - strange[::-1])))
    if _NARROWEST_M * pixels_per_meter <= edge <= 2 * _WIDEST * len(half):
        told = _told_by_color(half, shown, pixels_per_meter, edge)
        if told is not None:
            return told
    return _quiet(half, shown, pixels_per_meter)


def _strangeness(strip: Lab, seen: Mask, pixels_per_meter: float) -> NDArray[np.float64]:
    """For each row, how much of it the middle of the cloth does not show, 0..1: shape (H,)."""
    height = seen.shape[0]
    reference = np.zeros_like(seen)
    reference[round(0.3 * height) : round(0.7 * height)] = True
    if not has_even_ground(strip, reference & seen):
        turned = np.ascontiguousarray(strip.transpose(1, 0, 2)), np.ascontiguousarray(seen.T)
        return np.nan_to_num(novelty(*turned, reference[:, 0], pixels_per_meter), nan=1.0)
    departs = departure(strip, seen, reference)
    count = np.isfinite(departs).sum(axis=1)
    strange = (departs > 1).sum(axis=1) / np.maximum(count, 1)
    return np.where(count < 0.3 * count.max(), 1.0, strange)


def _told_by_color(half: Lab, shown: Mask, pixels_per_meter: float, first: int) -> Border | None:
    """The middle of where the colors change from those outside a first edge to those inside."""
    reach = min(len(half), round(2.2 * first) + 8)
    half, shown = half[:reach], shown[:reach]
    labels = nearest_colors(half, shown)
    stretch = max(8, round(_STRETCH_M * pixels_per_meter))
    starts = np.arange(0, max(1, half.shape[1] - stretch + 1), stretch)
    edges = np.full(len(starts), float(first))
    rows = np.arange(reach)[:, None]
    clear = np.zeros(len(starts))
    for _ in range(3):
        along = np.repeat(edges, stretch)[: half.shape[1]]
        along = np.append(along, np.full(half.shape[1] - len(along), edges[-1]))
        outer = np.maximum(0.6 * along, along - LONGEST_M * pixels_per_meter)
        outside, inside = shown & (rows < outer), shown & (rows > 1.15 * along + 1)
        odds = log_odds(labels, outside, inside)
        found = [
            _edge(odds[:, at : at + stretch], shown[:, at : at + stretch], pixels_per_meter)
            for at in starts
        ]
        edges, clear = np.array([f[0] for f in found]), np.array([f[1] for f in found])
    # A stretch whose selvedge lies outside the photo is measured from where it is thought to be.
    whole = np.array([shown[:8, at : at + stretch].mean() for at in starts]) > _SELVEDGE_SEEN
    sure = (clear > 0.25) & (whole if whole.any() else True)
    if sure.sum() < max(1, 0.3 * (whole.sum() or len(starts))):
        return None
    middle = float(np.median(edges[sure]))
    strays = float(np.median(np.abs(edges[sure] - middle))) / pixels_per_meter
    confidence = 1.2 * float(clear[sure].mean()) * float(np.exp(-strays / 0.02))
    if middle < _NARROWEST_M * pixels_per_meter:
        return None
    return Border(middle / pixels_per_meter, float(np.clip(confidence, 0, 1)))


def _edge(odds: NDArray[np.float64], shown: Mask, pixels_per_meter: float) -> tuple[float, float]:
    """
    Where border gives way to body in one stretch, and how clearly, 0..1.

    A border's teeth do not count: its edge is where they stand, not where they end.
    """
    count = np.maximum(shown.sum(axis=1), 1)
    mean = (odds * shown).sum(axis=1) / count
    mean[shown.sum(axis=1) < 0.3 * odds.shape[1]] = 0
    edge = int(np.argmax(np.cumsum(mean))) + 1
    like = ((odds > _LIKELIER) & shown).sum(axis=1) / count
    if edge >= len(like):
        return float(edge), 0.0
    contrast = float(like[:edge].mean() - like[edge:].mean())
    return float(edge - toothed_rows(like[:edge], pixels_per_meter)), max(0.0, contrast)


def _quiet(half: Lab, shown: Mask, pixels_per_meter: float) -> Border | None:
    """A border of nearly the body's own color: rows that differ along the whole length."""
    count = shown.sum(axis=1)
    usable = count > 0.3 * max(1, int(count.max()))
    if usable.sum() < 0.5 * len(half):
        return None
    rows = np.array(
        [
            np.median(row[known], axis=0) if known.any() else np.zeros(3)
            for row, known in zip(half, shown, strict=True)
        ]
    )
    field = rows[round(0.3 * len(rows)) :]
    apart = np.linalg.norm((rows - np.median(field, axis=0)) * _WEIGHT, axis=1)
    usual = float(np.median(np.linalg.norm((field - np.median(field, 0)) * _WEIGHT, axis=1)))
    strange = (apart > max(_QUIETEST, 4 * usual)) | ~usable
    edge = int(np.argmax(np.cumsum(np.where(strange, 1.0, -1.0)[: len(rows) // 2]))) + 1
    if edge < _NARROWEST_M * pixels_per_meter or not strange[:edge].mean() > 0.7:
        return None
    return Border(edge / pixels_per_meter, 0.4)
