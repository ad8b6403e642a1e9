"""Whether the pattern that is seen is the pattern that should be there, in its place."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.metrics.difference import ciede2000
from chalicelib.imaging.metrics.kinds import Plane

BLOCK: Final = 8
"""Cells along the side of a block; a window is three by three blocks."""

FEW: Final = 6
"""Windows that may be worse: damage of 5 cm across touches more."""

CHANNELS: Final = np.array([1.0, 0.6, 0.6], np.float32)
"""Lightness carries the pattern; JPEG halves the resolution of what a* and b* carry."""

_NOISE: Final = 12.0
"""Variance, in units of L* squared, that counts as no pattern: a picture's noise and rounding."""

_EMPTIED: Final = 0.5
_FAINT: Final = 25.0
_LEAST_WEIGHT: Final = 0.3
"""Share of a window that must be seen for the window to tell anything."""


@dataclass(frozen=True, slots=True, eq=False)
class Windows:
    """
    Second moments of reference and render over windows of the strip.

    Attributes
    ----------
    weight : ndarray of float32, shape (rows, columns)
        Share of what the part has of the window that is seen, 0..1.
    reference, render : ndarray of float32, same shape
        Variance of the pattern, summed over the channels, in units of L* squared.
    common : ndarray of float32, same shape
        Covariance of the two.
    mean_reference, mean_render : ndarray of float32, shape (rows, columns, 3)
        CIE L*a*b* of the window as a whole.
    """

    weight: Plane
    reference: Plane
    render: Plane
    common: Plane
    mean_reference: Plane
    mean_render: Plane

    def likeness(self, noise: float = _NOISE) -> Plane:
        """
        How alike the patterns are in each window: 1 is the same, 0 has nothing in common.

        `noise` is the variance that counts as no pattern.

        References
        ----------
        Wang, Simoncelli, Bovik, "Multiscale Structural Similarity for Image Quality
        Assessment", Asilomar 2003: the contrast and structure terms of one scale.
        """
        both = 2 * self.common + np.float32(noise)
        return both / (self.reference + self.render + np.float32(noise))

    def told(self) -> NDArray[np.bool_]:
        """Which windows are seen well enough."""
        return self.weight >= np.float32(_LEAST_WEIGHT)


def windows(reference: Plane, render: Plane, weight: Plane) -> Windows:
    """
    Compare the patterns of two pictures of one part, window by window.

    Parameters
    ----------
    reference, render : ndarray of float32, shape (H, W, 3)
        CIE L*a*b* of the cloth.
    weight : ndarray of float32, shape (H, W)
        How well each cell is seen, 0..1.

    Returns
    -------
    Windows
        Of three blocks by three, one around each block.
    """
    first = [
        channel * scale for channel, scale in zip(cv2.split(reference), CHANNELS, strict=True)
    ]
    second = [channel * scale for channel, scale in zip(cv2.split(render), CHANNELS, strict=True)]
    known_first, known_second = ([plane * weight for plane in each] for each in (first, second))
    moments = [_dot(known_first, first), _dot(known_second, second), _dot(known_first, second)]
    mass, *means = window_means([weight, *moments, *known_first, *known_second])
    known = np.maximum(mass, np.float32(1e-6))
    inside = share_inside(weight.shape)
    square_first, square_second, product, *colors = (mean / known for mean in means)
    mean_first, mean_second = colors[:3], colors[3:]
    return Windows(
        weight=mass / inside,
        reference=np.maximum(square_first - _dot(mean_first, mean_first), 0),
        render=np.maximum(square_second - _dot(mean_second, mean_second), 0),
        common=product - _dot(mean_first, mean_second),
        mean_reference=np.dstack(mean_first) / CHANNELS,
        mean_render=np.dstack(mean_second) / CHANNELS,
    )


