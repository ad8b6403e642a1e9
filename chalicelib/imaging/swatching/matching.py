"""Where a draped saree shows its border straight, found by what its hem shows."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise, product
from operator import itemgetter
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.image import Mask
from chalicelib.imaging.pattern.hem import Hem
from chalicelib.imaging.swatching.ribbon import Ribbon

_ANGLES: Final = range(0, 360, 15)
_COARSE, _EACH, _KEPT, _LOOKS = 2, 4, 12, 32
_LONG, _LONGEST, _STEP = 1.6, 5.0, 0.4
_OUTSIDE: Final = 0.3
_OFF_CLOTH: Final = -2.0
_GOES_ON: Final = 0.6
_TURNS: Final = (-6.0, -3.0, 0.0, 3.0, 6.0)
_SHIFTS: Final = (-0.15, -0.1, -0.05, 0.0, 0.05, 0.1, 0.15)
_COARSE_SIZES: Final = (0.8, 1.0)
_SIZES: Final = (-0.1, 0.0, 0.1)
_FINE: Final = 0.3


def find_ribbons(hem: Hem, cloth: Mask) -> list[Ribbon]:
    """
    Find pieces of border that lie straight.

    The hem itself is pleated; the same border also falls from the shoulder and runs round
    the hip, over other cloth, where no outline shows it.

    Parameters
    ----------
    hem : Hem
    cloth : ndarray of bool, shape (H, W)

    Returns
    -------
    list of Ribbon
        In pixels of `cloth`; what looks more like border than like other cloth.
    """
    tells = _Tells.of(hem, cloth)
    rough = (_extended(_fitted(place, tells, 1.0), tells) for place in _places(tells))
    return [_fitted(ribbon, tells, _FINE) for ribbon in rough if ribbon.likeness > 0]


@dataclass(frozen=True, slots=True, eq=False)
class _Tells:
    """
    What each color says for a border, in nats.

    `labels` has one more color, the last, for what is no cloth; `rows` of the table lie outside
    the selvedge, `border` rows on the border, the others on the body.
    """

    labels: NDArray[np.uint8]
    table: NDArray[np.float64]
    outside: int
    border: int

    @property
    def none(self) -> int:
        """The label of what is no cloth."""
        return int(self.table.shape[1]) - 1

    @classmethod
    def of(cls, hem: Hem, cloth: Mask) -> "_Tells":
        labels = np.where(cloth, hem.labels, len(hem.usual)).astype(np.uint8)
        outside = max(1, round(_OUTSIDE * hem.border))
        # What lies beyond the selvedge may be anything but more of the border.
        beyond = np.minimum(0.0, -np.log(hem.of_border / hem.usual))
        within = np.log(hem.profile / hem.usual)
        off = np.full((len(within), 1), _OFF_CLOTH)
        table = np.concatenate(
            [np.tile(np.append(beyond, 0.0), (outside, 1)), np.concatenate([within, off], axis=1)]
        )
        return cls(labels, table, outside, hem.border)

    def likeness(self, at: Ribbon) -> float:
        """How much rather border than other cloth a ribbon is, nats a pixel."""
        columns = _spread(at.length) - at.length / 2
        rows = np.unique(np.floor(_spread(len(self.table))).astype(np.int64))
        ups = (rows + 0.5 - self.outside) * at.depth / self.border
        x, y = (
            np.floor(start + columns * along + ups[:, None] * inward).astype(np.int64)
            for start, along, inward in zip((at.x, at.y), at.along, at.inward, strict=True)
        )
        height, width = self.labels.shape
        there = (x >= 0) & (y >= 0) & (x < width) & (y < height)
        shown = self.labels[np.clip(y, 0, height - 1), np.clip(x, 0, width - 1)]
        labels = np.where(there, shown, self.none)
        return float(self.table[rows[:, None], labels].mean())


def _spread(length: float) -> NDArray[np.float64]:
    """The middles of at most so many pieces of a length as are looked at."""
    count = max(1, min(_LOOKS, round(length)))
    return (np.arange(count) + 0.5) * length / count


def _places(tells: _Tells) -> list[Ribbon]:
    """Where outside, border and body lie beside each other as at the hem, the clearest first."""
    found = [
        place
        for degrees, size in product(_ANGLES, _COARSE_SIZES)
        for place in _at_angle(tells, float(degrees), size * tells.border)
    ]
    kept: list[Ribbon] = []
    for place in sorted(found, key=lambda each: -each.likeness):
        off = [np.hypot(place.x - other.x, place.y - other.y) for other in kept]
        if min(off, default=np.inf) > tells.border:
            kept.append(place)
    return kept[:_KEPT]


def _at_angle(tells: _Tells, degrees: float, depth: float) -> Iterator[Ribbon]:
    """The clearest places of ribbons that lie so and are so deep."""
    labels = tells.labels[::_COARSE, ::_COARSE]
    height, width = labels.shape
    edge = int(np.ceil(np.hypot(height, width)))
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    turn[:, 2] += (edge - width) / 2, (edge - height) / 2
    turned = cv2.warpAffine(
        labels, turn, (edge, edge), flags=cv2.INTER_NEAREST, borderValue=tells.none
    )
    bounds = (0, tells.outside, tells.outside + tells.border, len(tells.table))
    scale = depth / tells.border / _COARSE
    likeness = np.zeros((edge, edge))
    for first, last in pairwise(bounds):
        zone = tells.table[first:last].mean(axis=0)[turned]
        size = max(1, round(_LONG * depth / _COARSE)), max(1, round((last - first) * scale))
        mean = cv2.blur(zone, size, borderType=cv2.BORDER_CONSTANT)
        # Rows are counted up from the selvedge.
        up = round(((first + last) / 2 - tells.outside) * scale)
        likeness += np.roll(mean, up, axis=0) * (last - first) / len(tells.table)
    back = cv2.invertAffineTransform(turn)
    for _ in range(_EACH):
        row, column = divmod(int(np.argmax(likeness)), edge)
        x, y = back @ np.array([column + 0.5, row + 0.5, 1.0]) * _COARSE
        best = float(likeness[row, column])
        yield Ribbon(float(x), float(y), degrees, _LONG * depth, depth, best)
        cv2.circle(likeness, (column, row), max(1, round(depth / _COARSE)), -1e9, -1)


def _fitted(rough: Ribbon, tells: _Tells, step: float) -> Ribbon:
    """Turned, moved and sized, in steps so large, until it looks most like the border."""
    tries = [
        replace(
            rough,
            degrees=rough.degrees + step * turn,
            depth=rough.depth * (1 + step * size),
        ).moved(0, step * shift * rough.depth)
        for turn, size, shift in product(_TURNS, _SIZES, _SHIFTS)
    ]
    likeness, best = max(((tells.likeness(each), each) for each in tries), key=itemgetter(0))
    return replace(best, likeness=likeness)


def _extended(found: Ribbon, tells: _Tells) -> Ribbon:
    """As far along as it goes on looking like the border."""
    step = _STEP * tells.border
    for way in (-1, 1):
        while found.length < _LONGEST * tells.border:
            piece = replace(found.moved(way * (found.length + step) / 2, 0), length=step)
            if tells.likeness(piece) < _GOES_ON * found.likeness:
                break
            found = replace(found.moved(way * step / 2, 0), length=found.length + step)
    return replace(found, likeness=tells.likeness(found))
