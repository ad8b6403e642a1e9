"""Lay the saree flat: from a cutout to a strip in fabric coordinates, its light divided out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from chalicelib.errors import UnreadablePhotoError
from chalicelib.imaging.extracting.evening import common_width, evening
from chalicelib.imaging.extracting.parts import (
    MEASURING_PPM,
    cross_lines,
    find_borders,
    find_pallu,
    measuring_copy,
)
from chalicelib.imaging.flattening.doubt import geometry_doubt
from chalicelib.imaging.flattening.shading import Layout, divided, light_on
from chalicelib.imaging.flattening.spread import Spread, find_spread, halved, photo_map, sketch
from chalicelib.imaging.flattening.weave import drift, over_strip
from chalicelib.imaging.pattern.lattice import find_lattice
from chalicelib.imaging.strip import NOMINAL_WIDTH_M, FabricSize, Flattened, StripFacts
from chalicelib.imaging.swatching.patchwork import patchwork
from chalicelib.imaging.swatching.swatches import read_swatches

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from chalicelib.imaging.image import Mask, Rgba8
    from chalicelib.ports import FlattenAdapter

FORBIDDEN_CHANGES = ("geometry", "color", "motifs", "anything outside the cloth")
FLAT_KINDS = frozenset({"flat_spread"})
_PPM = 1000.0
_SHORTEST_M = 0.4
_GOOD_M = 0.005
_MEASURED = 1600
_GLANCE_PPM = 250.0
_LIVELIER = 1.5
_THIN_M = 0.03
_MOSTLY = 0.6


def flatten(cutout: Rgba8, wanted: FabricSize, adapter: FlattenAdapter, seed: int) -> Flattened:
    """
    Lay the cloth of a cutout flat.

    Parameters
    ----------
    cutout : ndarray of uint8, shape (H, W, 4)
        sRGB with straight coverage, upright, at the photo's own size.
    wanted : FabricSize
        What is known beforehand.
    adapter : FlattenAdapter
        Resamples the cutout where the map says.
    seed : int
        Handed to the adapter.

    Returns
    -------
    Flattened

    Raises
    ------
    UnreadablePhotoError
        Nothing of the cloth can be read; the sentence says what photo would serve.
    """
    width_m = wanted.width_m or NOMINAL_WIDTH_M
    spread = None
    if wanted.kind in FLAT_KINDS:
        spread = find_spread(cutout, width_m, wanted.focal_35mm, wanted.floor_lines)
    if spread is None or spread.length_m < _SHORTEST_M:
        return _of_swatches(cutout, wanted.kind, width_m)
    return _of_spread(cutout, spread, adapter, seed)


def _of_spread(cutout: Rgba8, spread: Spread, adapter: FlattenAdapter, seed: int) -> Flattened:
    ppm = min(_PPM, _density(spread))
    small = halved(cutout, _MEASURED)
    turned = _pallu_at_far_end(spread, small)
    look = sketch(spread, small, MEASURING_PPM, turned=turned)
    layout, ahead = _layout(look, spread.width_m)
    where = photo_map(spread, ppm, turned=turned, drift=ahead)
    strip = adapter.run(cutout, where, seed, (), FORBIDDEN_CHANGES)
    seen = _seen(strip)
    color = cv2.cvtColor(strip, cv2.COLOR_RGBA2RGB)
    even = divided(color, light_on(color, seen, ppm, layout))
    facts = _facts(spread, ppm, turned=turned, seen=seen)
    return Flattened(cv2.merge([even, seen.astype(np.uint8) * 255]), facts)


def _layout(look: Rgba8, width_m: float) -> tuple[Layout, NDArray[np.float32] | None]:
    """Where the parts lie, from a sketch of the strip, and how far cloth strays from there."""
    color = np.ascontiguousarray(look[..., :3])
    lab, shown, ppm = measuring_copy(color, _seen(look), MEASURING_PPM)
    pallu = find_pallu(lab, shown, ppm)
    start = pallu.start_m if pallu else look.shape[1] / MEASURING_PPM
    top, bottom = find_borders(lab, shown, ppm, start)
    widths = [border.width_m if border else _THIN_M for border in (top, bottom)]
    body_end = pallu.body_end_m if pallu else start
    layout = Layout(width_m, widths[0], widths[1], start, body_end)
    drifted = _drift(look, layout)
    common = common_width(lab, shown, ppm, (top, bottom), start) if top and bottom else None
    if common is None:
        return layout, drifted
    uneven = evening(layout, common, look.shape[1] / MEASURING_PPM)
    evened = replace(layout, border_top_m=common, border_bottom_m=common)
    return evened, uneven if drifted is None else uneven + drifted


def _drift(look: Rgba8, layout: Layout) -> NDArray[np.float32] | None:
    """Where the body's weave strays from its repeat, over the whole strip."""
    height, width = look.shape[:2]
    top = round(layout.border_top_m * MEASURING_PPM)
    bottom = height - round(layout.border_bottom_m * MEASURING_PPM)
    end = round(layout.body_end_m * MEASURING_PPM)
    seen = _seen(look)
    columns = np.flatnonzero(seen[top:bottom, :end].mean(axis=0) > _MOSTLY)
    if len(columns) < _SHORTEST_M * MEASURING_PPM:
        return None
    body = slice(top, bottom), slice(int(columns[0]), int(columns[-1]) + 1)
    color = np.ascontiguousarray(look[..., :3][body])
    lattice = find_lattice(color, MEASURING_PPM)
    found = drift(color, seen[body], MEASURING_PPM, lattice)
    if found is None:
        return None
    box = [edge / MEASURING_PPM for edge in (top, bottom, body[1].start, body[1].stop)]
    size = height / MEASURING_PPM, width / MEASURING_PPM
    return over_strip(found, (box[0], box[1], box[2], box[3]), size)


