"""
A figure before a backdrop that is one flat color, as in catalog pictures.

Such a backdrop is known exactly, so even white cloth on white stands out by a few levels; color
models, which see two whites, would lose it.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.image import Mask, Rgb8
from chalicelib.imaging.resizing import shrink

_SIDE = 1024
_FLAT = 0.5
"""Median distance in weighted Lab of the frame from its own color, at most, on a flat backdrop."""

_STEP = 3.0
"""Distance in weighted Lab from the backdrop that the eye and a JPEG's noise leave alone."""

_FULL_STEP = 14.0
"""The same before cloth of strong contrast, whose edges ring."""

_LEAST_PART = 0.003
"""Share of the figure from which a part is one, not a speck."""

_NARROW = 0.022
"""Half the width of a gap that is bridged, in longer sides."""

_WEIGHT = np.array([2.55, 1.2, 1.2], dtype=np.float32)
"""Lightness counts most: white cloth differs from a white backdrop in little else."""


def studio_figure(photo: Rgb8) -> Mask | None:
    """
    Everything that stands before a flat backdrop, or None where there is no such backdrop.

    Parameters
    ----------
    photo : ndarray of uint8, shape (H, W, 3)
        sRGB.

    Returns
    -------
    ndarray of bool, shape (h, w), or None
        At most 1024 pixels on the longer side.
    """
    distance = _distance_from_frame(shrink(photo, _SIDE))
    frame = _frame(distance)
    if np.median(frame) > _FLAT or np.mean(frame <= _STEP) < 0.7:
        return None
    rough = _unreached(distance <= _STEP)
    step = np.clip(0.35 * _contrast_inside(distance, rough), _STEP, _FULL_STEP)
    figure = rough & _unreached(distance <= step)
    opened = cv2.morphologyEx(figure.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    return _joined(np.asarray(opened > 0, dtype=np.bool_))


def _joined(figure: Mask) -> Mask:
    """
    Fill what lies narrowly between two parts of a figure.

    A garment is one piece: where a white collar cannot be seen, the lining above it still can.
    """
    count, label, stats, _ = cv2.connectedComponentsWithStats(figure.astype(np.uint8))
    area = stats[:, cv2.CC_STAT_AREA]
    large = [part for part in range(1, count) if area[part] > _LEAST_PART * area[1:].sum()]
    if len(large) < 2:
        return figure
    reach = round(_NARROW * max(figure.shape))
    disk = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    near = [cv2.dilate((label == part).astype(np.uint8), disk) for part in large]
    between: Mask = np.sum(near, axis=0) >= 2
    return figure | between


def _distance_from_frame(small: Rgb8) -> NDArray[np.float32]:
    """Distance of each pixel from the frame's usual color, in units of Lab."""
    lab = cv2.cvtColor(small.astype(np.float32) / 255, cv2.COLOR_RGB2Lab)
    usual = np.array([np.median(_frame(lab[..., i])) for i in range(3)], dtype=np.float32)
    away = (lab - usual) * _WEIGHT
    return np.asarray(np.sqrt((away * away).sum(axis=2)), dtype=np.float32)


def _frame(field: NDArray[np.float32]) -> NDArray[np.float32]:
    """The values along the frame, a fiftieth of the longer side deep."""
    deep = max(2, round(0.02 * max(field.shape)))
    inner = field[deep:-deep]
    edges = (field[:deep], field[-deep:], inner[:, :deep], inner[:, -deep:])
    return np.concatenate([edge.ravel() for edge in edges])


def _unreached(open_ground: Mask) -> Mask:
    """Whatever cannot be reached from the frame over open ground."""
    _, label = cv2.connectedComponents(open_ground.astype(np.uint8), connectivity=4)
    edges = (label[0], label[-1], label[:, 0], label[:, -1])
    reached = np.zeros(label.max() + 1, dtype=np.bool_)
    reached[np.concatenate(edges)] = True
    reached[0] = False
    return np.asarray(~reached[label], dtype=np.bool_)


def _contrast_inside(distance: NDArray[np.float32], figure: Mask) -> NDArray[np.float32]:
    """The figure's own distance from the backdrop, a little way in from its edge."""
    core = cv2.erode(figure.astype(np.uint8), np.ones((7, 7), np.uint8)).astype(np.float32)
    total, weight = cv2.blur(distance * core, (25, 25)), cv2.blur(core, (25, 25))
    known = weight > 1e-4
    contrast = np.full_like(distance, 2 * _STEP)
    contrast[known] = total[known] / weight[known]
    return contrast
