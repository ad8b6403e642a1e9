"""A photo of a saree spread on a floor, made by rule, and the truth of what it shows."""

from dataclasses import asdict, dataclass, field
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.cloth import Cloth
from chalicelib.imaging.color import to_srgb
from chalicelib.imaging.draping import toned
from chalicelib.imaging.image import LinearRgb, Rgb8
from chalicelib.imaging.mipmap import ClothPyramid, look_up, pyramid
from tools.sample.camera import Camera, Meters
from tools.sample.floors import floor
from tools.sample.wrinkles import Lie, Wrinkles, lie

_BAND_ROWS: Final = 256
_GRID_M: Final = 0.1
_GROUND_ORIGIN: Final = np.array([2.3, 1.0])


@dataclass(frozen=True, slots=True)
class Light:
    """
    A window or lamp to one side, and light from everywhere.

    `color` multiplies red, green and blue; `bearing_deg` is where the light comes from, counted
    from the right, counterclockwise; `elevation_deg` how high it stands; `falloff` how much
    dimmer the far side is, 0..1; `ambient` the share that comes from everywhere; `shadow` how
    dark the photographer's own shadow at the picture's bottom is; `exposure` the camera's.
    """

    color: tuple[float, float, float] = (1.0, 0.905, 0.76)
    bearing_deg: float = 140.0
    elevation_deg: float = 33.0
    falloff: float = 0.45
    ambient: float = 0.36
    shadow: float = 0.22
    exposure: float = 1.0


@dataclass(frozen=True, slots=True)
class Spread:
    """How the cloth was laid: turned by `turn_deg`, moved aside, its pallu `margin_m` in."""

    turn_deg: float = 1.6
    aside_m: float = 0.02
    margin_m: float = 0.10
    pallu_near: bool = True


@dataclass(frozen=True, slots=True)
class Lens:
    """What the camera adds: blur in pixels, noise in 255ths, darker corners."""

    blur: float = 0.7
    noise: float = 1.4
    vignette: float = 0.16


@dataclass(frozen=True, slots=True)
class Shot:
    """Everything that a photo is made by, besides the cloth."""

    camera: Camera = field(default_factory=Camera)
    light: Light = field(default_factory=Light)
    wrinkles: Wrinkles = field(default_factory=Wrinkles)
    spread: Spread = field(default_factory=Spread)
    lens: Lens = field(default_factory=Lens)
    floor: str = "terrazzo"
    seed: int = 1


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
    scene = _Scene.of(cloth, shot or Shot())
    camera = scene.shot.camera
    linear = np.empty((camera.height, camera.width, 3), np.float32)
    covered = np.empty((camera.height, camera.width), np.bool_)
    for first in range(0, camera.height, _BAND_ROWS):
        rows = slice(first, min(first + _BAND_ROWS, camera.height))
        linear[rows], covered[rows] = scene.band(rows.start, rows.stop)
    return Photo(_developed(linear, scene.shot), covered, _truth(scene, cloth))


