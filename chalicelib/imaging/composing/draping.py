"""Put a cloth on a pose by looking its colors up and lighting them; and take the light off."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.cloth import Cloth, Parts
from chalicelib.imaging.color import to_linear, to_srgb
from chalicelib.imaging.composing.mipmap import ClothPyramid, look_up, pyramid
from chalicelib.imaging.image import LinearRgb, Rgb8
from chalicelib.imaging.placement import FabricLayer, PlacementMap

_SHOULDER: Final = np.float32(0.8)
"""Below this, light is shown as it is; above, it approaches white without reaching it."""

_DARKEST: Final = np.float32(0.02)
"""Cloth lit less than this tells nothing of its color in eight bits."""


_AROUND: Final = np.float32(0.6)
"""Light on the side of a cloth that is turned away from a shadow, against white fully lit."""

_BAND: Final = 1 << 17
"""Pixels that are draped at once: few enough to stay in the processor's cache."""


@dataclass(frozen=True, slots=True)
class Finish:
    """
    How a cloth answers light.

    Attributes
    ----------
    silk : float
        Share of the light that the cloth answers with sheen, for all of it, in its own color.
    gloss : float
        Specular light without color, for all of it.
    metal : float
        The same share where there is zari.
    strength : float
        How bright sheen is against diffuse light.
    reverse : float
        Reflectance of the reverse side, as a share of the front's.
    let_through : float
        Share of what lies under the cloth that shows through it.
    glow : float
        Share of the light missing in a shadow that comes through from the cloth's other side.
    """

    silk: float
    gloss: float
    metal: float
    strength: float
    reverse: float
    let_through: float
    glow: float = 0.0

    @classmethod
    def of(cls, parts: Parts) -> Self:
        """The finish of a saree with these facts: silk shines more than cotton."""
        return cls(
            silk=0.02 + 0.26 * parts.sheen,
            gloss=0.001 + 0.010 * parts.sheen,
            metal=0.55,
            strength=1.25,
            reverse=0.93,
            let_through=0.45 * parts.sheer,
            glow=0.35 * parts.sheer,
        )


@dataclass(frozen=True, slots=True, eq=False)
class PreparedCloth:
    """What draping needs of a cloth, the same for every pose."""

    pyramid: ClothPyramid
    finish: Finish


@dataclass(frozen=True, slots=True, eq=False)
class Reflectance:
    """
    What a picture says of a layer's cloth, with the light taken off.

    Attributes
    ----------
    linear : ndarray of float32, shape (N, 3)
        Reflectance in linear light; 0..1, beyond by noise.
    trust : ndarray of float32, shape (N,)
        The layer's share of its pixel; 0 where the pixel is too dark or too bright to tell.
    """

    linear: LinearRgb
    trust: NDArray[np.float32]


def prepare(cloth: Cloth, finish: Finish | None = None) -> PreparedCloth:
    """
    Make a cloth ready for draping; by its own facts unless a finish is given.

    The last two cloths are remembered: composing and validating ask for the same one.
    """
    return PreparedCloth(_pyramid_of(cloth), finish or Finish.of(cloth.parts))


@lru_cache(maxsize=2)
def _pyramid_of(cloth: Cloth) -> ClothPyramid:
    # A cloth is the same as itself alone, and nothing changes one.
    return pyramid(cloth)


def drape(cloth: Cloth | PreparedCloth, placement: PlacementMap) -> Rgb8:
    """
    Put a cloth on a pose.

    Parameters
    ----------
    cloth : Cloth or PreparedCloth
        The saree; prepared where several poses share it.
    placement : PlacementMap
        Where it lies, fitted to the cloth's size.

    Returns
    -------
    ndarray of uint8, shape (height, width, 3)
        sRGB. Where nothing covers a pixel it is the plate's, byte for byte.
    """
    ready = cloth if isinstance(cloth, PreparedCloth) else prepare(cloth)
    under = _under(ready, placement)
    result = placement.plate.copy().reshape(-1, 3)
    for first in range(0, len(result), _BAND):
        band = slice(first, first + _BAND)
        parts = [part for layer in placement.layers if len((part := _within(layer, band)).index)]
        if parts:
            _dress(result[band], parts, first, ready, under)
    return result.reshape(placement.plate.shape)


