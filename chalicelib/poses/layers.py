"""The cloth of a pose asset: written into planes of whole numbers, and read back."""

from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.composing.footprint import FabricPoints, footprints
from chalicelib.imaging.placement import FabricLayer, PlacementMap
from chalicelib.poses.encoding import fold, from_roots, to_roots, unfold

Planes: TypeAlias = dict[str, NDArray[Any]]
Flat: TypeAlias = NDArray[np.int32]
Facts: TypeAlias = dict[str, Any]

STEPS: Final = 65535
"""A fabric coordinate is stored as this many steps over the cloth's length or width."""

_UNDER_CLOTH: Final = np.float32(0.5)
"""Share of the cloth's own light that reaches what lies right under it."""


@dataclass(frozen=True, slots=True)
class Window:
    """The part of the picture that planes cover: first row and column, height and width."""

    row: int
    column: int
    height: int
    width: int

    def cut(self, plane: NDArray[Any]) -> NDArray[Any]:
        """The window's part of a whole picture's plane, as a copy."""
        rows = slice(self.row, self.row + self.height)
        return plane[rows, self.column : self.column + self.width].copy()

    def pixels(self, flat: Flat, picture_width: int) -> Flat:
        """Flat indices of the picture for flat indices of the window."""
        # Every row of the window is as much shorter.
        skipped = flat // np.int32(self.width) * np.int32(picture_width - self.width)
        first = np.int32(self.row * picture_width + self.column)
        index: Flat = flat + skipped + first
        return index


@dataclass(frozen=True, slots=True, eq=False)
class Dress:
    """
    The cloth of a pose, and what of the plate takes the blouse's color.

    `layers` are one or two; `tint` and `tint_light` are float32 of the picture's size.
    """

    layers: tuple[FabricLayer, ...]
    tint: NDArray[np.float32]
    tint_light: NDArray[np.float32]


def write_layers(
    placement: PlacementMap, tint: NDArray[np.float32], tint_light: NDArray[np.float32]
) -> tuple[Facts, Planes]:
    """
    Write the cloth of a pose as planes of whole numbers.

    Parameters
    ----------
    placement : PlacementMap
        One or two layers; coverages in steps of 1/255, footprints are not kept.
    tint, tint_light : ndarray of float32, shape (height, width)
        Share of the plate that takes the blouse's color, and the light on it.

    Returns
    -------
    tuple of dict
        Facts that belong into the asset's JSON, and planes that belong into its archive.
    """
    shape = (placement.height, placement.width)
    window = _window(placement.coverage() + tint)
    light_scale = _brightest([layer.light for layer in placement.layers] + [tint_light])
    sheen_scale = _brightest([layer.sheen for layer in placement.layers])
    facts: Facts = {
        "height": placement.height,
        "width": placement.width,
        "length_m": placement.length_m,
        "width_m": placement.width_m,
        "light_scale": light_scale,
        "sheen_scale": sheen_scale,
        "window": [window.row, window.column, window.height, window.width],
    }
    planes = {
        "tint": window.cut(np.rint(tint * 255).astype(np.uint8)),
        "tint_light": fold(window.cut(to_roots(tint_light, light_scale))),
    }
    numbers = [_numbers(layer, facts) for layer in placement.layers]
    planes |= _dense(placement.layers[0], numbers[0], shape, window)
    if len(placement.layers) > 1:
        planes |= _sparse(placement.layers[1], numbers[1], shape, window)
    return facts, planes


def read_layers(facts: Facts, planes: Planes, *, bare: bool = False) -> Dress:
    """
    Read back what `write_layers` wrote, with the footprints measured anew.

    Unless it is to stay bare, the plate has petticoat wherever cloth covers a pixel wholly.
    """
    window = Window(*facts["window"])
    read = [_read_dense(facts, planes, window)]
    if "other" in planes:
        read.append(_read_sparse(facts, planes, window))
    layers = _measured(read, window)
    shape = (facts["height"], facts["width"])
    tint, tint_light = (np.zeros(shape, np.float32) for _ in range(2))
    window_of = np.s_[
        window.row : window.row + window.height, window.column : window.column + window.width
    ]
    tint[window_of] = planes["tint"] * np.float32(1 / 255)
    tint_light[window_of] = from_roots(unfold(planes["tint_light"]), facts["light_scale"])
    if not bare:
        _lay_under_cloth(layers, tint, tint_light)
    return Dress(tuple(layers), tint, tint_light)


def _measured(read: list[tuple[FabricLayer, Flat]], window: Window) -> list[FabricLayer]:
    """The layers with their footprints, given their pixels in the window."""
    points = [FabricPoints.of(*each) for each in read]
    # A neighbor of the first layer is nearly always in the first layer; edges look in both.
    among = [points[:1], *([points] * (len(points) - 1))]
    size = (window.height, window.width)
    return [
        replace(layer, footprint=footprints(own, others, *size))
        for (layer, _), own, others in zip(read, points, among, strict=True)
    ]


def _lay_under_cloth(
    layers: list[FabricLayer], tint: NDArray[np.float32], tint_light: NDArray[np.float32]
) -> None:
    """Where cloth covers a pixel wholly, let dimly lit petticoat lie under it, in place."""
    total = np.zeros(tint.size, np.float32)
    for layer in layers:
        total[layer.index] += layer.coverage
    first = layers[0]
    # Shares are steps of 1/255; their sum may miss 1 by rounding.
    whole = total[first.index] > 0.999
    tint.ravel()[first.index[whole]] = 1
    tint_light.ravel()[first.index[whole]] = first.light[whole] * _UNDER_CLOTH


