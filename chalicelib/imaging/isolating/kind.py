"""What kind of photo this is, and what such a photo can and cannot give."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from chalicelib.imaging.color import to_lab
from chalicelib.imaging.image import Mask, Matte, Rgb8
from chalicelib.imaging.isolating.figure import find_face
from chalicelib.imaging.isolating.garment import Wearer
from chalicelib.imaging.isolating.silhouette import silhouette_of, slants
from chalicelib.imaging.isolating.surroundings import shrink

_SIDE: Final = 512
_LEAST_SHARE: Final = 0.04
_LEAST_DETAIL: Final = 3.4
"""Change of color between neighbors, in units of Lab: the mean of the usual and the strong."""

_LEAST_LIKELY: Final = 0.12
"""Where no kind is likelier than this, the outline is not that of a saree."""

_MOST_WORN: Final = 0.55
_LEAST_PERSON: Final = 0.2

KINDS: Final = (
    "flat_spread",
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
    """Share of the photo's area that is cloth, 0..1."""
    assumptions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Clause:
    """One thing that is to be so: `trait` above `level`, or below it where `softness` < 0."""

    trait: str
    level: float
    softness: float

    def holds(self, traits: dict[str, float]) -> float:
        return float(1 / (1 + np.exp(-(traits[self.trait] - self.level) / self.softness)))


_LOOKS: Final[dict[str, tuple[_Clause, ...]]] = {
    "flat_spread": (
        _Clause("share", 0.4, 0.04),
        _Clause("frame_filled", 0.65, -0.04),
        _Clause("solidity", 0.91, 0.015),
        _Clause("straightness", 0.62, 0.05),
        _Clause("tilt_degrees", 29, -2),
        _Clause("longest_slant", 0.2, -0.02),
        _Clause("tallness", 2.25, -0.08),
    ),
    "folded": (
        _Clause("share_or_lean", 0.5, -0.06),
        _Clause("straightness", 0.75, 0.04),
        _Clause("corners", 16, -1.5),
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
    ),
    "heaped": (
        _Clause("share", 0.45, 0.04),
        _Clause("straightness", 0.55, -0.06),
        _Clause("slant_total", 1.8, -0.25),
    ),
    "close_up": (
        _Clause("frame_filled", 0.65, 0.04),
        _Clause("loose_slant", 0.06, -0.01),
    ),
    "mannequin": (
        _Clause("tallness", 2.1, 0.15),
        _Clause("corners", 13.5, 1),
        _Clause("solidity", 0.87, 0.015),
        _Clause("cut_ends", 0.1, -0.03),
    ),
}
"""What each kind looks like; a kind is as likely as its least likely clause."""


def kind_of(photo: Rgb8, matte: Matte) -> tuple[str, float]:
    """
    The kind of a photo and how sure that is.

    Parameters
    ----------
    photo : ndarray of uint8, shape (H, W, 3)
        sRGB.
    matte : ndarray of float32, shape (H, W)
        Coverage of the cloth, 0..1.

    Returns
    -------
    tuple of str and float
        One of `KINDS`; 0..1.
    """
    small = shrink(photo, _SIDE)
    size = (small.shape[1], small.shape[0])
    cloth: Mask = cv2.resize(matte, size, interpolation=cv2.INTER_AREA) > 0.5
    if cloth.mean() < _LEAST_SHARE:
        return "no_cloth", float(1 - cloth.mean() / (2 * _LEAST_SHARE))
    worn = _worn(small, cloth)
    if worn is not None:
        return worn
    bare = _bareness(small, cloth)
    return ("no_cloth", bare) if bare > 0.5 else _best_look(_traits(small, cloth))


def _worn(view: Rgb8, cloth: Mask) -> tuple[str, float] | None:
    """`worn` by a person, `no_cloth` where that person wears no saree; None without a person."""
    # Looking for a face takes longer than all else here.
    face = find_face(view) if cloth.mean() <= _MOST_WORN else None
    if face is None:
        return None
    small = shrink(view, 256)
    wearer = Wearer.of(small, face.scaled(small.shape[0] / view.shape[0]))
    if wearer.score < _LEAST_PERSON:
        return None
    size = (small.shape[1], small.shape[0])
    garment = cv2.resize(cloth.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0.5
    certainty = float(1 / (1 + np.exp(-(wearer.score - _LEAST_PERSON + 0.2) / 0.2)))
    saree = wearer.wears_skirt(garment) and wearer.wears_one_cloth()
    return ("worn" if saree else "no_cloth"), certainty


def _traits(small: Rgb8, cloth: Mask) -> dict[str, float]:
    outline, lines = silhouette_of(cloth), slants(small, cloth)
    longest = float(lines.max(initial=0))
    leaning = outline.tilt_degrees / 29 - 0.5
    return {
        "share": outline.share,
        "solidity": outline.solidity,
        "tallness": outline.tallness,
        "straightness": outline.straightness,
        "corners": outline.corners,
        "tilt_degrees": outline.tilt_degrees,
        "cut_ends": max(outline.cut[:2]),
        "share_or_lean": min(outline.share - 0.1, 1 - leaning),
        "frame_filled": min(outline.cut),
        "longest_slant": longest,
        "loose_slant": longest * (1 - min(outline.cut)),
        "slant_total": float(lines.sum()),
    }


def _best_look(traits: dict[str, float]) -> tuple[str, float]:
    likely = {
        kind: min(clause.holds(traits) for clause in clauses) for kind, clauses in _LOOKS.items()
    }
    best = max(likely, key=lambda kind: likely[kind])
    if likely[best] < _LEAST_LIKELY:
        return "no_cloth", 1 - likely[best]
    return best, likely[best] ** 2 / max(sum(likely.values()), 1e-9)


def _bareness(small: Rgb8, cloth: Mask) -> float:
    """
    How sure it is that nothing woven is there, 0..1.

    A saree is full of edges: weave, motifs, borders, folds.  A floor, a shoe or a wall is not, or
    is so inside the outline as outside.
    """
    lab = cv2.GaussianBlur(to_lab(small), (0, 0), 1)
    slope = cv2.Sobel(lab, cv2.CV_32F, 1, 0) ** 2 + cv2.Sobel(lab, cv2.CV_32F, 0, 1) ** 2
    detail = cv2.dilate(np.sqrt(slope.sum(axis=2)) / 8, np.ones((5, 5), np.uint8))
    inside = cv2.erode(cloth.astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    if not inside.any():
        return 1.0
    usual, strong = np.percentile(detail[inside], (50, 90))
    seen = max(float(np.sqrt(usual * strong)), 0.01)
    return float(1 / (1 + (seen / _LEAST_DETAIL) ** 8))
