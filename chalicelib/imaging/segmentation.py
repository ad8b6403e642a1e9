"""
Cloth against its surroundings: a coarse cut of the whole photo, then a finer one at the boundary.

The coarse cut starts from what the frame says about the surroundings; the finer one only moves the
boundary; the matte at full size follows the photo's own edges.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.figure import find_face
from chalicelib.imaging.garment import Wearer
from chalicelib.imaging.image import Mask, Matte, Rgb8
from chalicelib.imaging.matting import soften
from chalicelib.imaging.palette import Palette
from chalicelib.imaging.regions import tidy
from chalicelib.imaging.studio import studio_figure
from chalicelib.imaging.surroundings import cloth_log_odds, shrink

COARSE_SIDE = 256
FINE_SIDE = 512

_SURE = 2.0
"""Log odds beyond which a place is not asked again by the coarse cut."""


@dataclass(frozen=True, slots=True, eq=False)
class Segmentation:
    """What a segmenter answers: the cloth, and how far to believe it."""

    matte: Matte
    """Shape (H, W) of the photo: the cloth's coverage of each pixel, 0..1."""

    confidence: float
    """0..1, a prediction of the intersection over union with the true outline."""


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
    small = shrink(photo, COARSE_SIDE)
    figure = studio_figure(photo)
    odds = cloth_log_odds(photo, small, Palette.of(small, 14, 6.0, 0.01))
    coarse = tidy(_coarse_cut(small, odds))
    plain = _confidence(odds, coarse)
    wearer = _wearer(photo, small, 0.0 if figure is not None else plain)
    if wearer is not None:
        return _worn(photo, small, wearer, figure)
    if figure is not None:
        return Segmentation(soften(photo, tidy(figure, 0.003)), 0.98)
    fine = _boundary_cut(shrink(photo, FINE_SIDE), coarse)
    return Segmentation(soften(photo, tidy(fine)), plain)


def _worn(photo: Rgb8, small: Rgb8, wearer: Wearer, figure: Mask | None) -> Segmentation:
    """A garment on a person."""
    odds = wearer.log_odds()
    if figure is not None:
        size = odds.shape[::-1]
        share = cv2.resize(figure.astype(np.float32), size, interpolation=cv2.INTER_AREA)
        odds = np.where(share > 0.5, odds + 2, -9).astype(np.float32)
    coarse = wearer.without_false_holes(tidy(_coarse_cut(small, odds)))
    fine = _boundary_cut(shrink(photo, FINE_SIDE), coarse)
    return Segmentation(soften(photo, tidy(fine)), _confidence(odds, coarse))


def _wearer(photo: Rgb8, small: Rgb8, plain: float) -> Wearer | None:
    """
    Who wears the cloth, or None where the photo shows no person.

    The worse the photo is explained as cloth laid somewhere, the less a face has to prove.
    """
    face = find_face(photo)
    if face is None:
        return None
    wearer = Wearer.of(small, face.scaled(small.shape[0] / photo.shape[0]))
    asked = float(np.interp(plain, [0.86, 0.95], [0.2, 0.6]))
    return wearer if wearer.score >= asked else None


def _coarse_cut(small: Rgb8, odds: NDArray[np.float32]) -> Mask:
    trimap = np.where(odds > 0, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    trimap[odds > _SURE] = cv2.GC_FGD
    trimap[odds < -_SURE] = cv2.GC_BGD
    return _cut(small, trimap, rounds=2)


def _boundary_cut(photo: Rgb8, coarse: Mask) -> Mask:
    """Cut again at a larger size, but only within a band around the coarse boundary."""
    height, width = photo.shape[:2]
    inside = cv2.resize(coarse.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR)
    near = cv2.blur(inside, (9, 9))
    trimap = np.where(inside > 0.5, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    trimap[near > 0.99] = cv2.GC_FGD
    trimap[near < 0.01] = cv2.GC_BGD
    return _cut(photo, trimap, rounds=1)


def _cut(photo: Rgb8, trimap: NDArray[np.uint8], rounds: int) -> Mask:
    cloth = (trimap == cv2.GC_FGD) | (trimap == cv2.GC_PR_FGD)
    if cloth.sum() < 16 or (~cloth).sum() < 16:
        return np.asarray(cloth, dtype=np.bool_)
    # GrabCut's color models start from k-means, which draws from OpenCV's own generator.
    cv2.setRNGSeed(1)
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(photo, trimap, None, *models, rounds, cv2.GC_INIT_WITH_MASK)
    return np.asarray((trimap & 1) > 0, dtype=np.bool_)


def _confidence(odds: NDArray[np.float32], coarse: Mask) -> float:
    agreement = ((odds > 0) == coarse).mean()
    return float(np.clip(agreement, 0, 1))
