"""Short straight pieces of what is woven or printed in the cloth."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.image import Mask, Rgb8

_SPACING = 3


@dataclass(frozen=True, slots=True, eq=False)
class Edgels:
    """
    Short straight pieces of what is woven or printed in the cloth.

    Attributes
    ----------
    points : ndarray of float64, shape (N, 2)
        Pixel positions (x, y).
    across : ndarray of float64, shape (N, 2)
        Unit vectors across each piece.
    weights : ndarray of float64, shape (N,)
        How straight and how strong each is.
    """

    points: NDArray[np.float64]
    across: NDArray[np.float64]
    weights: NDArray[np.float64]


def edgels(photo: Rgb8, cloth: Mask, count: int = 8000) -> Edgels:
    """
    Collect the straight edges inside the cloth by the structure tensor.

    Parameters
    ----------
    photo : ndarray of uint8, shape (H, W, 3)
        sRGB.
    cloth : ndarray of bool, shape (H, W)
    count : int
        How many of the strongest are kept.

    Returns
    -------
    Edgels

    References
    ----------
    Bigun and Granlund, "Optimal Orientation Detection of Linear Symmetry", ICCV 1987.
    """
    gray = cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY).astype(np.float32)
    gray = cv2.GaussianBlur(gray, (0, 0), 1.0)
    right, down = cv2.Sobel(gray, cv2.CV_32F, 1, 0), cv2.Sobel(gray, cv2.CV_32F, 0, 1)
    inside = cv2.erode(cloth.astype(np.uint8), np.ones((13, 13), np.uint8)) > 0
    xx, yy, xy = (cv2.GaussianBlur(p, (0, 0), 3.0) for p in (right**2, down**2, right * down))
    trace, gap = xx + yy, np.sqrt((xx - yy) ** 2 + 4 * xy**2)
    strength = np.where(inside, gap**2 / (trace + 1e3) ** 1.5, 0)
    sampled = strength[::_SPACING, ::_SPACING].ravel()
    strongest = np.argsort(-sampled, kind="stable")[:count]
    strongest = np.sort(strongest[sampled[strongest] > 1e-3])
    rows, columns = np.divmod(strongest, strength[::_SPACING, ::_SPACING].shape[1])
    rows, columns = rows * _SPACING, columns * _SPACING
    angle = 0.5 * np.arctan2(2 * xy[rows, columns], (xx - yy)[rows, columns])
    points = np.stack([columns, rows], axis=1).astype(np.float64)
    across = np.stack([np.cos(angle), np.sin(angle)], axis=1).astype(np.float64)
    return Edgels(points, across, strength[rows, columns].astype(np.float64))
