"""A bridal silk: crimson with emerald borders, heavy zari, peacocks on the pallu."""

from chalicelib.imaging.cloth import Cloth
from tools.designs.loom import Layout, Loom, Yarn
from tools.designs.motifs import butta, creeper, diamond, oval, paisley, peacock, placed, tooth
from tools.designs.sketch import Ink, Sketch, Tile

CRIMSON = Ink(128, 14, 38)
WINE = Ink(92, 8, 34)
EMERALD = Ink(12, 74, 56)
GOLD = Ink(206, 160, 74, metal=True)
PALE_GOLD = Ink(226, 190, 110, metal=True)

LAYOUT = Layout(border_top=62, border_bottom=108, pallu=880, period=(112, 96), lattice="half_drop")
YARN = Yarn(slub=0.018, grain=0.012, sheen=0.75)


def bridal_silk(seed: int = 1) -> Cloth:
    """A heavy silk with buttas on a half-drop lattice and a pallu dense with zari."""
    loom = Loom(LAYOUT)
    everywhere, body = (0, LAYOUT.width), (0, LAYOUT.pallu_column)
    loom.fill(everywhere, body, CRIMSON)
    # Counted back from the pallu, so that none of its first row is cut.
    tile = _buttas()
    loom.repeat(tile, everywhere, body, start=(0, -LAYOUT.pallu_column % tile.cover.shape[1]))
    loom.fill(everywhere, (LAYOUT.pallu_column, LAYOUT.length), WINE)
    _lay_pallu(loom)
    loom.lay_borders(_border(LAYOUT.border_bottom), _border(LAYOUT.border_top))
    return loom.woven(YARN, (CRIMSON, EMERALD, GOLD, WINE), seed)


def _buttas() -> Tile:
    along, across = LAYOUT.period or (112, 96)
    sheet = Sketch(across, along)
    butta(sheet, (across * 0.25, along * 0.25), 30, (GOLD, CRIMSON))
    butta(sheet, (across * 0.75, along * 0.75), 30, (GOLD, CRIMSON))
    return sheet.tile()


def _border(height: int) -> Tile:
    """Spires towards the body, a creeper, and solid lines at the selvedge."""
    length = 72
    sheet = Sketch(height, length, EMERALD)
    sheet.band(0, 13, CRIMSON)
    for k in range(4):
        sheet.polygon(placed(tooth(12, 15), (13.2, 9 + 18 * k), size=1), GOLD)
    sheet.band(13, 15, GOLD)
    sheet.band(17, 18, PALE_GOLD)
    last = height - 17
    sheet.band(20, last - 2, GOLD)
    creeper(sheet, (20, last - 2), length, (EMERALD, CRIMSON))
    sheet.band(last, last + 1, PALE_GOLD)
    for k in range(6):
        sheet.polygon(placed(diamond(5, 9), (last + 5, 6 + 12 * k), size=1), GOLD)
    sheet.band(height - 8, height - 1, GOLD)
    return sheet.tile()


def _lay_pallu(loom: Loom) -> None:
    """Bands across, from the pallu's opening to its fringe: `Tile` rows become columns."""
    column = LAYOUT.pallu_column
    rows = (LAYOUT.border_top, LAYOUT.bottom_row)
    plan = (_stripes(), _mangos(), _lozenges(), _peacocks(), _lozenges(), _mangos(), _lozenges())
    for tile in (*plan, _peacocks(), _stripes(), _lozenges()):
        width = min(tile.cover.shape[1], LAYOUT.length - column)
        # Centered, so that no motif is cut at a border.
        spare = (rows[1] - rows[0]) % tile.cover.shape[0]
        loom.repeat(tile, rows, (column, column + width), start=(-(spare // 2), 0))
        column += width
    loom.fill((0, LAYOUT.width), (min(column, LAYOUT.length - 6), LAYOUT.length), GOLD)


def _stripes() -> Tile:
    sheet = Sketch(74, 24)
    for first, width in ((2, 2), (7, 5), (15, 2), (20, 14), (37, 2), (42, 14), (59, 2), (64, 5)):
        sheet.band(first, first + width, GOLD)
    for k in range(2):
        sheet.polygon(placed(diamond(9, 9), (27, 6 + 12 * k), size=1), EMERALD)
        sheet.polygon(placed(diamond(9, 9), (49, 6 + 12 * k), size=1), EMERALD)
    return sheet.upright()


def _lozenges() -> Tile:
    sheet = Sketch(58, 30)
    sheet.band(2, 5, GOLD)
    sheet.band(53, 56, GOLD)
    sheet.band(8, 50, EMERALD)
    for row in (18, 40):
        sheet.polygon(placed(diamond(20, 28), (row, 15), size=1), GOLD)
        sheet.polygon(placed(diamond(12, 17), (row, 15), size=1), WINE)
        sheet.polygon(placed(oval(5, 5), (row, 15), size=1), PALE_GOLD)
    sheet.polygon(placed(diamond(20, 28), (29, 0), size=1), GOLD)
    sheet.polygon(placed(diamond(9, 12), (29, 0), size=1), EMERALD)
    return sheet.upright()


def _mangos() -> Tile:
    sheet = Sketch(104, 70)
    paisley(sheet, (54, 35), 82, (GOLD, WINE, PALE_GOLD, EMERALD, GOLD))
    sheet.polygon(placed(oval(8, 8), (14, 0), size=1), GOLD)
    sheet.polygon(placed(oval(8, 8), (90, 0), size=1), GOLD)
    return sheet.upright()


def _peacocks() -> Tile:
    sheet = Sketch(138, 122, GOLD)
    peacock(sheet, (74, 61), 108, (Ink(18, 62, 112), Ink(20, 120, 92), WINE))
    sheet.polygon(placed(diamond(18, 12), (20, 0), size=1), WINE)
    sheet.polygon(placed(diamond(18, 12), (118, 0), size=1), WINE)
    sheet.band(0, 4, WINE)
    sheet.band(134, 138, WINE)
    return sheet.upright()
