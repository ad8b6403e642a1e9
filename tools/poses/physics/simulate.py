"""Cloth that falls, rubs and comes to rest: extended position-based dynamics on a grid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tools.poses.physics import contacts, kernels
from tools.poses.physics.crossings import mesh_edges
from tools.poses.physics.neighbors import Neighbors

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from tools.poses.wrapping.distance import DistanceField
    from tools.poses.wrapping.wrap import Wrap

STEP_S = 0.001
_WEIGHT = 0.11
"""Kilograms a square meter of light silk."""

_SHEAR = 10.0
"""Newtons a meter that resist shearing."""

_BODY_APART_M = 0.005
_FLOOR_M = 0.004
_STACK_M = 0.13
_FARTHER = 1.5
"""How much farther than its speed allows a point may be pushed in one step."""

_HOMING_M = 0.0002
"""Farthest that anchored points are drawn in a step; more would squeeze layers together."""

_HOMING = 0.05
"""Share of their way home that held points go in a step."""


@dataclass(frozen=True, slots=True)
class Phase:
    """How the cloth is moved for a while."""

    name: str
    steps: int
    gravity: float = 9.81
    damping: float = 4.0
    """Share of the velocity lost per second, as the exponent's rate."""

    fastest: float = 0.6
    """Meters per second."""

    friction: float = 0.25
    bending: float = 4e-5
    """Newton meters."""

    reach: float = 0.006
    """How far the search for cloth near cloth looks, meters."""

    morph: bool = False
    """Whether the threads go from the lengths they have to those at rest."""

    homing: float = 0.5
    """Share of the greatest speed at which held points go home."""

    anchor: tuple[float, float] = (0.0, 0.0)
    """Share of the way home that anchored points are moved each step, at begin and end."""


@dataclass(slots=True, eq=False)
class Cloth:
    """The state of one simulated strip. Points are numbered column by column."""

    x: NDArray[np.float64]
    v: NDArray[np.float64]
    mobility: NDArray[np.float64]
    homes: NDArray[np.float64]
    """Where anchored points are drawn and held ones go."""

    held: NDArray[np.bool_]
    """Points that go home and stay there; those under the pin give way to other layers."""

    stacked: NDArray[np.bool_]
    """Points in the pressed stack round the pin, whose layers are not watched."""

    anchored: NDArray[np.float64]
    """Weight of the pull home, 0..1, shape (N,)."""

    threads: NDArray[np.int64]
    thread_rest: NDArray[np.float64]
    diagonals: NDArray[np.int64]
    diagonal_rest: NDArray[np.float64]
    triples: NDArray[np.int64]
    bend_share: NDArray[np.float64]
    triangles: NDArray[np.int64]
    edges: NDArray[np.int64]
    """Shape (N, 2): every side of a triangle once."""

    shown: NDArray[np.bool_]
    thickness: NDArray[np.float64]
    shape: tuple[int, int]
    spacing: float

    def grid(self) -> NDArray[np.float64]:
        """Show the places as a grid of shape (columns, rows, 3), meters."""
        return self.x.reshape(*self.shape, 3)

    def speed(self) -> float:
        """Mean speed of the points, meters per second."""
        return float(np.linalg.norm(self.v, axis=1).mean())


def cloth_of(wrap: Wrap, anchored: NDArray[np.float64]) -> Cloth:
    """
    Make a simulated strip of a wrapped one.

    Parameters
    ----------
    wrap : Wrap
        The first shape. Pinned and stitched points are held.
    anchored : ndarray of float64, shape (columns, rows)
        How much of a phase's anchor acts on each point, 0..1.

    Returns
    -------
    Cloth
    """
    columns, rows = wrap.places.shape[:2]
    index = np.arange(columns * rows).reshape(columns, rows)
    x = np.ascontiguousarray(wrap.places.reshape(-1, 3))
    triangles = np.concatenate(
        [
            _chains(index[:-1, :-1], index[1:, :-1], index[1:, 1:]),
            _chains(index[:-1, :-1], index[1:, 1:], index[:-1, 1:]),
        ]
    )
    across = np.full((columns, rows - 1), float(wrap.t[1] - wrap.t[0]))
    return Cloth(
        x=x.copy(),
        v=np.zeros_like(x),
        mobility=np.where((wrap.pinned | wrap.stitched).ravel(), 0.0, 1.0),
        homes=x.copy(),
        stacked=(np.abs(wrap.s[:, np.newaxis] - wrap.shoulder_s) < _STACK_M).ravel(),
        held=(wrap.pinned | wrap.stitched).ravel(),
        anchored=np.ascontiguousarray(anchored.ravel()),
        # Across from the top down, then along from the plain end: a pull runs through in one go.
        threads=np.concatenate(
            [_chains(index[:, :-1], index[:, 1:], flip=True), _chains(index[:-1], index[1:])]
        ),
        thread_rest=np.concatenate([across[:, ::-1].ravel(), wrap.rest.ravel()]),
        diagonals=np.concatenate(
            [_chains(index[:-1, :-1], index[1:, 1:]), _chains(index[1:, :-1], index[:-1, 1:])]
        ),
        diagonal_rest=_diagonal_rest(wrap, across),
        triples=np.concatenate(
            [
                _chains(index[:-2], index[1:-1], index[2:]),
                _chains(index[:, :-2], index[:, 1:-1], index[:, 2:]),
            ]
        ),
        bend_share=np.concatenate([wrap.crease_s[1:-1].ravel(), wrap.crease_t[:, 1:-1].ravel()]),
        triangles=triangles,
        edges=mesh_edges(triangles),
        shown=~wrap.tucked.ravel(),
        thickness=np.ascontiguousarray(wrap.thickness.ravel()),
        shape=(columns, rows),
        spacing=float(wrap.s[1] - wrap.s[0]),
    )


