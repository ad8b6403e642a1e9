"""A saree on a pose, and where its parts are seen in the picture."""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.cloth import Cloth
from chalicelib.imaging.color import to_lab
from chalicelib.imaging.composing.draping import drape
from chalicelib.imaging.damage import box
from chalicelib.imaging.image import Mask, Rgb8
from chalicelib.imaging.metrics.difference import ciede2000
from chalicelib.imaging.placement import FabricLayer, PlacementMap
from chalicelib.poses.asset import load
from tools.designs.collection import DESIGNS

NOTICED = 2.3
"""CIEDE2000 that a person just notices side by side, once the eye has mixed neighbors."""

_MIXED = 1.5
_NEAR = 8
"""Pixels around a part that the filter reaches into."""

_LEAST_PIXELS = 300
_LEAST_SHARE = 0.005


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A saree on a pose, draped faithfully; `other` is another saree, for what is swapped."""

    name: str
    cloth: Cloth
    other: Cloth
    placement: PlacementMap
    faithful: Rgb8

    def inside(self, region: str) -> Mask:
        """Pixels of the picture that show a part."""
        front = self.placement.layers[0]
        ppm = self.cloth.parts.pixels_per_meter
        rows, columns = box(self.cloth, region)
        row, column = (self.cloth.parts.width_m - front.t) * ppm, front.s * ppm
        shown = (row >= rows.start) & (row < rows.stop) & (front.coverage > 0.5)
        shown &= (column >= columns.start) & (column < columns.stop)
        mask = np.zeros(self.placement.height * self.placement.width, np.bool_)
        mask[front.index[shown]] = True
        return mask.reshape(self.placement.height, self.placement.width)

    def middle(self, region: str, side: int) -> tuple[slice, slice]:
        """The square of the picture that shows the most of a part."""
        density = cv2.blur(self.inside(region).astype(np.float32), (side, side))
        margin = side // 2 + 20
        density[:margin], density[-margin:] = 0, 0
        density[:, :margin], density[:, -margin:] = 0, 0
        row, column = np.unravel_index(int(density.argmax()), density.shape)
        top, left = int(row) - side // 2, int(column) - side // 2
        return slice(top, top + side), slice(left, left + side)

    def painted(self, region: str, picture: NDArray[np.float32 | np.float64]) -> Rgb8:
        """The faithful picture with a part of it taken from another one, 0..255."""
        result = self.faithful.copy()
        where = self.inside(region)
        result[where] = np.clip(np.rint(picture), 0, 255).astype(np.uint8)[where]
        return result

    def noticed(self, region: str, render: Rgb8) -> bool:
        """Whether a person who looks from one picture to the other sees a part change."""
        inside = self.inside(region)
        rows, columns = (np.flatnonzero(inside.any(axis=axis)) for axis in (1, 0))
        near = tuple(slice(max(side[0] - _NEAR, 0), side[-1] + _NEAR) for side in (rows, columns))
        where = inside[near]
        first, second = (
            to_lab(np.asarray(cv2.GaussianBlur(picture[near], (0, 0), _MIXED)))[where]
            for picture in (self.faithful, render)
        )
        seen = int(np.count_nonzero(ciede2000(first, second) > NOTICED))
        return seen > max(_LEAST_PIXELS, _LEAST_SHARE * int(np.count_nonzero(where)))


def build(design: str, other: str, pose: str) -> Scene:
    """Drape a design on a pose."""
    cloth, foreign = DESIGNS[design](), DESIGNS[other]()
    placement = load(pose).placement(
        length_m=cloth.parts.length_m,
        width_m=cloth.parts.width_m,
        border_bottom_m=cloth.parts.border_bottom_m,
        border_top_m=cloth.parts.border_top_m,
    )
    return Scene(f"{design} on {pose}", cloth, foreign, placement, drape(cloth, placement))


def smaller(scene: Scene, width: int, height: int) -> Scene:
    """The same scene in a smaller picture: its middle, every so many pixels."""
    placement = _reduced(scene.placement, width, height)
    return replace(scene, placement=placement, faithful=drape(scene.cloth, placement))


def _reduced(placement: PlacementMap, width: int, height: int) -> PlacementMap:
    scale = max(width / placement.width, height / placement.height)
    rows = (np.arange(height) / scale).astype(np.int32)
    margin = (placement.width * scale - width) / 2
    columns = ((np.arange(width) + margin) / scale).astype(np.int32)
    chosen = rows[:, np.newaxis] * np.int32(placement.width) + columns
    under = placement.under
    return replace(
        placement,
        height=height,
        width=width,
        layers=tuple(_picked(layer, chosen, scale) for layer in placement.layers),
        plate=np.ascontiguousarray(placement.plate.reshape(-1, 3)[chosen]),
        under=under and (lambda: _reduced(under(), width, height)),
    )


def _picked(layer: FabricLayer, chosen: NDArray[np.int32], scale: float) -> FabricLayer:
    """What a layer shows at some pixels."""
    entry = np.full(int(max(layer.index.max(), chosen.max())) + 1, -1, np.int32)
    entry[layer.index] = np.arange(len(layer.index), dtype=np.int32)
    found = entry[chosen.reshape(-1)]
    index = np.flatnonzero(found >= 0).astype(np.int32)
    at = found[index]
    return FabricLayer(
        index=index,
        s=layer.s[at],
        t=layer.t[at],
        coverage=layer.coverage[at],
        light=layer.light[at],
        sheen=layer.sheen[at],
        reverse=layer.reverse[at],
        footprint=layer.footprint[at] / np.float32(scale),
    )
