"""A picture taken back to the cloth: what each cell of the strip looks like in it."""

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.cloth import Cloth, Parts
from chalicelib.imaging.color import to_lab, to_linear
from chalicelib.imaging.composing.draping import Finish, untoned
from chalicelib.imaging.image import Lab, LinearRgb, Rgb8
from chalicelib.imaging.metrics.cells import PIXELS_PER_CELL, Cells, Grid, resolving
from chalicelib.imaging.metrics.grading import soft_in_color, ungraded
from chalicelib.imaging.metrics.kinds import Plane
from chalicelib.imaging.metrics.light import LEAST_LIGHT, WaysOfLight, without_change
from chalicelib.imaging.metrics.registration import in_step_with
from chalicelib.imaging.placement import FabricLayer, PlacementMap

BRIGHTEST: Final = 244
"""Of 255; three percent more exposure clips what is brighter."""

_LIT_OF_BYTE: Final = untoned(to_linear(np.arange(256, dtype=np.uint8))).astype(np.float64)

_SPREAD: Final = (1 / 6, 1 / 2, 5 / 6)
"""Where in a cell its thread is looked at, as shares of its side."""

_SOME: Final = 8
"""One pixel in so many tells how large they all are."""

_SAME: Final = np.tile(np.arange(256, dtype=np.float64), (3, 1))

_BEND: Final = 228
"""Of 255; beyond, the tone curve bends: an error of the picture is a larger one of the cloth."""


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

    Both go through the same pixels, so what resampling costs, it costs both. Only pixels are
    used that one layer covers whole, and through which no other part shows. A fraction of a
    pixel by which the whole render lies off its place is allowed for. A change of light that
    varies over a part, and a little of one that does not, is taken out of the render: light is
    not the cloth's.

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
    values = ungraded(render, reference, placement)
    alone = _one_part(placement, cloth.parts)
    placement, where = _close_up(placement)
    render, reference = render[where], reference[where]
    front = placement.layers[0]
    grid = _grid(front, placement, cloth.parts)
    used, room = _telling(front, placement, reference, alone)
    index = front.index[used].astype(np.intp)
    cells = Cells.shown(grid, front, used, placement.width_m)
    weight = (resolving(front.footprint, grid.cell_m)[used] * room).astype(np.float64)
    mass: NDArray[np.float32] = np.maximum(cells.sums(weight), np.float32(1e-6))
    gain, gloss = _light(front, used, _zari(cloth, cells)[cells.of_pixel], Finish.of(cloth.parts))
    share = weight / gain
    shares = _Shares(cells, share, cells.sums(gloss * share), mass)
    render, reference = soft_in_color(render), soft_in_color(reference)
    reference = in_step_with(render, reference, index)
    first, second = (
        shares.face(reference, index, _SAME),
        shares.face(render, index, values),
    )
    known = np.minimum(mass / np.float32(PIXELS_PER_CELL), 1)
    second = without_change(second, first, known, cells, WaysOfLight.of(front, placement, used))
    return Observation(
        grid=grid,
        weight=cells.spread(known),
        area=cells.spread(cells.sums(None)),
        light=cells.spread(np.asarray(cells.sums(front.light[used] * weight) / mass, np.float32)),
        reference=cells.spread(_lab(first)),
        render=cells.spread(_lab(second)),
        cloth=cloth,
    )


def _close_up(placement: PlacementMap) -> tuple[PlacementMap, tuple[slice, slice]]:
    """Where the front layer lies in the rectangle that encloses it, and that rectangle."""
    front = placement.layers[0]
    if not len(front.index):
        return placement, (slice(None), slice(None))
    row, column = np.divmod(front.index, np.int32(placement.width))
    where = tuple(
        slice(max(int(low) - 1, 0), min(int(high) + 2, end))
        for low, high, end in (
            (row[0], row[-1], placement.height),
            (column.min(), column.max(), placement.width),
        )
    )
    rows, columns = where
    height, width = rows.stop - rows.start, columns.stop - columns.start
    index = (row - np.int32(rows.start)) * np.int32(width) + column - np.int32(columns.start)
    return replace(
        placement,
        height=height,
        width=width,
        layers=(replace(front, index=index),),
        plate=placement.plate[where],
    ), (rows, columns)


def _lab(face: LinearRgb) -> Lab:
    """CIE L*a*b* of a list of colors: (N, 3)."""
    if not len(face):
        return face
    clipped = np.clip(face, 0, 1.5)[np.newaxis]
    lab: Lab = cv2.cvtColor(clipped, cv2.COLOR_LRGB2Lab)[0]
    return lab


