"""
Cloth against its surroundings: a coarse cut of the whole photo, then a finer one at the boundary.

The coarse cut starts from what the frame says about the surroundings; the finer one only moves the
boundary; the matte at full size follows the photo's own edges.
"""

from dataclasses import dataclass, replace
from typing import Final, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.image import Mask, Matte, Rgb8
from chalicelib.imaging.isolating.floor import Floor
from chalicelib.imaging.isolating.garment import Wearer
from chalicelib.imaging.isolating.matting import soften
from chalicelib.imaging.isolating.palette import Palette
from chalicelib.imaging.isolating.props import without_props
from chalicelib.imaging.isolating.regions import tidy
from chalicelib.imaging.isolating.selvedge import lost_rims
from chalicelib.imaging.isolating.silhouette import silhouette_of
from chalicelib.imaging.isolating.studio import studio_figure
from chalicelib.imaging.isolating.surroundings import READINGS, Clues
from chalicelib.imaging.isolating.view import VIEW_SIDE, View
from chalicelib.imaging.resizing import shrink

_COARSE_SIDE: Final = 256
_FINE_SIDE: Final = 512

_CLEARLY: Final = 0.04
"""By how much another reading must be more apart than the usual one."""

_APART: Final = 0.93
_AGREED: Final = 0.9
"""A reading that is as good as this is not asked for another."""

_APART_FOR_SURE, _AGREED_FOR_SURE = 0.95, 0.93
_NO_PERSON: Final = 0.65
"""Share of the photo beyond which cloth lies, and is not worn by someone shown whole."""

_CORE, _BAND = 0.02, 0.04
"""Longer sides: how far from its boundary an outline is sure, and how far that may move."""

_STUDIO_CONFIDENCE: Final = 0.98

_Models: TypeAlias = tuple[NDArray[np.float64], NDArray[np.float64]]
"""GrabCut's color models of the surroundings and of the cloth, shape (1, 65) each."""

_UNKNOWN: Final[_Models] = (np.zeros((1, 65)), np.zeros((1, 65)))

_SURE: Final = 2.0
"""Log odds beyond which a place is not asked again by the coarse cut."""


@dataclass(frozen=True, slots=True, eq=False)
class Segmentation:
    """What a segmenter answers: the cloth, and how far to believe it."""

    matte: Matte
    """Shape (H, W) of the photo: the cloth's coverage of each pixel, 0..1."""

    confidence: float
    """0..1, a prediction of the intersection over union with the true outline."""

    view: View
    """The photo and the matte, reduced."""

    person: Wearer | None = None
    """Who may wear the cloth; None where nothing looks like a face, or cloth leaves no room."""


def segment(photo: Rgb8) -> Segmentation:
    """
    Find the cloth in a photo.

    Parameters
    ----------
    photo : ndarray of uint8, shape (H, W, 3)
        sRGB, upright.

    Returns
    -------
    Segmentation
        An empty matte where nothing stands out.

    References
    ----------
    Rother, Kolmogorov and Blake, "GrabCut", SIGGRAPH 2004.
    """
    view = shrink(photo, VIEW_SIDE)
    small = shrink(view, _COARSE_SIDE)
    figure = studio_figure(view)
    laid = _laid(view, small) if figure is None else None
    # Looking for a face takes longer than all else here.
    person = None if laid is not None and laid.settled else Wearer.found_in(view)
    wearer = _believed(person, laid.told if laid is not None else 0.0)
    if wearer is None and figure is not None:
        return _softened(photo, view, tidy(figure, 0.003), _STUDIO_CONFIDENCE, person)
    if wearer is not None:
        coarse = _worn(small, wearer, figure)
        fine = tidy(_boundary_cut(shrink(view, _FINE_SIDE), coarse))
        return _softened(photo, view, fine, coarse.confidence(_WORN_DOUBTS), person)
    assert laid is not None
    return _spread_out(photo, view, laid, person)


def _spread_out(photo: Rgb8, view: Rgb8, laid: "_Coarse", person: Wearer | None) -> Segmentation:
    """Cloth that no one wears, to its very rims."""
    fine = tidy(_boundary_cut(shrink(view, _FINE_SIDE), laid))
    floor = Floor.around(view, fine)
    cloth = fine if floor is None else _with_rims(view, fine, floor)
    varied = 0.0 if floor is None else float(np.clip(floor.varied - _ONE_FLOOR, 0, _MANY))
    return _softened(photo, view, cloth, laid.confidence(_LAID_DOUBTS, varied), person)


