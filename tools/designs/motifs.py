"""Outlines of what weavers and printers draw, as (row, column) points in millimeters."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from tools.designs.sketch import Ink, Sketch

Points = NDArray[np.float64]
_AROUND: Final = np.linspace(0, 2 * np.pi, 72, endpoint=False)


def placed(points: Points, at: tuple[float, float], *, size: float, turn: float = 0) -> Points:
    """Scale an outline, turn it by `turn` degrees clockwise, and move its origin to `at`."""
    angle = np.radians(turn)
    spin = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    moved: Points = points @ spin.T * size + np.array(at)
    return moved


def oval(height: float, width: float) -> Points:
    """An ellipse around the origin, `height` and `width` across."""
    return np.stack([np.sin(_AROUND) * height / 2, np.cos(_AROUND) * width / 2], 1)


def diamond(height: float = 1, width: float = 1) -> Points:
    """A rhombus around the origin."""
    return np.array([[-height, 0], [0, width], [height, 0], [0, -width]], np.float64) / 2


def tooth(height: float = 1, width: float = 1) -> Points:
    """A temple spire on the origin's row, pointing up."""
    spire = np.array([[0, -0.5], [-0.35, -0.3], [-1, 0], [-0.35, 0.3], [0, 0.5]])
    return np.asarray(spire * np.array([height, width]), np.float64)


def leaf(length: float = 1, width: float = 0.42) -> Points:
    """A pointed leaf from the origin upwards."""
    along = np.linspace(0, 1, 24)
    bulge = np.sin(np.pi * along**0.8) * width / 2
    right = np.stack([-along * length, bulge], 1)
    left = np.stack([-along[::-1] * length, -bulge[::-1]], 1)
    return np.concatenate([right, left])


def mango(height: float = 1) -> Points:
    """A paisley, upright, its tip bent to the right, one high around the origin."""
    radius = 0.34 * (1 - 0.12 * np.cos(_AROUND))
    row, column = np.sin(_AROUND) * radius * 1.05 + 0.16, np.cos(_AROUND) * radius
    pull = np.exp(-np.square((_AROUND - 1.5 * np.pi) / 0.55))
    return np.stack([row - 0.34 * pull, column + 0.27 * pull**2], 1) * height


def petals(count: int, *, depth: float = 0.3, points: int = 180) -> Points:
    """A blossom of one across, with `count` rounded petals."""
    around = np.linspace(0, 2 * np.pi, points, endpoint=False)
    radius = 0.5 * (1 - depth + depth * np.abs(np.cos(around * count / 2)) ** 0.7)
    return np.stack([-np.cos(around) * radius, np.sin(around) * radius], 1)


def butta(sheet: Sketch, at: tuple[float, float], size: float, inks: tuple[Ink, Ink]) -> None:
    """A small woven flower on a stem with two leaves, and the ink of its eye."""
    ink, eye = inks
    row, column = at
    sheet.polygon(placed(petals(8, depth=0.4), (row - 0.15 * size, column), size=0.72 * size), ink)
    sheet.polygon(placed(petals(8), (row - 0.15 * size, column), size=0.30 * size), eye)
    sheet.polygon(placed(oval(1, 1), (row - 0.15 * size, column), size=0.13 * size), ink)
    stem = np.array([[row + 0.18 * size, column], [row + 0.5 * size, column]])
    sheet.stroke(stem, max(0.6, 0.06 * size), ink)
    for turn in (-62, 62):
        root = (row + 0.46 * size, column)
        sheet.polygon(placed(leaf(), root, size=0.42 * size, turn=turn), ink)


def paisley(sheet: Sketch, at: tuple[float, float], size: float, inks: tuple[Ink, ...]) -> None:
    """A mango of nested outlines, from the outermost ink to the innermost."""
    for ink, share in zip(inks, (1.0, 0.86, 0.66, 0.5, 0.26), strict=False):
        sheet.polygon(
            placed(mango(), (at[0] + (1 - share) * 0.1 * size, at[1]), size=size * share), ink
        )
    for k in range(7):
        angle = np.radians(-200 + k * 36.6)
        bead = (
            at[0] + 0.17 * size - np.cos(angle) * 0.5 * size,
            at[1] + np.sin(angle) * 0.46 * size,
        )
        if bead[0] > at[0] - 0.2 * size:
            sheet.polygon(placed(oval(1, 1), bead, size=0.07 * size), inks[0])


