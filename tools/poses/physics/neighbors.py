"""The pairs of cloth and cloth that could meet in the steps to come."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tools.poses.physics import contacts
from tools.poses.physics.cells import find_near
from tools.poses.physics.gaps import measure_gaps

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tools.poses.physics.simulate import Cloth

EASE_M = 0.0002
"""What lies closer than it should is moved apart by so much a step, or it would jump."""

_PARTING_ROUNDS = 6
_GIVEN_WAY = 0.95
"""Share of a gap that a step may leave without being corrected."""

_OWN_THREADS = 2.4
_OWN_APART_M = 0.0008
"""Distance kept from cloth at most so many threads away, as in a sharp fold."""

_CELL = 0.75


class Neighbors:
    """
    Points near triangles and edges near edges, and the gaps between them.

    The list is looked up anew before anything that is not in it can have come near, so
    that no step can take cloth through cloth.
    """

    def __init__(self, cloth: Cloth, reach: float, longest: float) -> None:
        self._cloth, self._reach, self._longest = cloth, reach, longest
        self._since = np.full_like(cloth.x, np.inf)
        self._room = np.empty((8 * len(cloth.x), 4), np.int64)
        self.searches = 0

    def measure(self) -> None:
        """Find the gaps as they are now."""
        moved = np.sqrt(((self._cloth.x - self._since) ** 2).sum(axis=1).max())
        if not 2 * (moved + self._longest) < self._reach:
            self._search()
        measure_gaps(self._cloth.x, self.pairs, self._split, self._shares, self._away, self._gaps)

    def touching(self) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Say shares, directions and the distances to keep; 0 where there is nothing to do."""
        close = self._gaps < self._wanted + 2 * self._longest
        kept = np.where(close, np.minimum(self._wanted, self._gaps + EASE_M), 0.0)
        return self._shares, self._away, kept

    def part(self, before: NDArray[np.float64]) -> None:
        """Let contacts have the last word: undo what brings layers closer than they may be."""
        cloth = self._cloth
        contacts.limit(cloth.x, before, self._longest)
        kept = np.where(
            self._gaps < self._wanted + 2 * self._longest,
            np.minimum(self._wanted, _GIVEN_WAY * self._gaps),
            0.0,
        )
        for _ in range(_PARTING_ROUNDS):
            near = (self._shares, self._away, kept)
            contacts.keep_apart(cloth.x, before, cloth.mobility, self.pairs, near, 0.0)

    def cut_short(self, before: NDArray[np.float64]) -> int:
        """Shorten the step just made until nothing can have passed through anything."""
        return int(
            contacts.cut_short(
                self._cloth.x,
                before,
                self.pairs,
                self._split,
                self._away,
                self._gaps,
                self._guarded,
                self._longest,
            )
        )

    def _search(self) -> None:
        cloth = self._cloth
        self._since = cloth.x.copy()
        points = np.arange(len(cloth.x))[:, np.newaxis]
        first = self._listed(points, cloth.triangles)
        second = self._listed(cloth.edges, cloth.edges)
        self.pairs, self._split = np.concatenate([first, second]), len(first)
        self._shares, self._away = np.empty((len(self.pairs), 4)), np.empty((len(self.pairs), 3))
        self._gaps = np.empty(len(self.pairs))
        self._wanted = contacts.distances_to_keep(
            self.pairs, self._split, cloth.shape[1], cloth.thickness, (_OWN_THREADS, _OWN_APART_M)
        )
        self._guarded = ~cloth.stacked[self.pairs].all(axis=1)
        self.searches += 1

    def _listed(self, ones: NDArray[np.int64], others: NDArray[np.int64]) -> NDArray[np.int64]:
        cloth = self._cloth
        active = (
            np.asarray(cloth.shown[ones].all(axis=1)),
            np.asarray(cloth.shown[others].all(axis=1)),
        )
        near = (self._reach, _CELL * cloth.spacing)
        while True:
            count = find_near(cloth.x, ones, others, active, near, self._room)
            if count <= len(self._room):
                return self._room[:count].copy()
            self._room = np.empty((count + count // 4, 4), np.int64)
