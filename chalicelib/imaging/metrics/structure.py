"""Structural similarity, where only some of the cells are known."""

import cv2
import numpy as np

from chalicelib.imaging.metrics.kinds import Plane

RADIUS = 5
"""Cells; the Gaussian of `SIGMA` cut at 3.5 standard deviations, as scikit-image cuts it."""

SIGMA = 1.5
"""Cells, the value of the paper."""

_C1 = 0.01**2
_C2 = 0.03**2


def ssim_map(first: Plane, second: Plane, weight: Plane) -> Plane:
    """
    Structural similarity around each cell, of the cells that are known.

    Means, variances and the covariance are taken over the known cells under the Gaussian
    only. Where all weights are 1 the result is that of
    ``skimage.metrics.structural_similarity(..., gaussian_weights=True, sigma=1.5,
    use_sample_covariance=False, data_range=1, full=True)``.

    Parameters
    ----------
    first, second : ndarray of float32, shape (H, W)
        Lightness, 0..1.
    weight : ndarray of float32, shape (H, W)
        How well each cell is known, 0..1; 0 is not known at all.

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
    mass = np.maximum(_blurred(weight), np.float32(1e-6))
    weighted_first, weighted_second = weight * first, weight * second
    mean_first = _blurred(weighted_first) / mass
    mean_second = _blurred(weighted_second) / mass
    square_first, square_second = mean_first * mean_first, mean_second * mean_second
    product = mean_first * mean_second
    # Both variances only ever appear as their sum, so one blur serves them.
    squares = _blurred(weighted_first * first + weighted_second * second) / mass
    variances = squares - square_first - square_second
    covariance = _blurred(weighted_first * second) / mass - product
    luminance = (2 * product + _C1) / (square_first + square_second + _C1)
    structure = (2 * covariance + _C2) / (variances + _C2)
    return np.asarray(luminance * structure, np.float32)


def _blurred(image: Plane) -> Plane:
    size = (2 * RADIUS + 1, 2 * RADIUS + 1)
    blurred: Plane = cv2.GaussianBlur(image, size, SIGMA, borderType=cv2.BORDER_REFLECT)
    return blurred
