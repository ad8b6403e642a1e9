"""Structural similarity, where only some of the cells are known."""

import cv2
import numpy as np

from chalicelib.imaging.metrics.kinds import Plane

RADIUS = 5
"""Cells; the Gaussian of `SIGMA` cut at 3.5 standard deviations, as scikit-image cuts it."""

SIGMA = 1.5
"""Cells, the value of the paper."""

_C1 = np.float32(0.01**2)
_C2 = np.float32(0.03**2)
_MIDDLE = np.float32(0.5)
_TILE = 16
"""Rows at a time: the temporaries of so many stay in a core's cache."""


def ssim_map(first: Plane, second: Plane, weight: Plane | None = None) -> Plane:
    """
    Structural similarity around each cell, of the cells that are known.

    Means, variances and the covariance are taken over the known cells under the Gaussian
    only. Without weights the result is that of
    ``skimage.metrics.structural_similarity(..., gaussian_weights=True, sigma=1.5,
    use_sample_covariance=False, data_range=1, full=True)``, to 1e-4.

    Parameters
    ----------
    first, second : ndarray of float32, shape (H, W)
        Lightness, 0..1.
    weight : ndarray of float32, shape (H, W), optional
        How well each cell is known, 0..1; 0 is not known at all. All are known without it.

    Returns
    -------
    ndarray of float32, shape (H, W)
        -1..1; 1 where the two agree. Without meaning where the weight is 0.

    References
    ----------
    Wang, Bovik, Sheikh, Simoncelli, "Image Quality Assessment: From Error Visibility to
    Structural Similarity", IEEE Transactions on Image Processing 13(4), 2004, equation 13.
    Knutsson, Westin, "Normalized and Differential Convolution", CVPR 1993, section 2.
    """
    # Variances cancel least about the middle of the range.
    first, second = first - _MIDDLE, second - _MIDDLE
    # Both variances only ever appear as their sum, so one blur serves them.
    squares, product = first * first, first * second
    cv2.accumulateSquare(second, squares)
    means = (first, second, squares, product)
    if weight is None:
        for mean in means:
            _blur(mean)
    else:
        _blur_known(means, weight)
    for start in range(0, len(squares), _TILE):
        rows = slice(start, start + _TILE)
        squares[rows] = _similarity(*(mean[rows] for mean in means))
    return squares


def _similarity(first: Plane, second: Plane, squares: Plane, product: Plane) -> Plane:
    """Equation 13 from local means, of both squares together, and of the product."""
    covariance = product - first * second
    variances = squares - first * first - second * second
    first, second = first + _MIDDLE, second + _MIDDLE
    luminance = (2 * first * second + _C1) / (first * first + second * second + _C1)
    similarity: Plane = luminance * (2 * covariance + _C2) / (variances + _C2)
    return similarity


def _blur_known(planes: tuple[Plane, ...], weight: Plane) -> None:
    """Replace each plane by its local mean over what is known."""
    mass = weight.copy()
    _blur(mass)
    np.maximum(mass, np.float32(1e-6), out=mass)
    for plane in planes:
        plane *= weight
        _blur(plane)
        plane /= mass


def _blur(plane: Plane) -> None:
    size = (2 * RADIUS + 1, 2 * RADIUS + 1)
    cv2.GaussianBlur(plane, size, SIGMA, dst=plane, borderType=cv2.BORDER_REFLECT)
