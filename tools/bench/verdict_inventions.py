"""Damages that only the bench does: what a model of pictures leaves out, or makes up."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.cloth import Cloth
from chalicelib.imaging.damage import box
from chalicelib.imaging.image import Rgb8
from tools.bench.verdict_scene import Scene

_OTHER = MappingProxyType({"border_top": "border_bottom", "border_bottom": "border_top"})


def saturate(scene: Scene, region: str, strength: float) -> Cloth:
    """Give a part's colors more chroma, by the share `strength`."""
    lab = _lab(scene.cloth, region)
    lab[..., 1:] *= np.float32(1 + strength)
    return _with_part(scene.cloth, region, 255 * cv2.cvtColor(lab, cv2.COLOR_Lab2RGB))


def expose(scene: Scene, region: str, strength: float) -> Cloth:
    """Expose a part longer than the rest, by the share `strength`."""
    linear = (scene.cloth.pixels[box(scene.cloth, region)] / np.float32(255)) ** np.float32(2.2)
    exposed = (linear * np.float32(1 + strength)) ** np.float32(1 / 2.2)
    return _with_part(scene.cloth, region, 255 * exposed)


def omit(scene: Scene, region: str, strength: float) -> Cloth:
    """Leave out the share `strength` of a part's motifs: squares of 9 cm show its ground."""
    part = scene.cloth.pixels[box(scene.cloth, region)]
    side = round(0.09 * scene.cloth.parts.pixels_per_meter)
    shape = (-(-part.shape[0] // side), -(-part.shape[1] // side))
    chosen = np.random.default_rng(4).uniform(size=shape) < strength
    size = (shape[1] * side, shape[0] * side)
    gone = cv2.resize(chosen.astype(np.float32), size, interpolation=cv2.INTER_NEAREST)
    share = cv2.GaussianBlur(gone, (0, 0), side / 16)[: part.shape[0], : part.shape[1], np.newaxis]
    return _with_part(scene.cloth, region, part + share * (_ground(part) - part))


def bloom(scene: Scene, region: str, strength: float) -> Cloth:
    """Lay flowers that are not the saree's over a part, `strength` of them a square meter."""
    part = scene.cloth.pixels[box(scene.cloth, region)]
    ppm = scene.cloth.parts.pixels_per_meter
    random = np.random.default_rng(6)
    count = round(strength * part.shape[0] * part.shape[1] / ppm**2)
    picture = part.copy()
    color = _contrasting(part)
    for row, column in random.uniform(size=(count, 2)) * part.shape[:2]:
        for angle in np.arange(5) * 2 * np.pi / 5:
            petal = np.array(
                [column + np.cos(angle) * 0.014 * ppm, row + np.sin(angle) * 0.014 * ppm]
            )
            axes = (round(0.012 * ppm), round(0.006 * ppm))
            middle = (round(petal[0]), round(petal[1]))
            cv2.ellipse(
                picture, middle, axes, float(np.degrees(angle)), 0, 360, color, -1, cv2.LINE_AA
            )
    return _with_part(scene.cloth, region, picture)


def exchange(scene: Scene, region: str, strength: float) -> Cloth:
    """Give a border the other one's design, if `strength` is positive."""
    rows, columns = box(scene.cloth, region)
    other = scene.cloth.pixels[box(scene.cloth, _OTHER[region])]
    size = (columns.stop - columns.start, rows.stop - rows.start)
    fitted = cv2.resize(other[::-1], size, interpolation=cv2.INTER_AREA)
    part = scene.cloth.pixels[rows, columns]
    return _with_part(scene.cloth, region, fitted if strength > 0 else part)


def curtail(scene: Scene, region: str, strength: float) -> Cloth:
    """Begin the pallu `strength` meters too late: the body goes on to there."""
    rows, columns = box(scene.cloth, region)
    step = round(strength * scene.cloth.parts.pixels_per_meter)
    part = scene.cloth.pixels[rows, columns]
    body = scene.cloth.pixels[box(scene.cloth, "body")]
    return _with_part(scene.cloth, region, np.hstack([body[:, -step:], part[:, :-step]]))


def overturn(scene: Scene, region: str, strength: float) -> Cloth:
    """Turn a part over, left for right and top for bottom, if `strength` is positive."""
    part = scene.cloth.pixels[box(scene.cloth, region)]
    return _with_part(scene.cloth, region, part[::-1, ::-1] if strength > 0 else part)


def slip(scene: Scene, region: str, strength: float) -> Cloth:
    """Join a part from pieces 40 cm long, each second one `strength` meters off across."""
    part = scene.cloth.pixels[box(scene.cloth, region)]
    ppm = scene.cloth.parts.pixels_per_meter
    off = (np.arange(part.shape[1]) / ppm / 0.4).astype(np.intp) % 2 == 1
    slid = part.copy()
    slid[:, off] = np.roll(part, round(strength * ppm), axis=0)[:, off]
    return _with_part(scene.cloth, region, slid)


def drag(scene: Scene, region: str, strength: float) -> Cloth:
    """Smear a part along the saree only, over `strength` meters."""
    part = scene.cloth.pixels[box(scene.cloth, region)]
    length = max(round(strength * scene.cloth.parts.pixels_per_meter), 1)
    return _with_part(scene.cloth, region, cv2.blur(part, (length, 1)))


INVENTED: Mapping[str, Callable[[Scene, str, float], Cloth]] = MappingProxyType(
    {
        change.__name__: change
        for change in (*(saturate, expose, omit, bloom, exchange, curtail, overturn, slip, drag),)
    }
)
"""Every damage of this kind by its name."""


def _lab(cloth: Cloth, region: str) -> NDArray[np.float32]:
    part = cloth.pixels[box(cloth, region)].astype(np.float32) / 255
    return np.asarray(cv2.cvtColor(part, cv2.COLOR_RGB2Lab), np.float32)


def _ground(part: Rgb8) -> NDArray[np.float32]:
    return np.asarray(np.median(part[::7, ::7].reshape(-1, 3), axis=0), np.float32)


def _contrasting(part: Rgb8) -> tuple[int, int, int]:
    """A color that is seen on a part's ground, and is as lively."""
    red, green, blue = (int(value) for value in _ground(part))
    return ((red + 110) % 256, (green + 90) % 256, (blue + 130) % 256)


def _with_part(cloth: Cloth, region: str, part: NDArray[np.generic]) -> Cloth:
    pixels = cloth.pixels.copy()
    pixels[box(cloth, region)] = np.clip(np.rint(part), 0, 255).astype(np.uint8)
    return replace(cloth, pixels=pixels)
