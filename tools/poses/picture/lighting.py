"""Light for each piece of cloth, and the plate, from lit samples of one surface each."""

from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from tools.poses.picture.fragments import FRONT, REVERSE, Pieces, Samples

BLOUSE: Final = 2
PETTICOAT: Final = 5
_TINTED: Final = (BLOUSE, PETTICOAT)
_PLAIN: Final = (0, 1)

_ALIKE_M: Final = 0.006
"""Light of samples this far away on the fabric counts e^-1/2 as much."""

_REACH: Final = 2
"""Light samples looked at beyond the pixel's own, each way."""

_CHUNK: Final = 65536


@dataclass(frozen=True, slots=True, eq=False)
class Light:
    """
    The lit passes, `factor` samples along a pixel's side, each sample of one surface.

    `object_` uint8, `s` and `t` float32 as in `Samples`; `diffuse` and `sheen` float32; `plate`
    float32 linear RGB, at the same resolution.
    """

    object_: NDArray[np.uint8]
    s: NDArray[np.float32]
    t: NDArray[np.float32]
    diffuse: NDArray[np.float32]
    sheen: NDArray[np.float32]
    plate: NDArray[np.float32]
    factor: int


def light_on(
    pieces: Pieces, light: Light, width: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """
    Diffuse light and sheen of each piece, never taken from another fold or side.

    Samples in and around the pixel count by their distance on the fabric; where none is on the
    piece's fold, the one nearest on the fabric counts alone.
    """
    parts = [
        _light_of(_slice(pieces, first), light, width)
        for first in range(0, len(pieces.index), _CHUNK)
    ]
    diffuse, sheen = (np.concatenate([part[k] for part in parts]) for k in range(2))
    return diffuse, sheen


def _slice(pieces: Pieces, first: int) -> Pieces:
    return Pieces(
        *(
            getattr(pieces, name)[first : first + _CHUNK]
            for name in ("index", "shares", "s", "t", "reverse")
        )
    )


def _light_of(
    pieces: Pieces, light: Light, width: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    row, column = np.divmod(pieces.index, width)
    seen, s, t, diffuse, sheen = (
        _around(plane, light.factor)[row, column]
        for plane in (light.object_, light.s, light.t, light.diffuse, light.sheen)
    )
    same = seen == np.where(pieces.reverse, REVERSE, FRONT)[:, np.newaxis, np.newaxis]
    cloth = (seen == FRONT) | (seen == REVERSE)
    apart = np.hypot(s - _as_window(pieces.s), t - _as_window(pieces.t))
    likeness = np.exp(-0.5 * np.square(apart / _ALIKE_M)) * same * _nearness(light.factor)
    penalty = np.where(same, apart, np.where(cloth, 10 + apart, 100))
    nearest = penalty == penalty.min(axis=(1, 2), keepdims=True)
    enough = likeness.sum(axis=(1, 2), keepdims=True) > 1e-3
    weight = np.where(enough, likeness, nearest)
    weight /= weight.sum(axis=(1, 2), keepdims=True)
    lit, shining = ((weight * plane).sum(axis=(1, 2)) for plane in (diffuse, sheen))
    return lit.astype(np.float32), shining.astype(np.float32)


def _as_window(values: NDArray[np.float32]) -> NDArray[np.float32]:
    return values[:, np.newaxis, np.newaxis]


def _around(plane: NDArray[Any], factor: int) -> NDArray[Any]:
    """The samples in and around each pixel: a view of shape (H, W, n, n)."""
    side = factor + 2 * _REACH
    padded = np.pad(plane, _REACH, mode="edge")
    return sliding_window_view(padded, (side, side))[::factor, ::factor]


def _nearness(factor: int) -> NDArray[np.float32]:
    """A bell over the window, so that a pixel's own samples count most: float32, (n, n)."""
    side = factor + 2 * _REACH
    offset = (np.arange(side) - (side - 1) / 2) / factor
    bell = np.exp(-0.5 * np.square(offset / 0.45))
    return np.outer(bell, bell).astype(np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Backdrop:
    """
    What is not saree.

    `picture` float32 linear RGB (H, W, 3): without what is tinted. `tint` float32 (H, W): share
    of what is not saree that takes the blouse's color; `tint_light` float32: light on it.
    """

    picture: NDArray[np.float32]
    tint: NDArray[np.float32]
    tint_light: NDArray[np.float32]


def backdrop(samples: Samples, light: Light, blouse_albedo: float) -> Backdrop:
    """
    The plate, antialiased by the subsamples' objects and not by mixing lit samples.

    Each object's color in a pixel comes from its own lit samples in or near the pixel.
    """
    plain, plain_share = _mixed(samples, light, _PLAIN)
    tinted, tinted_share = _mixed(samples, light, _TINTED)
    total = plain_share + tinted_share
    tint = np.divide(tinted_share, total, out=np.zeros_like(total), where=total > 1e-4)
    return Backdrop(plain, tint, tinted.mean(axis=-1) / np.float32(blouse_albedo))


def _mixed(
    samples: Samples, light: Light, objects: tuple[int, ...]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The mean color of some objects by their shares of each pixel, and their joint share."""
    shape = (samples.height, samples.width)
    total = np.zeros((*shape, 3), np.float32)
    shares = np.zeros(shape, np.float32)
    for each in objects:
        share = _share(samples, each)
        total += share[..., np.newaxis] * _color(light, each, shape)
        shares += share
    mean = total / np.maximum(shares, np.float32(1e-6))[..., np.newaxis]
    return mean.astype(np.float32), shares


def _share(samples: Samples, which: int) -> NDArray[np.float32]:
    """How much of each pixel an object covers, by the same window as the cloth: (H, W)."""
    here = (samples.object_ == which).astype(np.float32)
    side = np.ones(samples.factor + 2, np.float32)
    side[[0, -1]] = 0.5
    side /= side.sum()
    # Anchored so that the value at a pixel's first subsample is that of the pixel's window.
    spread = cv2.sepFilter2D(here, -1, side, side, anchor=(1, 1), borderType=cv2.BORDER_REPLICATE)
    return np.asarray(spread[:: samples.factor, :: samples.factor], np.float32)


def _color(light: Light, which: int, shape: tuple[int, int]) -> NDArray[np.float32]:
    """An object's color by pixel, carried into pixels without a lit sample of it: (H, W, 3)."""
    mask = (light.object_ == which).astype(np.float32)
    # A sample at an edge may be a little of both sides, and denoising carries the cloth's color
    # even farther: samples inside come first.
    cloth = np.isin(light.object_, (FRONT, REVERSE)).astype(np.float32)
    apart = 1 - cv2.dilate(cloth, np.ones((5, 5), np.uint8))
    inner = cv2.erode(mask, np.ones((3, 3), np.uint8), borderValue=1) * apart
    color, known = _averaged(light, inner, shape)
    color, known = _carried(color, known, 3)
    color, known = _carried(color, known, 5)
    edge, at_edge = _averaged(light, mask, shape)
    fresh = at_edge & ~known
    color[fresh] = edge[fresh]
    known |= fresh
    for radius in (5, 15, 45):
        color, known = _carried(color, known, radius)
    return color


def _averaged(
    light: Light, mask: NDArray[np.float32], shape: tuple[int, int]
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """The mean color of a pixel's own samples within `mask`, and where there is any."""
    size = (shape[1], shape[0])
    own = cv2.resize(mask, size, interpolation=cv2.INTER_AREA)
    lit = cv2.resize(light.plate * mask[..., np.newaxis], size, interpolation=cv2.INTER_AREA)
    return np.asarray(lit / np.maximum(own, 1e-6)[..., np.newaxis], np.float32), own > 0


def _carried(
    color: NDArray[np.float32], known: NDArray[np.bool_], radius: int
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Fill pixels that have known ones within `radius` by the mean of those."""
    near = cv2.blur(known.astype(np.float32), (radius, radius))
    spread = cv2.blur(color * known[..., np.newaxis], (radius, radius))
    fresh = ~known & (near > 1e-4)
    filled = color.copy()
    filled[fresh] = spread[fresh] / near[fresh][:, np.newaxis]
    return filled, known | fresh
