"""A photo described by a few colors, and how common each is where."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.color import to_lab
from chalicelib.imaging.image import Mask, Rgb8

_SCALE = np.array([0.6, 1, 1], dtype=np.float32)
"""Lightness counts less than hue: shadow falls on floor and cloth alike."""


@dataclass(frozen=True, slots=True, eq=False)
class Palette:
    """How far each pixel belongs to each of a few colors."""

    membership: NDArray[np.float32]
    """Shape (K, h, w), adds up to 1 over the colors."""

    floor: float
    """Share below which a color counts as absent."""

    @classmethod
    def of(cls, small: Rgb8, count: int, spread: float, floor: float) -> "Palette":
        """
        Sort a picture's pixels into colors.

        Parameters
        ----------
        small : ndarray of uint8, shape (h, w, 3)
            sRGB.
        count : int
            How many colors.
        spread : float
            How softly a pixel belongs to several, in units of Lab.
        floor : float
            Share below which a color counts as absent, 0..1.

        Returns
        -------
        Palette
            The same for the same picture, always.
        """
        smooth = cv2.bilateralFilter(small, 7, 25, 5)
        color = to_lab(np.asarray(smooth, dtype=np.uint8)) * _SCALE
        means = _means(np.ascontiguousarray(color.reshape(-1, 3)[::3]), count)
        planes = np.ascontiguousarray(color.transpose(2, 0, 1))
        distance = np.stack([((planes - mean[:, None, None]) ** 2).sum(axis=0) for mean in means])
        distance -= distance.min(axis=0)
        membership = np.exp(-distance / (2 * spread**2))
        membership /= membership.sum(axis=0)
        return cls(membership, floor)

    def share(self, region: Mask) -> NDArray[np.float32]:
        """Share of a region that has each color; nothing is known of an empty region."""
        if not region.any():
            return np.zeros(len(self.membership), dtype=np.float32)
        return np.asarray(self.membership[:, region].mean(axis=1), dtype=np.float32)

    def lift(self, here: Mask, there: Mask) -> NDArray[np.float32]:
        """Log of how much more common each pixel's color is `here` than `there`."""
        ratio = np.log((self.share(here) + self.floor) / (self.share(there) + self.floor))
        total = np.zeros(self.membership.shape[1:], dtype=np.float32)
        for value, belonging in zip(ratio.astype(np.float32), self.membership, strict=True):
            total += belonging * value
        return total


def _means(sample: NDArray[np.float32], count: int) -> NDArray[np.float32]:
    # k-means draws its starting points from OpenCV's own generator.
    cv2.setRNGSeed(7)
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 15, 0.5)
    count = min(count, len(sample))
    _, _, means = cv2.kmeans(sample, count, None, stop, 1, cv2.KMEANS_PP_CENTERS)
    return np.asarray(means, dtype=np.float32)