def peacock(
    sheet: Sketch, at: tuple[float, float], size: float, inks: tuple[Ink, Ink, Ink]
) -> None:
    """A peacock looking right: body, tail eyes and outline in three inks."""
    _tail(sheet, at, size, inks)
    body, _, line = inks
    row, column = at
    trunk = (row + 0.08 * size, column + 0.06 * size)
    sheet.polygon(placed(oval(0.34, 0.5), trunk, size=size, turn=18), line)
    sheet.polygon(placed(oval(0.29, 0.44), trunk, size=size, turn=18), body)
    _neck_and_head(sheet, at, size, inks)
    for side in (-1, 1):
        foot = np.array([(0.22, 0), (0.4, 0.05 * side)]) * size + np.array(at)
        sheet.stroke(foot, 0.03 * size, line)


def _tail(sheet: Sketch, at: tuple[float, float], size: float, inks: tuple[Ink, Ink, Ink]) -> None:
    """Seven feathers, each with an eye."""
    body, eyes, line = inks
    root = (at[0] + 0.06 * size, at[1] - 0.02 * size)
    for k in range(7):
        turn, shorter = -128 + k * 17, 0.02 * abs(k - 3)
        sheet.polygon(placed(leaf(1, 0.24), root, size=(0.62 - shorter) * size, turn=turn), line)
        sheet.polygon(placed(leaf(1, 0.15), root, size=(0.56 - shorter) * size, turn=turn), eyes)
        tip = placed(np.array([[-0.47, 0.0]]), root, size=size, turn=turn)[0]
        sheet.polygon(placed(oval(1, 1), (tip[0], tip[1]), size=0.085 * size), body)


def _neck_and_head(
    sheet: Sketch, at: tuple[float, float], size: float, inks: tuple[Ink, Ink, Ink]
) -> None:
    body, eyes, line = inks
    row, column = at
    along = np.linspace(0, 1, 14)
    neck = np.stack(
        [row + (0.02 - 0.42 * along) * size, column + (0.2 + 0.12 * np.sin(along * 3.4)) * size], 1
    )
    sheet.stroke(neck, 0.1 * size, line)
    sheet.stroke(neck, 0.07 * size, body)
    head = (row - 0.42 * size, column + 0.19 * size)
    sheet.polygon(placed(oval(0.13, 0.16), head, size=size), body)
    beak = np.array([[-0.03, 0.06], [0.0, 0.17], [0.03, 0.06]])
    sheet.polygon(placed(beak, head, size=size), eyes)
    for k in (-1, 0, 1):
        crest = np.array([head, (head[0] - 0.15 * size, head[1] + (0.06 * k - 0.02) * size)])
        sheet.stroke(crest, 0.02 * size, line)


def blossom(
    sheet: Sketch, at: tuple[float, float], size: float, inks: tuple[Ink, ...], *, turn: float = 0
) -> None:
    """A printed flower of nested rings of petals, from the outermost ink to the heart."""
    for number, (ink, share) in enumerate(zip(inks, (1.0, 0.74, 0.46, 0.24), strict=False)):
        count = (6, 6, 10, 12)[number]
        outline = placed(petals(count, depth=0.34), at, size=size * share, turn=turn + number * 22)
        sheet.polygon(outline, ink)


def creeper(
    sheet: Sketch, rows: tuple[float, float], length: float, inks: tuple[Ink, Ink]
) -> None:
    """A wavy stem with leaves and buds that repeats every `length` millimeters."""
    stem, bud = inks
    middle, swing = (rows[0] + rows[1]) / 2, (rows[1] - rows[0]) * 0.26
    along = np.linspace(0, length, 60)
    wave = middle + swing * np.sin(along / length * 2 * np.pi)
    sheet.stroke(np.stack([wave, along], 1), max(0.9, swing * 0.14), stem)
    for share, side in ((0.25, -1), (0.75, 1)):
        at = (middle - side * swing * 0.35, share * length)
        sheet.polygon(placed(petals(8, depth=0.4), at, size=2.1 * swing), bud)
        sheet.polygon(placed(oval(1, 1), at, size=0.62 * swing), stem)
    for share, turn in ((0.02, 35), (0.13, 140), (0.4, 60), (0.52, 145), (0.63, 35), (0.9, 120)):
        root = (middle + swing * np.sin(share * 2 * np.pi), share * length)
        sheet.polygon(placed(leaf(), root, size=1.3 * swing, turn=turn), stem)
