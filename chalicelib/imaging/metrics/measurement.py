"""Everything that is measured on a render, part by part."""

from dataclasses import dataclass
from typing import Final, Self

import cv2
import numpy as np

from chalicelib.imaging.cloth import REGIONS, Cloth
from chalicelib.imaging.image import Rgb8
from chalicelib.imaging.metrics import pattern
from chalicelib.imaging.metrics.alignment import align
from chalicelib.imaging.metrics.border import REACH_M, follow
from chalicelib.imaging.metrics.changes import FINE_SCALE, FINE_TURN
from chalicelib.imaging.metrics.detail import detail_share, detail_where_changed
from chalicelib.imaging.metrics.difference import ciede2000
from chalicelib.imaging.metrics.kinds import Plane
from chalicelib.imaging.metrics.light import even
from chalicelib.imaging.metrics.observation import Observation, observe
from chalicelib.imaging.metrics.recoloring import Difference, recolored
from chalicelib.imaging.metrics.residue import COLOR, LIGHTNESS, Residue, Residues
from chalicelib.imaging.metrics.seams import seam
from chalicelib.imaging.metrics.structure import ssim_map
from chalicelib.imaging.placement import PlacementMap

EXPLAINED_BELOW: Final = 0.85
"""Worst likeness of a window from which on it is asked what happened to the pattern."""

UNLIKE: Final = 0.95
"""Structural similarity below which it is asked what happened to the detail."""

STAINED: Final = 1.3
"""How many times as much as its pattern a window's color must change for a stain."""

MIXED: Final = 2.5
"""Cells; standard deviation of the filter before colors are compared."""

CREASE: Final = 0.05
"""Share of the light by which it may vary among neighbors where patterns are compared: moving
light changes most where it varies most."""

RIM: Final = 0.6
"""Share of a stain's strength from which a step is a seam and not the stain's rim; half of it
where the stain is on more than this share of the windows: pieces are larger than stains."""

WIDESPREAD: Final = 0.1

IN_PLACE: Final = 1.5
"""Cells by which a pattern may be off and still count as in its place."""

BLURRED: Final = 0.75
"""Share of the fine detail below which a pattern counts as blurred."""

EDGE: Final = 2
"""Cells of a border that its inner edge may run through."""

DYED_ANEW: Final = 1.5
"""CIEDE2000 by which a part's colors went another way together, from which on only what does
not follow from its own colors is new."""

NEW: Final = 0.7
INSTEAD: Final = 0.8
"""Strength of what is new in some windows from which on it is asked what it is, and share of the
fine detail, where a part changed, below which it stands in the pattern's stead."""

GONE: Final = 0.7
"""Share of the pattern in the windows that have the least of it, below which it is gone there."""

THERE: Final = 0.85
"""Share of the pattern from which on it is there, whatever else is."""

THERE_EVERYWHERE: Final = 0.79
"""The same of the windows that have the least of it, from which on steps of color are seams."""

IN_ORDER: Final = 0.9
"""Pattern score from which on they are: in a pattern that is out of order all is steps."""

