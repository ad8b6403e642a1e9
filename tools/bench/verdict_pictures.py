"""Damages that only the bench does: to a part of the picture, after the cloth is draped."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.image import Mask, Rgb8
from tools.bench.verdict_scene import Scene

_SIDE = 110
"""Pixels across a local damage: about ten centimeters of cloth."""


def smeared_patch(scene: Scene, region: str, strength: float) -> Rgb8:
    """Blur a square by a Gaussian of so many pixels."""
    blurred = cv2.GaussianBlur(scene.faithful, (0, 0), strength)
    return _filled(scene, region, blurred)


def moved_patch(scene: Scene, region: str, strength: float) -> Rgb8:
    """Fill a square with what lies so many pixels beside it."""
    step = round(strength)
    return _filled(scene, region, np.roll(scene.faithful, (step, -step), (0, 1)))


def painted_patch(scene: Scene, region: str, strength: float) -> Rgb8:
    """Lay gray blots of so many values over a square."""
    blots = _noise(scene, 5, 5)[..., np.newaxis] * np.float32(strength)
    return _filled(scene, region, scene.faithful + blots)


def tint_disc(scene: Scene, region: str, strength: float) -> Rgb8:
    """Stain a disc orange."""
    stain = _disc(scene, region, _SIDE // 2) * np.float32(0.9 * strength)
    return scene.painted(region, _relit(scene, (0, stain, stain)))


def blur_disc(scene: Scene, region: str, strength: float) -> Rgb8:
    """Blur a disc by a Gaussian of so many pixels."""
    blurred = cv2.GaussianBlur(scene.faithful, (0, 0), strength)
    inside = _disc(scene, region, _SIDE // 2)[..., np.newaxis]
    return scene.painted(region, np.where(inside, blurred, scene.faithful).astype(np.float32))


def smooth_patch(scene: Scene, region: str, strength: float) -> Rgb8:
    """Fill a disc of so many pixels' radius smoothly from its rim."""
    where = scene.middle(region, round(2 * strength) + 60)
    inside = _disc(scene, region, round(strength)) & scene.inside(region)
    mask = np.ascontiguousarray(inside[where], np.uint8)
    part = np.ascontiguousarray(scene.faithful[where])
    healed = cv2.inpaint(part, mask, 3, cv2.INPAINT_TELEA)
    render = scene.faithful.copy()
    render[where] = np.where(mask[..., np.newaxis] > 0, healed, part)
    return render


def hole(scene: Scene, region: str, strength: float) -> Rgb8:
    """Show skin through a disc of so many pixels' radius."""
    inside = _disc(scene, region, round(strength))[..., np.newaxis]
    skin = np.array([196, 150, 120], np.float32)
    return scene.painted(region, np.where(inside, skin, scene.faithful).astype(np.float32))


