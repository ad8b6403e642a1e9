"""A photo of a saree spread on a floor, made by rule, and the truth of what it shows."""

from dataclasses import asdict, dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.cloth import Cloth
from chalicelib.imaging.color import to_srgb
from chalicelib.imaging.composing.draping import toned
from chalicelib.imaging.image import LinearRgb, Rgb8
from tools.sample.scene import Scene
from tools.sample.shot import Shot

_BAND_ROWS: Final = 256
_GRID_M: Final = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class Photo:
    """A photo, where the cloth is in it (bool, H x W), and what is true of both."""

    pixels: Rgb8
    cloth: NDArray[np.bool_]
    truth: dict[str, Any]


def make_photo(cloth: Cloth, shot: Shot | None = None) -> Photo:
    """
    Photograph a saree that lies spread on a floor, pallu towards the photographer.

    The same cloth and shot give the same pixels.
    The far part of the saree runs out of the picture.

    Returns
    -------
    Photo
        `truth` holds everything in `Shot`, the cloth's facts, `homography` from (s, t, 1) to
        (column, row, 1) for the flat cloth, `pallu_edge` and `pallu_line` as (column, row) at
        t = 0 and t = W, `visible_m` how much of the length is in the picture, and `grid`, a
        list of [s, t, column, row] with the wrinkles reckoned in.
    """
    scene = Scene.of(cloth, shot or Shot())
    camera = scene.shot.camera
    linear = np.empty((camera.height, camera.width, 3), np.float32)
    covered = np.empty((camera.height, camera.width), np.bool_)
    for first in range(0, camera.height, _BAND_ROWS):
        rows = slice(first, min(first + _BAND_ROWS, camera.height))
        linear[rows], covered[rows] = scene.band(rows.start, rows.stop)
    return Photo(_developed(linear, scene.shot), covered, _truth(scene, cloth))


def _developed(linear: LinearRgb, shot: Shot) -> Rgb8:
    """What the camera makes of light: corners, blur, exposure, noise."""
    lens = shot.lens
    height, width = linear.shape[:2]
    away = np.hypot(*np.meshgrid(np.linspace(-1, 1, width), np.linspace(-1, 1, height))) / 2**0.5
    linear = (
        linear
        * (shot.light.exposure * (1 - lens.vignette * away**2)).astype(np.float32)[..., np.newaxis]
    )
    if lens.blur > 0:
        linear = cv2.GaussianBlur(linear, (0, 0), lens.blur)
    encoded = to_srgb(toned(np.asarray(linear, np.float32))).astype(np.float32)
    random = np.random.default_rng((shot.seed, 3))
    grain = random.standard_normal((height, width, 3), np.float32)
    grain = cv2.GaussianBlur(grain, (0, 0), 0.7) * 2.2 * lens.noise
    developed: Rgb8 = np.clip(np.rint(encoded + grain), 0, 255).astype(np.uint8)
    return developed


def _truth(scene: Scene, cloth: Cloth) -> dict[str, Any]:
    parts, camera = cloth.parts, scene.shot.camera
    length, width = parts.length_m, parts.width_m
    corners = np.array([(length, 0), (length, width), (length - 2, width), (length - 2, 0)])
    pixels = camera.pixels(scene.on_floor(corners))[:, ::-1]
    homography = cv2.getPerspectiveTransform(corners.astype(np.float32), pixels.astype(np.float32))
    opening, grid = length - parts.pallu_m, _grid(scene)
    return {
        "height": camera.height,
        "width": camera.width,
        "shot": asdict(scene.shot),
        "parts": asdict(parts),
        "homography": homography.tolist(),
        "pallu_edge": _where(scene, [(length, 0), (length, width)]),
        "pallu_line": _where(scene, [(opening, 0), (opening, width)]),
        "visible_m": round(length - min(point[0] for point in grid), 3),
        "grid": grid,
    }


def _where(scene: Scene, fabric: list[tuple[float, float]]) -> list[list[float]]:
    """Columns and rows at which the photo shows fabric points, wrinkles reckoned in."""
    goal = scene.on_floor(np.array([fabric]))
    points = goal.copy()
    for _ in range(8):
        points = goal - scene.lie.at(points, scene.lie.drift)
    pixels = scene.shot.camera.pixels(points, scene.lie.at(points, scene.lie.rise))[0]
    return [[round(float(column), 2), round(float(row), 2)] for row, column in pixels]


def _grid(scene: Scene) -> list[list[float]]:
    """Fabric points every 10 cm that the photo shows, each with its column and row."""
    s = np.arange(0, scene.length_m + 1e-9, _GRID_M)
    t = np.append(np.arange(0, scene.width_m, _GRID_M), scene.width_m)
    fabric = [(float(a), float(b)) for a in s for b in t]
    # Points behind the camera would project mirrored.
    ahead = [point for point in fabric if -0.2 < scene.on_floor(np.array(point))[1] < 6]
    camera = scene.shot.camera
    return [
        [round(a, 4), round(b, 4), column, row]
        for (a, b), (column, row) in zip(ahead, _where(scene, ahead), strict=True)
        if 0 <= column < camera.width and 0 <= row < camera.height
    ]