def _telling(
    front: FabricLayer, placement: PlacementMap, reference: Rgb8, alone: NDArray[np.bool_]
) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """
    The layer's pixels that tell its color, and how well each does.

    One step of a byte is worth more of the cloth's lightness where little light falls on it:
    about as many times as the root of the light is smaller, so a pixel counts by its light.
    Cochran, "Problems Arising in the Analysis of a Series of Similar Experiments", Supplement
    to the Journal of the Royal Statistical Society 4(1), 1937: a mean weighed by precision.
    """
    room = _room_below_white(reference, front.index)
    lit = (front.light > LEAST_LIGHT) & (room > 0) & alone
    used = np.flatnonzero(_inside(front, placement) & lit)
    return used, room[used] * np.minimum(front.light[used], np.float32(1))


def _one_part(placement: PlacementMap, parts: Parts) -> NDArray[np.bool_]:
    """Pixels of the front layer through which no other part of the saree shows."""
    front = placement.layers[0]
    if not parts.sheer or placement.under is None:
        return np.ones(len(front.index), np.bool_)
    below = np.full(placement.height * placement.width, -1, np.int8)
    for layer in reversed(placement.under().layers):
        below[layer.index] = _part(layer, placement, parts)
    shown = below[front.index]
    alone: NDArray[np.bool_] = (shown < 0) | (shown == _part(front, placement, parts))
    return alone


def _part(layer: FabricLayer, placement: PlacementMap, parts: Parts) -> NDArray[np.int8]:
    """Which part each pixel of a layer shows, as a number."""
    part = np.where(layer.s > placement.length_m - parts.pallu_m, np.int8(1), np.int8(0))
    part[layer.t > placement.width_m - parts.border_top_m] = 2
    part[layer.t < parts.border_bottom_m] = 3
    return part


def _grid(front: FabricLayer, placement: PlacementMap, parts: Parts) -> Grid:
    (s_down, s_right), (t_down, t_right) = front.footprint[::_SOME].transpose(1, 2, 0)
    pitch = float(np.sqrt(np.median(np.abs(s_down * t_right - s_right * t_down))))
    cell = float(np.clip(round(PIXELS_PER_CELL * pitch, 4), 0.0022, 0.008))
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


def _room_below_white(reference: Rgb8, index: NDArray[np.int32]) -> NDArray[np.float32]:
    """
    How well each pixel tells its light: 1 below the tone curve's bend, 0 beside one near white.

    By the reference: where the render is white and should not be is damage.
    """
    red, green, blue = cv2.split(reference)
    brightest = cv2.dilate(cv2.max(cv2.max(red, green), blue), np.ones((3, 3), np.uint8))
    near = brightest.reshape(-1)[index].astype(np.float32)
    room = (np.float32(BRIGHTEST) - near) / np.float32(BRIGHTEST - _BEND)
    told: NDArray[np.float32] = np.clip(room, np.float32(0), np.float32(1))
    return told


@dataclass(frozen=True, slots=True, eq=False)
class _Shares:
    """Which cell each pixel belongs to, how much of its light counts there, and its gloss."""

    cells: Cells
    share: NDArray[np.float64]
    gloss: NDArray[np.float32]
    mass: NDArray[np.float32]

    def face(
        self, picture: Rgb8, index: NDArray[np.intp], values: NDArray[np.float64]
    ) -> LinearRgb:
        """Mean reflectance of each cell that is shown: float32, shape (M, 3)."""
        sums = []
        for plane, channel in zip(cv2.split(picture), values, strict=True):
            table = np.interp(channel, np.arange(256), _LIT_OF_BYTE)
            lit = np.take(table, np.take(plane, index)) * self.share
            sums.append(self.cells.sums(lit) - self.gloss)
        return np.asarray(np.stack(sums, axis=1) / self.mass[:, np.newaxis], np.float32)


def _zari(cloth: Cloth, cells: Cells) -> NDArray[np.float32]:
    """Share of metallic thread in each cell that is shown: the mean of places spread over it."""
    height, width = cloth.zari.shape
    top, left = np.divmod(cells.at, cells.grid.width)
    rows, columns = (
        [((first + share) * scale).astype(np.intp) for share in _SPREAD]
        for first, scale in ((top, height / cells.grid.height), (left, width / cells.grid.width))
    )
    threads, share = cloth.zari.reshape(-1), np.zeros(len(cells.at), np.float32)
    for row, column in product(rows, columns):
        share += np.take(threads, row * width + column)
    return share / np.float32(len(_SPREAD) ** 2)


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
