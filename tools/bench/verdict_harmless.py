"""Changes that do the cloth no harm."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.composing.draping import drape
from chalicelib.imaging.image import Rgb8
from tools.bench.verdict_scene import Scene

Change: TypeAlias = Callable[[Scene], Rgb8]


def harmless() -> Iterator[tuple[str, Change]]:
    """Each change that the limits were chosen on, by its name."""
    for quality in (85, 92):
        yield f"JPEG quality {quality}", partial(_jpeg, quality=quality)
    yield "WebP quality 90", _webp
    for factor in (0.97, 1.03):
        yield f"exposure x{factor}", partial(_scaled, gains=(factor,) * 3)
    for factor in (0.98, 1.02):
        yield f"contrast x{factor}", partial(_contrasted, factor=factor)
    for warm in (0.01, -0.01):
        yield f"white balance {warm:+.0%}", partial(_scaled, gains=(1 + warm, 1, 1 - warm))
    yield "blur 0.5 px", partial(_blurred, sigma=0.5)
    yield "sharpened mildly", partial(_sharpened, amount=0.3)
    yield "resize to 75 % and back", partial(_resized, factor=0.75, way=cv2.INTER_CUBIC)
    yield "noise 1", partial(_noisy, sigma=1.0)
    yield "noise 2", partial(_noisy, sigma=2.0)
    yield "shift by half a row", partial(_shifted, row=0.5, column=0.0)
    yield "shift by half a pixel both ways", partial(_shifted, row=0.5, column=-0.5)
    yield "light from the left", partial(_relit, columns=4, ramp=0.2)
    yield "light from the right", partial(_relit, columns=-4, ramp=-0.2)
    yield "light from above", partial(_relit, columns=0, slope=-0.3)


def kept_back() -> Iterator[tuple[str, Change]]:
    """Each change that was not looked at when the limits were chosen."""
    yield "JPEG quality 95", partial(_jpeg, quality=95)
    yield "JPEG quality 88, full color", partial(_jpeg, quality=88, full_color=True)
    yield "exposure x1.02, JPEG quality 90", _exposed_and_packed
    yield "dithered", _dithered
    yield "resize to 80 % and back", partial(_resized, factor=0.8, way=cv2.INTER_LANCZOS4)
    yield "shift by half a column", partial(_shifted, row=0.0, column=0.5)
    yield "gamma 1.01", _bent
    yield "noise 1.5", partial(_noisy, sigma=1.5)
    yield "light from below", partial(_relit, columns=0, slope=0.25)
    for first, second in _PAIRS:
        yield f"{first}, then {second}", partial(_twice, first=first, second=second)


_PAIRS = (
    ("exposure x0.97", "JPEG quality 85"),
    ("blur 0.5 px", "noise 2"),
    ("resize to 75 % and back", "JPEG quality 92"),
    ("shift by half a row", "exposure x1.03"),
    ("light from the left", "JPEG quality 85"),
    ("white balance +1%", "shift by half a pixel both ways"),
)
"""Two harmless changes, one after the other, as a picture that went through many hands."""


def _twice(scene: Scene, first: str, second: str) -> Rgb8:
    changes = dict(harmless())
    return changes[second](replace(scene, faithful=changes[first](scene)))


def _rounded(picture: NDArray[np.float32 | np.float64]) -> Rgb8:
    return np.clip(np.rint(picture), 0, 255).astype(np.uint8)


def _jpeg(scene: Scene, quality: int, *, full_color: bool = False) -> Rgb8:
    return _packed(scene.faithful, quality, full_color=full_color)


def _packed(picture: Rgb8, quality: int, *, full_color: bool = False) -> Rgb8:
    setting = [cv2.IMWRITE_JPEG_QUALITY, quality]
    if full_color:
        setting += [cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444]
    return _decoded(cv2.imencode(".jpg", picture[..., ::-1], setting)[1])


def _webp(scene: Scene) -> Rgb8:
    setting = [cv2.IMWRITE_WEBP_QUALITY, 90]
    return _decoded(cv2.imencode(".webp", scene.faithful[..., ::-1], setting)[1])


def _decoded(packed: NDArray[np.uint8]) -> Rgb8:
    decoded = cv2.imdecode(packed, cv2.IMREAD_COLOR_RGB)
    assert decoded is not None
    return np.asarray(decoded, np.uint8)


def _scaled(scene: Scene, gains: tuple[float, float, float]) -> Rgb8:
    return _rounded(scene.faithful * np.array(gains))


def _contrasted(scene: Scene, factor: float) -> Rgb8:
    return _rounded((scene.faithful - 128.0) * factor + 128)


def _exposed_and_packed(scene: Scene) -> Rgb8:
    return _packed(_scaled(scene, (1.02, 1.02, 1.02)), 90)


def _bent(scene: Scene) -> Rgb8:
    return _rounded(255 * (scene.faithful / 255.0) ** 1.01)


def _blurred(scene: Scene, sigma: float) -> Rgb8:
    return np.asarray(cv2.GaussianBlur(scene.faithful, (0, 0), sigma))


def _sharpened(scene: Scene, amount: float) -> Rgb8:
    picture = scene.faithful.astype(np.float32)
    return _rounded(picture + amount * (picture - cv2.GaussianBlur(picture, (0, 0), 1)))


def _resized(scene: Scene, factor: float, way: int) -> Rgb8:
    height, width = scene.faithful.shape[:2]
    small = cv2.resize(scene.faithful, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, (width, height), interpolation=way))


def _noisy(scene: Scene, sigma: float) -> Rgb8:
    noise = np.random.default_rng(11).normal(0, sigma, scene.faithful.shape)
    return _rounded(scene.faithful + noise)


def _dithered(scene: Scene) -> Rgb8:
    noise = np.random.default_rng(2).uniform(-0.75, 0.75, scene.faithful.shape)
    return _rounded(scene.faithful + noise)


def _shifted(scene: Scene, row: float, column: float) -> Rgb8:
    height, width = scene.faithful.shape[:2]
    matrix = np.array([[1, 0, column], [0, 1, row]])
    return np.asarray(
        cv2.warpAffine(scene.faithful, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
    )


def _relit(scene: Scene, columns: int, ramp: float = 0.0, slope: float = 0.0) -> Rgb8:
    """The light moved to a side: its highlights by so many columns, and more on one side."""
    height, width = scene.placement.height, scene.placement.width
    front = scene.placement.layers[0]
    light, mass = np.zeros((2, height * width), np.float32)
    light[front.index], mass[front.index] = front.light, 1
    planes = [cv2.GaussianBlur(p.reshape(height, width), (0, 0), 4) for p in (light, mass)]
    smooth = planes[0] / np.maximum(planes[1], 1e-3)
    ratio = np.roll(smooth, columns, axis=1) / np.maximum(smooth, 1e-3)
    row, column = np.divmod(front.index, width)
    change = np.clip(ratio.reshape(-1)[front.index], 0.85, 1.18)
    change *= 1 + ramp * (column / width - 0.5) + slope * (row / height - 0.5)
    moved = replace(front, light=(front.light * change).astype(np.float32))
    layers = (moved, *scene.placement.layers[1:])
    return drape(scene.cloth, replace(scene.placement, layers=layers))
