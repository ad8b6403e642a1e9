"""What is finer than a motif: sharpness that is lost, texture that is invented, seams."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.metrics.kinds import Plane
from chalicelib.imaging.metrics.pattern import Windows, window_means

_FINE: Final = 1.5
_LIGHT: Final = 8.0
_FLAT: Final = 1.5
_TEXTURED: Final = 4.0
_EVEN: Final = 0.02
_SIDE: Final = 4
_SEAM: Final = np.array([1.0, 0.4, 0.4], np.float32)
_BLOT: Final = 4.0
_LEAST_SEAM_M: Final = 0.08


def even(light: Plane, weight: Plane) -> NDArray[np.bool_]:
    """
    Tell where the light is even: at a fold's crease a change of light looks like a seam.

    Parameters
    ----------
    light : ndarray of float32, shape (H, W)
        Light on the cloth, linear.
    weight : ndarray of float32, shape (H, W)
        How well each cell is seen, 0..1.

    Returns
    -------
    ndarray of bool, shape (H, W)
    """
    mean = _ratio(_smooth(light * weight, 2.0), _smooth(weight, 2.0))
    step = (light - mean) / np.maximum(mean, np.float32(1e-3))
    uneven = _smooth(weight * step * step, 2.0)
    return np.asarray(uneven <= np.float32(_EVEN**2) * _smooth(weight, 2.0), np.bool_)


def sharpness(reference: Plane, render: Plane, weight: Plane, found: Windows) -> float | None:
    """
    How much of the fine detail is left where there is any, against how much of the pattern.

    1 is all of it; a pattern that is paler as a whole is not less sharp. Given is the value
    that one textured window in twenty falls below, or None if there are too few of them.

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
    means = window_means(np.dstack([weight, weight * expected**2, weight * seen**2]))
    mass = np.maximum(means[..., 0], np.float32(1e-6))
    before, after = means[..., 1] / mass, means[..., 2] / mass
    textured = found.told() & (before > _TEXTURED)
    if np.count_nonzero(textured) < 4:
        return None
    fine = after[textured] / before[textured]
    coarse = found.render[textured] / np.maximum(found.reference[textured], np.float32(1e-6))
    left = np.sort(np.sqrt(fine / np.clip(coarse, 0.05, 1)))
    return float(left[int(0.05 * len(left))])


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
    means_before = share[..., np.newaxis] * (render - reference)
    noise_free = _ratio(_smooth(means_before, 1.0), _smooth(share, 1.0))
    local = _ratio(_smooth(means_before, _LIGHT), _smooth(share, _LIGHT))
    added = ((noise_free - local) ** 2).sum(axis=2)
    means = window_means(np.dstack([share, share * added]))
    told = means[..., 0] > 0.1
    if np.count_nonzero(told) < 4:
        return None
    strength = np.sort(means[..., 1][told] / means[..., 0][told])
    return float(np.sqrt(strength[int(0.9 * (len(strength) - 1))]))


def seam(reference: Plane, render: Plane, weight: Plane, cell_m: float) -> float:
    """
    Largest step of color along a whole line of the weave, in units of L*.

    The difference of the pictures is averaged along each thread; a step from one side of a
    line to the other is a seam. Only cloth that is plain just there tells: at the edge of a
    motif half a pixel's shift is a step too.

    Parameters
    ----------
    reference, render : ndarray of float32, shape (H, W, 3)
        CIE L*a*b* of the cloth.
    weight : ndarray of float32, shape (H, W)
        How well each cell is seen, 0..1.
    cell_m : float
        Side of a cell, meters.
    """
    weight = weight * _plain(reference, weight, 3.0)
    difference = (render - reference) * (weight[..., np.newaxis] * _SEAM)
    least = _LEAST_SEAM_M / cell_m
    along = _largest_step(difference, weight, least)
    across = _largest_step(difference.transpose(1, 0, 2), weight.T, least)
    return max(along, across)


def _largest_step(difference: Plane, weight: Plane, least: float) -> float:
    """Largest step between neighboring strips of `_SIDE` columns, seen on both sides."""
    width = weight.shape[1]
    if width < 2 * _SIDE + 1:
        return 0.0
    mass = _box(weight[..., np.newaxis])[..., 0]
    mean = _box(difference) / np.maximum(mass, np.float32(0.25))[..., np.newaxis]
    both = np.minimum(mass[:, :-_SIDE], mass[:, _SIDE:])
    both = np.where(both > 0.6 * _SIDE, np.float32(1), np.float32(0))
    # A blot that a few threads share is no seam, however strong.
    step = np.clip(mean[:, _SIDE:] - mean[:, :-_SIDE], -_BLOT, _BLOT) * both[..., np.newaxis]
    length = both.sum(axis=0)
    height = np.abs(step.sum(axis=0)).max(axis=1) / np.maximum(length, 1)
    return float(np.max(np.where(length >= least, height, 0), initial=0))


def _box(plane: Plane) -> Plane:
    """Sums over `_SIDE` columns, from each column on."""
    total = np.cumsum(plane, axis=1, dtype=np.float64)
    total = np.concatenate([np.zeros_like(total[:, :1]), total], axis=1)
    return np.asarray(total[:, _SIDE:] - total[:, :-_SIDE], np.float32)


def _fine(plane: Plane, weight: Plane) -> Plane:
    """What a small blur takes away."""
    return plane - _ratio(_smooth(plane * weight, _FINE), _smooth(weight, _FINE))


def _plain(reference: Plane, weight: Plane, reach: float) -> NDArray[np.bool_]:
    """Cells with no detail within about `reach` cells of them."""
    detail = _fine(reference[..., 0], weight)
    plain: NDArray[np.bool_] = _smooth(weight * detail**2, reach) < _FLAT * _smooth(weight, reach)
    return plain


def _ratio(total: Plane, mass: Plane) -> Plane:
    mass = np.maximum(mass, np.float32(1e-3))
    return total / (mass[..., np.newaxis] if total.ndim == 3 else mass)


def _smooth(plane: Plane, sigma: float) -> Plane:
    smooth: Plane = cv2.GaussianBlur(plane, (0, 0), sigma, borderType=cv2.BORDER_CONSTANT)
    return smooth
