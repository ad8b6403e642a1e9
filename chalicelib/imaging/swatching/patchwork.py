"""A strip put together of swatches, where no photo shows the saree flat."""

import numpy as np

from chalicelib.imaging.image import Rgb8, Rgba8
from chalicelib.imaging.pattern.texture import extended, extended_down
from chalicelib.imaging.strip import Flattened, StripFacts
from chalicelib.imaging.swatching.swatches import Swatches

SEEN, MADE_UP = 255, 64
PALLU_M = 0.7
_LENGTH_M = 1.0


def patchwork(swatches: Swatches, width_m: float) -> Flattened:
    """
    Build a strip of body, borders and pallu from swatches.

    The border found is taken for both; the upper one is the lower turned by half a turn, as on
    a cloth whose borders are alike. The pallu is filled with the piece of it that was read.

    Parameters
    ----------
    swatches : Swatches
    width_m : float
        Meters.

    Returns
    -------
    Flattened
        Alpha is `SEEN` on the swatches themselves and `MADE_UP` on what continues them.
    """
    ppm = swatches.pixels_per_meter
    height = round(width_m * ppm)
    deep = 0 if swatches.border is None else min(swatches.border.shape[0], height // 4)
    field = _covered(swatches.body, height - 2 * deep, round(_LENGTH_M * ppm), ppm)
    if swatches.pallu is not None:
        end = _covered(swatches.pallu, height - 2 * deep, round(PALLU_M * ppm), ppm)
        field = np.concatenate([field, end], axis=1)
    strip = field
    if swatches.border is not None:
        band = _covered(swatches.border[-deep:], deep, field.shape[1], ppm)
        turned = np.ascontiguousarray(band[::-1, ::-1])
        turned[..., 3] = MADE_UP
        strip = np.concatenate([turned, field, band], axis=0)
    return Flattened(strip, _facts(swatches, strip, deep / ppm))


def _covered(swatch: Rgb8, height: int, width: int, ppm: float) -> Rgba8:
    """A rectangle of cloth that continues a swatch from its lower left corner."""
    swatch = swatch[:height, :width]
    tall, _ = extended_down(swatch, height - swatch.shape[0], 0, ppm, None)
    full, _ = extended(tall, 0, width - swatch.shape[1], ppm, None)
    alpha = np.full((height, width), MADE_UP, np.uint8)
    alpha[height - swatch.shape[0] :, : swatch.shape[1]] = SEEN
    return np.dstack([full, alpha])


def _facts(swatches: Swatches, strip: Rgba8, border_m: float) -> StripFacts:
    ppm = swatches.pixels_per_meter
    assumptions = [
        "The photo shows no flat view: the strip repeats the largest undistorted piece of body.",
        "The scale is that of the usual size of a saree photographed this way.",
    ]
    if border_m:
        assumptions.append("Both borders are taken to look like the one that was read.")
    if swatches.pallu is not None:
        assumptions.append(
            "The part that is unlike the body is taken for the pallu, and a piece of it for all "
            f"of it; {PALLU_M:g} m are taken for its length. Photograph the pallu spread flat."
        )
    return StripFacts(
        pixels_per_meter=ppm,
        length_m=strip.shape[1] / ppm,
        width_m=strip.shape[0] / ppm,
        method="swatches",
        quad=(),
        pallu_end_seen=False,
        far_end_seen=False,
        border_top_m=border_m,
        border_bottom_m=border_m,
        pallu_m=0.0 if swatches.pallu is None else PALLU_M,
        confidence={"geometry": 0.2, "body": round(0.6 * swatches.uniformity, 3)},
        assumptions=tuple(assumptions),
    )
