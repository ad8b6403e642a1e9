"""The cells into which the strip is divided, and which pixels of a picture show each."""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.metrics.kinds import Plane
from chalicelib.imaging.placement import FabricLayer

PIXELS_PER_CELL: Final = 2.5
"""Pixels of the picture along a cell's side, at the median. Below that, sharpness alone (a
JPEG, half a pixel's shift) would count as damage to the cloth."""


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """
    The cells into which the strip is divided: square, row 0 at t = width, column 0 at s = 0.

    `edges` has the rows of the two inner border edges and the column where the pallu starts.
    """

    cell_m: float
    height: int
    width: int
    edges: tuple[int, int, int]

    def region(self, name: str) -> tuple[slice, slice]:
        """Rows and columns of a part."""
        top, bottom, pallu = self.edges
        match name:
            case "border_top":
                return slice(0, top), slice(0, self.width)
            case "border_bottom":
                return slice(bottom, self.height), slice(0, self.width)
            case "pallu":
                return slice(top, bottom), slice(pallu, self.width)
            case "body":
                return slice(top, bottom), slice(0, pallu)
        raise ValueError(f"no such part: {name!r}")


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """
    The cells that some pixels show: few of the strip's, so they are counted on their own.

    Attributes
    ----------
    grid : Grid
        All cells.
    at : ndarray of int64, shape (M,)
        Flat index in the grid of each cell that is shown, ascending.
    of_pixel : ndarray of int64, shape (N,)
        Which of those each pixel shows.
    """

    grid: Grid
    at: NDArray[np.intp]
    of_pixel: NDArray[np.intp]

    @classmethod
    def shown(cls, grid: Grid, front: FabricLayer, used: NDArray[np.intp], width_m: float) -> Self:
        """Tell for some pixels of a layer which cells they show."""
        inverse = np.float32(1 / grid.cell_m)
        row = ((np.float32(width_m) - front.t[used]) * inverse).astype(np.int32)
        column = (front.s[used] * inverse).astype(np.int32)
        np.clip(row, 0, grid.height - 1, out=row)
        np.clip(column, 0, grid.width - 1, out=column)
        row *= np.int32(grid.width)
        row += column
        place = row.astype(np.intp)
        flags = np.zeros(grid.height * grid.width, np.bool_)
        flags[place] = True
        at = np.flatnonzero(flags)
        number = np.zeros(len(flags), np.intp)
        number[at] = np.arange(len(at))
        return cls(grid, at, number[place])

    def sums(self, values: NDArray[np.float32 | np.float64] | None) -> NDArray[np.float32]:
        """Sum of the pixels' values in each cell, or how many there are: float32, (M,)."""
        return np.bincount(self.of_pixel, values, len(self.at)).astype(np.float32)

    def spread(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """The values on the whole strip, zero where nothing is seen: (height, width, ...)."""
        grid = self.grid
        plane = np.zeros((grid.height * grid.width, *values.shape[1:]), np.float32)
        plane[self.at] = values
        return plane.reshape(grid.height, grid.width, *values.shape[1:])

    def coarse(self, step: int) -> tuple[NDArray[np.intp], tuple[int, int]]:
        """For each cell the flat index of the square of `step` cells it is in; their grid."""
        shape = (-(-self.grid.height // step), -(-self.grid.width // step))
        row, column = np.divmod(self.at, self.grid.width)
        return (row // step) * shape[1] + column // step, shape


def resolving(footprint: Plane, cell_m: float) -> Plane:
    """How well each pixel resolves a cell: 1 when it is smaller, less where it is stretched."""
    flat = footprint.reshape(-1, 4)
    square = np.einsum("ij,ij->i", flat, flat)
    share: Plane = np.minimum(np.float32(cell_m**2) / np.maximum(square, np.float32(1e-12)), 1)
    return share