RECOGNIZED: Final = 0.6
"""Correlation, or score, from which on a pattern counts as found again."""

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
    seen_m2 = float(observation.weight[part].sum()) * observation.grid.cell_m**2
    where = _guarded(observation, name)
    if np.count_nonzero(observation.weight[where]) < LEAST_CELLS:
        return {"coverage": 0.0}
    patch = _Patch.cut(observation, where)
    measured = _structure(patch) | _color(patch) | _pattern(observation, where, patch)
    if measured["ssim"] < UNLIKE and measured["pattern_score"] > RECOGNIZED:
        measured["detail"] = detail_share(patch.reference, patch.render, patch.weight)
    return (
        {"coverage": coverage, "seen_m2": seen_m2}
        | measured
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
    found = pattern.windows(reference, render, weight)
    difference = Difference.between(reference, render, weight)
    measured = {
        "pattern_score": pattern.score(found),
        "pattern_worst": pattern.worst(found),
        "color_cast": pattern.cast(found),
        "color_stain": pattern.stain(found),
        "recoloring": difference.recoloring(),
    }
    residues = Residues(weight)
    lightness = residues.of(reference, render, LIGHTNESS)
    dyed = measured["recoloring"] > DYED_ANEW
    expected = recolored(reference, render, weight) if dyed else reference
    color = residues.of(expected, render, COLOR)
    measured |= _made_up(lightness) | {"missing_patch": lightness.most_missing()}
    stained = pattern.patch(found)
    disturbed = float(np.hypot(lightness.disturbed(), color.disturbed()))
    if stained > STAINED * disturbed and measured.get("pattern_kept", 1) > GONE:
        measured["color_patch"] = stained
    dyed_anew = [residues.of(expected, render, LIGHTNESS)] if dyed else []
    measured |= _new([lightness, *dyed_anew], color, patch)
    joined = seam(difference, observation.grid.cell_m)
    kept = measured.get("pattern_kept", 1) > THERE_EVERYWHERE
    kept &= measured["pattern_score"] > IN_ORDER
    rim = RIM if pattern.stained(found) < WIDESPREAD else RIM / 2
    if kept and joined >= rim * measured["color_stain"]:
        measured["seam"] = joined
    if measured["pattern_worst"] < EXPLAINED_BELOW:
        measured |= _explained(
            observation,
            where,
            blurred=measured.get("sharpness", 1) < BLURRED,
            there=measured.get("pattern_contrast", 1) > THERE,
        )
    return measured


def _made_up(lightness: Residue) -> dict[str, float]:
    """What is there of the pattern, where there is any."""
    told = {
        "pattern_contrast": lightness.contrast(),
        "pattern_kept": lightness.least_kept(),
        "pattern_replaced": lightness.replaced(),
        "sharpness": lightness.sharpness(),
        "sharpness_worst": lightness.least_sharp(),
    }
    return {name: value for name, value in told.items() if value is not None}


def _new(lightness: list[Residue], color: Residue, patch: _Patch) -> dict[str, float]:
    """What is there that should not be: added to the pattern, or in its stead."""
    new = {}
    # Where more is missing than was added, that is told already.
    if lightness[0].most_added() >= lightness[0].most_missing():
        new["texture"] = min(residue.added() for residue in lightness)
        new["patch"] = min(residue.most_added() for residue in lightness)
    if color.most_added() >= color.most_missing():
        new |= {"color": color.added(), "color_patch": color.most_added()}
    instead = (
        max(new.get("patch", 0), new.get("color_patch", 0)) > NEW
        and detail_where_changed(patch.reference, patch.render, patch.weight) < INSTEAD
    )
    how = "instead" if instead else "added"
    return {f"{how}_{name}": value for name, value in new.items()}


def _explained(
    observation: Observation, where: tuple[slice, slice], *, blurred: bool, there: bool
) -> dict[str, float]:
    found = align(observation.strip[where], observation.render[where], observation.weight[where])
    if found is None:
        return {}
    if found.likeness < RECOGNIZED or not found.explains():
        # What is not found at all has no size, direction or place.
        return {} if there else {"motif_likeness": found.likeness}
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
    weight = cv2.merge([patch.weight] * 3)
    mass, first, second = (
        _mixed(plane) for plane in (patch.weight, patch.reference * weight, patch.render * weight)
    )
    seen = mass > min(0.5, float(mass.max()) / 2)
    share = mass[seen][:, np.newaxis]
    difference = ciede2000(first[seen] / share, second[seen] / share)
    ordered = np.sort(difference)
    return {
        "delta_e": float(difference.mean(dtype=np.float64)),
        "delta_e_p95": float(ordered[int(0.95 * (len(ordered) - 1))]),
    }


def _mixed(plane: Plane) -> Plane:
    """Mixed at half the resolution, which is still finer than the filter."""
    half = (-(-plane.shape[1] // 2), -(-plane.shape[0] // 2))
    small = cv2.resize(plane, half, interpolation=cv2.INTER_AREA)
    mixed: Plane = cv2.GaussianBlur(small, (0, 0), MIXED / 2, borderType=cv2.BORDER_CONSTANT)
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
        "border_cut_m": course.cut(),
        "border_gap_m": course.gap(),
    }


def _mean(values: Plane, weight: Plane) -> float:
    mass = float(weight.sum(dtype=np.float64))
    if mass == 0:
        return 1.0
    return float(np.sum(values * weight, dtype=np.float64)) / mass
