"""Draw a motif in millimeters, smooth-edged and seamless where it repeats."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

_FINE: Final = 4
"""Drawn this much larger, then averaged: edges are smooth by area."""


@dataclass(frozen=True, slots=True)
class Ink:
    """A color, sRGB 0..255, and whether it is metallic thread."""

    red: int
    green: int
    blue: int
    metal: bool = False

    @property
    def channels(self) -> tuple[int, int, int, int]:
        """Red, green, blue and zari, 0..255."""
        return self.red, self.green, self.blue, 255 if self.metal else 0


@dataclass(frozen=True, slots=True, eq=False)
class Tile:
    """
    A drawn patch of one pixel a millimeter.

    `paint` float32 (H, W, 4): sRGB and zari, 0..255, not premultiplied; `cover` float32 (H, W).
    """

    paint: NDArray[np.float32]
    cover: NDArray[np.float32]

    def flipped(self) -> "Tile":
        """The tile upside down."""
        return Tile(self.paint[::-1].copy(), self.cover[::-1].copy())


class Sketch:
    """
    A sheet of `height` by `width` millimeters that continues on its other side.

    Points are (row, column) in millimeters; what is drawn over an edge comes in at the opposite.
    """

    def __init__(self, height: int, width: int, ground: Ink | None = None) -> None:
        self._size = (height, width)
        shape = (height * _FINE, width * _FINE)
        self._paint = np.zeros((*shape, 4), np.uint8)
        self._cover = np.zeros(shape, np.uint8)
        if ground is not None:
            self._paint[:] = ground.channels
            self._cover[:] = 255

    def polygon(self, points: NDArray[np.float64], ink: Ink) -> None:
        """Fill a polygon of (row, column) points, shape (N, 2)."""
        for offset in self._copies(points):
            shifted = np.rint((points + offset)[:, ::-1] * _FINE * 16).astype(np.int32)
            cv2.fillPoly(self._paint, [shifted], ink.channels, shift=4)
            cv2.fillPoly(self._cover, [shifted], 255, shift=4)

    def stroke(self, points: NDArray[np.float64], width: float, ink: Ink) -> None:
        """Draw a line through (row, column) points, `width` millimeters thick."""
        thickness = max(1, round(width * _FINE))
        for offset in self._copies(points):
            shifted = np.rint((points + offset)[:, ::-1] * _FINE * 16).astype(np.int32)
            for canvas, color in ((self._paint, ink.channels), (self._cover, 255)):
                cv2.polylines(canvas, [shifted], False, color, thickness, shift=4)

    def band(self, first: float, last: float, ink: Ink) -> None:
        """Fill rows from `first` to `last`, millimeters."""
        rows = slice(round(first * _FINE), round(last * _FINE))
        self._paint[rows] = ink.channels
        self._cover[rows] = 255

    def tile(self) -> Tile:
        """What has been drawn."""
        size = self._size[::-1]
        cover = self._cover.astype(np.float32) / 255
        laid = self._paint.astype(np.float32) * cover[..., np.newaxis]
        cover = cv2.resize(cover, size, interpolation=cv2.INTER_AREA)
        paint = cv2.resize(laid, size, interpolation=cv2.INTER_AREA)
        return Tile(paint / np.maximum(cover, 1e-6)[..., np.newaxis], cover)

    def upright(self) -> Tile:
        """What has been drawn, set on its side: its top lies towards the saree's inner end."""
        lying = self.tile()
        return Tile(
            np.ascontiguousarray(lying.paint.swapaxes(0, 1)), np.ascontiguousarray(lying.cover.T)
        )

    def _copies(self, points: NDArray[np.float64]) -> list[NDArray[np.float64]]:
        """Offsets of the copies that the sheet's edges cut."""
        low, high = points.min(axis=0) - 4, points.max(axis=0) + 4
        shifts = [
            [
                k * size
                for k in (-1, 0, 1)
                if low[axis] + k * size < size and high[axis] + k * size > 0
            ]
            for axis, size in enumerate(self._size)
        ]
        return [np.array([row, column], np.float64) for row in shifts[0] for column in shifts[1]]
