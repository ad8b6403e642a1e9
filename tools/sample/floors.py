"""Floors on which sarees are photographed."""

from functools import lru_cache
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.color import to_linear
from chalicelib.imaging.composing.mipmap import ClothPyramid

Paint = NDArray[np.float32]

PIXELS_PER_METER: Final = 520
FLOORS: Final = ("terrazzo", "tiles", "sheet", "wood")
_SIDE_M: Final = 4.6


@lru_cache(maxsize=2)
def floor(kind: str, seed: int) -> ClothPyramid:
    """
    A floor of one of the `FLOORS`, made ready for lookups.

    Raises
    ------
    ValueError
        There is no such floor.
    """
    makers = {"terrazzo": _terrazzo, "tiles": _tiles, "sheet": _sheet, "wood": _wood}
    if kind not in makers:
        raise ValueError(f"no such floor: {kind!r}")
    side = int(_SIDE_M * PIXELS_PER_METER)
    painted = makers[kind](side, np.random.default_rng((seed, 2)))
    linear = to_linear(np.clip(np.rint(painted), 0, 255).astype(np.uint8))
    base = np.zeros((side, side, 4), np.uint16)
    base[..., :3] = np.rint(linear * 65535)
    levels = [base]
    while levels[-1].shape[0] > 16:
        levels.append(cv2.pyrDown(levels[-1]))
    return ClothPyramid(tuple(levels), PIXELS_PER_METER, _SIDE_M)


def _noise(side: int, scale: int, random: np.random.Generator) -> Paint:
    coarse = random.standard_normal((side // scale + 3,) * 2, np.float32)
    grown = cv2.resize(coarse, (side, side), interpolation=cv2.INTER_CUBIC)
    return np.asarray(grown, np.float32)


def _terrazzo(side: int, random: np.random.Generator) -> Paint:
    """Chips of stone in cement, in slabs of 60 cm."""
    painted = np.full((side, side, 3), (198, 190, 176), np.float32)
    painted += 3 * _noise(side, 90, random)[..., np.newaxis]
    stones = np.array([(228, 220, 206), (150, 138, 124), (112, 104, 98), (182, 150, 122)])
    for _ in range(15_000):
        row, column = random.integers(0, side, 2)
        radius = float(random.gamma(2.0, 0.8)) + 0.6
        angles = np.sort(random.uniform(0, 2 * np.pi, 6))
        corners = np.stack([column + radius * np.cos(angles), row + radius * np.sin(angles)], 1)
        color = stones[random.integers(len(stones))] + random.normal(0, 7)
        cv2.fillPoly(painted, [np.rint(corners * 8).astype(np.int32)], color.tolist(), shift=3)
    _joints(painted, 0.6, 3, (150, 142, 130))
    return painted + random.normal(0, 2, (side, side, 1)).astype(np.float32)


def _tiles(side: int, random: np.random.Generator) -> Paint:
    """Glazed tiles of 40 cm, each a shade of its own."""
    step = int(0.4 * PIXELS_PER_METER)
    count = side // step + 2
    shades = random.normal(0, 3.5, (count, count)).repeat(step, 0).repeat(step, 1)[:side, :side]
    painted = np.full((side, side, 3), (208, 203, 194), np.float32)
    painted += (shades + 2.5 * _noise(side, 60, random))[..., np.newaxis]
    _joints(painted, 0.4, 5, (164, 157, 147))
    return painted


def _joints(painted: Paint, every_m: float, thick: int, color: tuple[int, int, int]) -> None:
    """Draw a grid of joints, in place, a little off the picture's axes."""
    side, step = len(painted), int(every_m * PIXELS_PER_METER)
    for at in range(step // 3, side, step):
        cv2.line(painted, (at, 0), (at + side // 40, side), color, thick, cv2.LINE_AA)
        cv2.line(painted, (0, at), (side, at - side // 40), color, thick, cv2.LINE_AA)


def _sheet(side: int, random: np.random.Generator) -> Paint:
    """A bed sheet, soft folds in it."""
    painted = np.full((side, side, 3), (186, 196, 206), np.float32)
    folds = 7 * _noise(side, 130, random) + 3 * _noise(side, 35, random)
    weave = random.normal(0, 3, (side, side))
    return np.asarray(painted + (folds + weave)[..., np.newaxis], np.float32)


def _wood(side: int, random: np.random.Generator) -> Paint:
    """Boards of 12 cm with a grain along them."""
    board = int(0.12 * PIXELS_PER_METER)
    count = side // board + 1
    grain = random.standard_normal((side // 70 + 2, side), np.float32)
    painted = np.full((side, side, 3), (128, 88, 58), np.float32)
    streaks = 6 * cv2.resize(grain, (side, side)) + 5 * _noise(side, 120, random)
    shades = random.normal(0, 9, count).repeat(board)[:side]
    painted += (streaks + shades[np.newaxis])[..., np.newaxis] * np.array([1, 0.8, 0.6])
    painted[:, ::board] *= 0.55
    painted[:, 1::board] *= 0.8
    return painted
