"""A picture taken back to the cloth: what each cell of the strip looks like in it."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.cloth import REGIONS, Cloth, Parts
from chalicelib.imaging.color import to_lab, to_linear
from chalicelib.imaging.draping import Finish, untoned
from chalicelib.imaging.image import Lab, LinearRgb, Rgb8
from chalicelib.imaging.metrics.kinds import Plane
from chalicelib.imaging.metrics.registration import in_step_with
from chalicelib.imaging.placement import FabricLayer, PlacementMap

PIXELS_PER_CELL: Final = 2.5
"""Pixels of the picture along a cell's side, at the median. Below that, sharpness alone (a
JPEG, half a pixel's shift) would count as damage to the cloth."""

LEAST_LIGHT: Final = 0.06
"""Darker cloth tells nothing: a step of the picture's 8 bits is a fifth of its color there."""

BRIGHTEST: Final = 248
"""Of 255; three percent more exposure clips what is brighter."""

_LARGEST_LIGHT_CHANGE: Final = 0.3
_FREE_LIGHT_CHANGE: Final = 0.05
_COARSE: Final = 4
_LUMINANCE: Final = np.array([0.2126, 0.7152, 0.0722], np.float32)
"""Of the sRGB primaries: ITU-R BT.709-6, item 3.2."""

_LIT_OF_BYTE: Final = untoned(to_linear(np.arange(256, dtype=np.uint8))).astype(np.float64)


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


@dataclass(frozen=True, eq=False)
class Observation:
    """
    Two pictures of one cloth on one pose, cell by cell.

    Attributes
    ----------
    grid : Grid
        The cells.
    weight : ndarray of float32, shape (height, width)
        How well the cell is seen, 0..1; 0 is not at all.
    area : ndarray of float32, shape (height, width)
        Pixels in which the cell is seen.
    light : ndarray of float32, shape (height, width)
        Light that falls on the cell, as the placement map has it.
    reference, render : ndarray of float32, shape (height, width, 3)
        CIE L*a*b* of the cloth under white light, as it should look and as it does.
    cloth : Cloth
        The saree.
    """

    grid: Grid
    weight: Plane
    area: Plane
    light: NDArray[np.float32]
    reference: Lab
    render: Lab
    cloth: Cloth

    @cached_property
    def strip(self) -> Lab:
        """The whole strip as it should look, seen or not: L*a*b*, shape (height, width, 3)."""
        size = (self.grid.width, self.grid.height)
        small = cv2.resize(self.cloth.pixels, size, interpolation=cv2.INTER_AREA)
        return to_lab(small)


def observe(render: Rgb8, reference: Rgb8, placement: PlacementMap, cloth: Cloth) -> Observation:
    """
    Take a render and its faithful reference back to the strip, the light divided out.

    Both go through the same pixels, so what resampling costs, it costs both. Only pixels
    that one layer covers whole are used. A fraction of a pixel by which the whole render lies
    off its place is allowed for. A change of light that varies over a part, and a
    little of one that does not, is taken out of the render: light is not the cloth's.

    Parameters
    ----------
    render, reference : ndarray of uint8, shape (H, W, 3)
        sRGB, of the size of `placement`.
    placement : PlacementMap
        Where the cloth lies in both.
    cloth : Cloth
        The saree, with its borders and its pallu.

    Returns
    -------
    Observation
        On the whole strip.

    References
    ----------
    Debevec, Taylor, Malik, "Modeling and Rendering Architecture from Photographs",
    SIGGRAPH 1996, section 4: a picture mapped back to its surface, weighted by resolution.
    """
    front = placement.layers[0]
    grid = _grid(front, placement, cloth.parts)
    shape = (grid.height, grid.width)
    lit = (front.light > LEAST_LIGHT) & _below_white(reference, front.index)
    used = np.flatnonzero(_inside(front, placement) & lit)
    cells = _cells(front, used, grid, placement.width_m)
    weight = _resolving(front.footprint[used], grid.cell_m).astype(np.float64)
    mass = _sums(cells, weight, shape)
    index = front.index[used]
    reference = in_step_with(render, reference, index)
    gain, gloss = _light(front, used, _zari(cloth, shape)[cells], Finish.of(cloth.parts))
    shares = _Shares(cells, weight / gain, gloss, mass)
    faces = [shares.face(picture, index) for picture in (reference, render)]
    known = np.minimum(mass / np.float32(PIXELS_PER_CELL), 1)
    faces[1] = _relit(faces[1], faces[0], known, grid)
    first, second = (cv2.cvtColor(np.clip(face, 0, 1.5), cv2.COLOR_LRGB2Lab) for face in faces)
    return Observation(
        grid=grid,
        weight=known,
        area=_sums(cells, None, shape),
        light=_divided(_sums(cells, front.light[used] * weight, shape)[..., np.newaxis], mass)[
            ..., 0
        ],
        reference=first,
        render=second,
        cloth=cloth,
    )


