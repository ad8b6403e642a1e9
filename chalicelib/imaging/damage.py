"""
What goes wrong with a saree on its way onto a model, done on purpose and by degrees.

Each damage takes a cloth, the part to damage and a strength in the damage's own unit, and
gives the cloth as it would have to be for a faithful composer to show that fault. The bench
measures the verdicts with them; the simulated composer makes its faults of them.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.cloth import Cloth
from chalicelib.imaging.image import Rgb8
from chalicelib.imaging.metrics.difference import ciede2000

Damage: TypeAlias = Callable[[Cloth, str, float], Cloth]
_Field: TypeAlias = NDArray[np.float32]
_Box: TypeAlias = tuple[slice, slice]


def box(cloth: Cloth, region: str) -> _Box:
    """Rows and columns that enclose a part of the strip; every part is a rectangle."""
    mask = cloth.region(region)
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        raise ValueError(f"the cloth has no {region}")
    return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)


def tint(cloth: Cloth, region: str, strength: float) -> Cloth:
    """Turn a part's colors towards orange, by `strength` units of CIEDE2000 at its mean."""
    return _with_cast(cloth, region, (0.0, 0.7, 0.7), strength)


def cool(cloth: Cloth, region: str, strength: float) -> Cloth:
    """Turn a part's colors towards blue, by `strength` units of CIEDE2000 at its mean."""
    return _with_cast(cloth, region, (0.0, -0.3, -0.95), strength)


def darken(cloth: Cloth, region: str, strength: float) -> Cloth:
    """Darken a part, by `strength` units of CIEDE2000 at its mean."""
    return _with_cast(cloth, region, (-1.0, 0.0, 0.0), strength)


def rescale(cloth: Cloth, region: str, strength: float) -> Cloth:
    """Magnify a part's pattern about the part's middle by the factor 1 + `strength`."""
    row, column = _offsets(cloth, region)
    return _resampled(cloth, region, row / (1 + strength) - row, column / (1 + strength) - column)


def rotate(cloth: Cloth, region: str, strength: float) -> Cloth:
    """Turn a part's pattern about the part's middle by `strength` degrees."""
    row, column = _offsets(cloth, region)
    cosine, sine = np.cos(np.radians(strength)), np.sin(np.radians(strength))
    return _resampled(
        cloth,
        region,
        np.float32(cosine - 1) * row - np.float32(sine) * column,
        np.float32(sine) * row + np.float32(cosine - 1) * column,
    )


def drift(cloth: Cloth, region: str, strength: float) -> Cloth:
    """Slide a part's pattern by `strength` meters, as far along as across."""
    step = np.float32(strength * cloth.parts.pixels_per_meter / np.sqrt(2))
    row, _ = _offsets(cloth, region)
    return _resampled(cloth, region, np.full_like(row, step), np.full_like(row, -step))


def smear(cloth: Cloth, region: str, strength: float) -> Cloth:
    """Blur a part with a Gaussian of `strength` meters."""
    sigma = strength * cloth.parts.pixels_per_meter
    part = cloth.pixels[box(cloth, region)]
    return _with_part(cloth, region, cv2.GaussianBlur(part, (0, 0), sigma))


def erase(cloth: Cloth, region: str, strength: float) -> Cloth:
    """Remove the share `strength` of a part's pattern, leaving its ground."""
    part = cloth.pixels[box(cloth, region)].astype(np.float32)
    ground = np.median(part[::7, ::7].reshape(-1, 3), axis=0)
    mixed = part + np.float32(strength) * (ground.astype(np.float32) - part)
    return _with_part(cloth, region, np.rint(mixed).astype(np.uint8))


def invent(cloth: Cloth, region: str, strength: float) -> Cloth:
    """Lay dots of `strength` units of lightness over a part, 31 mm apart."""
    row, column = _offsets(cloth, region)
    wave = np.float32(2 * np.pi / (0.031 * cloth.parts.pixels_per_meter))
    dots = np.maximum(np.cos(row * wave) * np.cos(column * wave), 0)
    return _with_lab_added(cloth, region, (np.float32(strength) * dots, 0.0, 0.0))


def seam(cloth: Cloth, region: str, strength: float) -> Cloth:
    """Join a part from pieces 23 cm long, each second one lighter by `strength` units of L*."""
    _, column = _offsets(cloth, region)
    piece = np.floor(column / np.float32(0.23 * cloth.parts.pixels_per_meter))
    return _with_lab_added(cloth, region, (np.float32(strength) * (piece % 2), 0.0, 0.0))


def mirror(cloth: Cloth, region: str, strength: float) -> Cloth:
    """Turn a part end for end, if `strength` is positive."""
    part = cloth.pixels[box(cloth, region)]
    return _with_part(cloth, region, part[:, ::-1] if strength > 0 else part)


def displace(cloth: Cloth, region: str, strength: float) -> Cloth:
    """Move a border inward by `strength` meters; its own edge fills what it leaves."""
    return _with_border_moved(cloth, region, lambda s: np.full_like(s, strength))


def bend(cloth: Cloth, region: str, strength: float) -> Cloth:
    """Make a border wave by `strength` meters to each side, once in 40 cm."""
    return _with_border_moved(
        cloth, region, lambda s: np.float32(strength) * np.sin(s * np.float32(2 * np.pi / 0.4))
    )


def widen(cloth: Cloth, region: str, strength: float) -> Cloth:
    """Make a border wider by the factor 1 + `strength`, its outer edge staying where it is."""
    depth, across = _depth(cloth, region)
    width = _border_width(cloth, region)
    wider = np.float32(width * (1 + strength))
    source = np.where(depth < wider, depth / np.float32(1 + strength), depth)
    return _remapped_rows(cloth, (source - depth) * across)


