"""
How much each place of a photo looks like cloth rather than like what the cloth lies on.

The surroundings show at the frame, most of all in its corners and along its sides; the cloth fills
the middle.  A floor, sheet or wall is smooth and near one color; woven cloth has fine texture and
many colors.  None of these clues decides alone, so they are added up as log odds.
"""

from dataclasses import dataclass, fields
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.color import to_lab
from chalicelib.imaging.image import Lab, Mask, Rgb8
from chalicelib.imaging.isolating.palette import Palette
from chalicelib.imaging.resizing import shrink

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


READINGS: Final = (
    Weights(),
    Weights(ring=-0.2, corner=-0.3, side=-0.2, fine=1.2, colorful=1.0, bias=-0.6),
    Weights(ring=-0.2, corner=-1.0, side=-0.1),
)
"""
Ways to weigh the clues, the usual one first.

Where cloth runs out of one side, its border there looks like surroundings; then texture knows
better, or the corners alone do.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Clues:
    """What speaks for cloth at each place; every array has shape (h, w)."""

    ring: NDArray[np.float32]
    corner: NDArray[np.float32]
    side: NDArray[np.float32]
    fine: NDArray[np.float32]
    coarse: NDArray[np.float32]
    colorful: NDArray[np.float32]
    lightness: NDArray[np.float32]
    margin: NDArray[np.float32]

    @classmethod
    def of(cls, photo: Rgb8, small: Rgb8, palette: Palette) -> "Clues":
        """
        Gather the clues of a photo.

        Parameters
        ----------
        photo : ndarray of uint8, shape (H, W, 3)
            sRGB; the weave is looked for in it.
        small : ndarray of uint8, shape (h, w, 3)
            The same photo at the working size.
        palette : Palette
            Its colors.

        Returns
        -------
        Clues
            At the working size.
        """
        height, width = small.shape[:2]
        places = _Places.of(height, width)
        coarse, colorful, lightness = _coarse_clues(to_lab(small))
        return cls(
            ring=palette.lift(places.ring, places.center),
            corner=palette.lift(places.corner, places.center),
            side=palette.lift(places.side, places.center),
            fine=_fine_texture(photo, height, width),
            coarse=coarse,
            colorful=colorful,
            lightness=lightness,
            margin=places.reach**4,
        )

    def log_odds(self, weights: Weights) -> NDArray[np.float32]:
        """
        Log odds that a place shows cloth, from color, texture and position alone.

        Parameters
        ----------
        weights : Weights
            How far each clue counts.

        Returns
        -------
        ndarray of float32, shape (h, w)
            Above 0 where cloth is more likely than not.
        """
        odds = np.full_like(self.ring, weights.bias)
        for clue in fields(self):
            odds += np.float32(getattr(weights, clue.name)) * getattr(self, clue.name)
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


def _coarse_clues(
    lab: Lab,
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Log of the coarse contrast, log of the spread of colors, and lightness 0..1."""
    lightness, green_red, blue_yellow = (np.ascontiguousarray(lab[..., i]) for i in range(3))
    away = lightness - cv2.GaussianBlur(lightness, (0, 0), 4)
    coarse = np.sqrt(cv2.GaussianBlur(away * away, (0, 0), 4))
    colorful = np.sqrt(_variance(green_red) + _variance(blue_yellow))
    return np.log1p(coarse), np.log1p(colorful), lightness * np.float32(0.01)


def _variance(channel: NDArray[np.float32]) -> NDArray[np.float32]:
    mean = cv2.GaussianBlur(channel, (0, 0), 4)
    spread = cv2.GaussianBlur(channel * channel, (0, 0), 4) - mean * mean
    return np.asarray(np.maximum(spread, 0), dtype=np.float32)
