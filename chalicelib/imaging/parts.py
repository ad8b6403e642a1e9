"""Where on a strip the pallu starts and the borders end."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.color import to_lab
from chalicelib.imaging.image import Lab, Mask, Rgb8
from chalicelib.imaging.novelty import has_even_ground, novelty

MEASURING_PPM = 400.0
_FIELD = (0.2, 0.8)
_BODY_SHARE = 0.35


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


@dataclass(frozen=True, slots=True)
class Border:
    """A border as measured: its width in meters, and how clearly, 0..1."""

    width_m: float
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


def departure(strip: Lab, seen: Mask, reference: Mask) -> NDArray[np.float32]:
    """
    Measure how far each pixel's color is from that of the ground.

    The ground is the middle color of the `reference` pixels; lightness counts little, because
    folds change it.

    Parameters
    ----------
    strip : ndarray of float32, shape (H, W, 3)
        CIE L*a*b*.
    seen, reference : ndarray of bool, shape (H, W)

    Returns
    -------
    ndarray of float32, shape (H, W)
        The color's distance from the ground in units of what the ground itself varies by:
        above 1 it departs. NaN where unseen.
    """
    known = strip[reference & seen]
    if len(known) < 50:
        return np.full(seen.shape, np.nan, np.float32)
    ground = np.median(known[:: max(1, len(known) // 50_000)], axis=0)
    weight = np.array([0.6, 1.0, 1.0], np.float32)
    distance = np.linalg.norm((strip - ground.astype(np.float32)) * weight, axis=2)
    limit = max(10.0, 3.5 * float(np.median(distance[reference & seen])))
    return np.where(seen, distance / limit, np.nan).astype(np.float32)


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
    crossed = _strangeness(strip, seen, pixels_per_meter)
    known = np.isfinite(crossed)
    if known.sum() < 0.3 * width:
        return None
    crossed = np.interp(np.arange(width), np.flatnonzero(known), crossed[known])
    usual = float(np.median(crossed[: round(_BODY_SHARE * width)]))
    limit = (usual + 1.0) / 2 + 0.2 * (1 - usual)
    row = int(np.argmax(np.cumsum(limit - crossed)))
    start = _past_motif_row(crossed, row, pixels_per_meter)
    if start >= width - 0.05 * pixels_per_meter:
        start = row = _first_stripe(crossed, usual, pixels_per_meter)
    if start >= width - 0.02 * pixels_per_meter or start < 0.1 * width:
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


def _strangeness(strip: Lab, seen: Mask, pixels_per_meter: float) -> NDArray[np.float64]:
    """For each column, the share of the width that shows what the inner end's field does not."""
    height, width = seen.shape
    rows = slice(round(_FIELD[0] * height), round(_FIELD[1] * height))
    reference = np.zeros_like(seen)
    reference[rows, : round(_BODY_SHARE * width)] = True
    if not has_even_ground(strip, reference & seen):
        columns = np.arange(width) < round(_BODY_SHARE * width)
        return novelty(strip[rows], seen[rows], columns, pixels_per_meter)
    field = np.zeros_like(seen)
    field[rows] = True
    return _crossed(departure(strip, seen & field, reference), pixels_per_meter)


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


def find_border(
    strip: Lab, seen: Mask, pixels_per_meter: float, body_end_m: float, *, top: bool
) -> Border | None:
    """
    Measure a border beside the body, stretch by stretch, and take the middle of the results.

    Parameters
    ----------
    strip : ndarray of float32, shape (H, W, 3)
        CIE L*a*b*, inner end left.
    seen : ndarray of bool, shape (H, W)
    pixels_per_meter : float
    body_end_m : float
        Where the pallu starts, meters from the left.
    top : bool
        The border at row 0, or the one at the last row.

    Returns
    -------
    Border or None
        None where the cloth has no border that its color tells.
    """
    height, width = seen.shape
    end = int(np.clip(round(body_end_m * pixels_per_meter), 1, width))
    reference = np.zeros_like(seen)
    reference[round(0.3 * height) : round(0.7 * height), :end] = True
    if not has_even_ground(strip, reference & seen):
        return _patterned_border(strip[:, :end], seen[:, :end], pixels_per_meter, top=top)
    departs = departure(strip, seen, reference)
    half = departs[: height // 2, :end] if top else departs[height // 2 :, :end][::-1]
    chunk = max(8, round(0.08 * pixels_per_meter))
    widths, clear = [], []
    for left in range(0, end - chunk + 1, chunk):
        edge, contrast = _inner_edge(half[:, left : left + chunk])
        if contrast > 0.25:
            widths.append(edge / pixels_per_meter)
            clear.append(contrast)
    if len(widths) < max(1, 0.3 * (end // chunk)):
        return None
    spread = float(np.median(np.abs(np.array(widths) - np.median(widths))))
    sure = float(np.mean(clear)) * float(np.exp(-spread / 0.02))
    return Border(float(np.median(widths)), float(np.clip(1.2 * sure, 0, 1)))


def _patterned_border(
    strip: Lab, seen: Mask, pixels_per_meter: float, *, top: bool
) -> Border | None:
    """A border beside a body that is patterned all over: rows whose mix of colors is new."""
    height = seen.shape[0]
    body = np.zeros(height, np.bool_)
    body[round(0.3 * height) : round(0.7 * height)] = True
    turned = np.ascontiguousarray(strip.transpose(1, 0, 2)), np.ascontiguousarray(seen.T)
    new = np.nan_to_num(novelty(*turned, body, pixels_per_meter), nan=1.0)
    outward = new[height // 2 :] if not top else new[: height // 2][::-1]
    edge = len(outward) - 1 - int(np.argmax(np.cumsum(0.5 - outward)))
    if edge < 0.004 * pixels_per_meter or edge > 0.25 * height:
        return None
    return Border(edge / pixels_per_meter, float(outward[-edge:].mean()) * 0.8)


def _inner_edge(half: NDArray[np.float32]) -> tuple[int, float]:
    """Rows from the selvedge inward where departing from the ground ends, and how sharply."""
    count = np.isfinite(half).sum(axis=1)
    share = (half > 1).sum(axis=1) / np.maximum(count, 1)
    inward = share[::-1]
    usable = count[::-1] > 0.5 * half.shape[1]
    body = int(np.argmax(np.cumsum(np.where(usable, 0.5 - inward, 0)))) + 1
    edge = len(share) - body
    outside = share[:edge][count[:edge] > 0]
    if not len(outside):
        return 0, 0.0
    return edge - _teeth(half[:edge]), float(outside.mean() - inward[:body].mean())


def _teeth(border: NDArray[np.float32]) -> int:
    """
    Rows that are only teeth: a border's edge is where they stand, not where they end.

    Between ground and border in color, a pixel counts as border from half of the way.
    """
    reach = min(len(border), max(2, border.shape[1] // 4))
    inner = border[len(border) - reach :][::-1]
    known = inner[np.isfinite(inner)]
    full = float(np.median(known)) if len(known) else 1.0
    share = (inner > max(1.0, 0.5 * full)).mean(axis=1)
    dense = np.flatnonzero(share > 0.85)
    return int(dense[0]) if len(dense) else 0
