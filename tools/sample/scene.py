"""A saree on a floor: which fabric each pixel sees, and in what light."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.cloth import Cloth
from chalicelib.imaging.composing.mipmap import ClothPyramid, look_up, pyramid
from chalicelib.imaging.image import LinearRgb
from tools.sample.camera import Meters
from tools.sample.floors import floor
from tools.sample.shot import Shot
from tools.sample.wrinkles import Lie, lie

_GROUND_ORIGIN: Final = np.array([2.3, 1.0])


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """
    A saree lying on a lit floor before a camera.

    Floor points are meters as in `Camera`; fabric points are (s, t).
    """

    shot: Shot
    pyramid: ClothPyramid
    length_m: float
    width_m: float
    ground: ClothPyramid
    lie: Lie
    edge_m: float

    @classmethod
    def of(cls, cloth: Cloth, shot: Shot) -> "Scene":
        """The scene of a shot."""
        camera = shot.camera
        bottom = camera.floor(np.array(camera.height - 1.0), np.array(camera.width / 2))
        edge = float(bottom[1]) + shot.spread.margin_m
        return cls(
            shot=shot,
            pyramid=pyramid(cloth),
            length_m=cloth.parts.length_m,
            width_m=cloth.parts.width_m,
            ground=floor(shot.floor, shot.seed),
            lie=lie(
                shot.wrinkles,
                (-1.2, edge - 0.3),
                (1.2, edge + 5),
                shot.spread.turn_deg,
                shot.seed,
            ),
            edge_m=edge,
        )

    def fabric(self, points: Meters) -> Meters:
        """Fabric coordinates (s, t) of floor points (x, y), as if the cloth were endless."""
        spread = self.shot.spread
        straight: Meters = _turned(
            points - np.array([spread.aside_m, self.edge_m]), -spread.turn_deg
        )
        if spread.pallu_far_m is None:
            return np.stack(
                [self.length_m - straight[..., 1], straight[..., 0] + self.width_m / 2], -1
            )
        first = self.length_m - spread.pallu_far_m
        return np.stack([first + straight[..., 1], self.width_m / 2 - straight[..., 0]], -1)

    def on_floor(self, fabric: Meters) -> Meters:
        """The inverse of `fabric`."""
        spread = self.shot.spread
        s, t = fabric[..., 0], fabric[..., 1]
        straight = (
            np.stack([t - self.width_m / 2, self.length_m - s], -1)
            if spread.pallu_far_m is None
            else np.stack([self.width_m / 2 - t, s - self.length_m + spread.pallu_far_m], -1)
        )
        laid: Meters = _turned(straight, spread.turn_deg)
        return np.asarray(laid + np.array([spread.aside_m, self.edge_m]))

    def seen(self, row: Meters, column: Meters) -> tuple[Meters, Meters, Meters]:
        """What pixels would see: the bare floor, the cloth's place over it, the fabric there."""
        camera = self.shot.camera
        flat = camera.floor(row, column)
        place = camera.floor(row, column, self.lie.at(flat, self.lie.rise))
        return flat, place, self.fabric(place + self.lie.at(place, self.lie.drift))

    def band(self, first: int, last: int) -> tuple[LinearRgb, NDArray[np.bool_]]:
        """Rows first..last: linear light, and where there is cloth."""
        camera = self.shot.camera
        row, column = np.meshgrid(
            np.arange(first, last + 1.0), np.arange(camera.width + 1.0), indexing="ij"
        )
        flat, seen, fabric = self.seen(row, column)
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
