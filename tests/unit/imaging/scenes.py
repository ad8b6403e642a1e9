"""Painted photos whose outline is known."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.image import Mask, Rgb8

SKIN = (205, 160, 130)
HAIR = (30, 24, 22)


def a_floor(height: int, width: int, color: Sequence[int] = (226, 214, 196)) -> Rgb8:
    """A smooth floor in uneven light, with a camera's grain."""
    random = np.random.default_rng(5)
    light = np.linspace(0.92, 1.04, height)[:, None] * np.linspace(1.02, 0.96, width)[None]
    grain = random.normal(0, 2, (height, width, 1))
    return _bytes(np.array(color, float) * light[..., None] + grain)


def woven(height: int, width: int, color: Sequence[int], motif: Sequence[int]) -> Rgb8:
    """Cloth with a fine weave, creases and rows of motifs."""
    row, column = np.mgrid[0:height, 0:width]
    shade = 1 + 0.07 * np.sin(row / 1.3) * np.sin(column / 1.7) + 0.08 * np.sin(column / 23)
    cloth = np.array(color, float) * shade[..., None]
    dots = ((row % 22 - 11) ** 2 + (column % 22 - 11) ** 2) < 16
    cloth[dots] = motif
    return _bytes(cloth)


def lay(ground: Rgb8, cloth: Rgb8, corners: Sequence[tuple[int, int]]) -> tuple[Rgb8, Mask]:
    """Lay cloth within a polygon of (column, row) corners; the edge is antialiased."""
    big = np.zeros((ground.shape[0] * 4, ground.shape[1] * 4), np.uint8)
    cv2.fillPoly(big, [np.array(corners, np.int32) * 4], 255)
    size = (ground.shape[1], ground.shape[0])
    alpha = cv2.resize(big, size, interpolation=cv2.INTER_AREA).astype(float)[..., None] / 255
    return _bytes(alpha * cloth + (1 - alpha) * ground), alpha[..., 0] > 0.5


def a_spread_saree(height: int = 640, width: int = 480) -> tuple[Rgb8, Mask]:
    """A red saree with gold borders on a floor, in perspective, cut by the bottom edge."""
    cloth = woven(height, width, (178, 32, 48), (228, 190, 90))
    photo = a_floor(height, width)
    outer = [(90, 40), (390, 40), (450, height + 5), (30, height + 5)]
    inner = [(118, 40), (362, 40), (412, height + 5), (68, height + 5)]
    photo, mask = lay(photo, woven(height, width, (196, 150, 62), (120, 30, 40)), outer)
    return lay(photo, cloth, inner)[0], mask


def white_on_white(height: int = 512, width: int = 384) -> tuple[Rgb8, Mask]:
    """A white garment before a white backdrop, a few levels apart."""
    ground = np.full((height, width, 3), 255, np.uint8)
    row = np.linspace(248, 241, height)[:, None, None] * np.ones((1, width, 3))
    corners = [(110, 90), (274, 90), (340, 200), (290, 230), (290, 430), (94, 430), (94, 230)]
    return lay(ground, _bytes(row), [*corners, (44, 200)])


def a_worn_saree(height: int = 768, width: int = 576, *, skirt: int = 150) -> tuple[Rgb8, Mask]:
    """A woman in a green saree before a gray wall; `skirt` is half its width at the hem."""
    photo = a_floor(height, width, (168, 172, 178))
    middle = width // 2
    cv2.ellipse(photo, (middle, 74), (34, 44), 0, 0, 360, HAIR, -1, cv2.LINE_AA)
    for side in (-1, 1):
        arm = [(60, 150), (84, 160), (104, 330), (84, 334)]
        cv2.fillPoly(photo, [np.array([(middle + side * x, y) for x, y in arm])], SKIN)
    cv2.rectangle(photo, (middle - 14, 100), (middle + 14, 150), SKIN, -1)
    _paint_face(photo, middle, 84)
    cloth = woven(height, width, (20, 120, 70), (220, 190, 80))
    corners = [(middle - 62, 140), (middle + 62, 140), (middle + 60, 330)]
    corners += [(middle + skirt, 740), (middle - skirt, 740), (middle - 60, 330)]
    return lay(photo, cloth, corners)


def a_person_in_trousers() -> Rgb8:
    """A shirt and two legs before a gray wall."""
    photo, _ = a_worn_saree(skirt=60)
    wall = a_floor(768, 576, (168, 172, 178))
    row, column = np.mgrid[0:768, 0:576]
    legs = np.abs(np.abs(column - 288) - 30) < 16
    photo[(row > 380) & ~legs] = wall[(row > 380) & ~legs]
    return photo


def _paint_face(photo: Rgb8, column: int, row: int) -> None:
    cv2.ellipse(photo, (column, row), (23, 31), 0, 0, 360, SKIN, -1, cv2.LINE_AA)
    for side in (-1, 1):
        cv2.ellipse(photo, (column + side * 9, row - 6), (5, 3), 0, 0, 360, HAIR, -1, cv2.LINE_AA)
    cv2.ellipse(photo, (column, row + 16), (8, 3), 0, 0, 360, (150, 60, 60), -1, cv2.LINE_AA)


def overlap(found: NDArray[np.generic], truth: Mask) -> float:
    """Intersection over union."""
    chosen = np.asarray(found) > 0.5
    return float((chosen & truth).sum() / (chosen | truth).sum())


def _bytes(values: NDArray[np.floating]) -> Rgb8:
    return np.asarray(np.clip(np.rint(values), 0, 255), dtype=np.uint8)


def gravel(side: int = 480) -> np.ndarray:
    """Pebbles of three pixels that fill a photo, all alike and nowhere the same."""
    pebbles = np.random.default_rng(0).integers(0, 256, (side // 3, side // 3)).astype(np.uint8)
    return pebbles.repeat(3, axis=0).repeat(3, axis=1)[..., None].repeat(3, axis=2)