def _window(used: NDArray[np.float32]) -> Window:
    rows, columns = np.nonzero(used.any(axis=1))[0], np.nonzero(used.any(axis=0))[0]
    if len(rows) == 0:
        raise ValueError("the picture shows no cloth")
    height, width = int(rows[-1] - rows[0]) + 1, int(columns[-1] - columns[0]) + 1
    return Window(int(rows[0]), int(columns[0]), height, width)


def _brightest(values: list[NDArray[np.float32]]) -> float:
    """The largest of all values, so that none is clipped; 1 where all are dark."""
    return max((float(each.max()) for each in values if each.size), default=0.0) or 1.0


def _numbers(layer: FabricLayer, facts: Facts) -> dict[str, NDArray[np.uint16]]:
    """A layer's values as whole numbers, one for each of its pixels."""
    return {
        "s": np.rint(layer.s / facts["length_m"] * STEPS).astype(np.uint16),
        "t": np.rint(layer.t / facts["width_m"] * STEPS).astype(np.uint16),
        "light": to_roots(layer.light, facts["light_scale"]),
        "sheen": to_roots(layer.sheen, facts["sheen_scale"]),
    }


def _dense(
    layer: FabricLayer,
    numbers: dict[str, NDArray[np.uint16]],
    shape: tuple[int, int],
    window: Window,
) -> Planes:
    """The planes of the layer that is nearly everywhere: one value for each pixel."""
    planes: Planes = {
        "coverage": window.cut(_spread(_shares(layer), layer.index, shape)),
        "reverse": np.packbits(window.cut(_spread(layer.reverse, layer.index, shape))),
    }
    covered = planes["coverage"] > 0
    for name, values in numbers.items():
        plane = window.cut(_spread(values, layer.index, shape))
        planes[name] = fold(_carried(plane, covered))
    return planes


def _sparse(
    layer: FabricLayer,
    numbers: dict[str, NDArray[np.uint16]],
    shape: tuple[int, int],
    window: Window,
) -> Planes:
    """The lists of the layer that is only at edges: one value for each of its pixels."""
    here = _spread(np.ones(len(layer.index), np.bool_), layer.index, shape)
    planes: Planes = {
        "other": np.packbits(window.cut(here)),
        "other_coverage": _shares(layer),
        "other_reverse": np.packbits(layer.reverse),
    }
    return planes | {f"other_{name}": values for name, values in numbers.items()}


def _shares(layer: FabricLayer) -> NDArray[np.uint8]:
    return np.rint(layer.coverage * 255).astype(np.uint8)


def _spread(
    values: NDArray[Any], index: NDArray[np.int32], shape: tuple[int, int]
) -> NDArray[Any]:
    plane = np.zeros(shape, values.dtype)
    plane.ravel()[index] = values
    return plane


def _carried(plane: NDArray[np.uint16], covered: NDArray[np.bool_]) -> NDArray[np.uint16]:
    """Repeat the last covered value of each row where nothing is covered: it costs no bytes."""
    columns = np.where(covered, np.arange(plane.shape[1]), 0)
    last = np.maximum.accumulate(columns, axis=1)
    return np.take_along_axis(plane, last, axis=1)


def _read_dense(facts: Facts, planes: Planes, window: Window) -> tuple[FabricLayer, Flat]:
    shares = planes["coverage"].ravel()
    here = np.flatnonzero(shares).astype(np.int32)
    values = {name: unfold(planes[name]).ravel()[here] for name in ("s", "t", "light", "sheen")}
    reverse = np.unpackbits(planes["reverse"], count=shares.size)[here]
    index = window.pixels(here, facts["width"])
    return _layer(facts, values, index=index, shares=shares[here], reverse=reverse), here


def _read_sparse(facts: Facts, planes: Planes, window: Window) -> tuple[FabricLayer, Flat]:
    pixels = window.height * window.width
    here = np.flatnonzero(np.unpackbits(planes["other"], count=pixels)).astype(np.int32)
    values = {name: planes[f"other_{name}"] for name in ("s", "t", "light", "sheen")}
    reverse = np.unpackbits(planes["other_reverse"], count=len(here))
    index = window.pixels(here, facts["width"])
    shares = planes["other_coverage"]
    return _layer(facts, values, index=index, shares=shares, reverse=reverse), here


def _layer(
    facts: Facts,
    values: dict[str, NDArray[np.uint16]],
    *,
    index: NDArray[np.int32],
    shares: NDArray[np.uint8],
    reverse: NDArray[np.uint8],
) -> FabricLayer:
    return FabricLayer(
        index=index,
        s=values["s"].astype(np.float32) * np.float32(facts["length_m"] / STEPS),
        t=values["t"].astype(np.float32) * np.float32(facts["width_m"] / STEPS),
        coverage=shares * np.float32(1 / 255),
        light=from_roots(values["light"], facts["light_scale"]),
        sheen=from_roots(values["sheen"], facts["sheen_scale"]),
        reverse=reverse.astype(np.bool_),
        footprint=np.zeros((len(index), 2, 2), np.float32),
    )