def _grid(front: FabricLayer, placement: PlacementMap, parts: Parts) -> Grid:
    determinant = np.abs(
        front.footprint[:, 0, 0] * front.footprint[:, 1, 1]
        - front.footprint[:, 0, 1] * front.footprint[:, 1, 0]
    )
    pitch = float(np.sqrt(np.median(determinant)))
    cell = float(np.clip(round(PIXELS_PER_CELL * pitch, 4), 0.0015, 0.008))
    height = int(np.ceil(placement.width_m / cell))
    width = int(np.ceil(placement.length_m / cell))
    edges = (
        round(parts.border_top_m / cell),
        round((placement.width_m - parts.border_bottom_m) / cell),
        round((placement.length_m - parts.pallu_m) / cell),
    )
    return Grid(cell, height, width, edges)


def _inside(front: FabricLayer, placement: PlacementMap) -> NDArray[np.bool_]:
    """Pixels that show the front layer alone, as do their neighbors: a shift bleeds no edge in."""
    whole = np.zeros(placement.height * placement.width, np.uint8)
    whole[front.index] = front.coverage > 0.98
    picture = whole.reshape(placement.height, placement.width)
    inner = cv2.erode(
        picture, np.ones((3, 3), np.uint8), borderType=cv2.BORDER_CONSTANT, borderValue=0
    )
    inside: NDArray[np.bool_] = inner.reshape(-1)[front.index] > 0
    return inside


