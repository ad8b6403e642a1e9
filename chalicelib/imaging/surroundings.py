"""
How much each place of a photo looks like cloth rather than like what the cloth lies on.

The surroundings show at the frame, most of all in its corners and along its sides; the cloth fills
the middle.  A floor, sheet or wall is smooth and near one color; woven cloth has fine texture and
many colors.  None of these clues decides alone, so they are added up as log odds.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.color import to_lab
from chalicelib.imaging.image import Mask, Rgb8
from chalicelib.imaging.palette import Palette

_FINE_SCALE = 4
"""The weave is looked for at this many times the working size."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What each clue adds to the log odds of cloth, per unit of the clue."""

    ring: float = -0.4
    corner: float = -0.5
    side: float = -0.6
    fine: float = 0.7
    coarse: float = -0.35
    colorful: float = 0.6
    lightness: float = -1.9
    margin: float = -1.0
    bias: float = 0.5


def shrink(photo: Rgb8, side: int) -> Rgb8:
    """
    Make the longer side at most `side` pixels; a smaller photo is left as it is.

    Parameters
    ----------
    photo : ndarray of uint8, shape (H, W, 3)
        sRGB.
    side : int
        Pixels.

    Returns
    -------
    ndarray of uint8, shape (h, w, 3)
        sRGB, area-averaged.
    """
    scale = side / max(photo.shape[:2])
    if scale >= 1:
        return photo
    height, width = photo.shape[:2]
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(photo, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def cloth_log_odds(
    photo: Rgb8,
    small: Rgb8,
    palette: Palette,
    weights: Weights = Weights(),
) -> NDArray[np.float32]:
    """
    Log odds that a place shows cloth, from color, texture and position alone.

    Parameters
    ----------
    photo : ndarray of uint8, shape (H, W, 3)
        sRGB.
    small : ndarray of uint8, shape (h, w, 3)
        The same photo at the working size.
    palette : Palette
        Its colors.
    weights : Weights
        How far each clue counts.

    Returns
    -------
    ndarray of float32, shape (h, w)
        Above 0 where cloth is more likely than not.
    """
    height, width = small.shape[:2]
    places = _Places.of(height, width)
    odds = np.full((height, width), weights.bias, dtype=np.float32)
    odds += weights.ring * palette.lift(places.ring, places.center)
    odds += weights.corner * palette.lift(places.corner, places.center)
    odds += weights.side * palette.lift(places.side, places.center)
    odds += weights.fine * _fine_texture(photo, height, width)
    odds += _coarse_clues(to_lab(small), weights)
    odds += weights.margin * places.reach**4
    return np.asarray(cv2.GaussianBlur(odds, (0, 0), 1.5), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class _Places:
    """Where in the frame a pixel lies."""

    reach: NDArray[np.float32]
    ring: Mask
    corner: Mask
    side: Mask
    center: Mask

    @classmethod
    def of(cls, height: int, width: int) -> "_Places":
        row, column = np.mgrid[0:height, 0:width].astype(np.float32)
        down = np.abs((row + 0.5) / height * 2 - 1)
        across = np.abs((column + 0.5) / width * 2 - 1)
        reach = np.maximum(down, across)
        return cls(
            reach=reach,
            ring=reach > 0.9,
            corner=(reach > 0.85) & (np.minimum(down, across) > 0.7),
            side=across > 0.9,
            center=down**2 + across**2 < 0.5,
        )


def _fine_texture(photo: Rgb8, height: int, width: int) -> NDArray[np.float32]:
    """The log of the contrast that is only seen at several times the working size."""
    big = cv2.cvtColor(shrink(photo, _FINE_SCALE * max(height, width)), cv2.COLOR_RGB2GRAY)
    detail = big.astype(np.float32)
    detail -= cv2.GaussianBlur(detail, (0, 0), 2)
    energy = cv2.resize(detail * detail, (width, height), interpolation=cv2.INTER_AREA)
    contrast = np.sqrt(cv2.GaussianBlur(energy, (0, 0), 2))
    return np.asarray(np.log1p(contrast), dtype=np.float32)


def _coarse_clues(lab: NDArray[np.float32], weights: Weights) -> NDArray[np.float32]:
    lightness, green_red, blue_yellow = (np.ascontiguousarray(lab[..., i]) for i in range(3))
    away = lightness - cv2.GaussianBlur(lightness, (0, 0), 4)
    coarse = np.sqrt(cv2.GaussianBlur(away * away, (0, 0), 4))
    colorful = np.sqrt(_variance(green_red) + _variance(blue_yellow))
    clues = weights.coarse * np.log1p(coarse) + weights.colorful * np.log1p(colorful)
    return np.asarray(clues + weights.lightness * lightness / 100, dtype=np.float32)


def _variance(channel: NDArray[np.float32]) -> NDArray[np.float32]:
    mean = cv2.GaussianBlur(channel, (0, 0), 4)
    spread = cv2.GaussianBlur(channel * channel, (0, 0), 4) - mean * mean
    return np.asarray(np.maximum(spread, 0), dtype=np.float32)