def _chains(*points: NDArray[np.int64], flip: bool = False) -> NDArray[np.int64]:
    """List the points of many short chains, one chain a row; `flip` starts at the last row."""
    chains = np.stack(points, axis=-1)
    return (chains[:, ::-1] if flip else chains).reshape(-1, len(points))


def _diagonal_rest(wrap: Wrap, across: NDArray[np.float64]) -> NDArray[np.float64]:
    """Find the rest lengths of all rising, then all falling diagonals, meters."""
    along = 0.5 * (wrap.rest[:, :-1] + wrap.rest[:, 1:])
    upright = 0.5 * (across[:-1] + across[1:])
    even, skew = along**2 + upright**2, 2 * along * upright * wrap.shear
    return np.sqrt(np.concatenate([(even + skew).ravel(), (even - skew).ravel()]))


def run(
    cloth: Cloth,
    solid: DistanceField,
    phase: Phase,
    move: Callable[[Cloth, float], None] | None = None,
) -> None:
    """
    Let the cloth move for one phase.

    Parameters
    ----------
    cloth : Cloth
        Changed. The same bytes come out of the same bytes on one kind of machine.
    solid : DistanceField
        Body and petticoat.
    phase : Phase
        For how long and how.
    move : callable, optional
        Called before each step with the share of the phase that is over, to move held points.
    """
    steps = _Steps(cloth, solid, phase)
    for step in range(phase.steps):
        share = (step + 1) / phase.steps
        if move is not None:
            move(cloth, share)
        steps.advance(share)


class _Steps:
    """What stays the same from step to step of a phase."""

    def __init__(self, cloth: Cloth, solid: DistanceField, phase: Phase) -> None:
        self._cloth, self._phase = cloth, phase
        self._before = cloth.x.copy()
        self._solid = (solid.values, solid.origin.astype(np.float64), solid.voxel)
        self._motion = (STEP_S, phase.gravity, np.exp(-phase.damping * STEP_S), phase.fastest)
        self._pliancy = 1.0 / (STEP_S**2 / (_WEIGHT * cloth.spacing**2))
        self._begin = (_lengths(cloth.x, cloth.threads), _lengths(cloth.x, cloth.diagonals))
        give = self._pliancy * cloth.spacing**2 / phase.bending
        self._bends = 6.0 / (6.0 + give / np.maximum(cloth.bend_share, 1e-6))
        self._near = Neighbors(cloth, phase.reach, _FARTHER * phase.fastest * STEP_S)

    def advance(self, share: float) -> None:
        """Make one step."""
        cloth, phase, near = self._cloth, self._phase, self._near
        x, before, mobility = cloth.x, self._before, cloth.mobility
        near.measure()
        touching = near.touching()
        before[:] = x
        kernels.integrate(x, cloth.v, mobility, self._motion)
        most = phase.homing * phase.fastest * STEP_S
        kernels.go_home(x, cloth.held, cloth.homes, _HOMING, most)
        anchor = phase.anchor[0] + (phase.anchor[1] - phase.anchor[0]) * share
        if anchor > 0:
            kernels.pull(x, mobility, cloth.homes, anchor * cloth.anchored, _HOMING_M)
        for _ in range(2):
            self._keep_shape(share)
            contacts.keep_apart(x, before, mobility, near.pairs, touching, phase.friction)
            kernels.leave_body(
                x, before, mobility, self._solid, (_BODY_APART_M, phase.friction, _FLOOR_M)
            )
        near.part(before)
        near.cut_short(before)
        kernels.velocities(x, before, cloth.v, mobility, STEP_S)

    def _keep_shape(self, share: float) -> None:
        cloth = self._cloth
        threads, diagonals = self._rests(share)
        kernels.keep_lengths(cloth.x, cloth.mobility, cloth.threads, threads, 0.0)
        give = self._pliancy_of(_SHEAR)
        kernels.keep_lengths(cloth.x, cloth.mobility, cloth.diagonals, diagonals, give)
        kernels.flatten_bends(cloth.x, cloth.mobility, cloth.triples, self._bends)

    def _pliancy_of(self, stiffness: float) -> float:
        return 1.0 / stiffness / STEP_S**2 * (_WEIGHT * self._cloth.spacing**2)

    def _rests(self, share: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        cloth = self._cloth
        if not self._phase.morph:
            return cloth.thread_rest, cloth.diagonal_rest
        done = min(1.0, share / 0.8)
        return (
            self._begin[0] + (cloth.thread_rest - self._begin[0]) * done,
            self._begin[1] + (cloth.diagonal_rest - self._begin[1]) * done,
        )


def _lengths(x: NDArray[np.float64], ends: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.asarray(np.linalg.norm(x[ends[:, 0]] - x[ends[:, 1]], axis=1))
