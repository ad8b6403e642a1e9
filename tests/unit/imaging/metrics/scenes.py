"""Small sarees and poses in closed form: what the metrics are tried on."""

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.cloth import Cloth, Parts
from chalicelib.imaging.placement import FabricLayer, PlacementMap

LENGTH_M = 3.0
WIDTH_M = 0.8
BORDER_M = 0.07
PALLU_M = 0.8


def a_cloth(*, ppm: float = 600.0, motifs: bool = True, seed: int = 3) -> Cloth:
    """A red saree with gold buttas on a half-drop lattice, a striped pallu, green borders."""
    height, width = round(WIDTH_M * ppm), round(LENGTH_M * ppm)
    t = WIDTH_M - (np.arange(height, dtype=np.float32)[:, np.newaxis] + 0.5) / ppm
    s = (np.arange(width, dtype=np.float32) + 0.5) / ppm
    strip = np.empty((height, width, 3), np.float32)
    strip[:] = (140, 24, 40)
    if motifs:
        _paint(strip, _lattice(s, t, 0.08, 0.06), (214, 170, 80))
    _paint(strip, (s > LENGTH_M - PALLU_M) & (t > -1), (90, 16, 60))
    _paint(strip, _pallu(s, t), (220, 180, 90))
    edge = np.minimum(t, WIDTH_M - t)
    _paint(strip, (edge < BORDER_M) & (s > -1), (20, 80, 60))
    _paint(strip, _border(s, edge), (214, 176, 84))
    grain = np.random.default_rng(seed).normal(0, 2, strip.shape[:2]).astype(np.float32)
    strip += cv2.GaussianBlur(grain, (0, 0), 1.2)[..., np.newaxis]
    pixels = np.clip(np.rint(strip), 0, 255).astype(np.uint8)
    shape = pixels.shape[:2]
    return Cloth(pixels, np.ones(shape, np.bool_), np.zeros(shape, np.float32), _parts(ppm))


def a_placement(*, millimeters: float = 1.2) -> PlacementMap:
    """
    A picture of two panels at so many millimeters a pixel.

    On the left the skirt, gathered into folds, hem at the bottom, the upper border at the
    top; on the right the pallu hanging down, its s axis pointing down, both borders at its
    sides, less folded.
    """
    height, width = round(1000 / millimeters), round(1900 / millimeters)
    row, column = np.mgrid[0:height, 0:width].astype(np.float32)
    x, y = column * np.float32(millimeters / 1000), row * np.float32(millimeters / 1000)
    skirt = (x > 0.05) & (x < 0.95) & (y > 0.08) & (y < 0.92)
    pallu = (x > 1.02) & (x < 1.85) & (y > 0.05) & (y < 0.95)
    fold = np.sin((x - 0.05) * np.float32(2 * np.pi / 0.12))
    s = np.where(skirt, 0.9 + (x - 0.05) * 1.25 + 0.012 * fold, LENGTH_M - 0.98 + y)
    t = np.where(skirt, (0.9 - y) * 1.0, 1.84 - x)
    inside = (skirt | pallu) & (t > 0) & (t < WIDTH_M) & (s < LENGTH_M)
    light = np.where(skirt, 0.62 + 0.22 * np.cos((x - 0.05) * 2 * np.pi / 0.12), 0.8 - 0.2 * y)
    plate = np.full((height, width, 3), 205, np.uint8)
    layer = _layer(inside, s, t, light, millimeters)
    return PlacementMap(height, width, (layer,), plate, LENGTH_M, WIDTH_M)


def _layer(
    inside: NDArray[np.bool_],
    s: NDArray[np.float32],
    t: NDArray[np.float32],
    light: NDArray[np.float32],
    millimeters: float,
) -> FabricLayer:
    index = np.flatnonzero(inside).astype(np.int32)
    # Pixels at the rim of the panels are half covered, as at any silhouette.
    rim = inside & ~cv2.erode(inside.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)
    footprint = np.zeros((len(index), 2, 2), np.float32)
    for axis in (0, 1):
        footprint[:, 0, axis] = np.gradient(s, axis=axis)[inside]
        footprint[:, 1, axis] = np.gradient(t, axis=axis)[inside]
    limit = np.float32(4 * millimeters / 1000)
    return FabricLayer(
        index=index,
        s=s[inside].astype(np.float32),
        t=t[inside].astype(np.float32),
        coverage=np.where(rim, 0.5, 1.0)[inside].astype(np.float32),
        light=light[inside].astype(np.float32),
        sheen=np.full(len(index), 0.05, np.float32),
        reverse=np.zeros(len(index), np.bool_),
        footprint=np.clip(footprint, -limit, limit),
    )


def _parts(ppm: float) -> Parts:
    return Parts(
        pixels_per_meter=ppm,
        length_m=LENGTH_M,
        width_m=WIDTH_M,
        border_top_m=BORDER_M,
        border_bottom_m=BORDER_M,
        pallu_m=PALLU_M,
        period_s_m=0.08,
        period_t_m=0.06,
        lattice="half_drop",
        colors=("#8c1828",),
        zari_share=0.1,
        sheen=0.3,
        sheer=0.0,
        seen_share=1.0,
        confidence={},
        assumptions=(),
    )


def _paint(
    strip: NDArray[np.float32], where: NDArray[np.bool_], color: tuple[int, int, int]
) -> None:
    strip[np.broadcast_to(where, strip.shape[:2])] = color


def _lattice(
    s: NDArray[np.float32], t: NDArray[np.float32], period_s: float, period_t: float
) -> NDArray[np.bool_]:
    line = np.floor(t / period_t)
    across = (t / period_t - line - 0.5) * period_t
    along = ((s / period_s + 0.5 * (line % 2)) % 1 - 0.5) * period_s
    leaf = (along / 0.014) ** 2 + (across / 0.019) ** 2 < 1
    eye = (along / 0.006) ** 2 + ((across - 0.004) / 0.007) ** 2 < 1
    stalk = (np.abs(along - 0.004) < 0.002) & (across < -0.01) & (across > -0.026)
    found: NDArray[np.bool_] = (leaf & ~eye) | stalk
    return found


def _pallu(s: NDArray[np.float32], t: NDArray[np.float32]) -> NDArray[np.bool_]:
    into = s - (LENGTH_M - PALLU_M)
    bands = (into > 0) & ((into % 0.19) < 0.02)
    dots = ((into % 0.19 - 0.1) / 0.05) ** 2 + ((t % 0.09 - 0.045) / 0.03) ** 2 < 1
    hole = ((into % 0.19 - 0.085) / 0.02) ** 2 + ((t % 0.09 - 0.04) / 0.012) ** 2 < 1
    found: NDArray[np.bool_] = (bands & (t > -1)) | ((into > 0) & dots & ~hole)
    return found


def _border(s: NDArray[np.float32], edge: NDArray[np.float32]) -> NDArray[np.bool_]:
    lines = (np.abs(edge - 0.008) < 0.002) | (np.abs(edge - BORDER_M + 0.006) < 0.002)
    diamond = np.abs((s % 0.05) - 0.025) / 0.02 + np.abs(edge - 0.036) / 0.02 < 1
    found: NDArray[np.bool_] = lines | diamond
    return found
