"""A quick look at a draped cloth: a z-buffer with one light, its shadow, and a test saree."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tools.poses.compiling import compiled

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from tools.poses.cloth import DrapedCloth
    from tools.poses.figure.body import Body

    Floats = NDArray[np.float64]
    Indices = NDArray[np.int64]

_EYE_M = 4.6
_SHADOW_PIXELS = 1400


@compiled
def rasterize(
    points: Floats, triangles: Indices, depth: Floats, owner: Indices, shares: Floats
) -> None:
    """
    Draw triangles into a z-buffer.

    Parameters
    ----------
    points : ndarray of float64, shape (N, 3)
        Column and row in pixels, and depth; smaller is nearer.
    triangles : ndarray of int64, shape (M, 3)
        Corners.
    depth, owner, shares : ndarray, shapes (H, W), (H, W), (H, W, 2)
        Changed: nearest depth, its triangle, the shares of second and third corner.
    """
    height, width = depth.shape
    for t in range(len(triangles)):
        a, b, c = points[triangles[t, 0]], points[triangles[t, 1]], points[triangles[t, 2]]
        area = (b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])
        if abs(area) < 1e-9:
            continue
        left = max(0, int(np.ceil(min(a[0], b[0], c[0]))))
        right = min(width - 1, int(np.floor(max(a[0], b[0], c[0]))))
        top = max(0, int(np.ceil(min(a[1], b[1], c[1]))))
        bottom = min(height - 1, int(np.floor(max(a[1], b[1], c[1]))))
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                u = ((column - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (row - a[1])) / area
                v = ((b[0] - a[0]) * (row - a[1]) - (column - a[0]) * (b[1] - a[1])) / area
                if u < 0 or v < 0 or u + v > 1:
                    continue
                z = a[2] + u * (b[2] - a[2]) + v * (c[2] - a[2])
                if z < depth[row, column]:
                    depth[row, column] = z
                    owner[row, column] = t
                    shares[row, column, 0] = u
                    shares[row, column, 1] = v


def view(
    cloth: DrapedCloth,
    body: Body,
    turn_degrees: float,
    size: tuple[int, int] = (1200, 900),
    frame: tuple[float, float, float] = (0.0, 0.92, 1.95),
) -> NDArray[np.uint8]:
    """
    Draw the cloth on the body.

    Parameters
    ----------
    cloth : DrapedCloth
        What to look at.
    body : Body
        Who wears it.
    turn_degrees : float
        0 looks at the front, 90 at the wearer's left side.
    size : tuple of int
        Height and width, pixels.
    frame : tuple of float
        Middle of the picture to the right and up, and its height: meters.

    Returns
    -------
    ndarray of uint8, shape (height, width, 3)
        sRGB.
    """
    x, triangles, color = _scene(cloth, body)
    normals = _normals(x, triangles)
    turn = np.radians(turn_degrees)
    right = np.array([np.cos(turn), np.sin(turn), 0.0])
    away = np.array([-np.sin(turn), np.cos(turn), 0.0])
    up = np.array([0.0, 0.0, 1.0])
    light = -0.55 * right - 0.72 * away + 0.55 * up
    lit = _lit(x, triangles, light / np.linalg.norm(light))
    height, width = 2 * size[0], 2 * size[1]
    scale = height / frame[2]
    ahead = x @ away + _EYE_M
    column = (x @ right - frame[0]) * scale * _EYE_M / ahead + width / 2
    row = (frame[1] - x[:, 2]) * scale * _EYE_M / ahead + height / 2
    points = np.stack([column, row, ahead], axis=1)
    depth, owner, shares = _buffers(height, width)
    rasterize(points, triangles, depth, owner, shares)
    seen = owner >= 0
    corners = triangles[owner[seen]]
    weights = np.concatenate([1 - shares[seen].sum(axis=1, keepdims=True), shares[seen]], axis=1)
    normal = (normals[corners] * weights[..., np.newaxis]).sum(axis=1)
    normal /= np.linalg.norm(normal, axis=1, keepdims=True)
    front = -(normal @ away) > 0
    normal = np.where(front[:, np.newaxis], normal, -normal)
    place = (x[corners] * weights[..., np.newaxis]).sum(axis=1)
    diffuse = np.clip(normal @ (light / np.linalg.norm(light)), 0, 1) * lit(place)
    shade = 0.28 + 0.12 * np.clip(normal @ right, 0, 1) + 0.1 * normal[:, 2] + 0.75 * diffuse
    picture = np.full((height, width, 3), 0.8)
    picture[seen] = color(owner[seen], weights, front) * shade[:, np.newaxis]
    small = picture.reshape(size[0], 2, size[1], 2, 3).mean(axis=(1, 3))
    return np.asarray(np.clip(small, 0, 1) ** (1 / 2.2) * 255, dtype=np.uint8)


def seen_from_around(places: Floats, triangles: Indices, views: int = 12) -> NDArray[np.bool_]:
    """
    Say which triangles of a mesh are seen from the height of the waist, all round.

    Parameters
    ----------
    places : ndarray of float64, shape (N, 3)
        Meters.
    triangles : ndarray of int64, shape (M, 3)
        Corners.
    views : int
        Directions, evenly spread.

    Returns
    -------
    ndarray of bool, shape (M,)
    """
    seen = np.zeros(len(triangles), bool)
    for turn in np.arange(views) / views * 2 * np.pi:
        right, away = [np.cos(turn), np.sin(turn), 0.0], [-np.sin(turn), np.cos(turn), 0.0]
        column = places @ np.array(right) * 600 + 500
        points = np.stack([column, (1.6 - places[:, 2]) * 600, places @ np.array(away)], axis=1)
        depth, owner, shares = _buffers(1000, 1000)
        rasterize(points, triangles, depth, owner, shares)
        seen[np.unique(owner[owner >= 0])] = True
    return seen


def _buffers(height: int, width: int) -> tuple[Floats, Indices, Floats]:
    return (
        np.full((height, width), np.inf),
        np.full((height, width), -1, np.int64),
        np.zeros((height, width, 2)),
    )


def _scene(
    cloth: DrapedCloth, body: Body
) -> tuple[Floats, Indices, Callable[[Indices, Floats, NDArray[np.bool_]], Floats]]:
    """Join cloth and body: places, triangles, and the color of a point on a triangle."""
    columns, rows = cloth.places.shape[:2]
    index = np.arange(columns * rows).reshape(columns, rows)
    a, b = index[:-1, :-1].ravel(), index[1:, :-1].ravel()
    c, d = index[1:, 1:].ravel(), index[:-1, 1:].ravel()
    sheet = np.concatenate([np.stack([a, b, c], 1), np.stack([a, c, d], 1)])
    sheet = sheet[cloth.shown.ravel()[sheet].any(axis=1)]
    quads = body.faces.astype(np.int64)
    skin = np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]]) + columns * rows
    x = np.concatenate([cloth.places.reshape(-1, 3).astype(float), body.vertices])
    triangles = np.concatenate([sheet, skin])
    s = np.concatenate([np.repeat(cloth.s, rows), np.zeros(len(body.vertices))])
    t = np.concatenate([np.tile(cloth.t, columns), np.zeros(len(body.vertices))])
    blouse = np.concatenate([np.zeros(columns * rows), body.blouse])
    length, width = float(cloth.s[-1]), float(cloth.t[-1])

    def color(owner: Indices, weights: Floats, front: NDArray[np.bool_]) -> Floats:
        corners = triangles[owner]
        here_s, here_t = (s[corners] * weights).sum(1), (t[corners] * weights).sum(1)
        paint = _saree(here_s, here_t, length, width)
        paint = np.where(front[:, np.newaxis], paint, paint * 0.7)
        worn = (blouse[corners] * weights).sum(1) > 0
        skin_color = np.where(worn[:, np.newaxis], [0.10, 0.30, 0.25], [0.75, 0.66, 0.56])
        return np.where((owner < len(sheet))[:, np.newaxis], paint, skin_color)

    return x, triangles, color


def _saree(s: Floats, t: Floats, length: float, width: float) -> Floats:
    """Checks of 10 cm with 2.5 cm lines; hem border gold, upper border green, pallu blue."""
    body = np.where(((np.floor(s / 0.1) + np.floor(t / 0.1)) % 2 > 0)[:, np.newaxis], 0.85, 1.0)
    paint = np.array([0.62, 0.12, 0.16]) * body
    paint[s > length - 0.9] = np.array([0.16, 0.24, 0.5]) * body[s > length - 0.9]
    fine = (np.mod(s, 0.025) < 0.003) | (np.mod(t, 0.025) < 0.003)
    paint[fine] *= 0.75
    paint[t < 0.08] = [0.80, 0.60, 0.2]
    paint[t > width - 0.08] = [0.25, 0.6, 0.25]
    band = (t < 0.08) | (t > width - 0.08)
    paint[band & (np.mod(s, 0.1) < 0.012)] = [0.1, 0.1, 0.1]
    paint[s > length - 0.03] = [0.95, 0.8, 0.4]
    return paint


def _normals(x: Floats, triangles: Indices) -> Floats:
    a, b, c = (x[triangles[:, k]] for k in range(3))
    cross = np.cross(b - a, c - a)
    total = np.zeros_like(x)
    for k in range(3):
        np.add.at(total, triangles[:, k], cross)
    return np.asarray(total / (np.linalg.norm(total, axis=1, keepdims=True) + 1e-15))


def _lit(x: Floats, triangles: Indices, light: Floats) -> Callable[[Floats], Floats]:
    """Draw the scene as the light sees it, to know what lies in shadow."""
    side = np.cross([0.0, 0.0, 1.0], light)
    side /= np.linalg.norm(side)
    top = np.cross(light, side)
    scale = _SHADOW_PIXELS / 2.4

    def seen(places: Floats) -> Floats:
        flat = np.stack([places @ side, (places - [0, 0, 0.9]) @ top], axis=1)
        return np.concatenate(
            [flat * scale + _SHADOW_PIXELS / 2, -(places @ light)[:, np.newaxis]], axis=1
        )

    depth, owner, shares = _buffers(_SHADOW_PIXELS, _SHADOW_PIXELS)
    rasterize(seen(x), triangles, depth, owner, shares)

    def lit(places: Floats) -> Floats:
        points = seen(places)
        total = np.zeros(len(places))
        for dx in (-2, 0, 2):
            for dy in (-2, 0, 2):
                cells = np.rint(points[:, :2]).astype(int) + np.array([dx, dy])
                cells = np.clip(cells, 0, _SHADOW_PIXELS - 1)
                total += points[:, 2] < depth[cells[:, 1], cells[:, 0]] + 0.012
        return total / 9

    return lit
