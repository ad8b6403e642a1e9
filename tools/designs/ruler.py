"""A saree to measure with: squares and rulers in centimeters, letters along both borders."""

import cv2
import numpy as np

from chalicelib.imaging.cloth import Cloth
from tools.designs.loom import Layout, Loom, Yarn
from tools.designs.sketch import Ink

WHITE = Ink(236, 236, 232)
GRAY = Ink(190, 194, 200)
BLUE = Ink(40, 84, 160)
RED = Ink(190, 40, 44)
PALE_RED = Ink(244, 206, 200)
PALE_GREEN = Ink(204, 232, 208)
GREEN = Ink(28, 120, 60)
BLACK = Ink(24, 24, 28)

LAYOUT = Layout(border_top=60, border_bottom=100, pallu=900, period=(100, 100), lattice="straight")
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def ruler_cloth(seed: int = 7) -> Cloth:
    """
    A measuring cloth.

    Squares of 5 cm; a line every 10 cm, numbered in centimeters along the length; the hem
    border carries capital letters on red, one every 10 cm, the upper one small letters on green.
    """
    loom = Loom(LAYOUT)
    squares = np.indices((LAYOUT.width, LAYOUT.length)) // 50
    dark = (squares.sum(axis=0) % 2).astype(np.bool_)
    loom.paint[:] = WHITE.channels
    loom.paint[dark] = GRAY.channels
    loom.paint[:, LAYOUT.pallu_column :][dark[:, LAYOUT.pallu_column :]] = Ink(
        240, 214, 120
    ).channels
    _rule(loom)
    _number(loom)
    _letter(loom)
    return loom.woven(Yarn(slub=0, grain=0.004, sheen=0), (WHITE, GRAY, RED, GREEN), seed)


def _rule(loom: Loom) -> None:
    """A line every 10 cm both ways, counted from s = 0 and t = 0."""
    for column in range(0, LAYOUT.length, 100):
        loom.fill((0, LAYOUT.width), (max(column - 1, 0), column + 1), BLUE)
    for up in range(0, LAYOUT.width, 100):
        row = LAYOUT.width - up
        if row == LAYOUT.bottom_row:
            continue
        loom.fill((max(row - 1, 0), row + 1), (0, LAYOUT.length), RED)


def _number(loom: Loom) -> None:
    for column in range(0, LAYOUT.length, 100):
        for row in range(LAYOUT.border_top + 60, LAYOUT.bottom_row, 200):
            _write(loom, str(column // 10), (row, column + 6), size=1.1, ink=BLUE)


def _letter(loom: Loom) -> None:
    """Both borders, with ticks every centimeter at the selvedge."""
    edges = (
        (LAYOUT.bottom_row, LAYOUT.width, PALE_RED, RED, _LETTERS, 2.2),
        (0, LAYOUT.border_top, PALE_GREEN, GREEN, _LETTERS.lower(), 1.5),
    )
    for first, last, ground, ink, letters, size in edges:
        loom.fill((first, last), (0, LAYOUT.length), ground)
        inner = first if first > 0 else last - 4
        loom.fill((inner, inner + 4), (0, LAYOUT.length), ink)
        for column in range(0, LAYOUT.length, 10):
            tick = 12 if column % 50 == 0 else 6
            rows = (last - tick, last) if first > 0 else (0, tick)
            loom.fill(rows, (column, column + 1), BLACK)
        for number, column in enumerate(range(50, LAYOUT.length, 100)):
            baseline = (first + last) // 2 + int(size * 9)
            letter = letters[number % len(letters)]
            _write(loom, letter, (baseline, column - int(size * 9)), size=size, ink=ink)


def _write(loom: Loom, text: str, at: tuple[int, int], *, size: float, ink: Ink) -> None:
    """Write with the baseline's left end at (row, column)."""
    cover = np.zeros(loom.paint.shape[:2], np.uint8)
    thick = max(2, round(size * 2))
    cv2.putText(cover, text, at[::-1], cv2.FONT_HERSHEY_SIMPLEX, size, 255, thick, cv2.LINE_AA)
    reach = np.s_[max(at[0] - 90, 0) : at[0] + 30, max(at[1] - 10, 0) : at[1] + 140]
    share = cover[reach][..., np.newaxis].astype(np.float32) / 255
    loom.paint[reach] += share * (np.array(ink.channels, np.float32) - loom.paint[reach])
