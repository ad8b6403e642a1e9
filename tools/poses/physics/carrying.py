"""A hand that takes hold of the pallu and carries it somewhere."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tools.poses.physics.simulate import Cloth
    from tools.poses.wrapping.wrap import Wrap

Point = tuple[float, float, float]

_GRIP_M = 0.02
_CLOSING = 0.5
"""How much smaller the gripped cloth becomes in the hand."""

_UNHURRIED = 0.8
"""Share of the greatest speed at which a grip is carried, so that it never falls behind."""

_FASTEST_EASE = 1.5
"""Greatest speed on a way that begins and ends gently, as a multiple of the mean."""

_ARRIVING = 150
"""Steps for the last of the way, which is covered by a share of itself each step."""


@dataclass(frozen=True, slots=True)
class Grip:
    """Where the cloth is taken, and the way it is carried."""

    past_shoulder: float
    """Cloth between the shoulder and the grip, meters."""

    t: float
    """Fabric coordinate of the middle of the grip, meters; cloth's ends count from them."""

    way: tuple[Point, ...]
    """Where the grip passes through after its start, meters; the last is where it stays."""

    def points(self, wrap: Wrap) -> NDArray[np.int64]:
        """List the grid points that are gripped, by their number column by column."""
        past = wrap.s[:, np.newaxis] - wrap.shoulder_s
        near = (np.abs(past - self.past_shoulder) < _GRIP_M) & (
            np.abs(wrap.t - self.t)[np.newaxis] < _GRIP_M
        )
        return np.nonzero(near.ravel())[0]


class Carrying:
    """Moves the points of several grips along their ways, in as many steps as that takes."""

    def __init__(
        self, cloth: Cloth, wrap: Wrap, grips: tuple[Grip, ...], longest_step: float
    ) -> None:
        self._held = [grip.points(wrap) for grip in grips]
        self._from = [cloth.x[held].copy() for held in self._held]
        self._ways = [np.array(grip.way) for grip in grips]
        ways = zip(self._from, self._ways, strict=True)
        farthest = max(_length(np.vstack([start.mean(axis=0), way])) for start, way in ways)
        self._moving = math.ceil(_FASTEST_EASE * farthest / (_UNHURRIED * longest_step))
        self.steps = self._moving + _ARRIVING
        for held in self._held:
            cloth.mobility[held] = 0.0
            cloth.held[held] = True

    def __call__(self, cloth: Cloth, share: float) -> None:
        """Say where the gripped points belong after `share` of the steps."""
        share = min(1.0, share * self.steps / self._moving)
        eased = share * share * (3 - 2 * share)
        for held, start, way in zip(self._held, self._from, self._ways, strict=True):
            middle = start.mean(axis=0)
            spread = (start - middle) * (1 - _CLOSING * eased)
            cloth.homes[held] = _along(np.vstack([middle, way]), eased) + spread

    def let_go(self, cloth: Cloth) -> None:
        """Open the hand: what was gripped is free again, where it is."""
        for held in self._held:
            cloth.mobility[held] = 1.0
            cloth.held[held] = False
            cloth.homes[held] = cloth.x[held]

    def astray(self, cloth: Cloth) -> float:
        """How far the grip that is farthest from where it stays is from there, meters."""
        ends = zip(self._held, self._ways, strict=True)
        return max(
            float(np.linalg.norm(cloth.x[held].mean(axis=0) - way[-1])) for held, way in ends
        )


def _length(corners: NDArray[np.float64]) -> float:
    """Measure a Bézier curve, meters."""
    places = np.array([_along(corners, share) for share in np.linspace(0, 1, 65)])
    return float(np.linalg.norm(np.diff(places, axis=0), axis=1).sum())


def _along(corners: NDArray[np.float64], share: float) -> NDArray[np.float64]:
    """Find the point of a Bézier curve through the first and last corner."""
    while len(corners) > 1:
        corners = corners[:-1] + share * (corners[1:] - corners[:-1])
    return np.asarray(corners[0])