def _with_rims(view: Rgb8, fine: Mask, floor: Floor) -> Matte:
    """The cloth and the rims that cuts shaved off, but no props that lie there."""
    size = (view.shape[1], view.shape[0])
    level = cv2.resize(fine.astype(np.float32), size, interpolation=cv2.INTER_LINEAR)
    rims = lost_rims(view, level > 0.5, floor)
    whole = np.maximum(level, rims)
    if rims.any():
        small = shrink(view, _COARSE_SIDE)
        found = cv2.resize(whole, small.shape[1::-1], interpolation=cv2.INTER_AREA) > 0.5
        props = found & ~without_props(small, found)
        beside = cv2.resize(props.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
        whole[beside] = level[beside]
    return np.asarray(whole, dtype=np.float32)


def _softened(
    photo: Rgb8, view: Rgb8, cloth: Mask | Matte, confidence: float, person: Wearer | None
) -> Segmentation:
    matte = soften(photo, view, cloth)
    return Segmentation(matte, confidence, View.of(view, matte), person)


@dataclass(frozen=True, slots=True)
class _Doubts:
    """What each sign of a wrong outline takes off the expected overlap with the truth."""

    at_best: float
    disagreement: float
    shared_colors: float
    shared_by_many: float
    """The same for each unit of Lab by which surroundings are more varied than one floor."""
    hollow: float
    ragged: float


_LAID_DOUBTS: Final = _Doubts(1.03, 1.85, 0.17, 0.13, 0.0, 0.025)
_WORN_DOUBTS: Final = _Doubts(1.11, 3.9, 0.0, 0.0, 0.94, 0.0)
"""Least squares over real photos, as they are, turned, dimmed, paled, warmed and cropped."""

_ONE_FLOOR, _MANY = 2.0, 8.0
"""Units of Lab: how far a quarter of one floor departs from itself, and how much more counts."""


@dataclass(frozen=True, slots=True, eq=False)
class _Coarse:
    """A coarse outline, the colors on either side of it and what speaks for it."""

    cloth: Mask
    models: _Models
    agreement: float
    """Share of the photo where the clues alone said the same, 0..1."""
    apartness: float
    """How little the colors inside and outside have in common, 0..1."""

    @property
    def told(self) -> float:
        """How well the clues tell cloth from surroundings: not at all where all is cloth, 0..1."""
        return self.agreement if self.apartness else 0.0

    @property
    def settled(self) -> bool:
        """Whether it fills the photo as no one who stands does, and leaves no doubt."""
        sure = self.agreement > _AGREED_FOR_SURE and self.apartness > _APART_FOR_SURE
        return bool(sure and self.cloth.mean() > _NO_PERSON)

    def confidence(self, doubts: _Doubts, varied: float = 0.0) -> float:
        """Predict the overlap with the truth, where surroundings are so `varied` beyond one."""
        if not self.cloth.any():
            return doubts.at_best * self.agreement
        outline = silhouette_of(self.cloth)
        hollow = 1 - outline.solidity
        doubt = (
            doubts.disagreement * (1 - self.agreement)
            + (doubts.shared_colors + doubts.shared_by_many * varied) * (1 - self.apartness)
            + doubts.hollow * hollow
            + doubts.ragged * hollow * outline.corners
        )
        return float(np.clip(doubts.at_best - doubt, 0.05, 0.99))


def _laid(view: Rgb8, small: Rgb8) -> _Coarse:
    """
    Cloth on a floor, sheet or wall.

    Of several ways to read the clues, the one wins whose cloth and surroundings share the fewest
    colors, once each had its boundary corrected by its own colors: a wrong outline leaves some of
    the one among the other, and cannot mend that.
    """
    clues = Clues.of(view, small, Palette.of(small, 14, 6.0, 0.01))
    palette = Palette.of(small, 24, 4.0, 0.004)
    best: _Coarse | None = None
    for weights in READINGS:
        found = _corrected(small, _read(small, clues.log_odds(weights), palette), palette)
        if best is None or found.apartness > best.apartness + _CLEARLY:
            best = found
        if best.apartness > _APART and best.agreement > _AGREED:
            break
    assert best is not None
    return replace(best, cloth=without_props(small, best.cloth))


def _read(small: Rgb8, odds: NDArray[np.float32], palette: Palette) -> _Coarse:
    cloth, models = _cut(small, _trimap(odds), rounds=2)
    cloth = tidy(cloth)
    agreement = float(((odds > 0) == cloth).mean())
    return _Coarse(cloth, models, agreement, _apartness(cloth, palette))


def _apartness(cloth: Mask, palette: Palette) -> float:
    # Without surroundings, or without cloth, there is nothing to be apart from.
    if not 0.03 < cloth.mean() < 0.985:
        return 0.0
    return 1.0 - float(np.minimum(palette.share(cloth), palette.share(~cloth)).sum())


def _corrected(small: Rgb8, found: _Coarse, palette: Palette) -> _Coarse:
    """
    Cut again near the boundary, by the colors that the outline itself says are cloth.

    The first cut guessed from the frame what is floor.  A pale selvedge near the frame is taken
    for floor then, until the pale body behind it is known to be cloth.
    """
    inside, outside = (_shrunk(side, _CORE) for side in (found.cloth, ~found.cloth))
    if not inside.any() or not outside.any():
        return found
    odds = cv2.GaussianBlur(palette.lift(inside, outside), (0, 0), 1)
    trimap = _trimap(np.asarray(odds, dtype=np.float32))
    for side, certain in ((found.cloth, cv2.GC_FGD), (~found.cloth, cv2.GC_BGD)):
        trimap[_shrunk(side, _BAND)] = certain
    cloth, models = _cut(small, trimap, found.models)
    cloth = tidy(cloth)
    return _Coarse(cloth, models, found.agreement, _apartness(cloth, palette))


def _shrunk(mask: Mask, depth: float) -> Mask:
    """A mask less a rim, in longer sides; the frame is no rim."""
    reach = max(1, round(depth * max(mask.shape)))
    disk = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    return np.asarray(cv2.erode(mask.astype(np.uint8), disk) > 0, dtype=np.bool_)


def _worn(small: Rgb8, wearer: Wearer, figure: Mask | None) -> _Coarse:
    """A garment on a person."""
    odds = wearer.log_odds()
    if figure is not None:
        size = odds.shape[::-1]
        share = cv2.resize(figure.astype(np.float32), size, interpolation=cv2.INTER_AREA)
        odds = np.where(share > 0.5, odds + 2, -9).astype(np.float32)
    found = _read(small, odds, wearer.palette)
    return replace(found, cloth=wearer.without_false_holes(found.cloth))


def _believed(person: Wearer | None, plain: float) -> Wearer | None:
    """
    Who wears the cloth, or None where the photo shows no person.

    The worse the photo is explained as cloth laid somewhere, the less a face has to prove.
    """
    asked = float(np.interp(plain, [0.86, 0.93, 0.98], [0.2, 0.55, 1.3]))
    return person if person is not None and person.score >= asked else None


def _trimap(odds: NDArray[np.float32]) -> NDArray[np.uint8]:
    trimap = np.where(odds > 0, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    trimap[odds > _SURE] = cv2.GC_FGD
    trimap[odds < -_SURE] = cv2.GC_BGD
    return trimap


def _boundary_cut(photo: Rgb8, coarse: _Coarse) -> Mask:
    """Cut again at a larger size, but only within a band around the coarse boundary."""
    size, cloth = (photo.shape[1], photo.shape[0]), coarse.cloth.astype(np.float32)
    inside = cv2.resize(cloth, size, interpolation=cv2.INTER_LINEAR)
    near = cv2.blur(inside, (9, 9))
    trimap = np.where(inside > 0.5, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    trimap[near > 0.99] = cv2.GC_FGD
    trimap[near < 0.01] = cv2.GC_BGD
    return _cut(photo, trimap, coarse.models)[0]


def _cut(
    photo: Rgb8, trimap: NDArray[np.uint8], known: _Models = _UNKNOWN, rounds: int = 1
) -> tuple[Mask, _Models]:
    """A cut, from colors that are known already or else from those that the trimap shows."""
    cloth = (trimap & 1) > 0
    if cloth.sum() < 16 or (~cloth).sum() < 16:
        return np.asarray(cloth, dtype=np.bool_), known
    behind, before = (model.copy() for model in known)
    mode = cv2.GC_EVAL if before.any() else cv2.GC_INIT_WITH_MASK
    # GrabCut's color models start from k-means, which draws from OpenCV's own generator.
    cv2.setRNGSeed(1)
    cv2.grabCut(photo, trimap, None, behind, before, rounds, mode)
    return np.asarray((trimap & 1) > 0, dtype=np.bool_), (behind, before)
