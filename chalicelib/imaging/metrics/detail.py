"""What is finer than a motif: sharpness that is lost, texture that is invented, seams."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.metrics.kinds import Plane
from chalicelib.imaging.metrics.pattern import FEW, Windows, window_means

_FINE: Final = 1.5
_LIGHT: Final = 8.0
_FLAT: Final = 1.5
_TEXTURED: Final = 4.0
_THERE: Final = 0.15
_REACH: Final = 3
_SEEN: Final = 0.6
_KEPT: Final = 0.85
_ENOUGH: Final = 0.1
_SEAM: Final = np.array([1.0, 0.4, 0.4], np.float32)
_BLOT: Final = 4.0
_LEAST_SEAM_M: Final = 0.08


def even(light: Plane, weight: Plane, tolerance: float) -> NDArray[np.bool_]:
    """
    Tell where the light is even: at a fold's crease a change of light looks like a seam.

    Parameters
    ----------
    light : ndarray of float32, shape (H, W)
        Light on the cloth, linear.
    weight : ndarray of float32, shape (H, W)
        How well each cell is seen, 0..1.
    tolerance : float
        Share of the light by which it may vary among neighbors.

    Returns
    -------
    ndarray of bool, shape (H, W)
    """
    mean = _ratio(_smooth(light * weight, 2.0), _smooth(weight, 2.0))
    step = (light - mean) / np.maximum(mean, np.float32(1e-3))
    uneven = _smooth(weight * step * step, 2.0)
    return np.asarray(uneven <= np.float32(tolerance**2) * _smooth(weight, 2.0), np.bool_)


def sharpness(reference: Plane, render: Plane, weight: Plane, found: Windows) -> float | None:
    """
    How much of the fine detail is left where there is any, against how much of the pattern.

    1 is all of it; a pattern that is paler as a whole is not less sharp. Given is the value
    that only a few textured windows fall below, or None if there are too few of them.

    Parameters
    ----------
    reference, render : ndarray of float32, shape (H, W, 3)
        CIE L*a*b* of the cloth.
    weight : ndarray of float32, shape (H, W)
        How well each cell is seen, 0..1.
    found : Windows
        The patterns of the same part.

    References
    ----------
    Crete et al., "The Blur Effect: Perception and Estimation with a New No-Reference
    Perceptual Blur Metric", SPIE 6492, 2007: what blurring once more takes away tells how
    sharp a picture is; here against a reference.
    """
    expected = _fine(reference[..., 0], weight)
    seen = _fine(render[..., 0], weight)
    mass, *means = window_means([weight, weight * expected**2, weight * seen**2])
    before, after = (mean / np.maximum(mass, np.float32(1e-6)) for mean in means)
    there = found.render > _THERE * found.reference
    textured = found.told() & there & (before > _TEXTURED)
    if np.count_nonzero(textured) < 2 * FEW:
        return None
    fine = after[textured] / before[textured]
    coarse = found.render[textured] / np.maximum(found.reference[textured], np.float32(1e-6))
    left = np.sort(np.sqrt(fine / np.clip(coarse, 0.05, 1)))
    return float(left[FEW])


def added_texture(reference: Plane, render: Plane, weight: Plane) -> float | None:
    """
    Pattern that shows on cloth which should be plain, in units of L*.

    Given is the root mean square of what was added that one window in ten exceeds, or None
    if hardly any cloth is plain.

    Parameters
    ----------
    reference, render : ndarray of float32, shape (H, W, 3)
        CIE L*a*b* of the cloth.
    weight : ndarray of float32, shape (H, W)
        How well each cell is seen, 0..1.
    """
    share = weight * _plain(reference, weight, 3.0)
    bands = [_band(share * channel, share) for channel in cv2.split(render - reference)]
    added = share * (bands[0] ** 2 + bands[1] ** 2 + bands[2] ** 2)
    mass, strength = window_means([share, added])
    told = mass > _ENOUGH
    if np.count_nonzero(told) < 4:
        return None
    ordered = np.sqrt(np.sort(np.maximum(strength[told] / mass[told], 0)))
    return float(ordered[int(0.9 * (len(ordered) - 1))])


def added_pattern(
    reference: Plane, render: Plane, weight: Plane, found: Windows
) -> tuple[float, float]:
    """
    Lightness that is laid over the pattern that should be there, in units of L*.

    Counted where the right pattern is there in its full strength: elsewhere what is there
    stands in its stead. Given is the root mean square that one window in ten exceeds, and
    the one that only a few do.

    Parameters
    ----------
    reference, render : ndarray of float32, shape (H, W, 3)
        CIE L*a*b* of the cloth.
    weight : ndarray of float32, shape (H, W)
        How well each cell is seen, 0..1.
    found : Windows
        The patterns of the same part.
    """
    difference = weight * (render[..., 0] - reference[..., 0])
    mass, strength = window_means([weight, weight * _band(difference, weight) ** 2])
    kept = (mass > _ENOUGH) & found.told() & (found.common > _KEPT * found.reference)
    ordered = np.sqrt(np.sort(np.maximum(strength[kept] / mass[kept], 0)))
    if not len(ordered):
        return 0.0, 0.0
    return float(ordered[int(0.9 * (len(ordered) - 1))]), float(ordered[-1 - FEW :][0])


def seam(reference: Plane, render: Plane, weight: Plane, cell_m: float) -> float:
    """
    Largest step of color along a whole line of the weave, in units of L*.

    The difference of the pictures is averaged along each thread; a step from one side of a
    line to the other is a seam. Looked at through a derivative of a Gaussian, a blurred edge
    of the pattern is none: what it loses on one side it gains on the other.

    Parameters
    ----------
    reference, render : ndarray of float32, shape (H, W, 3)
        CIE L*a*b* of the cloth.
    weight : ndarray of float32, shape (H, W)
        How well each cell is seen, 0..1.
    cell_m : float
        Side of a cell, meters.

    References
    ----------
    Canny, "A Computational Approach to Edge Detection", IEEE Transactions on Pattern Analysis
    and Machine Intelligence 8(6), 1986, section 4, in one dimension.
    """
    # A blot that a few threads share is no seam, however strong.
    difference = np.clip((render - reference) * _SEAM, -_BLOT, _BLOT) * weight[..., np.newaxis]
    least = _LEAST_SEAM_M / cell_m
    along = _largest_step(difference.sum(axis=0), weight.sum(axis=0), least)
    across = _largest_step(difference.sum(axis=1), weight.sum(axis=1), least)
    return max(along, across)


def _largest_step(difference: Plane, mass: Plane, least: float) -> float:
    """Largest step of a profile between two sides that are both seen."""
    offset = np.arange(1, 3 * _REACH + 1)
    bell = np.exp(-0.5 * (offset / _REACH) ** 2)
    side = np.concatenate([np.zeros(3 * _REACH + 1), bell / bell.sum()])
    told = (mass >= least).astype(np.float64)
    mean = told[:, np.newaxis] * difference / np.maximum(mass, 1)[:, np.newaxis]
    # Convolution turns a kernel round: the one with its bell at the end looks back.
    seen = [np.convolve(told, kernel, "same") for kernel in (side, side[::-1])]
    sums = [
        np.stack([np.convolve(channel, kernel, "same") for channel in mean.T], axis=1)
        for kernel in (side, side[::-1])
    ]
    both = np.minimum(*seen) > _SEEN
    before, after = (
        total / np.maximum(share, _SEEN)[:, np.newaxis]
        for total, share in zip(sums, seen, strict=True)
    )
    step = np.abs(after - before).max(axis=1)
    return float(np.max(np.where(both, step, 0), initial=0))


def _band(difference: Plane, weight: Plane) -> Plane:
    """What is coarser than a picture's noise and finer than a change of light."""
    fine = _ratio(_smooth(difference, 1.0), _smooth(weight, 1.0))
    return fine - _wide(difference, weight)