def _dress(
    pixels: Rgb8,
    parts: Sequence[FabricLayer],
    first: int,
    cloth: PreparedCloth,
    under: Rgb8 | None,
) -> None:
    """Put the cloth on pixels of the plate, shape (N, 3), from index `first` on, in place."""
    coverage = np.zeros(len(pixels), np.float32)
    told = np.zeros(len(pixels), np.bool_)
    for part in parts:
        coverage[part.index - first] += part.coverage
        told[part.index - first] = True
    touched = np.flatnonzero(told)
    picture = np.zeros((len(touched), 3), np.float32)
    for part in parts:
        behind = None if under is None else to_linear(under[part.index])
        # The first layer is nearly always all there is, and slices are faster than indices.
        alone = len(part.index) == len(touched)
        here = slice(None) if alone else np.searchsorted(touched, part.index - first)
        picture[here] += part.coverage[:, np.newaxis] * _shown(part, cloth, behind)
    share = coverage[touched]
    edge = np.flatnonzero(share < 1)
    rest = (1 - share[edge])[:, np.newaxis]
    picture[edge] += rest * to_linear(pixels[touched[edge]])
    pixels[touched] = to_srgb(picture)


def _within(layer: FabricLayer, band: slice) -> FabricLayer:
    """The part of a layer that lies in a range of pixels: views of its arrays."""
    first, last = np.searchsorted(layer.index, (band.start, band.stop))
    return FabricLayer(*(getattr(layer, each.name)[first:last] for each in fields(layer)))


def _under(cloth: PreparedCloth, placement: PlacementMap) -> Rgb8 | None:
    """
    What a sheer cloth lets through, for every pixel: shape (H * W, 3); None if it is dense.

    The next layer is taken for dense: with each one more a sheer cloth shows less of the rest.
    """
    if cloth.finish.let_through == 0:
        return None
    if placement.under is None:
        return placement.plate.reshape(-1, 3)
    dense = replace(cloth, finish=replace(cloth.finish, let_through=0.0))
    return drape(dense, placement.under()).reshape(-1, 3)


def unlight(
    render: Rgb8, placement: PlacementMap, cloth: Cloth | PreparedCloth
) -> tuple[Reflectance, ...]:
    """
    Take the light off a picture: for each layer the reflectance that its pixels show.

    The exact inverse of `drape`, up to the picture's eight bits, where one layer alone lies on
    the plate. Where two layers share a pixel both are told its mean; `trust` says how much of
    the pixel is theirs.

    Parameters
    ----------
    render : ndarray of uint8, shape (height, width, 3)
        sRGB, a picture of `cloth` on the pose.
    placement : PlacementMap
        The map it was made with.
    cloth : Cloth or PreparedCloth
        The saree it should show: its finish and zari say how much of the light is sheen.

    Returns
    -------
    tuple of Reflectance
        One for each layer, in their order.
    """
    ready = cloth if isinstance(cloth, PreparedCloth) else prepare(cloth)
    coverage = placement.coverage().ravel()
    under = _under(ready, placement)
    return tuple(
        _unlit(
            layer,
            ready,
            _seen(render, placement, coverage, layer.index),
            None if under is None else to_linear(under[layer.index]),
        )
        for layer in placement.layers
    )


