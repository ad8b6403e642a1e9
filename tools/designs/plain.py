"""Two quiet sarees: white with a thin border of gold, and one color throughout."""

from chalicelib.imaging.cloth import Cloth
from tools.designs.loom import Layout, Loom, Yarn
from tools.designs.sketch import Ink, Sketch, Tile

IVORY = Ink(240, 233, 216)
GOLD = Ink(204, 164, 86, metal=True)
THREAD = Ink(176, 48, 36)
ROSE = Ink(196, 112, 128)
DEEP_ROSE = Ink(168, 84, 104)
SATIN = Ink(206, 126, 140)

KASAVU = Layout(border_top=20, border_bottom=38, pallu=560)
CHIFFON = Layout(border_top=10, border_bottom=14, pallu=600)


def kasavu(seed: int = 4) -> Cloth:
    """Unbleached cotton with a thin border and bars of gold on the pallu."""
    loom = Loom(KASAVU)
    loom.fill((0, KASAVU.width), (0, KASAVU.length), IVORY)
    loom.repeat(_bars(), (0, KASAVU.width), (KASAVU.pallu_column, KASAVU.length))
    loom.lay_borders(_gold_edge(KASAVU.border_bottom), _gold_edge(KASAVU.border_top))
    return loom.woven(Yarn(slub=0.022, grain=0.018, sheen=0.06), (IVORY, GOLD, THREAD), seed)


def plain_chiffon(seed: int = 5) -> Cloth:
    """One rose throughout, a narrow satin edge, the pallu told by two satin bars."""
    loom = Loom(CHIFFON)
    rows = (0, CHIFFON.width)
    loom.fill(rows, (0, CHIFFON.length), ROSE)
    for first, last in ((0, 16), (26, 30), (CHIFFON.pallu - 26, CHIFFON.pallu)):
        start = CHIFFON.pallu_column
        loom.fill(rows, (start + first, start + last), DEEP_ROSE)
    loom.lay_borders(_satin_edge(CHIFFON.border_bottom), _satin_edge(CHIFFON.border_top))
    yarn = Yarn(slub=0.008, grain=0.022, sheen=0.18, sheer=0.7)
    return loom.woven(yarn, (ROSE, DEEP_ROSE, SATIN), seed)


def _gold_edge(height: int) -> Tile:
    sheet = Sketch(height, 8, IVORY)
    sheet.band(0, 1, THREAD)
    sheet.band(2.5, height - 5, GOLD)
    sheet.band(height - 3, height - 1, GOLD)
    return sheet.tile()


def _bars() -> Tile:
    sheet = Sketch(KASAVU.pallu, 8, IVORY)
    for first, width in ((2, 3), (10, 22), (38, 3), (200, 4), (212, 4), (350, 3), (358, 60)):
        sheet.band(first, first + width, GOLD)
    sheet.band(424, 427, GOLD)
    sheet.band(430, 431.5, THREAD)
    sheet.band(KASAVU.pallu - 14, KASAVU.pallu - 8, GOLD)
    return sheet.upright()


def _satin_edge(height: int) -> Tile:
    sheet = Sketch(height, 8, SATIN)
    sheet.band(0, 2, DEEP_ROSE)
    sheet.band(height - 2, height, DEEP_ROSE)
    return sheet.tile()
