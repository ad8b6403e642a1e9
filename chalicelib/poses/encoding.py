"""How a plane of numbers is written in a pose asset: exactly, and small."""

from itertools import pairwise
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

ROOT_LEVELS: Final = 1023
"""Light is stored as the rounded square root of its share of the asset's brightest value."""


def fold(plane: NDArray[np.uint16]) -> NDArray[np.uint8]:
    """
    Turn a plane into bytes that a general compressor shrinks well.

    Parameters
    ----------
    plane : ndarray of uint16, shape (H, W)
        Any values.

    Returns
    -------
    ndarray of uint8, shape (2, H, W)
        Low and high bytes of what the left, upper and upper-left neighbors do not predict,
        small numbers of either sign first.
    """
    residual = plane.copy()
    residual[:, 1:] -= plane[:, :-1]
    residual[1:] -= residual[:-1].copy()
    signed = residual.view(np.int16)
    small_first = ((signed << 1) ^ (signed >> 15)).view(np.uint16)
    return np.stack([small_first & 255, small_first >> 8]).astype(np.uint8)


def unfold(folded: NDArray[np.uint8]) -> NDArray[np.uint16]:
    """Restore what `fold` was given: uint16, shape (H, W)."""
    small_first: NDArray[np.uint16] = folded[1].astype(np.uint16)
    small_first <<= 8
    small_first |= folded[0]
    sign = -(small_first & 1).view(np.int16)
    small_first >>= 1
    small_first ^= sign.view(np.uint16)
    turned = cv2.transpose(_summed_down(small_first))
    return np.asarray(cv2.transpose(_summed_down(turned)), np.uint16)


def _summed_down(plane: NDArray[np.uint16]) -> NDArray[np.uint16]:
    """Sum up each column, modulo 65536, in place: by whole rows, which is faster than cumsum."""
    for above, row in pairwise(plane):
        row += above
    return plane


def to_roots(values: NDArray[np.float32], scale: float) -> NDArray[np.uint16]:
    """Quantize values of 0..scale finely where they are dark: uint16, 0..ROOT_LEVELS."""
    share: NDArray[np.float32] = np.clip(values / scale, 0, 1)
    roots: NDArray[np.uint16] = np.rint(np.sqrt(share) * ROOT_LEVELS).astype(np.uint16)
    return roots


def from_roots(roots: NDArray[np.uint16], scale: float) -> NDArray[np.float32]:
    """Restore the values that `to_roots` quantized: float32, 0..scale."""
    values = roots.astype(np.float32)
    values *= np.float32(scale**0.5 / ROOT_LEVELS)
    values *= values
    return values
