"""The whole saree from the piece of it that a photo shows."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.cloth import Cloth, Parts
from chalicelib.imaging.extracting.body import continue_body
from chalicelib.imaging.extracting.calm import Calm
from chalicelib.imaging.extracting.edge import Edge
from chalicelib.imaging.extracting.field import Band, Field, Good, longest_run
from chalicelib.imaging.extracting.leveling import leveled
from chalicelib.imaging.extracting.thread import dominant_colors, zari_share
from chalicelib.imaging.image import Mask, Rgb8
from chalicelib.imaging.pattern.lattice import period_along
from chalicelib.imaging.pattern.texture import fill_down_columns

_MARGIN_M = 0.015
_BORDER_M = 0.35
_CUT_M = 0.08
# Share of a border's width that is to be known, and over what length in meters.
_WANTED_RUNS = ((0.97, 0.35), (0.85, 0.35), (0.97, 0.1), (0.6, 0.1))


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
    strip = Field(pixels, known, whole, ppm)
    edges = _edges(strip, slice(start, body_end), parts)
    (top, teeth), (bottom, lower) = (
        next(((edge.width, edge.teeth) for edge in edges if edge.top == side), (0, 0))
        for side in (True, False)
    )
    rows = slice(top, height - bottom)
    field = Field(pixels[rows], known[rows], whole[rows], ppm, (teeth, lower))
    # The body is laid behind the teeth, too, so a border is what it was before that.
    borders = [edge.cut(strip) for edge in edges]
    parts = continue_body(field, body_end, parts, given.get("body"))
    for edge, border in zip(edges, borders, strict=True):
        _continue_border(border, edge, body_end, given.get(edge.name))
        edge.lay(
            border, strip, body_end, toothed=bool(border.whole.all()) and edge.name not in given
        )
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


def _edges(strip: Field, columns: slice, parts: Parts) -> list[Edge]:
    """The borders that there are."""
    widths = (True, parts.border_top_m), (False, parts.border_bottom_m)
    rows = [(top, round(width_m * strip.ppm)) for top, width_m in widths]
    return [Edge.of(strip, columns, width, top=top) for top, width in rows if width]


def _continue_border(field: Field, edge: Edge, body_end: int, piece: Rgb8 | None) -> None:
    """Fill a border on both sides of its calmest known run, or of a given piece, in place."""
    columns = field.pixels.shape[1]
    if piece is not None:
        # A given upper border is the lower one turned: only one of them was read.
        everywhere = np.full(piece.shape[:2], not edge.top)
        even, row = leveled(piece, field.ppm), edge.own.start
        _spread_along(field, Band(even, everywhere, row, max(0, columns - piece.shape[1])))
        return
    share = field.whole[edge.own].mean(axis=0)
    # Beside the pallu another part may reach into the rows that are border beside the body.
    run = _known_run(share[:body_end], field.ppm) or _known_run(share, field.ppm)
    if run is None:
        return
    # Where the outline ran a little inside the border, its outermost rows are lacking.
    whole = fill_down_columns(field.pixels[:, run], field.whole[:, run])
    sound = field.whole[:, run.start :].copy()
    whole[edge.own] = leveled(whole[edge.own], field.ppm)
    field.pixels[:, run], field.whole[:, run] = whole, True
    # What lies before the run is continued: the cut between the two is to be free there, too.
    sound[:, : round(_CUT_M * field.ppm)] = False
    calm = Calm.of(whole[edge.own], field.whole[edge.own, run], field.ppm)
    _, _, left, right = calm.window((0.0, _BORDER_M), across=False)
    own = slice(run.start + left, run.start + right)
    band = Band(field.pixels[:, own].copy(), field.known[:, own].copy(), 0, own.start)
    seen = np.s_[:, run.start :]
    good = Good(field.pixels[seen].copy(), sound, field.known[seen].copy(), run.start)
    _spread_along(field, band)
    good.put_back(field)


def _known_run(share: NDArray[np.float64], ppm: float) -> slice | None:
    """The longest stretch in which nearly all of a border is known, or at least most of it."""
    margin = round(_MARGIN_M * ppm)
    for least, length_m in _WANTED_RUNS:
        start, stop = longest_run(share > least)
        if stop - start - 2 * margin > length_m * ppm:
            return slice(start + margin, stop - margin)
    return None


def _spread_along(field: Field, band: Band) -> None:
    """Continue a border on both sides along the whole saree."""
    period = period_along(band.pixels, field.ppm)
    field.fill(field.pixels.shape[1], band, (None, period))
