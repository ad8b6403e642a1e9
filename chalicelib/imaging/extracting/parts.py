"""Where on a strip the pallu starts and the borders end."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.color import to_lab
from chalicelib.imaging.extracting.border import Border, find_borders
from chalicelib.imaging.image import Lab, Mask, Rgb8
from chalicelib.imaging.pattern.novelty import departure, has_even_ground, novelty

__all__ = ["Border", "Pallu", "cross_lines", "find_borders", "find_pallu", "measuring_copy"]

MEASURING_PPM = 400.0
_FIELD = (0.2, 0.8)
_BODY_SHARE = 0.35
_LATE_M = 0.25
_HARD = 3.0
_AROUND_M = 0.15
_STRIPE_M = 0.01
_QUIETEST = 3.0
_QUIET_WEIGHT = np.array([0.6, 1.0, 1.0], np.float32)
_QUIET_CONFIDENCE = 0.35


@dataclass(frozen=True, slots=True)
class Pallu:
    """
    The pallu as measured.

    `start_m` is counted from the strip's inner end; `body_end_m` is the same unless a row of
    large motifs stands before the pallu, then its first edge; `confidence` 0..1.
    """

    start_m: float
    body_end_m: float
    confidence: float


def measuring_copy(strip: Rgb8, seen: Mask, pixels_per_meter: float) -> tuple[Lab, Mask, float]:
    """
    Average a strip down to the scale that parts are measured at.

    Parameters
    ----------
    strip : ndarray of uint8, shape (H, W, 3)
        sRGB.
    seen : ndarray of bool, shape (H, W)
    pixels_per_meter : float

    Returns
    -------
    (Lab, Mask, float)
        The small strip, where it is seen, and its pixels per meter.
    """
    height, width = seen.shape
    scale = min(1.0, MEASURING_PPM / pixels_per_meter)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(strip, size, interpolation=cv2.INTER_AREA)
    shown = cv2.resize(seen.astype(np.uint8) * 255, size, interpolation=cv2.INTER_AREA) > 250
    return to_lab(small), shown, pixels_per_meter * size[0] / width


def cross_lines(strip: Lab, seen: Mask, pixels_per_meter: float, *, right: bool) -> float:
    """
    Rate how much the field of one end of a strip changes along its length, all across at once.

    Parameters
    ----------
    strip : ndarray of float32, shape (H, W, 3)
        CIE L*a*b*.
    seen : ndarray of bool, shape (H, W)
    pixels_per_meter : float
    right : bool
        Which end.

    Returns
    -------
    float
        Mean change of the middle color over a centimeter.
    """
    height, width = seen.shape
    rows = slice(round(_FIELD[0] * height), round(_FIELD[1] * height))
    share = round(_BODY_SHARE * width)
    columns = slice(width - share, width) if right else slice(0, share)
    field, shown = strip[rows, columns], seen[rows, columns]
    full = shown.mean(axis=0) > 0.5
    if full.sum() < 8:
        return 0.0
    middle = np.median(field[:, full], axis=0)
    step = max(1, round(0.01 * pixels_per_meter))
    return float(np.linalg.norm(middle[step:] - middle[:-step], axis=1).mean()) + 0.1


def find_pallu(strip: Lab, seen: Mask, pixels_per_meter: float) -> Pallu | None:
    """
    Find the first line across the whole field from which on the ground does not come back.

    Motifs of the body, even a row of them, leave gaps of ground between them; the cross stripes
    that open a pallu do not. So each stretch of the length is judged by the share of the width
    in which something other than ground shows.

    Parameters
    ----------
    strip : ndarray of float32, shape (H, W, 3)
        CIE L*a*b*, inner end left.
    seen : ndarray of bool, shape (H, W)
    pixels_per_meter : float

    Returns
    -------
    Pallu or None
        None where nothing sets the right end apart from the left.
    """
    width = seen.shape[1]
    crossed, even = _strangeness(strip, seen, pixels_per_meter)
    known = np.isfinite(crossed)
    if known.sum() < 0.3 * width:
        return None
    crossed = np.interp(np.arange(width), np.flatnonzero(known), crossed[known])
    usual = float(np.median(crossed[: round(_BODY_SHARE * width)]))
    limit = (usual + 1.0) / 2 + 0.2 * (1 - usual)
    row = int(np.argmax(np.cumsum(limit - crossed)))
    # Beside a body patterned all over no row of motifs stands out that could be told apart.
    if even:
        start = _past_motif_row(crossed, row, pixels_per_meter)
    else:
        start = row = _back_to_line(strip, seen, row, pixels_per_meter)
    if start >= width - 0.05 * pixels_per_meter:
        start = row = _first_stripe(crossed, usual, pixels_per_meter)
    if start >= width - 0.02 * pixels_per_meter:
        return _by_quiet_stripes(strip, seen, pixels_per_meter)
    if start < 0.1 * width:
        return None
    contrast = float(crossed[start + 1 :].mean() - crossed[: start + 1].mean())
    body_end = min(row, _motif_row(crossed[: start + 1], usual, pixels_per_meter))
    return Pallu(
        (start + 1) / pixels_per_meter,
        max(1, body_end + 1) / pixels_per_meter,
        float(np.clip(contrast * 1.4, 0, 1)),
    )


def _first_stripe(crossed: NDArray[np.float64], usual: float, pixels_per_meter: float) -> int:
    """The first of several stripes across a plain field; the last column where there are none."""
    nothing = len(crossed) - 1
    if usual > 0.2:
        return nothing
    across = np.concatenate([[0], (crossed > 0.93).astype(np.int8), [0]])
    starts, stops = (np.flatnonzero(np.diff(across) == step) for step in (1, -1))
    wide = starts[stops - starts > 0.004 * pixels_per_meter]
    return int(wide[0]) - 1 if len(wide) > 1 and wide[0] > 0.4 * len(crossed) else nothing


def _back_to_line(strip: Lab, seen: Mask, start: int, pixels_per_meter: float) -> int:
    """
    Move a start back to the first hard line across the field, if one stands shortly before it.

    A pallu of the body's own colors is missed by their mix, but not the line that opens it.
    """
    height = seen.shape[0]
    rows = slice(round(_FIELD[0] * height), round(_FIELD[1] * height))
    weight = seen[rows][..., np.newaxis].astype(np.float32)
    column = (strip[rows] * weight).sum(axis=0) / np.maximum(weight.sum(axis=0), 1)
    step = max(2, round(0.01 * pixels_per_meter))
    change = np.linalg.norm(column[step:] - column[:-step], axis=1)
    usual = float(np.quantile(change[: round(_BODY_SHARE * len(change))], 0.99))
    first = max(0, start - round(_LATE_M * pixels_per_meter))
    lines = np.flatnonzero(change[first:start] > _HARD * max(usual, 1.0))
    return first + int(lines[0]) + step // 2 if len(lines) else start


def _by_quiet_stripes(strip: Lab, seen: Mask, pixels_per_meter: float) -> Pallu | None:
    """A plain pallu, told by stripes hardly darker or lighter than the cloth: where they begin."""
    height, width = seen.shape
    rows = slice(round(_FIELD[0] * height), round(_FIELD[1] * height))
    shown = seen[rows].mean(axis=0) > 0.5
    if shown.sum() < 0.3 * width:
        return None
    middle = np.median(strip[rows][:, shown], axis=0)
    reach = round(_AROUND_M * pixels_per_meter) | 1
    around = np.stack([_running_median(channel, reach) for channel in middle.T], axis=1)
    apart = np.linalg.norm((middle - around) * _QUIET_WEIGHT, axis=1)
    usual = float(np.median(apart[: len(apart) // 2]))
    stripe = np.concatenate([[0], (apart > max(_QUIETEST, 6 * usual)).astype(np.int8), [0]])
    starts, stops = (np.flatnonzero(np.diff(stripe) == step) for step in (1, -1))
    wide = np.flatnonzero(stops - starts > _STRIPE_M * pixels_per_meter)
    if not len(wide) or starts[wide[0]] < 0.4 * len(apart):
        return None
    start = int(np.flatnonzero(shown)[starts[wide[0]]])
    return Pallu(start / pixels_per_meter, start / pixels_per_meter, _QUIET_CONFIDENCE)


def _running_median(values: NDArray[np.float32], reach: int) -> NDArray[np.float64]:
    padded = np.pad(values, reach // 2, mode="reflect")
    windows = np.lib.stride_tricks.sliding_window_view(padded, reach)
    return np.asarray(np.median(windows, axis=1), np.float64)


def _strangeness(
    strip: Lab, seen: Mask, pixels_per_meter: float
) -> tuple[NDArray[np.float64], bool]:
    """
    Rate how much of the width of each column shows what the inner end's field does not.

    The second of the results says whether that field has one even ground.
    """
    height, width = seen.shape
    rows = slice(round(_FIELD[0] * height), round(_FIELD[1] * height))
    reference = np.zeros_like(seen)
    reference[rows, : round(_BODY_SHARE * width)] = True
    if not has_even_ground(strip, reference & seen):
        columns = np.arange(width) < round(_BODY_SHARE * width)
        return novelty(strip[rows], seen[rows], columns, pixels_per_meter), False
    field = np.zeros_like(seen)
    field[rows] = True
    return _crossed(departure(strip, seen & field, reference), pixels_per_meter), True


def _motif_row(before: NDArray[np.float64], usual: float, pixels_per_meter: float) -> int:
    """Where a dense row of motifs close before the pallu begins; the end where there is none."""
    nothing = len(before) - 1
    dense = before > max(0.5, usual + 0.3)
    gap = np.flatnonzero(~dense[-round(0.05 * pixels_per_meter) :])
    if not len(gap):
        return nothing
    behind = len(before) - round(0.05 * pixels_per_meter) + int(gap[-1])
    rows = np.flatnonzero(dense[:behind])
    if not len(rows) or behind - rows[-1] > 0.08 * pixels_per_meter:
        return nothing
    sparse = np.flatnonzero(~dense[: rows[-1]])
    first = int(sparse[-1]) if len(sparse) else 0
    if not 0.04 * pixels_per_meter < rows[-1] - first < 0.25 * pixels_per_meter:
        return nothing
    return max(1, first - round(0.03 * pixels_per_meter))


def _past_motif_row(crossed: NDArray[np.float64], start: int, pixels_per_meter: float) -> int:
    """Move a start that is only a dense row of motifs to the line behind its gap of ground."""
    ahead = crossed[start + 1 : start + 1 + round(0.2 * pixels_per_meter)]
    gaps = np.flatnonzero(ahead < 0.55)
    first = int(gaps[0]) if len(gaps) else 0
    if first < 0.02 * pixels_per_meter or ahead[:first].mean() > 0.88:
        return start
    lines = np.flatnonzero(ahead[first:] > 0.9)
    return start + first + int(lines[0]) if len(lines) else start


def _crossed(departs: NDArray[np.float32], pixels_per_meter: float) -> NDArray[np.float64]:
    """For each column, the share of 3-cm bins across the width that hold more than ground."""
    height = departs.shape[0]
    known = np.isfinite(departs)
    window = max(1, round(0.012 * pixels_per_meter))
    flat = (window, 1)
    marked = cv2.blur((departs > 1).astype(np.float32), flat, borderType=cv2.BORDER_REFLECT)
    weight = cv2.blur(known.astype(np.float32), flat, borderType=cv2.BORDER_REFLECT)
    bins = max(4, round(height / (0.03 * pixels_per_meter)))
    edges = np.linspace(0, height, bins + 1).astype(int)[:-1]
    total = np.add.reduceat(marked, edges, axis=0)
    count = np.add.reduceat(weight, edges, axis=0)
    full = count > 0.5 * np.diff([*edges, height])[:, None]
    held = (total > 0.15 * count) & full
    shown = full.sum(axis=0)
    share: NDArray[np.float64] = np.where(
        shown >= max(2, 0.25 * full.sum(axis=0).max()),
        held.sum(axis=0) / np.maximum(shown, 1),
        np.nan,
    )
    return share
