"""A strip on which tiles are laid, and the cloth that comes of it."""

from dataclasses import dataclass, field
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.cloth import Cloth, Parts
from tools.designs.sketch import Ink, Tile

PIXELS_PER_METER: Final = 1000
_CERTAIN: Final = ("border_top", "border_bottom", "pallu", "period", "colors")


@dataclass(frozen=True, slots=True)
class Layout:
    """A saree's plan, whole millimeters; `period` is along and across, lattice as in `Parts`."""

    length: int = 5500
    width: int = 1150
    border_top: int = 60
    border_bottom: int = 100
    pallu: int = 850
    period: tuple[int, int] | None = None
    lattice: str | None = None

    @property
    def bottom_row(self) -> int:
        """First row of the hem border."""
        return self.width - self.border_bottom

    @property
    def pallu_column(self) -> int:
        """First column of the pallu."""
        return self.length - self.pallu


@dataclass(frozen=True, slots=True)
class Yarn:
    """
    What a cloth is woven of.

    `slub` is how uneven its threads are, `grain` how coarse it looks, both as shares of its
    brightness; `sheen` and `sheer` as in `Parts`.
    """

    slub: float = 0.02
    grain: float = 0.015
    sheen: float = 0.1
    sheer: float = 0.0


@dataclass(slots=True, eq=False)
class Loom:
    """A strip being laid out: `paint` float32 (H, W, 4), sRGB and zari, 0..255."""

    layout: Layout
    paint: NDArray[np.float32] = field(init=False)

    def __post_init__(self) -> None:
        self.paint = np.zeros((self.layout.width, self.layout.length, 4), np.float32)

    def fill(self, rows: tuple[int, int], columns: tuple[int, int], ink: Ink) -> None:
        """Color a rectangle evenly."""
        self.paint[rows[0] : rows[1], columns[0] : columns[1]] = ink.channels

    def repeat(
        self,
        tile: Tile,
        rows: tuple[int, int],
        columns: tuple[int, int],
        start: tuple[int, int] = (0, 0),
    ) -> None:
        """Lay a tile over a rectangle again and again, from `start` in the tile."""
        row = (np.arange(rows[1] - rows[0]) + start[0]) % tile.cover.shape[0]
        column = (np.arange(columns[1] - columns[0]) + start[1]) % tile.cover.shape[1]
        cover = tile.cover[np.ix_(row, column)][..., np.newaxis]
        here = self.paint[rows[0] : rows[1], columns[0] : columns[1]]
        here += cover * (tile.paint[np.ix_(row, column)] - here)

    def as_tile(self) -> Tile:
        """The strip so far, as a tile to repeat."""
        return Tile(self.paint.copy(), np.ones(self.paint.shape[:2], np.float32))

    def lay_borders(self, bottom: Tile, top: Tile) -> None:
        """
        Weave both borders along the whole length, through the pallu.

        The tiles' row 0 is the side towards the body: the top one is laid upside down.
        """
        layout = self.layout
        self.repeat(bottom, (layout.bottom_row, layout.width), (0, layout.length))
        self.repeat(top.flipped(), (0, layout.border_top), (0, layout.length))

    def woven(self, yarn: Yarn, colors: tuple[Ink, ...], seed: int) -> Cloth:
        """The finished cloth: threads made uneven, metal made lively, facts told exactly."""
        random = np.random.default_rng(seed)
        zari = (self.paint[..., 3] / 255).astype(np.float32)
        lightness = 1 + _threads(zari.shape, yarn, random)
        lightness += zari * _glitter(zari.shape, random)
        pixels = np.clip(np.rint(self.paint[..., :3] * lightness[..., np.newaxis]), 0, 255)
        return Cloth(
            pixels=pixels.astype(np.uint8),
            seen=np.ones(zari.shape, np.bool_),
            zari=zari,
            parts=self._parts(yarn, colors, float(zari.mean())),
        )

    def _parts(self, yarn: Yarn, colors: tuple[Ink, ...], zari_share: float) -> Parts:
        layout = self.layout
        along, across = layout.period or (None, None)
        return Parts(
            pixels_per_meter=float(PIXELS_PER_METER),
            length_m=layout.length / 1000,
            width_m=layout.width / 1000,
            border_top_m=layout.border_top / 1000,
            border_bottom_m=layout.border_bottom / 1000,
            pallu_m=layout.pallu / 1000,
            period_s_m=None if along is None else along / 1000,
            period_t_m=None if across is None else across / 1000,
            lattice=layout.lattice,
            colors=tuple(f"#{ink.red:02x}{ink.green:02x}{ink.blue:02x}" for ink in colors),
            zari_share=round(zari_share, 4),
            sheen=yarn.sheen,
            sheer=yarn.sheer,
            seen_share=1.0,
            confidence=dict.fromkeys(_CERTAIN, 1.0),
            assumptions=(),
        )


def _threads(
    shape: tuple[int, int], yarn: Yarn, random: np.random.Generator
) -> NDArray[np.float32]:
    """Uneven weft and warp and a grain: share of brightness, float32 (H, W)."""
    weft = cv2.GaussianBlur(random.normal(0, 1, (1, shape[1])).astype(np.float32), (5, 1), 0.7)
    warp = cv2.GaussianBlur(random.normal(0, 1, (shape[0], 1)).astype(np.float32), (1, 5), 0.7)
    grain = random.standard_normal(shape, np.float32)
    # Slubs are short stretches of thicker weft: long across, thin along.
    coarse = random.standard_normal((shape[0] // 24 + 2, shape[1]), np.float32)
    slub = cv2.resize(coarse, shape[::-1], interpolation=cv2.INTER_LINEAR)
    uneven = 0.45 * (weft + warp) + 0.5 * slub
    return np.asarray(yarn.slub * uneven + yarn.grain * grain, np.float32)


def _glitter(shape: tuple[int, int], random: np.random.Generator) -> NDArray[np.float32]:
    """How metal thread varies where it is beaten: share of brightness, float32 (H, W)."""
    fine = random.standard_normal((shape[0] // 2 + 1, shape[1] // 3 + 1), np.float32)
    slow = random.standard_normal((shape[0] // 40 + 2, shape[1] // 40 + 2), np.float32)
    fine = cv2.resize(fine, shape[::-1], interpolation=cv2.INTER_LINEAR)
    slow = cv2.resize(slow, shape[::-1], interpolation=cv2.INTER_CUBIC)
    return np.asarray(0.09 * fine + 0.04 * slow, np.float32)
