"""Parts read off photos of their own, put in their places on the visible strip."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.color import to_lab
from chalicelib.imaging.image import Mask, Rgb8, Rgba8
from chalicelib.imaging.pattern.lattice import Lattice, find_lattice
from chalicelib.imaging.strip import Flattened
from chalicelib.imaging.swatching.bands import without_body

_KNOWN_BORDER = 0.3
_ALIKE_BORDERS = 0.25
_LEAST_FACTOR, _MOST_FACTOR = 0.3, 3.0
USUAL_BORDER_M = 0.12
"""How wide a border is taken to be where nothing tells."""

_SURE = {"quad": 0.8, "piece": 0.4}


@dataclass(frozen=True, slots=True, eq=False)
class Visible:
    """
    The visible strip, where its parts lie, and pieces to continue them from.

    Attributes
    ----------
    pixels : ndarray of uint8, shape (H, W, 3)
        sRGB, pallu right.
    shown, seen : ndarray of bool, shape (H, W)
        Where there is cloth at all, and where it was read off a photo.
    pixels_per_meter : float
    border_top_m, border_bottom_m, pallu_m, body_end_m : float
        As measured; `body_end_m` is counted from the strip's inner end.
    confidence : dict of str to float
        By part, 0..1.
    assumptions : tuple of str
    given : dict of str to ndarray of uint8, shape (h, w, 3)
        By part, a piece at the strip's scale to continue that part from.
    """

    pixels: Rgb8
    shown: Mask
    seen: Mask
    pixels_per_meter: float
    border_top_m: float
    border_bottom_m: float
    pallu_m: float
    body_end_m: float
    confidence: dict[str, float]
    assumptions: tuple[str, ...]
    given: dict[str, Rgb8]


def with_details(visible: Visible, details: Mapping[str, Flattened]) -> Visible:
    """
    Let the photos of single parts stand for these parts.

    Parameters
    ----------
    visible : Visible
    details : mapping of str to Flattened
        By part: "pallu", "border", "body".

    Returns
    -------
    Visible
    """
    # A border is told from the body beside it, so the body comes first.
    for part, put in (("body", _with_body), ("border", _with_border), ("pallu", _with_pallu)):
        if part in details:
            detail = details[part]
            visible = put(visible, detail)
            told = (*visible.assumptions, *detail.facts.assumptions)
            visible = replace(visible, assumptions=told)
    return visible


def _with_pallu(visible: Visible, detail: Flattened) -> Visible:
    """The pallu in its full width, in place of whatever was visible of it."""
    ppm = visible.pixels_per_meter
    height = visible.pixels.shape[0]
    pallu = _scaled(detail.strip, height / detail.strip.shape[0])[:height]
    start = visible.pixels.shape[1] - round(visible.pallu_m * ppm)
    read = pallu[..., 3] > 127
    sure = _SURE[detail.facts.method]
    return replace(
        visible,
        pixels=np.concatenate([visible.pixels[:, :start], pallu[..., :3]], axis=1),
        shown=np.concatenate([visible.shown[:, :start], read], axis=1),
        seen=np.concatenate([visible.seen[:, :start], read], axis=1),
        pallu_m=pallu.shape[1] / ppm,
        body_end_m=min(visible.body_end_m, start / ppm),
        confidence={**visible.confidence, "pallu": sure},
    )


def _with_border(visible: Visible, detail: Flattened) -> Visible:
    """One border for the lower side, and for the upper one where that is alike or was not read."""
    ppm = visible.pixels_per_meter
    sure = _SURE[detail.facts.method]
    known = {
        side: width
        for side, width in (("top", visible.border_top_m), ("bottom", visible.border_bottom_m))
        if visible.confidence.get(f"border_{side}", 0.0) > _KNOWN_BORDER and width > 0
    }
    band, width_m = _border_alone(visible, detail)
    if detail.facts.method == "piece":
        # A close-up has no scale of its own; the width of the border on the whole photo is one.
        width_m = known.get("bottom", known.get("top", width_m))
    rows = max(4, round(width_m * ppm))
    color = _scaled(band, rows / band.shape[0])[:rows]
    given = {**visible.given, "border_bottom": color}
    top_m = known.get("top", width_m)
    confidence = {**visible.confidence, "border_bottom": sure}
    if abs(top_m - width_m) <= _ALIKE_BORDERS * width_m:
        given["border_top"], top_m = np.ascontiguousarray(color[::-1, ::-1]), width_m
        confidence["border_top"] = round(0.7 * sure, 3)
    return replace(
        visible, border_top_m=top_m, border_bottom_m=width_m, confidence=confidence, given=given
    )


def _border_alone(visible: Visible, detail: Flattened) -> tuple[Rgb8, float]:
    """A border without the body beside it, its outer edge below, and its width in meters."""
    band = np.ascontiguousarray(detail.strip[..., :3])
    if detail.facts.method == "quad":
        return band, detail.facts.width_m
    ppm = detail.facts.pixels_per_meter
    border = without_body(band, ppm, _body_color(visible))
    if border.shape[0] == band.shape[0]:
        return border, min(USUAL_BORDER_M, border.shape[0] / ppm)
    return border, border.shape[0] / ppm


def _body_color(visible: Visible) -> NDArray[np.float64]:
    """The middle color of the visible body, or of the body's own photo: CIE L*a*b*."""
    if "body" in visible.given:
        body = visible.given["body"]
        shown = np.ones(body.shape[:2], np.bool_)
    else:
        rows = visible.pixels.shape[0]
        field = slice(round(0.3 * rows), round(0.7 * rows))
        end = max(1, round(visible.body_end_m * visible.pixels_per_meter))
        body, shown = visible.pixels[field, :end], visible.shown[field, :end]
    some = body[::4, ::4][shown[::4, ::4]]
    return np.asarray(np.median(to_lab(some[None]), axis=(0, 1)), np.float64)


