"""A small saree by rule, and photos of it spread on a floor, with everything known."""

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.image import Rgb8, Rgba8
from chalicelib.imaging.strip import FloorLines

PPM = 300.0
WIDTH_M, LENGTH_M = 1.15, 2.2
TOP_M, BOTTOM_M, PALLU_M = 0.07, 0.12, 0.6
PERIOD_S_M, PERIOD_T_M = 0.16, 0.12
GROUND, GOLD, GREEN, STRIPE = (150, 24, 40), (214, 170, 80), (20, 90, 60), (235, 225, 200)
FOCAL_35MM = 26.0


@cache
def a_strip() -> Rgb8:
    """The visible strip: half-drop buttas on red, two gold borders, a striped pallu."""
    height, width = round(WIDTH_M * PPM), round(LENGTH_M * PPM)
    s = (np.arange(width) + 0.5) / PPM
    t = WIDTH_M - (np.arange(height) + 0.5)[:, None] / PPM
    strip = np.empty((height, width, 3), np.uint8)
    strip[:] = GROUND
    for drop in (0.0, 0.5):
        ds = (s[None] - (0.05 + drop * PERIOD_S_M) + PERIOD_S_M / 2) % PERIOD_S_M - PERIOD_S_M / 2
        dt = (t - (0.03 + drop * PERIOD_T_M) + PERIOD_T_M / 2) % PERIOD_T_M - PERIOD_T_M / 2
        strip[ds**2 + dt**2 < 0.013**2] = GOLD
    pallu = s > LENGTH_M - PALLU_M
    strip[:, pallu] = GREEN
    strip[:, pallu & ((s - (LENGTH_M - PALLU_M)) % 0.05 < 0.02)] = STRIPE
    for rows in (t[:, 0] > WIDTH_M - TOP_M, t[:, 0] < BOTTOM_M):
        strip[rows] = GOLD
        marks = np.sin(2 * np.pi * s / 0.09) > 0.3
        strip[np.ix_(rows & (np.abs(t[:, 0] - 0.06) < 0.02), marks)] = GREEN
    return strip


@dataclass(frozen=True, slots=True, eq=False)
class Shot:
    """A cutout, and the homography from (s, t, 1) in meters to its pixels (x, y, 1)."""

    cutout: Rgba8
    to_photo: NDArray[np.float64]


def a_shot(
    *,
    height: int = 1200,
    width: int = 900,
    pitch_deg: float = 62.0,
    turn_deg: float = 3.0,
    ahead_m: float = 0.35,
    dim: float = 0.0,
    askew: float = 0.0,
    taper_m: float = 0.0,
    focal_35mm: float = FOCAL_35MM,
) -> Shot:
    """
    Photograph the strip from standing height, pallu nearest.

    `turn_deg` is how far the saree is turned on the floor, `ahead_m` how far its near end is
    from the feet, `dim` how much darker the far end is lit, 0..1, `askew` how far the weft lies
    off square, radians, and `taper_m` how much is missing of the width at the far end.
    """
    focal = focal_35mm * np.hypot(height, width) / 43.27
    camera = np.array([[focal, 0, (width - 1) / 2], [0, focal, (height - 1) / 2], [0, 0, 1]])
    pitch, turn = np.radians(pitch_deg), np.radians(turn_deg)
    right = np.array([1.0, 0, 0])
    forward = np.array([0, np.cos(pitch), -np.sin(pitch)])
    view = np.stack([right, np.cross(forward, right), forward])
    # Floor axes: x to the right, y away from the feet; the pallu's end lies at y = ahead_m.
    along = np.array([np.sin(turn), -np.cos(turn), 0.0])
    across = np.array([np.cos(turn), np.sin(turn), 0.0])
    near = np.array([0.0, ahead_m, 0.0]) - np.array([0, 0, 1.6])
    origin = near - LENGTH_M * along - WIDTH_M / 2 * across
    to_photo = camera @ view @ np.stack([along, across + askew * along, origin], axis=1)
    strip = a_strip().astype(np.float32)
    shade = 1 - dim * (1 - np.linspace(0, 1, strip.shape[1]))
    lit = (255 * ((strip / 255) ** 2.2 * shade[None, :, None]) ** (1 / 2.2)).astype(np.uint8)
    from_strip = np.array([[1 / PPM, 0, 0.5 / PPM], [0, -1 / PPM, WIDTH_M - 0.5 / PPM], [0, 0, 1]])
    sheet = np.dstack([lit, np.full(lit.shape[:2], 255, np.uint8)])
    missing = np.linspace(taper_m * PPM, 0, lit.shape[1])
    sheet[np.arange(lit.shape[0])[:, None] < missing] = 0
    cutout = cv2.warpPerspective(
        sheet, to_photo @ from_strip, (width, height), flags=cv2.INTER_LINEAR
    )
    return Shot(cutout, to_photo)


def tiles_around(
    shot: Shot, *, turn_deg: float = 12.0, long_m: float = 0.4, wide_m: float = 0.4
) -> FloorLines:
    """The joints of tiles on the floor that a saree was photographed on, where they show."""
    turn = np.radians(turn_deg)
    spin = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    ends = [[[at, -4], [at, 4]] for at in np.arange(-4, 4, long_m)]
    ends += [[[-4, at], [4, at]] for at in np.arange(-4, 4, wide_m)]
    height, width = shot.cutout.shape[:2]
    lines = []
    for one, other in np.array(ends) @ spin + [LENGTH_M / 2, WIDTH_M / 2]:
        points = one + np.linspace(0, 1, 400)[:, None] * (other - one)
        seen = np.column_stack([points, np.ones(len(points))]) @ shot.to_photo.T
        pixels = seen[:, :2] / seen[:, 2:]
        shown = (
            (seen[:, 2] > 0) & (pixels > 0).all(axis=1) & (pixels < [width, height]).all(axis=1)
        )
        if shown.sum() > 20:
            first, last = pixels[shown][[0, -1]].tolist()
            lines.append((first[0], first[1], last[0], last[1]))
    return tuple(lines)


def turned_half(cutout: Rgba8) -> Rgba8:
    """The same photo held upside down."""
    return np.ascontiguousarray(cutout[::-1, ::-1])