def checkerboard(scene: Scene, region: str, strength: float) -> Rgb8:
    """Lay squares of 8 pixels over a part, lighter and darker by so many units of L*."""
    row, column = _places(scene)
    board = ((row // 8 + column // 8) % 2) * 2 - 1
    return scene.painted(region, _relit(scene, (strength * board, 0, 0)))


def moire(scene: Scene, region: str, strength: float) -> Rgb8:
    """Lay stripes 14 pixels apart over a part, of so many units of L*."""
    row, column = _places(scene)
    stripes = np.sin((column * 0.9 + row * 0.35) * (2 * np.pi / 14))
    return scene.painted(region, _relit(scene, (strength * stripes, 0, 0)))


def color_noise(scene: Scene, region: str, strength: float) -> Rgb8:
    """Lay blots of color over a part."""
    green, yellow = (strength * _noise(scene, 3, seed) for seed in (7, 8))
    return scene.painted(region, _relit(scene, (0, green, yellow)))


def spots(scene: Scene, region: str, strength: float) -> Rgb8:
    """Draw a net of fine lines over a part, lighter by so many units of L*."""
    lines = np.abs(_noise(scene, 4, 9)) < 0.35
    return scene.painted(region, _relit(scene, (strength * lines, 0, 0)))


def compress(scene: Scene, region: str, strength: float) -> Rgb8:
    """Encode a part as JPEG of the quality 100 - `strength`."""
    setting = [cv2.IMWRITE_JPEG_QUALITY, round(100 - strength)]
    _, packed = cv2.imencode(".jpg", scene.faithful[..., ::-1], setting)
    decoded = cv2.imdecode(packed, cv2.IMREAD_COLOR_RGB)
    return scene.painted(region, np.asarray(decoded, np.float32))


def line_seam(scene: Scene, region: str, strength: float) -> Rgb8:
    """Make one side of a straight line across the picture lighter by so many units of L*."""
    rows, columns = scene.middle(region, _SIDE)
    row, column = _places(scene)
    beyond = (column - columns.start - 55) * 0.8 + (row - rows.start - 55) * 0.6 > 0
    return scene.painted(region, _relit(scene, (strength * beyond, 0, 0)))


def curve_seam(scene: Scene, region: str, strength: float) -> Rgb8:
    """Make one side of a curve on the cloth lighter by so many units of L*."""
    front = scene.placement.layers[0]
    shown = scene.inside(region).reshape(-1)[front.index]
    s, t = (place - np.median(place[shown]) for place in (front.s, front.t))
    beyond = np.zeros(scene.placement.height * scene.placement.width, np.float32)
    beyond[front.index] = s + 0.7 * t + 0.05 * np.sin(t * 12) > 0
    lighter = strength * beyond.reshape(scene.placement.height, -1)
    return scene.painted(region, _relit(scene, (lighter, 0, 0)))


def pixelate(scene: Scene, region: str, strength: float) -> Rgb8:
    """Show a part in squares of so many pixels, as what was enlarged from too little."""
    height, width = scene.faithful.shape[:2]
    size = (round(width / strength), round(height / strength))
    coarse = cv2.resize(scene.faithful, size, interpolation=cv2.INTER_AREA)
    squares = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_NEAREST)
    return scene.painted(region, np.asarray(squares, np.float32))


def paint(scene: Scene, region: str, strength: float) -> Rgb8:
    """Give each pixel of a part the median of so many around it, as a painter's brush would."""
    return scene.painted(
        region, np.asarray(cv2.medianBlur(scene.faithful, round(strength)), np.float32)
    )


def blush(scene: Scene, region: str, strength: float) -> Rgb8:
    """Redden a part, not at all at its top and by so many units at its bottom."""
    rows = np.flatnonzero(scene.inside(region).any(axis=1))
    row, _ = _places(scene)
    amount = strength * np.clip((row - rows[0]) / max(float(np.ptp(rows)), 1.0), 0, 1)
    return scene.painted(region, _relit(scene, (0, amount, 0)))


def grain(scene: Scene, region: str, strength: float) -> Rgb8:
    """Lay the grain of so many values over a part, each pixel by itself."""
    noise = np.random.default_rng(12).normal(0, strength, scene.faithful.shape[:2])
    return scene.painted(region, scene.faithful + noise[..., np.newaxis])


def oversharpen(scene: Scene, region: str, strength: float) -> Rgb8:
    """Add so many times what a Gaussian of 2 pixels takes from a part."""
    picture = scene.faithful.astype(np.float32)
    soft = cv2.GaussianBlur(picture, (0, 0), 2)
    return scene.painted(region, picture + np.float32(strength) * (picture - soft))


def letter(scene: Scene, region: str, strength: float) -> Rgb8:
    """Write a name on a part, in letters lighter by so many units of L*."""
    rows, columns = scene.middle(region, _SIDE)
    written = np.zeros(scene.faithful.shape[:2], np.uint8)
    place = (columns.start, (rows.start + rows.stop) // 2)
    cv2.putText(written, "Silk 24", place, cv2.FONT_HERSHEY_DUPLEX, 1.0, 255, 2, cv2.LINE_AA)
    share = written / np.float32(255)
    return scene.painted(region, _relit(scene, (strength * share, 0, 0)))


def blot(scene: Scene, region: str, strength: float) -> Rgb8:
    """Stain a part as tea does: darker by so many units of L*, browner, with a soft rim."""
    rows, columns = scene.middle(region, _SIDE)
    row, column = _places(scene)
    away = np.hypot(
        row - (rows.start + rows.stop) / 2, column - (columns.start + columns.stop) / 2
    )
    share = np.clip((_SIDE / 2 - away) / 15, 0, 1)
    return scene.painted(
        region, _relit(scene, (-strength * share, strength * share / 4, strength * share / 2))
    )


PAINTED: Mapping[str, Callable[[Scene, str, float], Rgb8]] = MappingProxyType(
    {
        change.__name__: change
        for change in (
            *(smeared_patch, moved_patch, painted_patch, tint_disc, blur_disc, smooth_patch),
            *(hole, checkerboard, moire, color_noise, spots, compress, line_seam, curve_seam),
            *(pixelate, paint, blush, grain, oversharpen, letter, blot),
        )
    }
)
"""Every damage of this kind by its name."""


def _places(scene: Scene) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    places = np.indices(scene.faithful.shape[:2], np.intp)
    return places[0], places[1]


def _filled(scene: Scene, region: str, picture: Rgb8 | NDArray[np.float32]) -> Rgb8:
    """The faithful picture with a part, where it lies in a square, taken from another one."""
    where = scene.middle(region, _SIDE)
    filled = scene.faithful.astype(np.float32)
    filled[where] = picture[where]
    return scene.painted(region, filled)


def _disc(scene: Scene, region: str, radius: int) -> Mask:
    rows, columns = scene.middle(region, _SIDE)
    row, column = _places(scene)
    middle = ((rows.start + rows.stop) / 2, (columns.start + columns.stop) / 2)
    inside: Mask = (row - middle[0]) ** 2 + (column - middle[1]) ** 2 < radius**2
    return inside


def _noise(scene: Scene, sigma: float, seed: int) -> NDArray[np.float32]:
    """Smooth noise of standard deviation 1."""
    noise = np.random.default_rng(seed).normal(0, 1, scene.faithful.shape[:2])
    smooth = cv2.GaussianBlur(noise.astype(np.float32), (0, 0), sigma)
    return np.asarray(smooth / smooth.std(), np.float32)


def _relit(
    scene: Scene, steps: tuple[float | NDArray[np.generic], ...]
) -> NDArray[np.float32 | np.float64]:
    """The faithful picture with something added to its L*, a* and b*."""
    lab = cv2.cvtColor(scene.faithful.astype(np.float32) / 255, cv2.COLOR_RGB2Lab)
    for channel, step in enumerate(steps):
        lab[..., channel] += step
    changed: NDArray[np.float32 | np.float64] = 255 * cv2.cvtColor(lab, cv2.COLOR_Lab2RGB)
    return changed