def _wide(difference: Plane, weight: Plane) -> Plane:
    """Local mean under a Gaussian of `_LIGHT` cells, at a quarter of the resolution."""
    height, width = weight.shape
    size = (-(-width // 4), -(-height // 4))
    coarse = [
        _smooth(cv2.resize(plane, size, interpolation=cv2.INTER_AREA), _LIGHT / 4)
        for plane in (difference, weight)
    ]
    wide: Plane = cv2.resize(_ratio(*coarse), (width, height), interpolation=cv2.INTER_LINEAR)
    return wide


def _fine(plane: Plane, weight: Plane) -> Plane:
    """What a small blur takes away."""
    return plane - _ratio(_smooth(plane * weight, _FINE), _smooth(weight, _FINE))


def _plain(reference: Plane, weight: Plane, reach: float) -> NDArray[np.bool_]:
    """Cells with no detail within about `reach` cells of them."""
    detail = _fine(reference[..., 0], weight)
    plain: NDArray[np.bool_] = _smooth(weight * detail**2, reach) < _FLAT * _smooth(weight, reach)
    return plain


def _ratio(total: Plane, mass: Plane) -> Plane:
    ratio: Plane = total / np.maximum(mass, np.float32(1e-3))
    return ratio


def _smooth(plane: Plane, sigma: float) -> Plane:
    smooth: Plane = cv2.GaussianBlur(plane, (0, 0), sigma, borderType=cv2.BORDER_CONSTANT)
    return smooth