def _below_white(reference: Rgb8, index: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Pixels that a little more exposure does not clip; where the render is white is damage."""
    red, green, blue = (reference.reshape(-1, 3)[index].T[channel] for channel in range(3))
    below: NDArray[np.bool_] = np.maximum(np.maximum(red, green), blue) < BRIGHTEST
    return below


def _cells(
    front: FabricLayer, used: NDArray[np.intp], grid: Grid, width_m: float
) -> NDArray[np.int32]:
    inverse = np.float32(1 / grid.cell_m)
    row = ((np.float32(width_m) - front.t[used]) * inverse).astype(np.int32)
    column = (front.s[used] * inverse).astype(np.int32)
    np.clip(row, 0, grid.height - 1, out=row)
    np.clip(column, 0, grid.width - 1, out=column)
    return row * np.int32(grid.width) + column


def _resolving(footprint: Plane, cell_m: float) -> Plane:
    """How well each pixel resolves a cell: 1 when it is smaller, less where it is stretched."""
    flat = footprint.reshape(-1, 4)
    square = np.einsum("ij,ij->i", flat, flat)
    resolving: Plane = np.minimum(np.float32(cell_m**2) / np.maximum(square, np.float32(1e-12)), 1)
    return resolving


@dataclass(frozen=True, slots=True, eq=False)
class _Shares:
    """Which cell each pixel belongs to, and how much of its light to count there."""

    cells: NDArray[np.int32]
    share: NDArray[np.float64]
    gloss: NDArray[np.float32]
    mass: NDArray[np.float32]

    def face(self, picture: Rgb8, index: NDArray[np.int32]) -> LinearRgb:
        """Mean reflectance of each cell: float32, shape (height, width, 3)."""
        channels = [lit - self.gloss for lit in _lit(picture, index)]
        shape = (self.mass.shape[0], self.mass.shape[1])
        sums = [_sums(self.cells, lit * self.share, shape) for lit in channels]
        return _divided(np.dstack(sums), self.mass)


def _zari(cloth: Cloth, shape: tuple[int, int]) -> NDArray[np.float32]:
    """Share of metallic thread in each cell, flat."""
    small: NDArray[np.float32] = cv2.resize(cloth.zari, shape[::-1], interpolation=cv2.INTER_AREA)
    return small.reshape(-1)


def _light(
    front: FabricLayer, used: NDArray[np.intp], zari: NDArray[np.float32], finish: Finish
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """What reflectance is multiplied by on the way into the picture, and what is added to it."""
    light, sheen = front.light[used], front.sheen[used]
    side = np.where(front.reverse[used], np.float32(finish.reverse), np.float32(1))
    shining = np.float32(finish.silk) + np.float32(finish.metal - finish.silk) * zari
    gain = side * (light + shining * (sheen * np.float32(finish.strength) - light))
    gloss: NDArray[np.float32] = sheen * np.float32(finish.gloss)
    return np.maximum(gain, np.float32(LEAST_LIGHT / 2)), gloss


def _lit(picture: Rgb8, index: NDArray[np.int32]) -> tuple[NDArray[np.float64], ...]:
    """Red, green and blue light at some pixels, the tone curve undone."""
    seen = picture.reshape(-1, 3)[index]
    return tuple(_LIT_OF_BYTE[seen[:, channel]] for channel in range(3))


def _sums(
    cells: NDArray[np.int32], values: NDArray[np.float64] | None, shape: tuple[int, int]
) -> NDArray[np.float32]:
    """Sum of the values in each cell, or how many there are."""
    total = np.bincount(cells, values, shape[0] * shape[1])
    return total.astype(np.float32).reshape(shape)


def _divided(sums: NDArray[np.float32], mass: NDArray[np.float32]) -> NDArray[np.float32]:
    known = np.maximum(mass, np.float32(1e-6))
    mean = sums / (known[..., np.newaxis] if sums.ndim == 3 else known)
    return mean.astype(np.float32, copy=False)


def _relit(render: LinearRgb, reference: LinearRgb, known: Plane, grid: Grid) -> LinearRgb:
    """Take a change of light out of the render, part by part."""
    relit = render.copy()
    for name in REGIONS:
        where = grid.region(name)
        if known[where].size and known[where].any():
            gain = _light_change(render[where], reference[where], known[where])
            relit[where] /= gain[..., np.newaxis]
    return relit


def _light_change(render: LinearRgb, reference: LinearRgb, known: Plane) -> Plane:
    """Ratio of the two pictures' light over one part: smooth, and 1 on the whole."""
    height, width = known.shape
    size = (-(-width // _COARSE), -(-height // _COARSE))
    planes = np.dstack([known, known * (render @ _LUMINANCE), known * (reference @ _LUMINANCE)])
    coarse = cv2.resize(planes, size, interpolation=cv2.INTER_AREA)
    coarse = cv2.GaussianBlur(coarse, (0, 0), 1.25, borderType=cv2.BORDER_CONSTANT)
    weight, seen, expected = (coarse[..., channel] for channel in range(3))
    ratio = np.log((seen + 1e-4 * weight + 1e-9) / (expected + 1e-4 * weight + 1e-9))
    whole = float(np.sum(ratio * weight) / max(float(np.sum(weight)), 1e-6))
    change = np.clip(ratio - whole, -_LARGEST_LIGHT_CHANGE, _LARGEST_LIGHT_CHANGE)
    change += np.clip(whole, -_FREE_LIGHT_CHANGE, _FREE_LIGHT_CHANGE)
    gain: Plane = cv2.resize(
        np.exp(change).astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR
    )
    return gain
