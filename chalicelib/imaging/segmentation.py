"""
Cloth against its surroundings: a coarse cut of the whole photo, then a finer one at the boundary.

The coarse cut starts from what the frame says about the surroundings; the finer one only moves the
boundary; the matte at full size follows the photo's own edges.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.image import Mask, Matte, Rgb8
from chalicelib.imaging.matting import soften
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
    odds = cloth_log_odds(photo, small)
    coarse = _coarse_cut(small, odds)
    fine = _boundary_cut(shrink(photo, FINE_SIDE), coarse)
    return Segmentation(soften(photo, tidy(fine)), _confidence(odds, coarse))


def _coarse_cut(small: Rgb8, odds: NDArray[np.float32]) -> Mask:
    trimap = np.where(odds > 0, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    trimap[odds > _SURE] = cv2.GC_FGD
    trimap[odds < -_SURE] = cv2.GC_BGD
    return tidy(_cut(small, trimap, rounds=2))


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


def tidy(mask: Mask, least_share: float = 0.05) -> Mask:
    """
    Drop stray islands and fill pinholes.

    Parameters
    ----------
    mask : ndarray of bool, shape (H, W)
        The cloth.
    least_share : float
        Islands smaller than this share of the largest one are dropped; holes smaller than a
        twentieth of it are filled.

    Returns
    -------
    ndarray of bool, shape (H, W)
        A copy.
    """
    kept = _large_parts(mask, least_share)
    return ~_large_parts(~kept, 0, least_area=0.002 * float(kept.sum()))


def _large_parts(mask: Mask, least_share: float, least_area: float = 0.0) -> Mask:
    count, label, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    if count <= 1:
        return mask.copy()
    area = stats[:, cv2.CC_STAT_AREA].astype(np.float64)
    area[0] = 0
    keep = area >= max(least_share * float(area.max()), least_area)
    keep[0] = False
    return np.asarray(keep[label], dtype=np.bool_)


def _confidence(odds: NDArray[np.float32], coarse: Mask) -> float:
    agreement = ((odds > 0) == coarse).mean()
    return float(np.clip(agreement, 0, 1))
