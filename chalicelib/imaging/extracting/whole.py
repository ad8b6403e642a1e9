"""The whole saree from the piece of it that a photo shows."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from chalicelib.errors import UnreadablePhotoError
from chalicelib.imaging.cloth import Cloth, Parts
from chalicelib.imaging.extracting.calm import calm_window
from chalicelib.imaging.extracting.ironing import ironed, mended
from chalicelib.imaging.extracting.leveling import leveled
from chalicelib.imaging.extracting.thread import dominant_colors, zari_share
from chalicelib.imaging.image import Mask, Rgb8
from chalicelib.imaging.pattern.lattice import Lattice, find_lattice
from chalicelib.imaging.pattern.texture import extended, extended_down, fill_down_columns, joined

_MARGIN_M = 0.015
_JOIN_M = 0.03
_MOST_CONTINUED = 0.98
_BORDER_M = 0.35
_LEAST_BODY_M = 0.1
_LOST = 0.3
# Share of a border's width that is to be known, and over what length in meters.
_WANTED_RUNS = ((0.97, 0.35), (0.85, 0.35), (0.97, 0.1), (0.6, 0.1))

TOO_LITTLE_BODY = (
    "Too little of the saree's body can be seen to continue it. "
    "Photograph it spread flat with at least half a meter of the body beside the pallu, "
    "or add a photo of the body."
)


def whole_strip(
    visible: Rgb8,
    shown: Mask,
    seen: Mask,
    parts: Parts,
    body_end_m: float,
    given: Mapping[str, Rgb8] | None = None,
) -> Cloth:
    """
    Lay out the whole saree: what was seen at the pallu's end, the rest continued in its repeat.

    Parameters
    ----------
    visible : ndarray of uint8, shape (H, W, 3)
        sRGB, the visible strip, pallu right.
    shown, seen : ndarray of bool, shape (H, W)
        Where the strip holds cloth at all, and where that was read from a photo itself.
    parts : Parts
        The measured facts, at the strip's own scale.
    body_end_m : float
        Where on the visible strip the even body ends: at the pallu, or at a row of large motifs
        before it.
    given : mapping of str to ndarray of uint8, shape (h, w, 3), optional
        By part, a piece at the strip's scale to continue that part from instead: `body`,
        `border_top` or `border_bottom`, a border in its full width.

    Returns
    -------
    Cloth
        With the repeat, the colors, the zari and the seen share filled in.

    Raises
    ------
    UnreadablePhotoError
        Less than ten centimeters of the body are there to go by.
    """
    given = given or {}
    ppm = parts.pixels_per_meter
    columns = round(parts.length_m * ppm)
    height, length = seen.shape[0], min(columns, seen.shape[1])
    start = columns - length
    pixels = np.zeros((height, columns, 3), np.uint8)
    whole, known = (np.zeros((height, columns), np.bool_) for _ in range(2))
    pixels[:, start:], whole[:, start:] = visible[:, -length:], shown[:, -length:]
    known[:, start:] = seen[:, -length:]
    body_end = columns - seen.shape[1] + round(body_end_m * ppm)
    top, bottom = round(parts.border_top_m * ppm), height - round(parts.border_bottom_m * ppm)
    field = _Field(pixels[top:bottom], known[top:bottom], whole[top:bottom], ppm)
    parts = _continue_body(field, body_end, parts, given.get("body"))
    for name, rows in (("border_top", slice(0, top)), ("border_bottom", slice(bottom, height))):
        if rows.stop > rows.start:
            border = _Field(pixels[rows], known[rows], whole[rows], ppm)
            # A given upper border is the lower one turned: only one of them was read.
            _continue_border(border, given.get(name), read=name == "border_bottom")
    return _finished(fill_down_columns(pixels, whole), known, parts)


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
class _Band:
    """A piece to continue from, which of it was read off a photo, and where it stands."""

    pixels: Rgb8
    read: Mask
    row: int
    column: int


@dataclass(frozen=True, slots=True, eq=False)
class _Field:
    """A band of the strip while it is filled: views that are written in place."""

    pixels: Rgb8
    known: Mask
    whole: Mask
    ppm: float

    def fill(self, end: int, band: _Band, periods_m: tuple[float | None, float | None]) -> None:
        """Fill the columns up to `end` by continuing a band from where it stands."""
        height, width = band.pixels.shape[:2]
        below = self.pixels.shape[0] - band.row - height
        tall, rows = extended_down(band.pixels, band.row, below, self.ppm, periods_m[0])
        beyond = end - band.column - width
        filled, columns = extended(tall, band.column, beyond, self.ppm, periods_m[1])
        self.pixels[:, :end], self.whole[:, :end] = filled, True
        own = np.zeros((self.known.shape[0], end), np.bool_)
        inner = slice(rows.start - band.row, rows.stop - band.row)
        outer = slice(columns.start - band.column, columns.stop - band.column)
        own[rows, columns] = band.read[inner, outer]
        self.known[:, :end] = own


def _continue_body(field: _Field, end: int, parts: Parts, piece: Rgb8 | None) -> Parts:
    """Fill the body up to `end` from its calmest window or from a given piece, in place."""
    zone = slice(max(0, end - round(_JOIN_M * field.ppm)), end)
    joins = piece is None and bool(field.whole[:, zone].mean() > _MOST_CONTINUED)
    if piece is None:
        pallu = field.pixels.shape[1] - round(parts.pallu_m * field.ppm)
        band, lattice = _calmest(field, end, max(end, pallu))
    else:
        band, lattice = _placed(piece, field, end)
    seen = field.pixels[:, zone].copy()
    field.fill(end, band, (lattice.period_t_m, lattice.period_s_m))
    if joins:
        field.pixels[:, zone] = joined(field.pixels[:, zone], seen)
    return replace(
        parts,
        period_s_m=_rounded(lattice.period_s_m),
        period_t_m=_rounded(lattice.period_t_m),
        lattice=lattice.kind,
        confidence={**parts.confidence, "motif": round(lattice.confidence, 3)},
    )


def _calmest(field: _Field, end: int, pallu: int) -> tuple[_Band, Lattice]:
    """
    The calmest window of the visible body, folds taken out, and the body's repeat.

    Folds are taken out of the row of large motifs between `end` and the pallu, too, in place.
    """
    ppm = field.ppm
    start, stop = _longest_run(field.whole[:, :end].mean(axis=0) > 0.6)
    margin = round(_MARGIN_M * ppm)
    start, stop = start + margin, min(stop, end - margin)
    if stop - start < _LEAST_BODY_M * ppm:
        raise UnreadablePhotoError(TOO_LITTLE_BODY, code="too_little_body")
    lattice = find_lattice(field.pixels[:, start:stop], ppm)
    smooth = ironed(field.pixels[:, start:pallu], field.whole[:, start:pallu], ppm)
    near = slice(max(start, end - round(_JOIN_M * ppm)), pallu)
    field.pixels[:, near] = smooth.even[:, near.start - start :]
    smooth, shown = smooth.until(stop - start), field.whole[:, start:stop]
    if lattice.kind is None:
        # Deep folds hide a repeat.
        lattice = max(lattice, find_lattice(smooth.even, ppm), key=lambda each: each.confidence)
    smooth = mended(smooth, lattice, ppm)
    needs = tuple(
        max(0.2, 1.3 * period + 0.04) if period else 0.2
        for period in (lattice.period_t_m, lattice.period_s_m)
    )
    first, last, left, right = calm_window(
        smooth.pixels, shown, ppm, (needs[0], needs[1]), lost=smooth.lost
    )
    rows, columns = slice(first, last), slice(left, right)
    pixels = fill_down_columns(smooth.pixels[rows, columns], shown[rows, columns])
    read = field.known[rows, start + left : start + right] & (smooth.lost[rows, columns] < _LOST)
    return _Band(pixels, read, first, start + left), lattice


def _placed(piece: Rgb8, field: _Field, end: int) -> tuple[_Band, Lattice]:
    """A given piece of body beside the pallu, and its repeat."""
    height = field.pixels.shape[0]
    piece = piece[:height, : max(1, end)]
    everywhere = np.ones(piece.shape[:2], np.bool_)
    smooth = ironed(piece, everywhere, field.ppm, loose=False)
    row = (height - piece.shape[0]) // 2
    # Of a single piece nothing tells creases from long lines of the design: they stay.
    band = _Band(smooth.even, everywhere, row, end - piece.shape[1])
    return band, find_lattice(smooth.even, field.ppm)


def _rounded(meters: float | None) -> float | None:
    return None if meters is None else round(meters, 5)


def _continue_border(field: _Field, piece: Rgb8 | None, *, read: bool) -> None:
    """Fill a border on both sides of its calmest known run, or of a given piece, in place."""
    columns = field.pixels.shape[1]
    if piece is not None:
        everywhere = np.full(piece.shape[:2], read)
        level = leveled(piece, field.ppm)
        band = _Band(level, everywhere, 0, max(0, columns - piece.shape[1]))
        _spread_along(field, band, replaced=True)
        return
    run = _known_run(field)
    if run is None:
        return
    start = run.start
    # Where the outline ran a little inside the border, its outermost rows are lacking.
    whole = fill_down_columns(field.pixels[:, run], field.whole[:, run])
    field.pixels[:, run], field.whole[:, run] = leveled(whole, field.ppm), True
    _, _, left, right = calm_window(
        field.pixels[:, run], field.whole[:, run], field.ppm, (0.0, _BORDER_M), across=False
    )
    own = slice(start + left, start + right)
    band = _Band(field.pixels[:, own], field.known[:, own], 0, start + left)
    _spread_along(field, band, replaced=False)


def _known_run(field: _Field) -> slice | None:
    """The longest stretch in which nearly all of a border is known, or at least most of it."""
    margin = round(_MARGIN_M * field.ppm)
    share = field.whole.mean(axis=0)
    for least, length_m in _WANTED_RUNS:
        start, stop = _longest_run(share > least)
        if stop - start - 2 * margin > length_m * field.ppm:
            return slice(start + margin, stop - margin)
    return None


def _spread_along(field: _Field, band: _Band, *, replaced: bool) -> None:
    """Continue a border; behind its middle what was seen stays, unless it is to be replaced."""
    columns = field.pixels.shape[1]
    behind = slice(columns if replaced else band.column + band.pixels.shape[1] // 2, columns)
    kept = field.whole[:, behind].copy()
    pixels, known = field.pixels[:, behind].copy(), field.known[:, behind].copy()
    period = find_lattice(band.pixels, field.ppm).period_s_m
    field.fill(columns, band, (None, period))
    field.pixels[:, behind][kept] = pixels[kept]
    field.known[:, behind] = known & kept


def _longest_run(good: Mask) -> tuple[int, int]:
    padded = np.concatenate([[False], good, [False]]).astype(np.int8)
    starts = np.flatnonzero(np.diff(padded) == 1)
    stops = np.flatnonzero(np.diff(padded) == -1)
    if not len(starts):
        return 0, 0
    longest = int(np.argmax(stops - starts))
    return int(starts[longest]), int(stops[longest])
