"""A strip put together of swatches, where no photo shows the saree flat."""

from dataclasses import dataclass

import numpy as np

from chalicelib.imaging.image import Rgb8, Rgba8
from chalicelib.imaging.swatches import Swatches
from chalicelib.imaging.texture import extended, extended_down

SEEN, MADE_UP = 255, 64
PALLU_M = 0.7
_LENGTH_M = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Patchwork:
    """A strip of swatches: the pixels, with alpha `SEEN` on the swatches themselves."""

    strip: Rgba8
    border_m: float
    pallu_m: float


def patchwork(swatches: Swatches, width_m: float) -> Patchwork:
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
    Patchwork
        The strip has the shape (round(width_m * ppm), round(length * ppm), 4).
    """
    ppm = swatches.pixels_per_meter
    height = round(width_m * ppm)
    strip = _covered(swatches.body, height, round(_LENGTH_M * ppm), ppm)
    if swatches.pallu is not None:
        end = _covered(swatches.pallu, height, round(PALLU_M * ppm), ppm)
        strip = np.concatenate([strip, end], axis=1)
    pallu_m = 0.0 if swatches.pallu is None else PALLU_M
    if swatches.border is None:
        return Patchwork(strip, 0.0, pallu_m)
    deep = min(swatches.border.shape[0], height // 4)
    band = _covered(swatches.border[-deep:], deep, strip.shape[1], ppm)
    strip[height - deep :] = band
    strip[:deep] = band[::-1, ::-1]
    strip[:deep, :, 3] = MADE_UP
    return Patchwork(strip, deep / ppm, pallu_m)


def _covered(swatch: Rgb8, height: int, width: int, ppm: float) -> Rgba8:
    """A rectangle of cloth that continues a swatch from its lower left corner."""
    swatch = swatch[:height, :width]
    tall, _ = extended_down(swatch, height - swatch.shape[0], 0, ppm, None)
    full, _ = extended(tall, 0, width - swatch.shape[1], ppm, None)
    alpha = np.full((height, width), MADE_UP, np.uint8)
    alpha[height - swatch.shape[0] :, : swatch.shape[1]] = SEEN
    return np.dstack([full, alpha])
