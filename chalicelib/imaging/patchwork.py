"""A strip put together of swatches, where no photo shows the saree flat."""

import cv2
import numpy as np

from chalicelib.imaging.image import Rgb8, Rgba8
from chalicelib.imaging.swatches import Swatches
from chalicelib.imaging.texture import best_shift, periodic_tile

SEEN, MADE_UP = 255, 64
_LENGTH_M = 1.0


def patchwork(swatches: Swatches, width_m: float) -> tuple[Rgba8, float]:
    """
    Build a strip of body and borders from swatches.

    The border found is taken for both; the upper one is the lower turned by half a turn, as on
    a cloth whose borders are alike.

    Parameters
    ----------
    swatches : Swatches
    width_m : float
        Meters.

    Returns
    -------
    (ndarray of uint8, float)
        The strip, shape (round(width_m * ppm), round(ppm), 4), with alpha 255 on the pieces
        themselves and lower on what repeats them; and the width of its borders, meters.
    """
    ppm = swatches.pixels_per_meter
    height, width = round(width_m * ppm), round(_LENGTH_M * ppm)
    strip = np.full((height, width, 4), MADE_UP, np.uint8)
    tile = tile_both_ways(swatches.body, ppm)
    strip[..., :3] = _covered(tile, height, width)
    rows, columns = (min(a, b) for a, b in zip(tile.shape[:2], (height, width), strict=True))
    strip[height - rows :, :columns, 3] = SEEN
    if swatches.border is None:
        return strip, 0.0
    deep = min(swatches.border.shape[0], height // 4)
    band = _repeat(swatches.border[-deep:], ppm)
    strip[height - deep :, :, :3] = _covered(band, deep, width)
    strip[height - deep :, :, 3] = MADE_UP
    strip[height - deep :, : band.shape[1], 3] = SEEN
    strip[:deep, :, :3] = _covered(band, deep, width)[::-1, ::-1]
    strip[:deep, :, 3] = MADE_UP
    return strip, deep / ppm


def tile_both_ways(swatch: Rgb8, ppm: float) -> Rgb8:
    """A piece of `swatch` that follows itself to the right and downward without a seam."""
    across = _repeat(swatch, ppm)
    turned = np.ascontiguousarray(across.transpose(1, 0, 2))
    return np.ascontiguousarray(_repeat(turned, ppm).transpose(1, 0, 2))


def _repeat(band: Rgb8, ppm: float) -> Rgb8:
    length = band.shape[1]
    if length < 24:
        return band
    shift, _ = best_shift(band, ppm, 0.5 * length / ppm, 0.88 * length / ppm)
    return periodic_tile(band, shift, min(length - shift, length // 4, shift // 2))


def _covered(tile: Rgb8, height: int, width: int) -> Rgb8:
    down, right = -(-height // tile.shape[0]), -(-width // tile.shape[1])
    full = np.tile(tile, (down, right, 1))
    return full[full.shape[0] - height :, :width]


def evened(swatch: Rgb8) -> Rgb8:
    """A swatch without its slow change of lightness: sRGB, same shape."""
    small = cv2.resize(swatch, (8, 8), interpolation=cv2.INTER_AREA).astype(np.float32)
    drift = small.mean(axis=2) + 1
    drift = cv2.GaussianBlur(drift, (0, 0), 2.0)
    gain = cv2.resize(drift.mean() / drift, swatch.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    even: Rgb8 = np.clip(np.round(swatch * gain[..., None]), 0, 255).astype(np.uint8)
    return even
