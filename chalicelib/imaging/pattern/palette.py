"""The few colors that stand for all of a cloth's, and which of them is nearest where."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

_ITERATIONS, _MOVES = 12, 0.5


def palette_of(colors: NDArray[np.floating[Any]], count: int, sample: int) -> NDArray[np.float32]:
    """
    Learn the colors that stand for many.

    Parameters
    ----------
    colors : ndarray of float, shape (N, 3)
        CIE L*a*b*, perhaps weighed.
    count : int
        How many are wanted.
    sample : int
        About how many of `colors` are looked at.

    Returns
    -------
    ndarray of float32, shape (count, 3)
        The most frequent first. The same for the same colors, always.

    References
    ----------
    Arthur and Vassilvitskii, "k-means++: The Advantages of Careful Seeding", SODA 2007.
    """
    some = np.ascontiguousarray(colors[:: max(1, len(colors) // sample)], np.float32)
    # k-means draws its starting points from OpenCV's own generator.
    cv2.setRNGSeed(0)
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, _ITERATIONS, _MOVES)
    _, labels, centers = cv2.kmeans(some, count, None, stop, 1, cv2.KMEANS_PP_CENTERS)
    often = np.bincount(labels[:, 0], minlength=count)
    return np.asarray(centers[np.argsort(-often, kind="stable")], np.float32)


def distinct(palette: NDArray[np.float32], apart: float) -> NDArray[np.float32]:
    """
    Leave out each color that is close to one before it.

    Parameters
    ----------
    palette : ndarray of float32, shape (K, 3)
        The most important first.
    apart : float
        How far apart two colors must be, as they are weighed.

    Returns
    -------
    ndarray of float32, shape (k, 3)
    """
    kept: list[NDArray[np.float32]] = []
    for color in palette:
        if all(np.linalg.norm(color - other) > apart for other in kept):
            kept.append(color)
    return np.asarray(kept, np.float32)


def nearest_in(
    palette: NDArray[np.float32], colors: NDArray[np.floating[Any]]
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """
    Find each pixel's nearest color.

    Parameters
    ----------
    palette : ndarray of float32, shape (K, 3)
    colors : ndarray of float, shape (H, W, 3)
        Weighed as those that the palette was learned from.

    Returns
    -------
    (ndarray of uint8, ndarray of float32), both of shape (H, W)
        Its place in the palette, and how far away it is.
    """
    planes = [np.ascontiguousarray(colors[..., k], np.float32) for k in range(3)]
    apart = np.full(planes[0].shape, np.inf, np.float32)
    labels = np.zeros(apart.shape, np.uint8)
    for index, color in enumerate(palette):
        off = np.square(planes[0] - color[0])
        off += np.square(planes[1] - color[1])
        off += np.square(planes[2] - color[2])
        np.copyto(labels, index, where=off < apart, casting="unsafe")
        np.minimum(apart, off, out=apart)
    return labels, np.sqrt(apart)
