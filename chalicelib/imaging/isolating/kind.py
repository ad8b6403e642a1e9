"""What kind of photo this is, and what such a photo can and cannot give."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from chalicelib.imaging.color import to_lab
from chalicelib.imaging.isolating.fabric import bareness, structure, variedness
from chalicelib.imaging.isolating.garment import Wearer
from chalicelib.imaging.isolating.segmentation import Segmentation
from chalicelib.imaging.isolating.silhouette import Silhouette, silhouette_of, slants
from chalicelib.imaging.isolating.tailoring import sewn
from chalicelib.imaging.isolating.view import View
from chalicelib.imaging.pattern.hem import read_hem
from chalicelib.imaging.strip import FloorLines

_SIDE: Final = 512
_LEAST_SHARE: Final = 0.04

_LEAST_LIKELY: Final = 0.33
"""Below this a photo looks like no kind; one that looks like two is of one of them."""

_MOST_WORN: Final = 0.55
_LEAST_PERSON: Final = 0.2
_UNEVEN: Final = 0.90
_EVEN: Final = 0.95
"""Solidity of outlines that are certainly no strip with straight sides, and that are one."""

_GOES_ON: Final = 0.25
_LEAST_TALL: Final = 0.85
"""Height over width of a saree on someone who stands, its pallu held out."""

FLAT: Final = "flat_spread"

KINDS: Final = (
    FLAT,
    "folded",
    "pleated_fan",
    "hung",
    "heaped",
    "close_up",
    "worn",
    "mannequin",
    "no_cloth",
)

ASSUMPTIONS: Final[dict[str, tuple[str, ...]]] = {
    "flat_spread": (),
    "folded": (
        "The cloth is folded, so its length and width are taken as given; "
        "photograph it spread flat to have them measured.",
    ),
    "pleated_fan": (
        "The cloth is pleated, so the body is read from the widest smooth piece; "
        "photograph the pallu spread flat to have it shown as it is.",
    ),
    "hung": (
        "The cloth hangs or has a flap folded over, so one part hides another; "
        "photograph the pallu spread flat to have it shown as it is.",
    ),
    "heaped": (
        "The cloth lies in folds, so its length and width are taken as given; "
        "photograph it spread flat to have them measured.",
    ),
    "close_up": (
        "Only a piece of the cloth is in the photo; the rest continues its pattern. "
        "Photograph the whole end spread flat to have borders and pallu measured.",
    ),
    "worn": (
        "The saree is worn, so its parts are read from pieces; "
        "photograph the pallu spread flat to have it shown as it is.",
    ),
    "mannequin": (
        "The saree is on a mannequin, so its parts are read from pieces; "
        "photograph the pallu spread flat to have it shown as it is.",
    ),
    "no_cloth": (),
}
"""By kind: what was taken for granted, and which photo would make it certain."""


@dataclass(frozen=True, slots=True)
class PhotoReading:
    """What was read off a photo before its cloth is flattened; JSON-able facts only."""

    kind: str
    kind_confidence: float
    confidence: float
    """0..1, a prediction of the outline's intersection over union with the truth."""
    cloth_share: float
    """Share of the photo's area that is cloth, 0..1; bars around a photo are none of it."""
    assumptions: tuple[str, ...]
    floor_lines: FloorLines = ()
    """Of a photo of cloth that lies flat."""


@dataclass(frozen=True, slots=True)
class _Clause:
    """One thing that is to be so: `trait` above `level`, or below it where `softness` < 0."""

    trait: str
    level: float
    softness: float

    def holds(self, traits: dict[str, float]) -> float:
        return float(1 / (1 + np.exp(-(traits[self.trait] - self.level) / self.softness)))


_NEARLY_FILLED: Final = 0.5

_UNSEWN: Final = _Clause("sewn", 0.85, -0.015)
_ONE_CLOTH: Final = _Clause("doubt", 0.31, -0.03)

_LOOKS: Final[dict[str, tuple[_Clause, ...]]] = {
    "flat_spread": (
        _Clause("extent", 0.4, 0.04),
        _Clause("frame_filled", 0.65, -0.04),
        _Clause("solidity", 0.91, 0.015),
        _Clause("straightness", 0.62, 0.05),
        _Clause("tilt_degrees", 29, -2),
        _Clause("longest_slant", 0.2, -0.02),
        _Clause("tallness", 2.25, -0.08),
        _Clause("corners", 16, -1.5),
        _UNSEWN,
    ),
    "folded": (
        _Clause("extent_or_lean", 0.5, -0.06),
        _Clause("solidity", 0.7, 0.025),
        _Clause("straightness", 0.86, 0.025),
        _Clause("corners", 16, -1.5),
        _UNSEWN,
    ),
    "pleated_fan": (
        _Clause("share", 0.45, 0.04),
        _Clause("straightness", 0.68, -0.05),
        _Clause("slant_total", 1.8, 0.25),
        _Clause("corners", 14, 2),
    ),
    "hung": (
        _Clause("share", 0.6, 0.04),
        _Clause("share", 0.975, -0.006),
        _Clause("longest_slant", 0.2, 0.02),
        _Clause("straightness", 0.62, 0.05),
        _Clause("tilt_degrees", 29, -2),
        _UNSEWN,
    ),
    "heaped": (
        _Clause("share", 0.5, 0.04),
        _Clause("straightness", 0.55, -0.06),
        _Clause("slant_total", 1.8, -0.25),
        _UNSEWN,
    ),
    "close_up": (
        _Clause("frame_filled", 0.65, 0.04),
        _Clause("loose_slant", 0.06, -0.01),
        _Clause("structure", 0.03, 0.006),
    ),
    "mannequin": (
        _Clause("tallness", 2.1, 0.15),
        _Clause("corners", 13.5, 1),
        _Clause("solidity", 0.87, 0.015),
        _Clause("cut_ends", 0.1, -0.03),
        _UNSEWN,
    ),
}
"""What each kind looks like; a kind is as likely as its least likely clause."""

