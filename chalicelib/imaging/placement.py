"""For each pixel of a picture: the fabric points that show there, their light and coverage."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.image import Matte, Rgb8


@dataclass(frozen=True, slots=True, eq=False)
class FabricLayer:
    """
    The fabric points that one layer shows, one entry for each pixel it touches.

    Attributes
    ----------
    index : ndarray of int32, shape (N,)
        Flat pixel index, row * width + column, ascending and unique.
    s, t : ndarray of float32, shape (N,)
        Fabric coordinates, meters.
    coverage : ndarray of float32, shape (N,)
        Share of the pixel that this layer covers, 0..1.
    light : ndarray of float32, shape (N,)
        Linear diffuse light on white cloth; 1 is fully lit, highlights may exceed it.
    sheen : ndarray of float32, shape (N,)
        Linear specular light for a reflectance of 1.
    reverse : ndarray of bool, shape (N,)
        Whether the cloth's reverse side shows.
    footprint : ndarray of float32, shape (N, 2, 2)
        d(s, t) / d(row, column), meters per pixel: `footprint[:, 0, 1]` is ds / dcolumn.
    """

    index: NDArray[np.int32]
    s: NDArray[np.float32]
    t: NDArray[np.float32]
    coverage: NDArray[np.float32]
    light: NDArray[np.float32]
    sheen: NDArray[np.float32]
    reverse: NDArray[np.bool_]
    footprint: NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class PlacementMap:
    """
    Where a saree lies in a picture of `height` by `width` pixels.

    `layers` has the layer with the larger share of a pixel first; the second holds the other
    fold of edge pixels.
    `plate` is the picture without the saree: at edge pixels the color of the share that is not
    saree, under the cloth what a sheer cloth lets through.
    `length_m` and `width_m` are those of the saree the map is for.
    `under`, if there is one, gives the map of what shows where the cloth's first layer is looked
    through: only sheer cloth asks for it.
    """

    height: int
    width: int
    layers: tuple[FabricLayer, ...]
    plate: Rgb8
    length_m: float
    width_m: float
    under: Callable[[], Self] | None = None

    def coverage(self) -> Matte:
        """Share of each pixel that cloth covers: float32, shape (height, width), 0..1."""
        total = np.zeros(self.height * self.width, np.float32)
        for layer in self.layers:
            total[layer.index] += layer.coverage
        return np.minimum(total, 1).reshape(self.height, self.width)
