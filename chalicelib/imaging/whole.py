"""The whole saree from the piece of it that a photo shows."""

from dataclasses import replace

import numpy as np

from chalicelib.imaging.cloth import Cloth, Parts
from chalicelib.imaging.image import Mask, Rgb8
from chalicelib.imaging.texture import (
    best_shift,
    continued,
    fill_down_columns,
    periodic_tile,
)
from chalicelib.imaging.thread import dominant_colors, zari_share

_MARGIN_M = 0.015
_OVERLAP_M = 0.12


def whole_strip(visible: Rgb8, shown: Mask, seen: Mask, parts: Parts) -> Cloth:
    """
    Lay out the whole saree: what was seen at the pallu's end, the rest continued in its repeat.

    Parameters
    ----------
    visible : ndarray of uint8, shape (H, W, 3)
        sRGB, the visible strip, pallu right.
    shown, seen : ndarray of bool, shape (H, W)
        Where the strip holds cloth at all, and where that was read from the photo itself.
    parts : Parts
        The measured facts, at the strip's own scale.

    Returns
    -------
    Cloth
        With the colors, the zari and the seen share filled in.
    """
    ppm = parts.pixels_per_meter
    columns = round(parts.length_m * ppm)
    height = seen.shape[0]
    length = min(columns, seen.shape[1])
    start = columns - length
    pixels = np.zeros((height, columns, 3), np.uint8)
    known = np.zeros((height, columns), np.bool_)
    pixels[:, start:], known[:, start:] = visible[:, -length:], shown[:, -length:]
    top = round(parts.border_top_m * ppm)
    bottom = height - round(parts.border_bottom_m * ppm)
    body_end = columns - round(parts.pallu_m * ppm)
    for rows, end in (
        (slice(0, top), columns),
        (slice(top, bottom), body_end),
        (slice(bottom, height), columns),
    ):
        if rows.stop > rows.start:
            _continue_band(pixels[rows], known[rows], end, ppm)
    empty = ~known & (pixels.sum(axis=2) == 0)
    if empty.any():
        pixels = np.where(empty[..., None], fill_down_columns(pixels, ~empty), pixels)
    known[:, start:] &= seen[:, -length:]
    zari = zari_share(pixels)
    facts = replace(
        parts,
        colors=dominant_colors(pixels),
        zari_share=float(zari.mean()),
        seen_share=float(known.mean()),
    )
    return Cloth(pixels, known, zari, facts)


def _continue_band(pixels: Rgb8, known: Mask, end: int, ppm: float) -> None:
    """Fill what is unknown left of `end`, in place, from the longest known run before it."""
    start, stop = _longest_run(known[:, :end].mean(axis=0) > 0.97)
    margin = round(_MARGIN_M * ppm)
    start, stop = start + margin, min(stop, end - margin if end < pixels.shape[1] else stop)
    length = stop - start
    if length < 0.1 * ppm:
        return
    band = pixels[:, start:stop]
    shift, _ = best_shift(
        band, ppm, max(0.08, 0.4 * length / ppm), max(0.085, length / ppm - 0.06)
    )
    overlap = min(length - shift, round(_OVERLAP_M * ppm))
    tile = periodic_tile(band, shift, overlap)
    left = continued(tile, start)
    pixels[:, :start] = left
    known[:, :start] = False
    pixels[:, start : start + overlap] = tile[:, :overlap]
    after = end - stop
    if after > 0 and not known[:, stop:end].all():
        index = (np.arange(after) + length) % shift
        gap = ~known[:, stop:end]
        pixels[:, stop:end][gap] = tile[:, index][gap]


def _longest_run(good: Mask) -> tuple[int, int]:
    padded = np.concatenate([[False], good, [False]]).astype(np.int8)
    starts = np.flatnonzero(np.diff(padded) == 1)
    stops = np.flatnonzero(np.diff(padded) == -1)
    if not len(starts):
        return 0, 0
    longest = int(np.argmax(stops - starts))
    return int(starts[longest]), int(stops[longest])
