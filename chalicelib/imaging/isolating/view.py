"""A photo and what was found in it, small enough to be looked at often."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from chalicelib.imaging.image import Mask, Matte, Rgb8
from chalicelib.imaging.resizing import shrink

VIEW_SIDE: Final = 1024
"""Pixels on the longer side in which everything but the soft edge is looked for."""


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """A photo and the cloth in it, both at one size."""

    photo: Rgb8
    """Shape (h, w, 3), sRGB."""

    matte: Matte
    """Shape (h, w): the cloth's coverage of each pixel, 0..1."""

    @classmethod
    def of(cls, photo: Rgb8, matte: Matte, side: int = VIEW_SIDE) -> "View":
        """
        Reduce a photo and its matte.

        Parameters
        ----------
        photo : ndarray of uint8, shape (H, W, 3)
            sRGB; one that was reduced already is left as it is.
        matte : ndarray of float32
            Coverage 0..1 of the same view, at any larger size.
        side : int
            Pixels on the longer side, at most.

        Returns
        -------
        View
            Area-averaged.
        """
        small = shrink(photo, side)
        size = (small.shape[1], small.shape[0])
        return cls(small, cv2.resize(matte, size, interpolation=cv2.INTER_AREA))

    def at(self, side: int) -> "View":
        """The same at most `side` pixels large."""
        return View.of(self.photo, self.matte, side)

    @property
    def cloth(self) -> Mask:
        """Where it covers more than half."""
        return np.asarray(self.matte > 0.5, dtype=np.bool_)
