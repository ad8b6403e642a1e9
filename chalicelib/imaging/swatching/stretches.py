"""Stretches of a cloth's straight edges: where its outline, or the photo's frame, runs along."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.flattening.outline import Outline, Side, sides, trace
from chalicelib.imaging.image import Mask

_NEAR: Final = 0.01
_ALIGNED: Final = 0.85
_GAP: Final = 0.03
_SHORTEST: Final = 0.12
_RIM: Final = 0.04
_PARTS: Final = ((0.0, 1.0), (0.0, 0.5), (0.5, 1.0), (0.0, 0.34), (0.33, 0.67), (0.66, 1.0))


@dataclass(frozen=True, slots=True)
class Stretch:
    """
    A piece of a straight edge.

    `start` and `stop` are counted along the side, its inward normal turned a quarter clockwise
    on screen, in pixels; `framed` says that the photo ends there and the cloth may go on.
    """

    side: Side
    start: float
    stop: float
    framed: bool

    @property
    def length(self) -> float:
        """Pixels."""
        return self.stop - self.start

    @property
    def ends(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The first and the last point (x, y), pixels."""
        normal = np.array(self.side.normal)
        along, foot = np.array([-normal[1], normal[0]]), -self.side.offset * normal
        return foot + self.start * along, foot + self.stop * along

    def part(self, first: float, last: float) -> "Stretch":
        """What lies between two shares of its length."""
        start, stop = (self.start + share * self.length for share in (first, last))
        return replace(self, start=start, stop=stop)


def stretches(cloth: Mask) -> Iterator[Stretch]:
    """
    Find the stretches of a cloth's edges, whole, in halves and in thirds.

    What lies beside an edge may change along it: a border beside the pallu goes on beside the
    body, and another layer of the cloth may lie over it.

    Parameters
    ----------
    cloth : ndarray of bool, shape (H, W)

    Yields
    ------
    Stretch
        Its very ends left out, where corners are.
    """
    longer = max(cloth.shape)
    least = _SHORTEST * longer
    for whole in (*_along_outline(trace(cloth), longer), *_along_frame(cloth, longer)):
        sound = whole.part(_RIM, 1 - _RIM)
        for part in (sound.part(*shares) for shares in _PARTS):
            if part.length >= least:
                yield part


def _along_outline(outline: Outline, longer: int) -> Iterator[Stretch]:
    for side in sides(outline, longer):
        normal = np.array(side.normal)
        near = np.abs(outline.points @ normal + side.offset) < _NEAR * longer
        near &= outline.normals @ normal > _ALIGNED
        along = outline.points[near] @ np.array([-normal[1], normal[0]])
        yield from _runs(side, along, longer, framed=False)


def _along_frame(cloth: Mask, longer: int) -> Iterator[Stretch]:
    """Where the photo ends the cloth: a border may lie along its frame."""
    height, width = cloth.shape
    rims = (
        ((0.0, 1.0), 0.0, cloth[1]),
        ((0.0, -1.0), height - 1.0, cloth[-2]),
        ((1.0, 0.0), 0.0, cloth[:, 1]),
        ((-1.0, 0.0), width - 1.0, cloth[:, -2]),
    )
    for normal, offset, rim in rims:
        places = np.flatnonzero(rim).astype(np.float64)
        along = places * (normal[0] - normal[1])
        yield from _runs(Side(normal, offset, 0.0, 0.0), along, longer, framed=True)


def _runs(
    side: Side, along: NDArray[np.float64], longer: int, *, framed: bool
) -> Iterator[Stretch]:
    """The runs of points along a side that no wide gap interrupts."""
    ordered = np.sort(along)
    for run in np.split(ordered, np.flatnonzero(np.diff(ordered) > _GAP * longer) + 1):
        if len(run) > 1 and np.ptp(run) > 0:
            yield Stretch(side, float(run[0]), float(run[-1]), framed)
