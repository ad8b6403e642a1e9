"""Connected parts of a mask: stray islands, pinholes, and holes that are cloth after all."""

from collections.abc import Iterator

import cv2
import numpy as np

from chalicelib.imaging.image import Mask


def tidy(mask: Mask, least_share: float = 0.05) -> Mask:
    """
    Drop stray islands and fill pinholes.

    Parameters
    ----------
    mask : ndarray of bool, shape (H, W)
        The cloth.
    least_share : float
        Islands smaller than this share of the largest one are dropped; holes smaller than a
        five-hundredth of what is left are filled.

    Returns
    -------
    ndarray of bool, shape (H, W)
        A copy.
    """
    kept = _large_parts(mask, least_share, 0.0)
    return ~_large_parts(~kept, 0.0, 0.002 * float(kept.sum()))


def holes(mask: Mask) -> Iterator[Mask]:
    """
    The parts of the surroundings that the cloth encloses, in reading order.

    Parameters
    ----------
    mask : ndarray of bool, shape (H, W)
        The cloth.

    Yields
    ------
    ndarray of bool, shape (H, W)
        One hole.
    """
    count, label = cv2.connectedComponents((~mask).astype(np.uint8), connectivity=4)
    edges = (label[0], label[-1], label[:, 0], label[:, -1])
    outside = set(np.unique(np.concatenate(edges)).tolist())
    for index in range(1, count):
        if index not in outside:
            yield np.asarray(label == index, dtype=np.bool_)


def grown(mask: Mask, reach: float) -> Mask:
    """
    All that is near a mask.

    Parameters
    ----------
    mask : ndarray of bool, shape (H, W)
    reach : float
        Pixels.

    Returns
    -------
    ndarray of bool, shape (H, W)
        What is at most `reach` away.
    """
    away = cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5)
    return np.asarray(away <= reach, dtype=np.bool_)


def _large_parts(mask: Mask, least_share: float, least_area: float) -> Mask:
    count, label, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    if count <= 1:
        return mask.copy()
    area = stats[:, cv2.CC_STAT_AREA].astype(np.float64)
    area[0] = 0
    keep = area >= max(least_share * float(area.max()), least_area)
    keep[0] = False
    return np.asarray(keep[label], dtype=np.bool_)
