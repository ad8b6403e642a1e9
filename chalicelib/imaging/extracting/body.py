"""The body of a saree, continued from what a photo shows of it."""

from dataclasses import replace

import numpy as np

from chalicelib.errors import UnreadablePhotoError
from chalicelib.imaging.cloth import Parts
from chalicelib.imaging.extracting.calm import Calm, Window
from chalicelib.imaging.extracting.field import Band, Field, Good, longest_run
from chalicelib.imaging.extracting.ironing import Ironed, ironed, mended
from chalicelib.imaging.extracting.teeth import LONGEST_M
from chalicelib.imaging.image import Mask, Rgb8
from chalicelib.imaging.pattern.lattice import Lattice, find_lattice
from chalicelib.imaging.pattern.texture import fill_down_columns, joined

_MARGIN_M = 0.015
_JOIN_M = 0.03
_MOST_CONTINUED = 0.98
_LEAST_BODY_M = 0.1
_LOST = 0.3

TOO_LITTLE_BODY = (
    "Too little of the saree's body can be seen to continue it. "
    "Photograph it spread flat with at least half a meter of the body beside the pallu, "
    "or add a photo of the body."
)


def continue_body(field: Field, end: int, parts: Parts, piece: Rgb8 | None) -> Parts:
    """
    Fill the body up to `end` in place, and keep what was seen of it where that is good.

    Parameters
    ----------
    field : Field
        The strip between its borders; pallu right.
    end : int
        The first column that is no longer even body.
    parts : Parts
    piece : ndarray of uint8, shape (h, w, 3), optional
        sRGB at the strip's scale: continue from this, not from what is visible.

    Returns
    -------
    Parts
        With the repeat filled in.

    Raises
    ------
    UnreadablePhotoError
        Too little of the body is there to go by.
    """
    zone = slice(max(0, end - round(_JOIN_M * field.ppm)), end)
    joins = piece is None and bool(field.whole[:, zone].mean() > _MOST_CONTINUED)
    good = None
    if piece is None:
        pallu = field.pixels.shape[1] - round(parts.pallu_m * field.ppm)
        band, lattice, good = _calmest(field, end, max(end, pallu))
    else:
        band, lattice = _placed(piece, field, end)
    seen = field.pixels[:, zone].copy()
    field.fill(end, band, (lattice.period_t_m, lattice.period_s_m))
    if joins:
        field.pixels[:, zone] = joined(field.pixels[:, zone], seen)
    if good is not None:
        good.put_back(field.toothless())
    return replace(
        parts,
        period_s_m=_rounded(lattice.period_s_m),
        period_t_m=_rounded(lattice.period_t_m),
        lattice=lattice.kind,
        confidence={**parts.confidence, "motif": round(lattice.confidence, 3)},
    )


def _calmest(field: Field, end: int, pallu: int) -> tuple[Band, Lattice, Good]:
    """
    The calmest window of the visible body, the body's repeat, and all of it that is good.

    Folds are taken out of the row of large motifs between `end` and the pallu, too, in place.
    """
    ppm = field.ppm
    own = _visible(field, end)
    raw = Calm.of(field.pixels[:, own], field.whole[:, own], ppm)
    smooth = _ironed(field, own, end, pallu)
    last = min(raw.even_until(), end - round(_MARGIN_M * ppm) - own.start)
    # At the very edges a border may reach in with its teeth, which repeat by themselves.
    teeth = round(LONGEST_M * ppm)
    inner = slice(teeth, len(smooth.even) - teeth), slice(0, last)
    lattice = find_lattice(smooth.even[inner], ppm, raw.good()[inner])
    # What is brought back from a repeat away was not seen here.
    read = field.known[:, own] & (smooth.lost < _LOST)
    smooth = mended(smooth, lattice, ppm)
    rows, shown = field.inner, field.whole[:, own]
    calm = Calm.of(smooth.pixels[rows], shown[rows], ppm, smooth.lost[rows])
    good = (shown & raw.good())[rows] & calm.good(_spacing(lattice), smooth.lost[rows])
    window = calm.window(_needed(lattice), end=last)
    band = _cut(smooth.pixels[rows], shown[rows], read[rows], window)
    band = replace(band, row=rows.start + band.row, column=own.start + band.column)
    return band, lattice, Good(smooth.pixels[rows], good, read[rows], own.start)


def _visible(field: Field, end: int) -> slice:
    """The columns before `end` in which most of the body is there."""
    margin = round(_MARGIN_M * field.ppm)
    start, stop = longest_run(field.whole[:, :end].mean(axis=0) > 0.6)
    if min(stop, end - margin) - start - margin < _LEAST_BODY_M * field.ppm:
        raise UnreadablePhotoError(TOO_LITTLE_BODY, code="too_little_body")
    return slice(start + margin, stop)


def _ironed(field: Field, own: slice, end: int, pallu: int) -> Ironed:
    """The visible body without folds, what is not there counted as lost."""
    start, shown = own.start, field.whole[:, own]
    smooth = ironed(field.pixels[:, start:pallu], field.whole[:, start:pallu], field.ppm)
    near = slice(max(start, end - round(_JOIN_M * field.ppm)), pallu)
    field.pixels[:, near] = smooth.even[:, near.start - start :]
    smooth = smooth.until(own.stop - start)
    return replace(smooth, lost=np.where(shown, smooth.lost, np.float32(1)))


def _needed(lattice: Lattice) -> tuple[float, float]:
    """How high and wide a window must be at least to hold a whole repeat, meters."""
    high, wide = (
        max(0.2, 1.3 * period + 0.04) if period else 0.2
        for period in (lattice.period_t_m, lattice.period_s_m)
    )
    return high, wide


def _cut(pixels: Rgb8, shown: Mask, read: Mask, window: Window) -> Band:
    first, last, left, right = window
    rows, columns = slice(first, last), slice(left, right)
    whole = fill_down_columns(pixels[rows, columns], shown[rows, columns])
    return Band(whole, read[rows, columns], first, left)


def _spacing(lattice: Lattice) -> float | None:
    """How far apart motifs stand in the middle, meters."""
    if lattice.period_s_m is None or lattice.period_t_m is None:
        return None
    return float(np.sqrt(lattice.period_s_m * lattice.period_t_m))


def _placed(piece: Rgb8, field: Field, end: int) -> tuple[Band, Lattice]:
    """A given piece of body beside the pallu, and its repeat."""
    height = field.pixels.shape[0]
    piece = piece[:height, : max(1, end)]
    everywhere = np.ones(piece.shape[:2], np.bool_)
    smooth = ironed(piece, everywhere, field.ppm)
    lattice = find_lattice(smooth.even, field.ppm)
    # Of a single piece nothing tells creases from long lines of the design: they are left out.
    calm = Calm.of(smooth.even, everywhere, field.ppm)
    band = _cut(smooth.even, everywhere, everywhere, calm.window(_needed(lattice)))
    row, column = (height - piece.shape[0]) // 2, end - piece.shape[1]
    return replace(band, row=row + band.row, column=column + band.column), lattice


def _rounded(meters: float | None) -> float | None:
    return None if meters is None else round(meters, 5)