@dataclass(frozen=True, slots=True, eq=False)
class _Scene:
    shot: Shot
    pyramid: ClothPyramid
    length_m: float
    width_m: float
    ground: ClothPyramid
    lie: Lie
    edge_m: float

    @classmethod
    def of(cls, cloth: Cloth, shot: Shot) -> "_Scene":
        camera = shot.camera
        bottom = camera.floor(np.array(camera.height - 1.0), np.array(camera.width / 2))
        edge = float(bottom[1]) + shot.spread.margin_m
        return cls(
            shot=shot,
            pyramid=pyramid(cloth),
            length_m=cloth.parts.length_m,
            width_m=cloth.parts.width_m,
            ground=floor(shot.floor, shot.seed),
            lie=lie(shot.wrinkles, (-1.2, edge - 0.3), (1.2, edge + 5), shot.seed),
            edge_m=edge,
        )

    def fabric(self, points: Meters) -> Meters:
        """Fabric coordinates (s, t) of floor points (x, y), as if the cloth were endless."""
        spread = self.shot.spread
        straight: Meters = _turned(
            points - np.array([spread.aside_m, self.edge_m]), -spread.turn_deg
        )
        if spread.pallu_near:
            return np.stack(
                [self.length_m - straight[..., 1], straight[..., 0] + self.width_m / 2], -1
            )
        return np.stack([straight[..., 1], self.width_m / 2 - straight[..., 0]], -1)

    def on_floor(self, fabric: Meters) -> Meters:
        """The inverse of `fabric`."""
        spread = self.shot.spread
        s, t = fabric[..., 0], fabric[..., 1]
        straight = (
            np.stack([t - self.width_m / 2, self.length_m - s], -1)
            if spread.pallu_near
            else np.stack([self.width_m / 2 - t, s], -1)
        )
        laid: Meters = _turned(straight, spread.turn_deg)
        return np.asarray(laid + np.array([spread.aside_m, self.edge_m]))

    def band(self, first: int, last: int) -> tuple[LinearRgb, NDArray[np.bool_]]:
        """Rows first..last: linear light, and where there is cloth."""
        camera = self.shot.camera
        row, column = np.meshgrid(
            np.arange(first, last + 1.0), np.arange(camera.width + 1.0), indexing="ij"
        )
        flat = camera.floor(row, column)
        seen = camera.floor(row, column, self.lie.at(flat, self.lie.rise))
        fabric = self.fabric(seen + self.lie.at(seen, self.lie.drift))
        cover, rim = _coverage(fabric, (self.length_m, self.width_m))
        under = _looked_up(self.ground, flat + _GROUND_ORIGIN)[..., :3]
        under *= self._floor_light(flat[:-1, :-1], rim)
        over = _looked_up(self.pyramid, fabric)
        lit = self._lit(over, seen[:-1, :-1], camera.rays(row, column)[:-1, :-1])
        mixed = under + cover[..., np.newaxis] * (lit - under)
        return mixed.astype(np.float32), cover > 0.5

    def _evenness(self, points: Meters) -> Meters:
        """How much light reaches floor points: more near the lamp, less in one's own shadow."""
        light = self.shot.light
        bearing = np.radians(light.bearing_deg)
        towards = points[..., 0] * np.cos(bearing) + (points[..., 1] - 1.2) * np.sin(bearing)
        slope = np.clip(1 + light.falloff * towards / 1.6, 0.25, 1.7)
        near = points[..., 1] - self.edge_m
        own = light.shadow * np.exp(-np.square((points[..., 0] - 0.15) / 0.5))
        return np.asarray(slope * (1 - own / (1 + np.exp((near - 0.25) / 0.09))))

    def _floor_light(self, points: Meters, rim: Meters) -> Meters:
        """Light on the floor, dimmer close to the cloth."""
        close = 1 - 0.45 * np.exp(-np.maximum(rim, 0) / 0.012)
        color = np.array(self.shot.light.color)
        return np.asarray((self._evenness(points) * close)[..., np.newaxis] * color)

    def _lit(self, over: NDArray[np.float32], points: Meters, rays: Meters) -> Meters:
        """The cloth lit by lamp and surroundings, metal and silk glinting on the wrinkles."""
        light = self.shot.light
        slope = self.lie.at(points, self.lie.slope)
        normal: Meters = np.concatenate([-slope, np.ones((*slope.shape[:2], 1))], -1)
        normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
        bearing, height = np.radians(light.bearing_deg), np.radians(light.elevation_deg)
        lamp = np.array(
            [np.cos(bearing) * np.cos(height), np.sin(bearing) * np.cos(height), np.sin(height)]
        )
        facing = np.maximum(normal @ lamp, 0) / np.sin(height)
        half = lamp - rays / np.linalg.norm(rays, axis=-1, keepdims=True)
        half /= np.linalg.norm(half, axis=-1, keepdims=True)
        glint = np.maximum((normal * half).sum(-1), 0) ** 14
        diffuse = light.ambient + (1 - light.ambient) * facing
        shine = glint * (0.14 + 1.3 * over[..., 3])
        gain = self._evenness(points) * (diffuse + shine)
        lit: Meters = over[..., :3] * gain[..., np.newaxis] * np.array(light.color)
        return lit


def _turned(points: Meters, degrees: float) -> Meters:
    angle = np.radians(degrees)
    spin = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return np.asarray(points @ spin)


def _coverage(fabric: Meters, size: tuple[float, float]) -> tuple[Meters, Meters]:
    """Share of each pixel that is cloth, and how far outside it is (negative inside), meters."""
    s, t = fabric[..., 0], fabric[..., 1]
    outside = np.maximum(np.maximum(s - size[0], -s), np.maximum(-t, t - size[1]))
    pixel = np.hypot(*(np.diff(outside, axis=k)[: len(s) - 1, : s.shape[1] - 1] for k in (0, 1)))
    rim = outside[:-1, :-1]
    cover: Meters = np.clip(0.5 - rim / np.maximum(pixel, 1e-9), 0, 1)
    return cover, rim


def _looked_up(of: ClothPyramid, points: Meters) -> NDArray[np.float32]:
    """Mean colors over the pixels between neighboring points: (H, W, 4) for (H + 1, W + 1, 2)."""
    here = points[:-1, :-1].reshape(-1, 2).astype(np.float32)
    down = (points[1:, :-1] - points[:-1, :-1]).reshape(-1, 2)
    right = (points[:-1, 1:] - points[:-1, :-1]).reshape(-1, 2)
    footprint = np.stack([down, right], -1).astype(np.float32)
    found = look_up(of, here[:, 0].copy(), here[:, 1].copy(), footprint)
    return found.reshape(points.shape[0] - 1, points.shape[1] - 1, 4)


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


def _truth(scene: _Scene, cloth: Cloth) -> dict[str, Any]:
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


def _where(scene: _Scene, fabric: list[tuple[float, float]]) -> list[list[float]]:
    """Columns and rows at which the photo shows fabric points, wrinkles reckoned in."""
    goal = scene.on_floor(np.array([fabric]))
    points = goal.copy()
    for _ in range(8):
        points = goal - scene.lie.at(points, scene.lie.drift)
    pixels = scene.shot.camera.pixels(points, scene.lie.at(points, scene.lie.rise))[0]
    return [[round(float(column), 2), round(float(row), 2)] for row, column in pixels]


def _grid(scene: _Scene) -> list[list[float]]:
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
