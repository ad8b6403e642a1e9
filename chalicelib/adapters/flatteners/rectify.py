"""Lay cloth flat by resampling the photo where the map says; no model, no chance."""

import math
from itertools import product

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.flattening.rectification import PhotoMap
from chalicelib.imaging.image import Rgba8

_TILE = 256
_NOWHERE = -1e4


class RectifyingFlattener:
    """The default flatten adapter: exact, deterministic, ours."""

    name = "rectify"
    version = "1"
    honors: frozenset[str] = frozenset()

    def run(
        self,
        image: Rgba8,
        placement_map: PhotoMap,
        seed: int,  # noqa: ARG002 - nothing here is left to chance
        strict_instructions: tuple[str, ...],  # noqa: ARG002 - a resampling obeys them all
        forbidden_changes: tuple[str, ...],  # noqa: ARG002
    ) -> Rgba8:
        """
        Resample a cutout, averaging where the photo is finer than the strip.

        Parameters
        ----------
        image : ndarray of uint8, shape (H, W, 4)
            sRGB with straight coverage.
        placement_map : ndarray of float32, shape (h, w, 2)
            For each pixel of the strip the photo's pixel (x, y); NaN where there is none.
        seed : int
        strict_instructions, forbidden_changes : tuple of str

        Returns
        -------
        ndarray of uint8, shape (h, w, 4)
        """
        height, width = placement_map.shape[:2]
        strip = np.empty((height, width, 4), np.uint8)
        # Each tile averages as much as it needs: the far end of cloth is small in a photo.
        for top, left in product(range(0, height, _TILE), range(0, width, _TILE)):
            tile = slice(top, top + _TILE), slice(left, left + _TILE)
            strip[tile] = _resampled(image, np.ascontiguousarray(placement_map[tile]))
        return strip


def _resampled(image: Rgba8, where: PhotoMap) -> Rgba8:
    times = _minification(where)
    height, width = where.shape[:2]
    fine = cv2.resize(where, (width * times, height * times), interpolation=cv2.INTER_LINEAR)
    cv2.patchNaNs(fine, _NOWHERE)
    sampled: Rgba8 = cv2.remap(image, fine, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
    if times == 1:
        return sampled
    averaged: Rgba8 = cv2.resize(sampled, (width, height), interpolation=cv2.INTER_AREA)
    return averaged


def _minification(where: PhotoMap) -> int:
    """How many photo pixels one strip pixel spans at most, rounded up."""
    down, right = np.diff(where[::8], axis=0), np.diff(where[:, ::8], axis=1)
    steps = np.concatenate([_lengths(down), _lengths(right)]) / 8
    steps = steps[np.isfinite(steps)]
    if not steps.size:
        return 1
    return int(np.clip(math.ceil(float(np.quantile(steps, 0.9)) / 1.35), 1, 4))


def _lengths(steps: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(np.sqrt(np.square(steps[..., 0]) + np.square(steps[..., 1])).ravel())
