"""Find the parts of a strip and continue it to the whole saree."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from chalicelib.imaging.cloth import Cloth, Parts
from chalicelib.imaging.extracting.evening import common_width
from chalicelib.imaging.extracting.finish import finish_of
from chalicelib.imaging.extracting.merging import Visible, with_details
from chalicelib.imaging.extracting.parts import Border, find_borders, find_pallu, measuring_copy
from chalicelib.imaging.extracting.whole import whole_strip
from chalicelib.imaging.strip import NOMINAL_LENGTH_M, FabricSize, Flattened, StripFacts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.imaging.image import Lab, Mask, Rgb8, Rgba8

NO_PALLU = "No pallu was read; photograph the pallu spread flat."
NO_BORDER = "No border was read; photograph a border spread flat."


def extract(
    strip: Rgba8,
    facts: StripFacts,
    wanted: FabricSize,
    details: Mapping[str, Flattened] | None = None,
    fabric: str | None = None,
) -> Cloth:
    """
    Read the parts of a strip and lay out the whole saree, inner end to pallu.

    Parameters
    ----------
    strip : ndarray of uint8, shape (H, W, 4)
        As flatten made it: reflectance as sRGB, alpha 255 where the photo shows the cloth.
    facts : StripFacts
    wanted : FabricSize
        What is known beforehand.
    details : mapping of str to Flattened, optional
        By part, what the photo of that part alone shows; it stands for that part.
    fabric : str, optional
        What the seller says the saree is woven of.

    Returns
    -------
    Cloth

    Raises
    ------
    UnreadablePhotoError
        The strip shows too little to read a saree from.
    """
    color = cv2.cvtColor(strip, cv2.COLOR_RGBA2RGB)
    known, seen = strip[..., 3] > 0, strip[..., 3] > 127
    visible = with_details(_visible(color, known, seen, facts), details or {})
    parts = _parts(visible, facts, wanted.length_m or NOMINAL_LENGTH_M)
    cloth = whole_strip(
        visible.pixels, visible.shown, visible.seen, parts, visible.body_end_m, visible.given
    )
    cloth = finish_of(cloth, fabric)
    made_up = facts.method != "quad" and "body" not in (details or {})
    return _without_repeat(cloth) if made_up else cloth


def _without_repeat(cloth: Cloth) -> Cloth:
    """Forget the repeat of a strip that was itself put together by repeating a swatch."""
    sure = {name: value for name, value in cloth.parts.confidence.items() if name != "motif"}
    unknown = replace(cloth.parts, period_s_m=None, period_t_m=None, lattice=None, confidence=sure)
    return replace(cloth, parts=unknown)


def _parts(visible: Visible, facts: StripFacts, length_m: float) -> Parts:
    lacking = [] if visible.pallu_m else [NO_PALLU]
    if not visible.border_top_m and not visible.border_bottom_m:
        lacking.append(NO_BORDER)
    return Parts(
        pixels_per_meter=facts.pixels_per_meter,
        length_m=length_m,
        width_m=facts.width_m,
        border_top_m=visible.border_top_m,
        border_bottom_m=visible.border_bottom_m,
        pallu_m=visible.pallu_m,
        period_s_m=None,
        period_t_m=None,
        lattice=None,
        colors=(),
        zari_share=0.0,
        sheen=0.0,
        sheer=0.0,
        seen_share=0.0,
        confidence={**facts.confidence, **visible.confidence},
        assumptions=(*visible.assumptions, *lacking),
    )


def _visible(color: Rgb8, known: Mask, seen: Mask, facts: StripFacts) -> Visible:
    """The parts from the facts, where the strip was put together, or else from the strip."""
    if facts.pallu_m is not None:
        return _told(color, known, seen, facts)
    lab, shown, ppm = measuring_copy(color, known, facts.pixels_per_meter)
    pallu = find_pallu(lab, shown, ppm)
    start = pallu.start_m if pallu else facts.length_m
    top, bottom = _borders(lab, shown, ppm, start)
    return Visible(
        color,
        known,
        seen,
        facts.pixels_per_meter,
        top.width_m if top else 0.0,
        bottom.width_m if bottom else 0.0,
        facts.length_m - start,
        pallu.body_end_m if pallu else facts.length_m,
        {
            "pallu": round(pallu.confidence, 3) if pallu else 0.0,
            "border_top": round(top.confidence, 3) if top else 0.0,
            "border_bottom": round(bottom.confidence, 3) if bottom else 0.0,
        },
        facts.assumptions,
        {},
    )


def _borders(
    lab: Lab, shown: Mask, ppm: float, body_end_m: float
) -> tuple[Border | None, Border | None]:
    """At the top and at the bottom, as wide as each other where they are one weave."""
    top, bottom = find_borders(lab, shown, ppm, body_end_m)
    if top is None or bottom is None:
        return top, bottom
    common = common_width(lab, shown, ppm, (top, bottom), body_end_m)
    if common is None:
        return top, bottom
    return replace(top, width_m=common), replace(bottom, width_m=common)


def _told(color: Rgb8, known: Mask, seen: Mask, facts: StripFacts) -> Visible:
    top, bottom, pallu = (
        facts.border_top_m or 0.0,
        facts.border_bottom_m or 0.0,
        facts.pallu_m or 0.0,
    )
    sure = {"pallu": 0.15 if pallu else 0.0, "border_top": 0.2 if top else 0.0}
    sure["border_bottom"] = 0.3 if bottom else 0.0
    return Visible(
        color,
        known,
        seen,
        facts.pixels_per_meter,
        top,
        bottom,
        pallu,
        facts.length_m - pallu,
        sure,
        facts.assumptions,
        _pieces(color, seen, facts),
    )


def _pieces(color: Rgb8, seen: Mask, facts: StripFacts) -> dict[str, Rgb8]:
    """The swatches that a strip was put together of, to continue its parts from."""
    ppm, height = facts.pixels_per_meter, color.shape[0]
    top, bottom = (
        round((width or 0.0) * ppm) for width in (facts.border_top_m, facts.border_bottom_m)
    )
    end = color.shape[1] - round((facts.pallu_m or 0.0) * ppm)
    found = {
        "body": _seen_box(color[top : height - bottom, :end], seen[top : height - bottom, :end]),
        "border_bottom": _seen_box(color[height - bottom :], seen[height - bottom :]),
    }
    pieces = {part: piece for part, piece in found.items() if piece is not None}
    if "border_bottom" in pieces and top == bottom:
        pieces["border_top"] = np.ascontiguousarray(pieces["border_bottom"][::-1, ::-1])
    return pieces


def _seen_box(color: Rgb8, seen: Mask) -> Rgb8 | None:
    rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    if not len(rows):
        return None
    box = color[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return np.ascontiguousarray(box)