def _of_swatches(cutout: Rgba8, kind: str, width_m: float) -> Flattened:
    swatches = read_swatches(cutout, kind, _PPM)
    if swatches is None:
        raise UnreadablePhotoError(
            "too little of the saree can be seen; "
            "photograph it spread flat, with both borders and the pallu in the picture",
            code="saree_not_flat",
        )
    return patchwork(swatches, width_m)


def _density(spread: Spread) -> float:
    """Photo pixels per meter across the cloth where the photo is closest to it."""
    u = np.array([[spread.near.u, spread.near.u], [spread.far.u, spread.far.u]])
    t = np.array([[0.0, spread.width_m], [0.0, spread.width_m]])
    ends = spread.to_photo(u, t)
    spans = np.linalg.norm(ends[:, 1] - ends[:, 0], axis=1)
    return float(np.ceil(spans.max() / spread.width_m / 10) * 10)


def _pallu_at_far_end(spread: Spread, small: Rgba8) -> bool:
    look = sketch(spread, small, _GLANCE_PPM, turned=False)
    color = np.ascontiguousarray(look[..., :3])
    lab, seen, ppm = measuring_copy(color, _seen(look), _GLANCE_PPM)
    liveliness = [cross_lines(lab, seen, ppm, right=right) for right in (False, True)]
    if max(liveliness) > _LIVELIER * min(liveliness):
        return liveliness[0] > liveliness[1]
    ahead = find_pallu(lab, seen, ppm)
    behind = find_pallu(lab[::-1, ::-1], seen[::-1, ::-1], ppm)
    clear = [0.0 if pallu is None else pallu.confidence for pallu in (ahead, behind)]
    return clear[1] > clear[0]


def _seen(strip: Rgba8) -> Mask:
    mask: Mask = strip[..., 3] > 200
    return mask


def _facts(spread: Spread, ppm: float, *, turned: bool, seen: Mask) -> StripFacts:
    ends = (spread.far, spread.near) if turned else (spread.near, spread.far)
    width = spread.width_m
    t = np.array([0.0, width, width, 0.0] if turned else [width, 0.0, 0.0, width])
    u = np.array(
        [
            end.at(across)
            for end, across in zip((ends[0], ends[0], ends[1], ends[1]), t, strict=True)
        ]
    )
    corners = spread.to_photo(u, t, bent=False)
    accuracy = min(1.0, _GOOD_M / geometry_doubt(spread, turned=turned))
    assumptions = []
    if not ends[0].seen:
        assumptions.append("The photo cuts the pallu's outer end; it is taken to end there.")
    return StripFacts(
        pixels_per_meter=ppm,
        length_m=seen.shape[1] / ppm,
        width_m=seen.shape[0] / ppm,
        method="quad",
        quad=tuple((float(x), float(y)) for x, y in corners),
        pallu_end_seen=ends[0].seen,
        far_end_seen=ends[1].seen,
        border_top_m=None,
        border_bottom_m=None,
        pallu_m=None,
        confidence={
            "geometry": round(spread.straightness * accuracy, 3),
            "weft": round(min(1.0, 3 * spread.plane.weft_evidence), 3),
        },
        assumptions=tuple(assumptions),
    )
