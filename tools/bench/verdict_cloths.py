"""Damages that only the bench does: to the cloth, before it is draped."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.cloth import Cloth
from chalicelib.imaging.composing.draping import drape
from chalicelib.imaging.damage import DAMAGES, box
from chalicelib.imaging.image import Rgb8
from tools.bench.verdict_inventions import INVENTED
from tools.bench.verdict_scene import Scene

_Field: TypeAlias = NDArray[np.float32]


def swap(scene: Scene, region: str, strength: float) -> Cloth:
    """Mix in so much of another saree's part."""
    part = _part(scene.cloth, region)
    size = (part.shape[1], part.shape[0])
    foreign = cv2.resize(scene.other.pixels[box(scene.other, region)], size)
    mixed = cv2.addWeighted(part, 1 - strength, foreign, strength, 0)
    return _with_part(scene.cloth, region, mixed)


def vanish(scene: Scene, region: str, strength: float) -> Cloth:
    """Continue the body where a part should be, if `strength` is positive."""
    part, body = _part(scene.cloth, region), _part(scene.cloth, "body")
    tiles = (-(-part.shape[0] // body.shape[0]), -(-part.shape[1] // body.shape[1]), 1)
    tiled = np.tile(body, tiles)[: part.shape[0], : part.shape[1]]
    return _with_part(scene.cloth, region, tiled if strength > 0 else part)


def recolor(scene: Scene, region: str, strength: float) -> Cloth:
    """Turn the color of a part's motifs, not of its ground, by so many units of a* and b*."""
    lab = _lab(_part(scene.cloth, region))
    ground = np.median(lab[::7, ::7].reshape(-1, 3), axis=0)
    apart = np.linalg.norm(cv2.GaussianBlur(lab, (0, 0), 2) - ground, axis=2)
    motif = np.clip((apart - 8) / 8, 0, 1) * np.float32(0.7 * strength)
    lab[..., 1] += motif
    lab[..., 2] -= motif
    return _with_part(scene.cloth, region, _rgb(lab))


def gild(scene: Scene, region: str, strength: float) -> Cloth:
    """Replace so much of the zari by flat yellow paint."""
    share = scene.cloth.zari[box(scene.cloth, region)][..., np.newaxis] * np.float32(strength)
    paint = np.array([240, 200, 20], np.float32)
    mixed = _part(scene.cloth, region) * (1 - share) + paint * share
    return _with_part(scene.cloth, region, mixed)


def gamma(scene: Scene, region: str, strength: float) -> Cloth:
    """Bend a part's tones: raise its values to the power 1 + `strength`."""
    part = _part(scene.cloth, region) / np.float32(255)
    return _with_part(scene.cloth, region, 255 * part ** np.float32(1 + strength))


def desaturate(scene: Scene, region: str, strength: float) -> Cloth:
    """Take the share `strength` of a part's chroma away."""
    lab = _lab(_part(scene.cloth, region))
    lab[..., 1:] *= np.float32(1 - strength)
    return _with_part(scene.cloth, region, _rgb(lab))


def hue(scene: Scene, region: str, strength: float) -> Cloth:
    """Turn a part's hues by `strength` degrees."""
    lab = _lab(_part(scene.cloth, region))
    turned = (lab[..., 1] + 1j * lab[..., 2]) * np.exp(1j * np.radians(strength))
    lab[..., 1], lab[..., 2] = turned.real, turned.imag
    return _with_part(scene.cloth, region, _rgb(lab))


def ghost(scene: Scene, region: str, strength: float) -> Cloth:
    """Lay the part over itself, 9 mm off, with the share `strength`."""
    part = _part(scene.cloth, region).astype(np.float32)
    step = round(0.009 * scene.cloth.parts.pixels_per_meter)
    double = np.roll(part, (step, step), (0, 1))
    return _with_part(scene.cloth, region, part + np.float32(strength) * (double - part))


def stretch_s(scene: Scene, region: str, strength: float) -> Cloth:
    """Magnify a part's pattern along the saree only."""
    row, column = _offsets(scene.cloth, region)
    return _resampled(scene.cloth, region, 0 * row, column / np.float32(1 + strength) - column)


def stretch_t(scene: Scene, region: str, strength: float) -> Cloth:
    """Magnify a part's pattern across the saree only."""
    row, column = _offsets(scene.cloth, region)
    return _resampled(scene.cloth, region, row / np.float32(1 + strength) - row, 0 * column)


def shear(scene: Scene, region: str, strength: float) -> Cloth:
    """Lean a part's pattern by `strength` degrees."""
    row, _ = _offsets(scene.cloth, region)
    return _resampled(scene.cloth, region, 0 * row, row * np.float32(np.tan(np.radians(strength))))


def wave(scene: Scene, region: str, strength: float) -> Cloth:
    """Make a part's pattern wave by `strength` meters, once in 25 cm, both ways."""
    row, column = _offsets(scene.cloth, region)
    ppm = scene.cloth.parts.pixels_per_meter
    far, pace = np.float32(strength * ppm), np.float32(2 * np.pi / (0.25 * ppm))
    return _resampled(scene.cloth, region, far * np.sin(column * pace), far * np.sin(row * pace))


def thin(scene: Scene, region: str, strength: float) -> Cloth:
    """Make a border narrower by the share `strength`."""
    return DAMAGES["widen"](scene.cloth, region, -strength)


def flip(scene: Scene, region: str, strength: float) -> Cloth:
    """Turn a part upside down, if `strength` is positive."""
    part = _part(scene.cloth, region)
    return _with_part(scene.cloth, region, part[::-1] if strength > 0 else part)


def posterize(scene: Scene, region: str, strength: float) -> Cloth:
    """Round a part's values to multiples of `strength`."""
    steps = np.rint(_part(scene.cloth, region) / np.float32(strength))
    return _with_part(scene.cloth, region, steps * np.float32(strength))


def dreamt(scene: Scene, region: str, strength: float) -> Cloth:
    """Mix in a pattern of the same colors and the same spectrum, with other motifs."""
    part = _part(scene.cloth, region).astype(np.float32)
    noise = np.random.default_rng(3).normal(size=part.shape[:2])
    turned = np.exp(1j * np.angle(np.fft.rfft2(noise)))
    mean = part.mean(axis=(0, 1))
    channels = [np.fft.rfft2(part[..., c] - mean[c]) * turned for c in range(3)]
    other = np.dstack([np.fft.irfft2(channel, part.shape[:2]) for channel in channels]) + mean
    return _with_part(scene.cloth, region, part + np.float32(strength) * (other - part))


def advance(scene: Scene, region: str, strength: float) -> Cloth:
    """Begin the pallu `strength` meters too early."""
    rows, columns = box(scene.cloth, region)
    step = round(strength * scene.cloth.parts.pixels_per_meter)
    pixels = scene.cloth.pixels.copy()
    part = scene.cloth.pixels[rows, columns]
    pixels[rows, columns.start - step : columns.stop - step] = part
    pixels[rows, columns.stop - step :] = part[:, -step:]
    return replace(scene.cloth, pixels=pixels)


def gap(scene: Scene, region: str, strength: float) -> Cloth:
    """Break a border once, by `strength` meters, where most of it is seen."""
    front = scene.placement.layers[0]
    s = front.s[scene.inside(region).reshape(-1)[front.index]]
    count, edges = np.histogram(s, np.arange(0, scene.placement.length_m, 0.02))
    middle = edges[int(count.argmax())] + 0.01
    ppm = scene.cloth.parts.pixels_per_meter
    first, last = (round((middle + side * strength / 2) * ppm) for side in (-1, 1))
    rows, _ = box(scene.cloth, region)
    pixels = scene.cloth.pixels.copy()
    ground = np.median(_part(scene.cloth, "body")[::7, ::7].reshape(-1, 3), axis=0)
    pixels[rows, max(first, 0) : last] = ground.astype(np.uint8)
    return replace(scene.cloth, pixels=pixels)


def swirl(scene: Scene, region: str, strength: float) -> Cloth:
    """Turn discs of a part by `strength` degrees, most in their middles, one each 30 cm."""
    row, column = _offsets(scene.cloth, region)
    pace = np.float32(0.3 * scene.cloth.parts.pixels_per_meter)
    down, right = (place - pace * np.rint(place / pace) for place in (row, column))
    near = np.clip(1 - np.hypot(down, right) / (pace / 2), 0, 1)
    turn = np.float32(np.radians(strength)) * near * near
    sine, less = np.sin(turn), np.cos(turn) - 1
    return _resampled(scene.cloth, region, less * down - sine * right, sine * down + less * right)


def shuffle(scene: Scene, region: str, strength: float) -> Cloth:
    """Swap each second tile of `strength` meters with its neighbor along the saree."""
    part = _part(scene.cloth, region)
    side = round(strength * scene.cloth.parts.pixels_per_meter)
    shuffled = part.copy()
    for first in range(0, part.shape[1] - 2 * side + 1, 2 * side):
        middle, last = first + side, first + 2 * side
        for top in range(0, part.shape[0], 2 * side):
            rows = slice(top, top + side)
            shuffled[rows, first:middle] = part[rows, middle:last]
            shuffled[rows, middle:last] = part[rows, first:middle]
    return _with_part(scene.cloth, region, shuffled)


def fray(scene: Scene, region: str, strength: float) -> Cloth:
    """Let the body reach into a border from its inner edge, in teeth `strength` meters deep."""
    rows, columns = box(scene.cloth, region)
    ppm = scene.cloth.parts.pixels_per_meter
    inward = np.arange(rows.stop - rows.start)
    depth = inward[::-1] if region == "border_top" else inward
    s = np.arange(columns.stop - columns.start) / ppm
    tooth = strength * ppm * np.abs(2 * (s / 0.06 % 1) - 1)
    body = _part(scene.cloth, "body")
    ground = np.median(body[::7, ::7].reshape(-1, 3), axis=0)
    part = _part(scene.cloth, region).copy()
    part[depth[:, np.newaxis] < tooth] = ground.astype(np.uint8)
    return _with_part(scene.cloth, region, part)


ALTERED: Mapping[str, Callable[[Scene, str, float], Cloth]] = MappingProxyType(
    {
        change.__name__: change
        for change in (
            *(swap, vanish, recolor, gild, gamma, desaturate, hue, ghost, stretch_s, stretch_t),
            *(shear, wave, thin, flip, posterize, dreamt, advance, gap),
            *(swirl, shuffle, fray),
        )
    }
    | dict(INVENTED)
)
"""Every damage of this kind by its name."""


def draped(scene: Scene, name: str, region: str, strength: float) -> Rgb8:
    """The picture of a damaged cloth."""
    if name in ALTERED:
        return drape(ALTERED[name](scene, region, strength), scene.placement)
    return drape(DAMAGES[name](scene.cloth, region, strength), scene.placement)


def _part(cloth: Cloth, region: str) -> Rgb8:
    return cloth.pixels[box(cloth, region)]


def _with_part(
    cloth: Cloth, region: str, part: NDArray[np.uint8 | np.float32 | np.float64]
) -> Cloth:
    pixels = cloth.pixels.copy()
    pixels[box(cloth, region)] = np.clip(np.rint(part), 0, 255).astype(np.uint8)
    return replace(cloth, pixels=pixels)


def _lab(part: Rgb8) -> _Field:
    lab: _Field = cv2.cvtColor(part.astype(np.float32) / 255, cv2.COLOR_RGB2Lab)
    return lab


def _rgb(lab: _Field) -> _Field:
    rgb: _Field = 255 * cv2.cvtColor(lab, cv2.COLOR_Lab2RGB)
    return rgb


def _offsets(cloth: Cloth, region: str) -> tuple[_Field, _Field]:
    """Rows and columns of a part's pixels, counted from the part's middle."""
    height, width = _part(cloth, region).shape[:2]
    row, column = np.mgrid[:height, :width].astype(np.float32)
    return row - np.float32((height - 1) / 2), column - np.float32((width - 1) / 2)


def _resampled(cloth: Cloth, region: str, row_step: _Field, column_step: _Field) -> Cloth:
    """Take each pixel of a part from elsewhere in it; beyond its edges it is mirrored."""
    part = _part(cloth, region)
    row, column = np.mgrid[: part.shape[0], : part.shape[1]].astype(np.float32)
    moved = cv2.remap(
        part,
        column + column_step,
        row + row_step,
        cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_REFLECT_101,
    )
    return _with_part(cloth, region, moved)