def sever(cloth: Cloth, region: str, strength: float) -> Cloth:
    """Break a border every 30 cm by a gap of `strength` meters that shows the body."""
    rows, _ = box(cloth, region)
    ppm = cloth.parts.pixels_per_meter
    body = cloth.pixels[box(cloth, "body")]
    ground = np.median(body[::7, ::7].reshape(-1, 3), axis=0).astype(np.uint8)
    s = (np.arange(cloth.pixels.shape[1]) + 0.5) / ppm
    pixels = cloth.pixels.copy()
    pixels[rows, np.flatnonzero(s % 0.3 < strength)] = ground
    return replace(cloth, pixels=pixels)


DAMAGES: Final[Mapping[str, Damage]] = MappingProxyType(
    {
        damage.__name__: damage
        for damage in (
            *(tint, cool, darken, rescale, rotate, drift, smear, erase, invent, seam, mirror),
            *(displace, bend, widen, sever),
        )
    }
)
"""Every damage by its name."""


def _offsets(cloth: Cloth, region: str) -> tuple[_Field, _Field]:
    """Rows and columns of a part's pixels, counted from the part's middle."""
    rows, columns = box(cloth, region)
    height, width = rows.stop - rows.start, columns.stop - columns.start
    row = np.arange(height, dtype=np.float32) - np.float32((height - 1) / 2)
    column = np.arange(width, dtype=np.float32) - np.float32((width - 1) / 2)
    return (
        np.ascontiguousarray(np.broadcast_to(row[:, np.newaxis], (height, width))),
        np.ascontiguousarray(np.broadcast_to(column, (height, width))),
    )


def _resampled(cloth: Cloth, region: str, row_step: _Field, column_step: _Field) -> Cloth:
    """Take each pixel of a part from elsewhere in it; beyond its edges it is mirrored."""
    part = cloth.pixels[box(cloth, region)]
    height, width = part.shape[:2]
    row = np.arange(height, dtype=np.float32)[:, np.newaxis] + row_step
    column = np.arange(width, dtype=np.float32) + column_step
    moved = cv2.remap(part, column, row, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT_101)
    return _with_part(cloth, region, moved)


def _with_part(cloth: Cloth, region: str, part: Rgb8) -> Cloth:
    pixels = cloth.pixels.copy()
    pixels[box(cloth, region)] = part
    return replace(cloth, pixels=pixels)


def _with_lab_added(
    cloth: Cloth, region: str, steps: tuple[float | _Field, float | _Field, float | _Field]
) -> Cloth:
    part = cloth.pixels[box(cloth, region)].astype(np.float32) / 255
    lab = cv2.cvtColor(part, cv2.COLOR_RGB2Lab)
    for channel, step in enumerate(steps):
        lab[..., channel] += step
    changed = np.clip(cv2.cvtColor(lab, cv2.COLOR_Lab2RGB), 0, 1)
    return _with_part(cloth, region, np.rint(changed * 255).astype(np.uint8))


def _with_cast(
    cloth: Cloth, region: str, direction: tuple[float, float, float], strength: float
) -> Cloth:
    """Add as much of a direction in L*a*b* as moves the part's mean color by `strength`."""
    part = cloth.pixels[box(cloth, region)]
    mean = cv2.cvtColor(np.array([[part.mean(axis=(0, 1)) / 255]], np.float32), cv2.COLOR_RGB2Lab)[
        0
    ]
    low, high = 0.0, 150.0
    for _ in range(30):
        middle = (low + high) / 2
        moved = mean + np.array(direction, np.float32) * np.float32(middle)
        if ciede2000(mean, moved)[0] < strength:
            low = middle
        else:
            high = middle
    return _with_lab_added(
        cloth, region, (low * direction[0], low * direction[1], low * direction[2])
    )


def _border_width(cloth: Cloth, region: str) -> float:
    rows, _ = box(cloth, region)
    return float(rows.stop - rows.start)


def _depth(cloth: Cloth, region: str) -> tuple[_Field, int]:
    """
    How deep each row lies inside the cloth, in pixels from a border's outer edge.

    The second value is the row step that leads inward: 1 for the top border, -1 for the hem.
    """
    height = cloth.pixels.shape[0]
    row = np.arange(height, dtype=np.float32)[:, np.newaxis]
    if region == "border_top":
        return row, 1
    if region == "border_bottom":
        return height - 1 - row, -1
    raise ValueError(f"not a border: {region!r}")


def _with_border_moved(cloth: Cloth, region: str, inward: Callable[[_Field], _Field]) -> Cloth:
    """Move a border inward by so many meters at each s, over the body, which stays."""
    ppm = cloth.parts.pixels_per_meter
    depth, across = _depth(cloth, region)
    s = (np.arange(cloth.pixels.shape[1], dtype=np.float32) + np.float32(0.5)) / np.float32(ppm)
    step = inward(s) * np.float32(ppm)
    width = np.float32(_border_width(cloth, region))
    source = np.where(depth < width + step, depth - step, np.maximum(depth, width))
    return _remapped_rows(cloth, (source - depth) * across)


def _remapped_rows(cloth: Cloth, step: _Field) -> Cloth:
    height, width = cloth.pixels.shape[:2]
    row = np.arange(height, dtype=np.float32)[:, np.newaxis] + step
    row = np.ascontiguousarray(np.broadcast_to(row, (height, width)), np.float32)
    column = np.arange(width, dtype=np.float32)
    column = np.ascontiguousarray(np.broadcast_to(column, (height, width)))
    moved: Rgb8 = cv2.remap(
        cloth.pixels, column, row, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return replace(cloth, pixels=moved)
