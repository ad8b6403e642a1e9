"""Find the parts of a strip and continue it to the whole saree."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from chalicelib.imaging.cloth import Cloth, Parts
from chalicelib.imaging.parts import find_border, find_pallu, measuring_copy
from chalicelib.imaging.strip import NOMINAL_LENGTH_M, FabricSize, StripFacts
from chalicelib.imaging.whole import whole_strip

if TYPE_CHECKING:
    from chalicelib.imaging.image import Mask, Rgb8, Rgba8


def extract(strip: Rgba8, facts: StripFacts, wanted: FabricSize) -> Cloth:
    """
    Read the parts of a strip and lay out the whole saree, inner end to pallu.

    Parameters
    ----------
    strip : ndarray of uint8, shape (H, W, 4)
        As flatten made it: reflectance as sRGB, alpha 255 where the photo shows the cloth.
    facts : StripFacts
    wanted : FabricSize
        What is known beforehand.

    Returns
    -------
    Cloth

    Raises
    ------
    UnreadablePhotoError
        The strip shows too little to read a saree from.
    """
    color = np.ascontiguousarray(strip[..., :3])
    known, seen = strip[..., 3] > 0, strip[..., 3] > 127
    measured = _measured(color, known, facts)
    parts = _parts(measured, facts, wanted.length_m or NOMINAL_LENGTH_M)
    cloth = whole_strip(color, known, seen, parts, measured.body_end_m)
    return cloth if facts.method == "quad" else _without_repeat(cloth)


def _without_repeat(cloth: Cloth) -> Cloth:
    """Forget the repeat of a strip that was itself put together by repeating a swatch."""
    sure = {name: value for name, value in cloth.parts.confidence.items() if name != "motif"}
    unknown = replace(cloth.parts, period_s_m=None, period_t_m=None, lattice=None, confidence=sure)
    return replace(cloth, parts=unknown)


@dataclass(frozen=True, slots=True)
class _Measured:
    """Lengths in meters, confidences 0..1 by part."""

    border_top_m: float
    border_bottom_m: float
    pallu_m: float
    body_end_m: float
    confidence: dict[str, float]


def _parts(measured: _Measured, facts: StripFacts, length_m: float) -> Parts:
    return Parts(
        pixels_per_meter=facts.pixels_per_meter,
        length_m=length_m,
        width_m=facts.width_m,
        border_top_m=measured.border_top_m,
        border_bottom_m=measured.border_bottom_m,
        pallu_m=measured.pallu_m,
        period_s_m=None,
        period_t_m=None,
        lattice=None,
        colors=(),
        zari_share=0.0,
        sheen=0.3,
        sheer=0.0,
        seen_share=0.0,
        confidence={**facts.confidence, **measured.confidence},
        assumptions=facts.assumptions,
    )


def _measured(color: Rgb8, known: Mask, facts: StripFacts) -> _Measured:
    """The parts from the facts, where the strip was put together, or else from the strip."""
    if facts.pallu_m is not None:
        return _told(facts)
    lab, shown, ppm = measuring_copy(color, known, facts.pixels_per_meter)
    pallu = find_pallu(lab, shown, ppm)
    start = pallu.start_m if pallu else facts.length_m
    top, bottom = (find_border(lab, shown, ppm, start, top=side) for side in (True, False))
    return _Measured(
        top.width_m if top else 0.0,
        bottom.width_m if bottom else 0.0,
        facts.length_m - start,
        pallu.body_end_m if pallu else facts.length_m,
        {
            "pallu": round(pallu.confidence, 3) if pallu else 0.0,
            "border_top": round(top.confidence, 3) if top else 0.0,
            "border_bottom": round(bottom.confidence, 3) if bottom else 0.0,
        },
    )


def _told(facts: StripFacts) -> _Measured:
    top, bottom, pallu = (
        facts.border_top_m or 0.0,
        facts.border_bottom_m or 0.0,
        facts.pallu_m or 0.0,
    )
    sure = {"pallu": 0.1 if pallu else 0.0, "border_top": 0.2 if top else 0.0}
    sure["border_bottom"] = 0.3 if bottom else 0.0
    return _Measured(top, bottom, pallu, facts.length_m - pallu, sure)