def blouse_color(cloth: Cloth) -> tuple[int, int, int]:
    """
    A blouse that goes with a saree: the plain color of its hem border, a little deeper.

    Returns
    -------
    tuple of int
        sRGB, 0..255.
    """
    border = cloth.region("border_bottom")
    ground = border & (cloth.zari < 0.5)
    chosen = cloth.pixels[ground if ground.any() else border]
    if len(chosen) == 0:
        chosen = cloth.pixels.reshape(-1, 3)
    middle = np.median(chosen[:: max(1, len(chosen) // 50_000)], axis=0).astype(np.uint8)
    red, green, blue = to_srgb(to_linear(middle) * np.float32(0.8))
    return int(red), int(green), int(blue)


def _shown(layer: FabricLayer, cloth: PreparedCloth, behind: LinearRgb | None) -> LinearRgb:
    """The layer's color as the picture shows it, before it is weighed by its coverage."""
    found = look_up(cloth.pyramid, layer.s, layer.t, layer.footprint)
    gain, gloss = _light(layer, found[:, 3], cloth.finish)
    lit = toned(found[:, :3] * gain[:, np.newaxis] + gloss[:, np.newaxis])
    if behind is None:
        return lit
    through = _through(found[:, 3], cloth.finish)
    return lit * (1 - through) + behind * through


def _seen(
    render: Rgb8,
    placement: PlacementMap,
    coverage: NDArray[np.float32],
    index: NDArray[np.int32],
) -> LinearRgb:
    """What the cloth's share of some pixels shows: (N, 3)."""
    beside = to_linear(placement.plate.reshape(-1, 3)[index])
    covered = coverage[index][:, np.newaxis]
    mixed = to_linear(render.reshape(-1, 3)[index])
    shown = (mixed - (1 - covered) * beside) / np.maximum(covered, np.float32(1e-3))
    return shown.astype(np.float32)


def _unlit(
    layer: FabricLayer, cloth: PreparedCloth, shown: LinearRgb, behind: LinearRgb | None
) -> Reflectance:
    found = look_up(cloth.pyramid, layer.s, layer.t, layer.footprint)
    gain, gloss = _light(layer, found[:, 3], cloth.finish)
    front = shown
    if behind is not None:
        through = _through(found[:, 3], cloth.finish)
        front = ((shown - behind * through) / (1 - through)).astype(np.float32)
    lit = untoned(front)
    linear = (lit - gloss[:, np.newaxis]) / np.maximum(gain, _DARKEST)[:, np.newaxis]
    tells = (gain > _DARKEST) & (shown.max(axis=1) < 1)
    return Reflectance(linear.astype(np.float32), layer.coverage * tells)


def _light(
    layer: FabricLayer, zari: NDArray[np.float32], finish: Finish
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """What the layer's reflectance is multiplied by, and what is added to it: both (N,)."""
    side = np.where(layer.reverse, np.float32(finish.reverse), np.float32(1))
    shining = np.float32(finish.silk) + np.float32(finish.metal - finish.silk) * zari
    light = layer.light
    if finish.glow > 0:
        light = light + np.float32(finish.glow) * np.maximum(_AROUND - light, 0)
    gain = light + shining * (layer.sheen * np.float32(finish.strength) - light)
    return side * gain, layer.sheen * np.float32(finish.gloss)


def _through(zari: NDArray[np.float32], finish: Finish) -> NDArray[np.float32]:
    """Share of what lies behind that shows: (N, 1). Metallic thread lets nothing through."""
    return (np.float32(finish.let_through) * (1 - zari))[:, np.newaxis]


def toned(linear: LinearRgb) -> LinearRgb:
    """Bend highlights towards white, leaving everything below the shoulder as it is."""
    shown: LinearRgb = linear.astype(np.float32)
    bright = shown > _SHOULDER
    room = 1 - _SHOULDER
    shown[bright] = 1 - room * np.exp(-(shown[bright] - _SHOULDER) / room)
    return shown


def untoned(shown: LinearRgb) -> LinearRgb:
    """The inverse of `toned`; what is white or beyond counts as the brightest that is not."""
    room = 1 - _SHOULDER
    left = np.clip(1 - shown, np.float32(1e-3), room)
    return np.where(shown > _SHOULDER, _SHOULDER - room * np.log(left / room), shown)