def _with_body(visible: Visible, detail: Flattened) -> Visible:
    """The body from its own photo, in the scale at which its repeat is that of the strip."""
    color = np.ascontiguousarray(detail.strip[..., :3])
    factor = visible.pixels_per_meter / detail.facts.pixels_per_meter
    if detail.facts.method == "piece":
        factor *= _scale_between(
            find_lattice(color, detail.facts.pixels_per_meter), _visible_lattice(visible)
        )
    confidence = {**visible.confidence, "body": _SURE[detail.facts.method]}
    body = _scaled(color, factor)
    return replace(visible, given={**visible.given, "body": body}, confidence=confidence)


def _visible_lattice(visible: Visible) -> Lattice:
    ppm = visible.pixels_per_meter
    rows = slice(
        round(visible.border_top_m * ppm),
        visible.pixels.shape[0] - round(visible.border_bottom_m * ppm),
    )
    body = visible.pixels[rows, : round(visible.body_end_m * ppm)]
    return find_lattice(body, ppm) if min(body.shape[:2]) > 16 else Lattice(None, None, None, 0.0)


def _scale_between(own: Lattice, wanted: Lattice) -> float:
    """How much larger the wanted repeat is, 1 where the two do not tell."""
    ratios = [
        there / here
        for here, there in (
            (own.period_s_m, wanted.period_s_m),
            (own.period_t_m, wanted.period_t_m),
        )
        if here and there
    ]
    if not ratios:
        return 1.0
    mean = float(np.exp(np.mean(np.log(ratios))))
    agree = max(ratios) < 1.25 * min(ratios)
    return mean if agree and _LEAST_FACTOR < mean < _MOST_FACTOR else 1.0


def _scaled(picture: Rgba8, factor: float) -> Rgba8:
    height, width = picture.shape[:2]
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    way = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
    scaled: Rgba8 = cv2.resize(picture, size, interpolation=way)
    return scaled
