"""The straight lines of the floor around a cloth: joints of tiles, slabs and boards."""

from typing import Final

import cv2
import numpy as np

from chalicelib.imaging.isolating.view import View
from chalicelib.imaging.strip import FloorLines

_RIM: Final = 0.015
"""Closer to the cloth than this share of the longer side lies its shadow."""

_LEAST_FLOOR: Final = 0.04
_SHORTEST: Final = 0.025
_MOST: Final = 150


def floor_lines(view: View, photo_width: int) -> FloorLines:
    """
    Find the straight lines around the cloth.

    Parameters
    ----------
    view : View
    photo_width : int
        Pixels of the photo, in which lines are told.

    Returns
    -------
    tuple of (float, float, float, float)
        Ends x, y, x, y; the longest first.

    References
    ----------
    Grompone von Gioi et al., "LSD: a line segment detector", IPOL 2012.
    """
    longer = max(view.matte.shape)
    reach = 2 * round(_RIM * longer) + 1
    near = cv2.dilate((view.matte > 0.05).astype(np.uint8), np.ones((reach, reach), np.uint8)) > 0
    if near.mean() > 1 - _LEAST_FLOOR:
        return ()
    gray = cv2.cvtColor(view.photo, cv2.COLOR_RGB2GRAY)
    # Nothing is looked for in the cloth, which takes most of the time.
    gray[near] = 0
    found = cv2.createLineSegmentDetector().detect(gray)[0]
    if found is None:
        return ()
    ends = found.reshape(-1, 2, 2).astype(np.float64)
    column, row = np.clip(ends.mean(axis=1), 0, np.array(gray.shape[::-1]) - 1).astype(np.intp).T
    lengths = np.linalg.norm(ends[:, 1] - ends[:, 0], axis=1)
    beside = cv2.dilate(near.astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    kept = np.flatnonzero(~beside[row, column] & (lengths > _SHORTEST * longer))
    kept = kept[np.argsort(-lengths[kept], kind="stable")][:_MOST]
    photo = (ends[kept].reshape(-1, 4) + 0.5) * (photo_width / gray.shape[1]) - 0.5
    return tuple((x, y, u, v) for x, y, u, v in np.round(photo, 2).tolist())
