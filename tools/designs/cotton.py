"""A checked handloom cotton with a woven temple border."""

from chalicelib.imaging.cloth import Cloth
from tools.designs.loom import Layout, Loom, Yarn
from tools.designs.motifs import diamond, placed, tooth
from tools.designs.sketch import Ink, Sketch, Tile

CREAM = Ink(232, 220, 192)
INDIGO = Ink(38, 56, 112)
MIXED = Ink(134, 138, 154)
MUSTARD = Ink(206, 148, 44)
BRICK = Ink(158, 44, 38)
BLACK = Ink(34, 30, 36)

LAYOUT = Layout(border_top=48, border_bottom=84, pallu=720, period=(64, 64), lattice="straight")
YARN = Yarn(slub=0.045, grain=0.03, sheen=0.05)


def checked_cotton(seed: int = 2) -> Cloth:
    """Checks of indigo and mustard on cream, brick borders, a striped pallu."""
    loom = Loom(LAYOUT)
    rows = (0, LAYOUT.width)
    loom.repeat(_checks(), rows, (0, LAYOUT.pallu_column))
    loom.fill(rows, (LAYOUT.pallu_column, LAYOUT.length), BRICK)
    loom.repeat(_pallu(), rows, (LAYOUT.pallu_column, LAYOUT.length))
    loom.lay_borders(_border(LAYOUT.border_bottom), _border(LAYOUT.border_top))
    return loom.woven(YARN, (CREAM, INDIGO, BRICK, MUSTARD), seed)


def _checks() -> Tile:
    """Crossing stripes: where two of a color cross it is full, elsewhere half, as woven."""
    along, across = LAYOUT.period or (64, 64)
    loom = Loom(Layout(length=along, width=across))
    loom.fill((0, across), (0, along), CREAM)
    loom.fill((6, 30), (0, along), MIXED)
    loom.fill((0, across), (6, 30), MIXED)
    loom.fill((6, 30), (6, 30), INDIGO)
    for at in (46, 51):
        loom.fill((at, at + 2), (0, along), MUSTARD)
        loom.fill((0, across), (at, at + 2), MUSTARD)
    loom.fill((17, 19), (0, along), CREAM)
    loom.fill((0, across), (17, 19), CREAM)
    return loom.as_tile()


def _border(height: int) -> Tile:
    sheet = Sketch(height, 48, BRICK)
    for k in range(2):
        sheet.polygon(placed(tooth(10, 20), (11, 12 + 24 * k), size=1), BLACK)
    sheet.band(11, 14, MUSTARD)
    sheet.band(16, 17.5, CREAM)
    middle = (17.5 + height - 12) / 2
    reach = height - 36
    for k in range(2):
        sheet.polygon(placed(diamond(reach, 20), (middle, 12 + 24 * k), size=1), CREAM)
        sheet.polygon(placed(diamond(reach * 0.55, 11), (middle, 12 + 24 * k), size=1), BLACK)
    sheet.band(height - 12, height - 10, CREAM)
    sheet.band(height - 7, height - 3, MUSTARD)
    return sheet.tile()


def _pallu() -> Tile:
    sheet = Sketch(180, 40)
    sheet.band(8, 20, MUSTARD)
    sheet.band(24, 27, CREAM)
    sheet.band(40, 66, INDIGO)
    for k in range(2):
        sheet.polygon(placed(diamond(18, 14), (53, 10 + 20 * k), size=1), CREAM)
    sheet.band(79, 82, CREAM)
    sheet.band(86, 98, MUSTARD)
    sheet.band(104, 106, BLACK)
    sheet.band(116, 160, BLACK)
    for first in (122, 134, 146):
        sheet.band(first, first + 5, CREAM if first == 134 else MUSTARD)
    return sheet.upright()
