"""Everything that is measured on a render, part by part."""

from dataclasses import dataclass
from typing import Final, Self

import cv2
import numpy as np

from chalicelib.imaging.cloth import REGIONS, Cloth
from chalicelib.imaging.image import Rgb8
from chalicelib.imaging.metrics import pattern
from chalicelib.imaging.metrics.alignment import FINE_SCALE, FINE_TURN, align
from chalicelib.imaging.metrics.border import REACH_M, follow
from chalicelib.imaging.metrics.detail import added_pattern, added_texture, even, seam, sharpness
from chalicelib.imaging.metrics.difference import ciede2000
from chalicelib.imaging.metrics.kinds import Plane
from chalicelib.imaging.metrics.observation import Observation, observe
from chalicelib.imaging.metrics.structure import ssim_map
from chalicelib.imaging.placement import PlacementMap

EXPLAINED_BELOW: Final = 0.85
"""Worst likeness of a window from which on it is asked what happened to the pattern."""

MIXED: Final = 2.5
"""Cells; standard deviation of the filter before colors are compared."""

CREASE: Final = 0.05
EVEN: Final = 0.02
"""Shares of the light by which it may vary among neighbors where patterns, and where seams
and added texture, are looked for: moving light changes most where it varies most."""

CAST: Final = 3.0
"""Color difference of a whole part from which on steps of color are no evidence of a seam."""

FADED: Final = 0.9
"""Share of the fine detail below which a paler pattern counts as blurred, not faded."""

IN_PLACE: Final = 1.5
"""Cells by which a pattern may be off and still count as in its place."""

BLURRED: Final = 0.75
"""Share of the fine detail below which a pattern counts as blurred."""

EDGE: Final = 2
"""Cells of a border that its inner edge may run through."""

RECOGNIZED: Final = 0.6
"""Correlation from which on a pattern counts as found again."""

APART: Final = 12
"""Columns kept on each side of what is seen; twice as many part two stretches."""

RING: Final = 3
"""Cells from the edge of what is seen of a part that make up its boundary ring."""

LEAST_CELLS: Final = 200
"""Fewer cells than this are no evidence."""


def measure(
    render: Rgb8, reference: Rgb8, cloth: Cloth, placement: PlacementMap
) -> dict[str, dict[str, float]]:
    """
    Measure how far a render is from its faithful reference, on the cloth.

    Parameters
    ----------
    render, reference : ndarray of uint8, shape (H, W, 3)
        sRGB, of the size of `placement`.
    cloth : Cloth
        The saree that the reference shows.
    placement : PlacementMap
        Where it lies in both.

    Returns
    -------
    dict of dict of float
        For each part "coverage", the share of the seen cloth that it makes up, and, if enough
        of it is seen, its metrics by name.
    """
    observation = observe(render, reference, placement, cloth)
    whole = max(float(observation.area.sum()), 1.0)
    return {name: _measured(observation, name, whole) for name in REGIONS}


@dataclass(frozen=True, slots=True, eq=False)
class _Patch:
    """
    What is seen of a part: its cells without the columns that nothing shows.

    Columns near seen ones are kept, so that no filter reaches from one stretch to another.
    """

    weight: Plane
    light: Plane
    reference: Plane
    render: Plane

    @classmethod
    def cut(cls, observation: Observation, where: tuple[slice, slice]) -> Self:
        """Cut a part out of the strip."""
        weight = observation.weight[where]
        near = np.convolve(weight.any(axis=0), np.ones(2 * APART + 1))[APART:-APART]
        kept = np.flatnonzero(near > 0.5)
        planes = (
            weight,
            observation.light[where],
            *(picture[where] for picture in (observation.reference, observation.render)),
        )
        return cls(*(np.take(plane, kept, axis=1) for plane in planes))


def _measured(observation: Observation, name: str, whole: float) -> dict[str, float]:
    part = observation.grid.region(name)
    coverage = float(observation.area[part].sum()) / whole
    where = _guarded(observation, name)
    if np.count_nonzero(observation.weight[where]) < LEAST_CELLS:
        return {"coverage": 0.0}
    patch = _Patch.cut(observation, where)
    return (
        {"coverage": coverage}
        | _structure(patch)
        | _color(patch)
        | _pattern(observation, where, patch)
        | (_border(observation, name) if name.startswith("border") else {})
    )


def _guarded(observation: Observation, name: str) -> tuple[slice, slice]:
    """
    A part without the rows that are not its own.

    Of the body and the pallu those that a border which is out of place would cover; of a
    border those whose cells the edge runs through.
    """
    rows, columns = observation.grid.region(name)
    reach = round(REACH_M / observation.grid.cell_m)
    top, bottom = {"border_top": (0, EDGE), "border_bottom": (EDGE, 0)}.get(name, (reach, reach))
    first = rows.start + top
    return slice(first, max(rows.stop - bottom, first)), columns


