"""A bold floral print on flowing teal."""

from chalicelib.imaging.cloth import Cloth
from tools.designs.loom import Layout, Loom, Yarn
from tools.designs.motifs import blossom, leaf, oval, petals, placed
from tools.designs.sketch import Ink, Sketch, Tile

TEAL = Ink(8, 78, 92)
NIGHT = Ink(10, 40, 58)
FUCHSIA = Ink(206, 28, 96)
PINK = Ink(244, 132, 160)
BUTTER = Ink(252, 218, 120)
ORANGE = Ink(240, 120, 44)
LIME = Ink(128, 170, 58)
PINE = Ink(32, 104, 66)

LAYOUT = Layout(border_top=40, border_bottom=72, pallu=800, period=(330, 300), lattice="half_drop")
YARN = Yarn(slub=0.012, grain=0.02, sheen=0.22, sheer=0.1)


def floral_print(seed: int = 3) -> Cloth:
    """Large blossoms in a half-drop, a scalloped border, a pallu of garlands on fuchsia."""
    loom = Loom(LAYOUT)
    rows = (0, LAYOUT.width)
    loom.fill(rows, (0, LAYOUT.length), TEAL)
    loom.repeat(_dots(), rows, (0, LAYOUT.pallu_column))
    loom.repeat(_garden(), rows, (0, LAYOUT.pallu_column))
    loom.fill(rows, (LAYOUT.pallu_column, LAYOUT.length), FUCHSIA)
    loom.repeat(_garlands(), rows, (LAYOUT.pallu_column, LAYOUT.length))
    loom.lay_borders(_border(LAYOUT.border_bottom), _border(LAYOUT.border_top))
    return loom.woven(YARN, (TEAL, FUCHSIA, NIGHT, PINK), seed)


def _dots() -> Tile:
    sheet = Sketch(30, 30)
    for at in ((7.5, 7.5), (22.5, 22.5)):
        sheet.polygon(placed(oval(1, 1), at, size=4), BUTTER)
    return sheet.tile()


def _garden() -> Tile:
    along, across = LAYOUT.period or (330, 300)
    sheet = Sketch(across, along)
    for share, turn in ((0.25, 0.0), (0.75, 0.0)):
        row, column = across * share, along * share
        for angle in (20, 95, 150, 215, 290, 340):
            sheet.polygon(placed(leaf(), (row, column), size=128, turn=angle + turn), PINE)
            sheet.polygon(placed(leaf(0.92, 0.22), (row, column), size=122, turn=angle), LIME)
        blossom(sheet, (row, column), 132, (FUCHSIA, PINK, BUTTER, ORANGE))
        blossom(sheet, (row - 96, column + 74), 62, (ORANGE, BUTTER, FUCHSIA), turn=12)
        blossom(sheet, (row + 84, column - 92), 46, (PINK, FUCHSIA, BUTTER), turn=40)
    return sheet.tile()


def _border(height: int) -> Tile:
    sheet = Sketch(height, 60, TEAL)
    sheet.band(14, height, NIGHT)
    for k in range(2):
        sheet.polygon(placed(oval(28, 30), (15, 15 + 30 * k), size=1), NIGHT)
        sheet.polygon(placed(oval(5, 5), (11, 15 + 30 * k), size=1), BUTTER)
    middle, size = (14 + height - 6) / 2, height - 30
    sheet.polygon(placed(petals(6, depth=0.34), (middle, 15), size=size), FUCHSIA)
    sheet.polygon(placed(petals(6), (middle, 15), size=size * 0.45), BUTTER)
    for turn in (60, 120, -60, -120):
        sheet.polygon(placed(leaf(), (middle, 45), size=size * 0.5, turn=turn), LIME)
    sheet.band(height - 5, height - 2, ORANGE)
    return sheet.tile()


def _garlands() -> Tile:
    sheet = Sketch(200, 115)
    sheet.band(4, 10, NIGHT)
    sheet.band(14, 17, BUTTER)
    for column in (0, 57.5):
        for turn in (70, 110, 250, 290):
            sheet.polygon(placed(leaf(), (100, column), size=58, turn=turn), PINE)
    blossom(sheet, (100, 57.5), 108, (BUTTER, ORANGE, PINK, FUCHSIA))
    blossom(sheet, (100, 0), 56, (TEAL, BUTTER, ORANGE))
    sheet.band(183, 186, BUTTER)
    sheet.band(190, 196, NIGHT)
    return sheet.upright()
