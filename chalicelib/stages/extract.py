"""Find the parts of a strip and continue it to the whole saree."""

from __future__ import annotations

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
    parts = _parts(color, known, facts, wanted.length_m or NOMINAL_LENGTH_M)
    return whole_strip(color, known, seen, parts)


def _parts(color: Rgb8, known: Mask, facts: StripFacts, length_m: float) -> Parts:
    measured = _measured(color, known, facts)
    return Parts(
        pixels_per_meter=facts.pixels_per_meter,
        length_m=length_m,
        width_m=facts.width_m,
        border_top_m=measured["border_top"][0],
        border_bottom_m=measured["border_bottom"][0],
        pallu_m=measured["pallu"][0],
        period_s_m=None,
        period_t_m=None,
        lattice=None,
        colors=(),
        zari_share=0.0,
        sheen=0.3,
        sheer=0.0,
        seen_share=0.0,
        confidence={**facts.confidence, **{name: v[1] for name, v in measured.items()}},
        assumptions=facts.assumptions,
    )


def _measured(color: Rgb8, known: Mask, facts: StripFacts) -> dict[str, tuple[float, float]]:
    """Length and confidence of pallu and borders, from the facts or else from the strip."""
    if facts.pallu_m is not None:
        top, bottom = facts.border_top_m or 0.0, facts.border_bottom_m or 0.0
        return {
            "pallu": (facts.pallu_m, 0.1 if facts.pallu_m else 0.0),
            "border_top": (top, 0.2 if top else 0.0),
            "border_bottom": (bottom, 0.3 if bottom else 0.0),
        }
    lab, shown, ppm = measuring_copy(color, known, facts.pixels_per_meter)
    pallu = find_pallu(lab, shown, ppm)
    start = pallu.start_m if pallu else facts.length_m
    measured = {"pallu": (facts.length_m - start, pallu.confidence if pallu else 0.0)}
    for name, is_top in (("border_top", True), ("border_bottom", False)):
        border = find_border(lab, shown, ppm, start, top=is_top)
        measured[name] = (border.width_m, border.confidence) if border else (0.0, 0.0)
    return measured