def _pattern(
    observation: Observation, where: tuple[slice, slice], patch: _Patch
) -> dict[str, float]:
    reference, render = patch.reference, patch.render
    weight = patch.weight * even(patch.light, patch.weight, CREASE)
    telling = patch.weight * even(patch.light, patch.weight, EVEN)
    found = pattern.windows(reference, render, weight)
    spread, patch_strength = added_pattern(reference, render, telling, found)
    measured = {
        "pattern_score": pattern.score(found),
        "pattern_worst": pattern.worst(found),
        "pattern_contrast": pattern.contrast(found),
        "added_pattern": spread,
        "added_patch": patch_strength,
        "color_cast": pattern.cast(found),
    }
    if measured["color_cast"] < CAST:
        # Another color is a step wherever the cloth's own color changes.
        measured["seam"] = seam(reference, render, telling, observation.grid.cell_m)
    sharp = sharpness(reference, render, weight, found)
    added = added_texture(reference, render, telling)
    if sharp is not None:
        # Blur takes the fine first and the pattern with it; what is only paler keeps both.
        faded = min(measured["pattern_contrast"], 1) if sharp < FADED else 1
        measured["sharpness"] = sharp * faded
    if added is not None:
        measured["added_texture"] = added
    if measured["pattern_worst"] < EXPLAINED_BELOW:
        measured |= _explained(observation, where, blurred=(sharp or 1) < BLURRED)
    return measured


def _explained(
    observation: Observation, where: tuple[slice, slice], *, blurred: bool
) -> dict[str, float]:
    found = align(observation.strip[where], observation.render[where], observation.weight[where])
    if found is None:
        return {}
    if found.likeness < RECOGNIZED:
        # What is not found at all has no size, direction or place.
        return {"motif_likeness": found.likeness}
    # A little of either explains a little of the other: the greater is meant. Of a blurred
    # pattern small changes cannot be told.
    scale, turn = abs(found.scale), abs(found.turn)
    scaled = scale / FINE_SCALE >= turn / FINE_TURN
    least = 3 if blurred and found.slide < IN_PLACE else 0
    return {
        "motif_likeness": found.likeness,
        "pattern_scale": scale if scaled and scale > least * FINE_SCALE else 0.0,
        "pattern_turn": turn if not scaled and turn > least * FINE_TURN else 0.0,
        "pattern_slide_m": found.slide * observation.grid.cell_m,
    }


def _structure(patch: _Patch) -> dict[str, float]:
    weight = patch.weight
    similarity = ssim_map(patch.reference[..., 0] / 100, patch.render[..., 0] / 100, weight)
    seen = (weight > 0).astype(np.uint8)
    # Single cells that no pixel fell into are no edges.
    closed = cv2.morphologyEx(seen, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    size = 2 * RING + 1
    inner = cv2.erode(
        closed, np.ones((size, size), np.uint8), borderType=cv2.BORDER_CONSTANT, borderValue=0
    )
    interior = weight * inner
    return {
        "ssim": _mean(similarity, interior),
        "ssim_boundary": _mean(similarity, weight - interior),
    }


def _color(patch: _Patch) -> dict[str, float]:
    """
    Color difference of what the eye sees as one color: what is finer than a thread is mixed.

    Zhang, Wandell, "A Spatial Extension of CIELAB for Digital Color Image Reproduction",
    SID Symposium Digest 27, 1996: filter first, then compare.
    """
    weight = patch.weight[..., np.newaxis]
    mass = _mixed(patch.weight)[::2, ::2]
    first = _mixed(patch.reference * weight)[::2, ::2]
    second = _mixed(patch.render * weight)[::2, ::2]
    seen = mass > min(0.5, float(mass.max()) / 2)
    share = mass[seen][:, np.newaxis]
    difference = ciede2000(first[seen] / share, second[seen] / share)
    ordered = np.sort(difference)
    return {
        "delta_e": float(difference.mean(dtype=np.float64)),
        "delta_e_p95": float(ordered[int(0.95 * (len(ordered) - 1))]),
    }


def _mixed(plane: Plane) -> Plane:
    mixed: Plane = cv2.GaussianBlur(plane, (0, 0), MIXED, borderType=cv2.BORDER_CONSTANT)
    return mixed


def _border(observation: Observation, name: str) -> dict[str, float]:
    course = follow(observation, name)
    if course is None:
        return {}
    return {
        "border_continuity": course.continuity(),
        "border_recognized": course.recognized(),
        "border_shift_m": course.shift(),
        "border_widening": course.widening_of_most(),
        "border_gap_m": course.gap(),
    }


def _mean(values: Plane, weight: Plane) -> float:
    mass = float(weight.sum(dtype=np.float64))
    if mass == 0:
        return 1.0
    return float(np.sum(values * weight, dtype=np.float64)) / mass