_HEMMED: Final = (
    _Clause("hem", 0.08, 0.01),
    _Clause("tallness", 1.4, 0.06),
    _Clause("corners", 13.5, 1),
    _Clause("sewn", 0.92, -0.015),
)
"""What a mannequin looks like, too, its pallu held out or its top cut off: a border at the hem."""


def kind_of(found: Segmentation) -> tuple[str, float]:
    """
    The kind of a photo and how sure that is.

    Parameters
    ----------
    found : Segmentation
        What a segmenter found in the photo.

    Returns
    -------
    tuple of str and float
        One of `KINDS`; 0..1.
    """
    view = found.view.at(_SIDE)
    share = float(view.cloth.mean())
    if share < _LEAST_SHARE:
        return "no_cloth", 1 - share / (2 * _LEAST_SHARE)
    person = found.person
    if person is not None and person.score >= _LEAST_PERSON and share <= _MOST_WORN:
        return _worn(person, found.view)
    bare = bareness(view)
    return ("no_cloth", bare) if bare > 0.5 else _look_of(view, found.confidence)


def _worn(wearer: Wearer, view: View) -> tuple[str, float]:
    """`worn` by a person, or `no_cloth` where that person wears no saree."""
    certainty = float(1 / (1 + np.exp(-(wearer.score - _LEAST_PERSON + 0.2) / 0.2)))
    return ("worn" if _is_saree(wearer, view) else "no_cloth"), certainty


def _is_saree(wearer: Wearer, view: View) -> bool:
    tall = silhouette_of(view.at(_SIDE).cloth).tallness > _LEAST_TALL
    # Reduced at once, as the wearer was: in two steps it may come out a row shorter.
    garment = view.at(max(wearer.skin.shape)).cloth
    return tall and wearer.wears_skirt(garment) and wearer.wears_one_cloth()


def _look_of(view: View, confidence: float) -> tuple[str, float]:
    traits = _traits(view)
    likely = _looks(traits)
    likely["mannequin"] = max(likely["mannequin"], _likely(_HEMMED, traits))
    kind = max(likely, key=lambda each: likely[each])
    if kind == "heaped":
        # A heap has no shape to be known by: its outline must be sure and hold one cloth.
        doubt = variedness(view) + 1 - confidence
        likely[kind] = min(likely[kind], _ONE_CLOTH.holds({"doubt": doubt}))
    if likely[kind] < _LEAST_LIKELY:
        return "no_cloth", 1 - likely[kind]
    return kind, likely[kind] ** 2 / sum(likely.values())


def _traits(view: View) -> dict[str, float]:
    cloth = view.cloth
    outline, lines = silhouette_of(cloth), slants(view.photo, cloth)
    longest = float(lines.max(initial=0))
    leaning = outline.tilt_degrees / 29 - 0.5
    extent = outline.share + _beyond(outline)
    return {
        "share": outline.share,
        "solidity": outline.solidity,
        "tallness": outline.tallness,
        "straightness": outline.straightness,
        "corners": outline.corners,
        "tilt_degrees": outline.tilt_degrees,
        "sewn": sewn(cloth),
        "hem": _hem(view),
        "structure": structure(view) if min(outline.cut) > _NEARLY_FILLED else 0.0,
        "cut_ends": max(outline.cut[:2]),
        "extent": extent,
        "extent_or_lean": min(extent - 0.1, 1 - leaning),
        "frame_filled": min(outline.cut),
        "longest_slant": longest,
        "loose_slant": longest * (1 - min(outline.cut)),
        "slant_total": float(lines.sum()),
    }


def _beyond(outline: Silhouette) -> float:
    """How much more cloth lies beyond the frame, as shares go, where an even strip runs there."""
    even = float(np.clip((outline.solidity - _UNEVEN) / (_EVEN - _UNEVEN), 0, 1))
    return _GOES_ON * even * max(outline.cut)


def _looks(traits: dict[str, float]) -> dict[str, float]:
    """How far a photo looks like each kind, 0..1."""
    return {kind: _likely(clauses, traits) for kind, clauses in _LOOKS.items()}


def _likely(clauses: tuple[_Clause, ...], traits: dict[str, float]) -> float:
    return min(clause.holds(traits) for clause in clauses)


def _hem(view: View) -> float:
    """How clearly a border runs along the hem of cloth that stands, nats a pixel."""
    hem = read_hem(to_lab(view.photo).astype(np.float64), view.cloth)
    return 0.0 if hem is None else hem.clearness
