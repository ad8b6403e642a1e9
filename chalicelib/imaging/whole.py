"""The whole saree from the piece of it that a photo shows."""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from chalicelib.imaging.calm import calm_window
from chalicelib.imaging.cloth import Cloth, Parts
from chalicelib.imaging.image import Mask, Rgb8
from chalicelib.imaging.lattice import find_lattice
from chalicelib.imaging.texture import best_shift, fill_down_columns, joined, periodic_tile
from chalicelib.imaging.thread import dominant_colors, zari_share

_MARGIN_M = 0.015
_OVERLAP_M = 0.08
_JOIN_M = 0.03
_MOST_CONTINUED = 0.98
_BORDER_M = 0.35


def whole_strip(visible: Rgb8, shown: Mask, seen: Mask, parts: Parts, body_end_m: float) -> Cloth:
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
    body_end_m : float
        Where on the visible strip the even body ends: at the pallu, or at a row of large motifs
        before it.

    Returns
    -------
    Cloth
        With the repeat, the colors, the zari and the seen share filled in.
    """
    ppm = parts.pixels_per_meter
    columns = round(parts.length_m * ppm)
    height, length = seen.shape[0], min(columns, seen.shape[1])
    start = columns - length
    pixels = np.zeros((height, columns, 3), np.uint8)
    known = np.zeros((height, columns), np.bool_)
    pixels[:, start:], known[:, start:] = visible[:, -length:], shown[:, -length:]
    body_end = columns - seen.shape[1] + round(body_end_m * ppm)
    top, bottom = round(parts.border_top_m * ppm), height - round(parts.border_bottom_m * ppm)
    whole = known.copy()
    body = slice(top, bottom)
    parts = _continue_body(pixels[body], known[body], whole[body], body_end, parts)
    for rows in (slice(0, top), slice(bottom, height)):
        if rows.stop > rows.start:
            _continue_border(pixels[rows], known[rows], whole[rows], ppm)
    lacking = np.flatnonzero(~whole.all(axis=0))
    if len(lacking):
        pixels[:, lacking] = fill_down_columns(pixels[:, lacking], whole[:, lacking])
    known[:, start:] &= seen[:, -length:]
    return _finished(pixels, known, parts)


def _finished(pixels: Rgb8, known: Mask, parts: Parts) -> Cloth:
    zari = zari_share(pixels)
    facts = replace(
        parts,
        colors=dominant_colors(pixels),
        zari_share=round(float(zari.mean()), 4),
        seen_share=round(float(known.mean()), 4),
    )
    return Cloth(pixels, known, zari, facts)


@dataclass(frozen=True, slots=True, eq=False)
class _Repeat:
    """A tile that follows itself, and where its first row and column lie."""

    tile: Rgb8
    row: int
    column: int

    def cover(self, height: int, first: int, end: int) -> Rgb8:
        """The repeat over `height` rows and the columns first..end."""
        rows = (np.arange(height) - self.row) % self.tile.shape[0]
        columns = (np.arange(first, end) - self.column) % self.tile.shape[1]
        covered: Rgb8 = self.tile[:, columns][rows]
        return covered


def _continue_body(pixels: Rgb8, known: Mask, whole: Mask, end: int, parts: Parts) -> Parts:
    """Fill the body up to `end` from its calmest window, in place."""
    ppm = parts.pixels_per_meter
    start, stop = _longest_run(known[:, :end].mean(axis=0) > 0.6)
    margin = round(_MARGIN_M * ppm)
    start, stop = start + margin, min(stop, end - margin)
    if stop - start < 0.1 * ppm:
        return parts
    piece = pixels[:, start:stop]
    lattice = find_lattice(piece, ppm)
    needs = tuple(
        max(0.2, 1.3 * period + 0.04) if period else 0.2
        for period in (lattice.period_t_m, lattice.period_s_m)
    )
    window = calm_window(piece, known[:, start:stop], ppm, (needs[0], needs[1]))
    repeat, kept = _repeat_of(piece, window, ppm, (lattice.period_t_m, lattice.period_s_m))
    repeat = replace(repeat, column=repeat.column + start)
    filled = repeat.cover(pixels.shape[0], 0, end)
    zone = slice(max(0, end - round(_JOIN_M * ppm)), end)
    usable = bool(known[:, zone].mean() > _MOST_CONTINUED)
    if usable:
        filled[:, zone] = joined(filled[:, zone], pixels[:, zone])
    pixels[:, :end], whole[:, :end] = filled, True
    held = np.zeros_like(known[:, :end])
    held[kept[0] : kept[1], start + kept[2] : start + kept[3]] = True
    known[:, :end] &= held
    return replace(
        parts,
        period_s_m=_rounded(lattice.period_s_m),
        period_t_m=_rounded(lattice.period_t_m),
        lattice=lattice.kind,
        confidence={**parts.confidence, "motif": round(lattice.confidence, 3)},
    )


def _rounded(meters: float | None) -> float | None:
    return None if meters is None else round(meters, 5)


def _repeat_of(
    piece: Rgb8,
    window: tuple[int, int, int, int],
    ppm: float,
    periods_m: tuple[float | None, float | None],
) -> tuple[_Repeat, tuple[int, int, int, int]]:
    """The repeat of a window, and the part of the window that it shows as it was."""
    first, last, left, right = window
    band = piece[first:last, left:right]
    tile, blend = _tile(band, ppm, periods_m[1])
    kept = [first, last, left + blend, min(right, left + tile.shape[1] + blend)]
    if last - first < piece.shape[0]:
        turned, blend = _tile(np.ascontiguousarray(tile.transpose(1, 0, 2)), ppm, periods_m[0])
        tile = turned.transpose(1, 0, 2)
        kept[:2] = [first + blend, min(last, first + tile.shape[0] + blend)]
    return _Repeat(tile, first, left), (kept[0], kept[1], kept[2], kept[3])


def _tile(band: Rgb8, ppm: float, period_m: float | None) -> tuple[Rgb8, int]:
    """A band's longest seamless repeat, and how many columns of it were blended."""
    length = band.shape[1]
    least = min(0.03 * ppm, 0.2 * length)
    longest = (length - least) / ppm
    shortest = 0.4 * longest
    if period_m and period_m < longest:
        # The longest whole number of repeats: the fewer joins the better.
        near = int(longest / period_m) * period_m
        shortest, longest = near - 0.06 * period_m, min(longest, near + 0.06 * period_m)
    shift, _ = best_shift(band, ppm, shortest, longest)
    overlap = max(0, min(length - shift, shift // 2, round(_OVERLAP_M * ppm), length // 3))
    return periodic_tile(band, shift, overlap), overlap


def _continue_border(pixels: Rgb8, known: Mask, whole: Mask, ppm: float) -> None:
    """Fill a border on both sides of its longest known run, in place."""
    start, stop = _longest_run(known.mean(axis=0) > 0.97)
    margin = round(_MARGIN_M * ppm)
    start, stop = start + margin, stop - margin
    if stop - start < 0.1 * ppm:
        return
    piece = pixels[:, start:stop]
    _, _, left, right = calm_window(
        piece, known[:, start:stop], ppm, (0.0, _BORDER_M), across=False
    )
    tile, blend = _tile(_level(piece[:, left:right]), ppm, None)
    columns = pixels.shape[1]
    repeated = _Repeat(tile, 0, start + left).cover(pixels.shape[0], 0, columns)
    gap = ~known
    gap[:, : start + left + blend] = True
    gap[:, start + right :] |= ~known[:, start + right :]
    pixels[gap] = repeated[gap]
    known[:, : start + left + blend] = False
    whole[:] = True


def _level(band: Rgb8) -> Rgb8:
    """A band without its slow change of light along it, channel by channel: sRGB, same shape."""
    count = max(2, band.shape[1] // max(1, 2 * band.shape[0]))
    means = cv2.resize(band, (count, 1), interpolation=cv2.INTER_AREA).astype(np.float32) + 1
    gain = means.mean(axis=1, keepdims=True) / means
    full = cv2.resize(gain, (band.shape[1], 1), interpolation=cv2.INTER_LINEAR)
    leveled: Rgb8 = np.clip(np.rint(band * full), 0, 255).astype(np.uint8)
    return leveled


def _longest_run(good: Mask) -> tuple[int, int]:
    padded = np.concatenate([[False], good, [False]]).astype(np.int8)
    starts = np.flatnonzero(np.diff(padded) == 1)
    stops = np.flatnonzero(np.diff(padded) == -1)
    if not len(starts):
        return 0, 0
    longest = int(np.argmax(stops - starts))
    return int(starts[longest]), int(stops[longest])
