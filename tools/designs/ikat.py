"""A double-ikat silk: stepped lozenges whose edges feather along the threads."""

import cv2
import numpy as np

from chalicelib.imaging.cloth import Cloth
from tools.designs.loom import Layout, Loom, Yarn
from tools.designs.motifs import diamond, placed
from tools.designs.sketch import Ink, Sketch, Tile

MAROON = Ink(96, 18, 30)
LEAF = Ink(24, 92, 62)
SAFFRON = Ink(226, 146, 36)
WHITE = Ink(238, 228, 208)
PLUM = Ink(66, 22, 70)

LAYOUT = Layout(border_top=70, border_bottom=120, pallu=780, period=(160, 140), lattice="straight")
YARN = Yarn(slub=0.024, grain=0.014, sheen=0.5)


def ikat_silk(seed: int = 6) -> Cloth:
    """Stepped lozenges in a net on leaf green, plum borders, a maroon pallu."""
    loom = Loom(LAYOUT)
    rows = (0, LAYOUT.width)
    loom.repeat(_net(), rows, (0, LAYOUT.pallu_column))
    loom.fill(rows, (LAYOUT.pallu_column, LAYOUT.length), MAROON)
    loom.repeat(_pallu(), rows, (LAYOUT.pallu_column, LAYOUT.length))
    loom.lay_borders(_border(LAYOUT.border_bottom), _border(LAYOUT.border_top))
    _feather(loom, seed)
    return loom.woven(YARN, (LEAF, MAROON, PLUM, SAFFRON, WHITE), seed)


def _stepped(sheet: Sketch, at: tuple[float, float], size: tuple[float, float], ink: Ink) -> None:
    """A lozenge built of bars, as ikat is tied."""
    for k in range(-4, 5):
        width = size[1] * (1 - abs(k) / 5)
        row = at[0] + k * size[0] / 9
        bar = np.array([[-0.5, -0.5], [-0.5, 0.5], [0.5, 0.5], [0.5, -0.5]])
        sheet.polygon(bar * np.array([size[0] / 9, width]) + np.array([row, at[1]]), ink)


def _net() -> Tile:
    along, across = LAYOUT.period or (160, 140)
    sheet = Sketch(across, along, LEAF)
    net = placed(diamond(across, along), (across / 2, along / 2), size=1)
    sheet.polygon(net, WHITE)
    sheet.polygon(
        placed(diamond(across - 10, along - 12), (across / 2, along / 2), size=1), MAROON
    )
    for at in ((across / 2, along / 2), (0.0, 0.0)):
        _stepped(sheet, at, (78, 92), SAFFRON)
        _stepped(sheet, at, (56, 66), PLUM)
        _stepped(sheet, at, (32, 38), WHITE)
        _stepped(sheet, at, (15, 18), MAROON)
    return sheet.tile()


def _border(height: int) -> Tile:
    sheet = Sketch(height, 72, PLUM)
    sheet.band(0, 4, SAFFRON)
    sheet.band(8, 10, WHITE)
    middle, reach = (10 + height - 14) / 2, height - 36
    _stepped(sheet, (middle, 18), (reach, 34), SAFFRON)
    _stepped(sheet, (middle, 18), (reach * 0.55, 18), MAROON)
    _stepped(sheet, (middle, 54), (reach * 0.7, 26), LEAF)
    _stepped(sheet, (middle, 54), (reach * 0.35, 12), WHITE)
    sheet.band(height - 14, height - 12, WHITE)
    sheet.band(height - 6, height, SAFFRON)
    return sheet.tile()


def _pallu() -> Tile:
    sheet = Sketch(195, 96)
    sheet.band(4, 12, SAFFRON)
    sheet.band(16, 18, WHITE)
    sheet.band(22, 30, LEAF)
    for column, inks in ((24, (WHITE, PLUM, SAFFRON)), (72, (SAFFRON, LEAF, WHITE))):
        for ink, share in zip(inks, (1.0, 0.68, 0.36), strict=True):
            _stepped(sheet, (108, column), (130 * share, 46 * share), ink)
    sheet.band(186, 188, WHITE)
    return sheet.upright()


def _feather(loom: Loom, seed: int) -> None:
    """Shift each thread a little along itself, in place, before it is woven."""
    random = np.random.default_rng((seed, 9))
    height, width = loom.paint.shape[:2]
    warp = cv2.GaussianBlur(random.normal(0, 2.6, (height, 1)).astype(np.float32), (1, 5), 0.8)
    weft = cv2.GaussianBlur(random.normal(0, 1.4, (1, width)).astype(np.float32), (5, 1), 0.8)
    column = np.arange(width, dtype=np.float32) + warp
    row = np.arange(height, dtype=np.float32)[:, np.newaxis] + weft
    # Borders and the pallu's opening stay where the facts say.
    for edge in (LAYOUT.border_top, LAYOUT.bottom_row):
        near = np.abs(np.arange(height) - edge) < 8
        row[near] = np.arange(height, dtype=np.float32)[near, np.newaxis]
    column[:, np.abs(np.arange(width) - LAYOUT.pallu_column) < 8] = np.arange(
        LAYOUT.pallu_column - 7, LAYOUT.pallu_column + 8, dtype=np.float32
    )
    loom.paint = cv2.remap(
        loom.paint, column, row, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