def window_means(planes: Sequence[Plane]) -> list[Plane]:
    """
    Mean of each plane over each window; beyond the part's edges nothing is seen.

    Parameters
    ----------
    planes : sequence of ndarray of float32, shape (H, W)
        Zero where nothing is seen.

    Returns
    -------
    list of ndarray of float32, shape (ceil(H / BLOCK), ceil(W / BLOCK))
        Over three blocks by three around each block.
    """
    height, width = planes[0].shape
    size = (-(-width // BLOCK), -(-height // BLOCK))
    rest = (0, size[1] * BLOCK - height, 0, size[0] * BLOCK - width)
    means = []
    for plane in planes:
        tiles = cv2.copyMakeBorder(plane, *rest, cv2.BORDER_CONSTANT) if any(rest) else plane
        blocks = cv2.resize(tiles, size, interpolation=cv2.INTER_AREA)
        means.append(cv2.blur(blocks, (3, 3), borderType=cv2.BORDER_CONSTANT))
    return means


def share_inside(shape: tuple[int, ...]) -> Plane:
    """Share of each window that lies inside a part of so many rows and columns."""
    (inside,) = window_means([np.ones(shape[:2], np.float32)])
    return inside


def score(found: Windows) -> float:
    """
    How much of the pattern is right, 0..1.

    Windows count by how much pattern they have, or should have; plain cloth that is plain
    scores 1.
    """
    where = found.told()
    both = found.reference[where] + found.render[where] + np.float32(_NOISE)
    if not len(both):
        return 1.0
    right = np.float64(np.sum(found.likeness()[where] * both)) / np.float64(np.sum(both))
    return float(np.clip(right, 0, 1))


def cast(found: Windows) -> float:
    """
    Difference of color, in CIEDE2000, that six windows in seven exceed: a cast of the whole part.

    Windows are compared as a whole, so it matters little where the pattern lies in them.
    """
    where = found.told()
    if not where.any():
        return 0.0
    difference = np.sort(ciede2000(found.mean_reference[where], found.mean_render[where]))
    return float(difference[int(0.15 * len(difference))])


def stain(found: Windows) -> float:
    """Difference of color, in CIEDE2000, that only two windows exceed: a local cast."""
    where = found.told()
    if not where.any():
        return 0.0
    difference = np.sort(ciede2000(found.mean_reference[where], found.mean_render[where]))
    return float(difference[-3:][0])


def patch(found: Windows) -> float:
    """The same of windows that did not go half the way to the ground: those lost their motifs."""
    where = found.told()
    if not where.any():
        return 0.0
    before, after = found.mean_reference[where], found.mean_render[where]
    ground = np.median(before, axis=0)
    emptied = ciede2000(after, np.broadcast_to(ground, after.shape)) < np.float32(
        _EMPTIED
    ) * ciede2000(before, np.broadcast_to(ground, before.shape))
    difference = np.sort(np.where(emptied, 0, ciede2000(before, after)))
    return float(difference[-3:][0])


def stained(found: Windows) -> float:
    """Share of the windows that differ in color by at least half as much as a stain does."""
    where = found.told()
    if not where.any():
        return 0.0
    difference = ciede2000(found.mean_reference[where], found.mean_render[where])
    least = np.sort(difference)[-3:][0] / 2
    return float(np.mean(difference > least))


def worst(found: Windows) -> float:
    """
    Likeness that only `FEW` windows fall below: answers to local damage.

    Faint pattern counts for less than in the score: a few windows of it are soon unlike.
    """
    where = found.told()
    likeness = np.sort(found.likeness(_FAINT)[where])
    if not len(likeness):
        return 1.0
    return float(np.clip(likeness[min(FEW, len(likeness) - 1)], 0, 1))


def _dot(first: Sequence[Plane], second: Sequence[Plane]) -> Plane:
    product: Plane = first[0] * second[0]
    for one, other in zip(first[1:], second[1:], strict=True):
        cv2.accumulateProduct(one, other, product)
    return product
