"""One part as the photo of that part alone shows it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import cv2
import numpy as np

from chalicelib.imaging.extracting.border import Border, find_borders
from chalicelib.imaging.extracting.parts import find_pallu, measuring_copy
from chalicelib.imaging.image import Rgb8, Rgba8
from chalicelib.imaging.strip import Flattened, StripFacts
from chalicelib.imaging.swatching.swatches import evened
from chalicelib.imaging.swatching.upright import along_s, level_light, upright_piece

CLOSE_UP_M: Final = 0.5
"""How much cloth the longer side of a close-up usually shows, meters."""

_FINEST_PPM = 1000.0
_LONGEST_PALLU_M = 1.2
_SURE_PALLU = 0.3


def part_of_strip(flattened: Flattened, part: str) -> Flattened:
    """
    Take one part out of a strip that was laid flat from the photo of that part.

    Parameters
    ----------
    flattened : Flattened
        Of method "quad".
    part : str
        "pallu", "border" or "body".

    Returns
    -------
    Flattened
        The pallu in the cloth's full width, a border with its outer edge below, or the field.
    """
    strip, facts = flattened.strip, flattened.facts
    ppm = facts.pixels_per_meter
    color, known = np.ascontiguousarray(strip[..., :3]), strip[..., 3] > 127
    lab, shown, scale = measuring_copy(color, known, ppm)
    pallu = find_pallu(lab, shown, scale)
    start_m = pallu.start_m if pallu and pallu.confidence > _SURE_PALLU else facts.length_m
    borders = find_borders(lab, shown, scale, start_m)
    if part == "pallu":
        first = start_m if start_m < facts.length_m else 0.0
        cut = strip[:, round(max(first, facts.length_m - _LONGEST_PALLU_M) * ppm) :]
        return _as_part(cut, facts, pallu_m=cut.shape[1] / ppm)
    if part == "border":
        band = _clearer(strip[:, : round(start_m * ppm)], borders, ppm)
        return _as_part(_whole_run(band), facts, border_bottom_m=band.shape[0] / ppm)
    top, bottom = (round(border.width_m * ppm) if border else 0 for border in borders)
    field = strip[top : strip.shape[0] - bottom, : round(start_m * ppm)]
    return _as_part(_whole_run(field), facts)


def _clearer(strip: Rgba8, borders: tuple[Border | None, Border | None], ppm: float) -> Rgba8:
    """The border that was read more clearly, its outer edge below; the lower half without one."""
    upper, lower = borders
    if upper and (lower is None or upper.confidence > lower.confidence):
        return np.ascontiguousarray(strip[: round(upper.width_m * ppm)][::-1, ::-1])
    depth = round(lower.width_m * ppm) if lower else strip.shape[0] // 2
    return strip[strip.shape[0] - depth :]


def _whole_run(strip: Rgba8) -> Rgba8:
    """The longest stretch of columns that are wholly seen, or everything where it is short."""
    full = np.concatenate([[0], (strip[..., 3] > 127).all(axis=0).astype(np.int8), [0]])
    starts, stops = (np.flatnonzero(np.diff(full) == step) for step in (1, -1))
    if not len(starts) or (stops - starts).max() < 0.2 * strip.shape[1]:
        return strip
    best = int(np.argmax(stops - starts))
    return strip[:, starts[best] : stops[best]]


def _as_part(
    strip: Rgba8,
    facts: StripFacts,
    *,
    border_bottom_m: float | None = None,
    pallu_m: float | None = None,
) -> Flattened:
    height, width = strip.shape[:2]
    told = replace(
        facts,
        length_m=width / facts.pixels_per_meter,
        width_m=height / facts.pixels_per_meter,
        quad=(),
        border_bottom_m=border_bottom_m,
        pallu_m=pallu_m,
    )
    return Flattened(np.ascontiguousarray(strip), told)


def _read_pallu(cutout: Rgba8, width_m: float) -> Flattened | None:
    """The pallu of a close-up, which is taken to show its full width."""
    found = upright_piece(cutout)
    if found is None:
        return None
    piece = level_light(along_s(found, stripes_across=True))
    piece = piece[:, -round(_LONGEST_PALLU_M / width_m * piece.shape[0]) :]
    assumptions = (
        "The photo of the pallu is taken to show its full width, "
        "with the outer end at the right or below.",
    )
    return _piece(piece, piece.shape[0] / width_m, assumptions, is_pallu=True)


def _read_border(cutout: Rgba8, width_m: float) -> Flattened | None:
    """A close-up of a border, with whatever body there is beside it; the border runs right."""
    del width_m
    found = upright_piece(cutout)
    if found is None:
        return None
    assumptions = ("The photo of the border is taken to show half a meter of cloth.",)
    ppm = max(cutout.shape[:2]) / CLOSE_UP_M
    return _piece(along_s(found, stripes_across=False), ppm, assumptions, is_border=True)


def _read_body(cutout: Rgba8, width_m: float) -> Flattened | None:
    """The body of a close-up, its length taken to run from left to right."""
    del width_m
    piece = upright_piece(cutout)
    if piece is None:
        return None
    assumptions = (
        "The photo of the body is taken to show half a meter of cloth, "
        "the saree's length running from left to right.",
    )
    return _piece(evened(piece), max(cutout.shape[:2]) / CLOSE_UP_M, assumptions)


def _piece(
    piece: Rgb8,
    ppm: float,
    assumptions: tuple[str, ...],
    *,
    is_border: bool = False,
    is_pallu: bool = False,
) -> Flattened:
    if ppm > _FINEST_PPM:
        factor = _FINEST_PPM / ppm
        size = tuple(max(8, round(side * factor)) for side in piece.shape[1::-1])
        piece, ppm = cv2.resize(piece, size, interpolation=cv2.INTER_AREA), _FINEST_PPM
    height, width = piece.shape[:2]
    facts = StripFacts(
        pixels_per_meter=ppm,
        length_m=width / ppm,
        width_m=height / ppm,
        method="piece",
        quad=(),
        pallu_end_seen=False,
        far_end_seen=False,
        border_top_m=None,
        border_bottom_m=height / ppm if is_border else None,
        pallu_m=width / ppm if is_pallu else None,
        confidence={"geometry": 0.3},
        assumptions=assumptions,
    )
    return Flattened(np.dstack([piece, np.full((height, width), 255, np.uint8)]), facts)


READERS: Final[dict[str, Callable[[Rgba8, float], Flattened | None]]] = {
    "pallu": _read_pallu,
    "border": _read_border,
    "body": _read_body,
}
"""By part: how it is read off a close-up."""
