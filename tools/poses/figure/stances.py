"""The four ways the figure stands: how the bones turn, and what the arms do with the pallu."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tools.poses.figure.posing import Aim, Curl, Turn

if TYPE_CHECKING:
    from tools.poses.figure.posing import Move


def _weight_on_right(*, step: float = 7.0, turn: float = 4.0) -> dict[str, Move]:
    """Hips over the right foot, the left leg eased forward, shoulders tilted back level."""
    return {
        "root": Turn(y=2.8, shift=(-0.012, 0, -0.004)),
        "spine05": Turn(y=-1.2),
        "spine04": Turn(y=-1.6),
        "spine03": Turn(y=-1.4),
        "spine01": Turn(y=0.8),
        "neck01": Turn(x=-1, y=0.5),
        "head": Turn(x=1, y=1.0, z=3),
        "upperleg01.R": Turn(y=-6.0),
        "foot.R": Turn(y=3.2),
        "upperleg01.L": Turn(x=-step, y=2.0, z=turn),
        "lowerleg01.L": Turn(x=step + 6),
        "foot.L": Turn(x=-6, y=-4.0, z=6),
    }


def _weight_on_left(*, step: float = 7.0, turn: float = -4.0) -> dict[str, Move]:
    """The same on the other foot."""
    return {
        "root": Turn(y=-2.6, shift=(0.012, 0, -0.004)),
        "spine05": Turn(y=1.2),
        "spine04": Turn(y=1.4),
        "spine03": Turn(y=1.2),
        "spine01": Turn(y=-0.6),
        "neck01": Turn(x=-1, y=-0.5),
        "head": Turn(x=1, y=-1.0, z=4),
        "upperleg01.L": Turn(y=6.0),
        "foot.L": Turn(y=-3.2),
        "upperleg01.R": Turn(x=-step, y=-2.0, z=turn),
        "lowerleg01.R": Turn(x=step + 6),
        "foot.R": Turn(x=-6, y=4.0, z=-6),
    }


def _arm(
    side: str,
    upper: tuple[float, float, float],
    fore: tuple[float, float, float],
    hand: tuple[float, float, float],
    *,
    twist: float = 0.0,
) -> dict[str, Move]:
    """Aim one arm, given for the left side: x outward, y backward, z up."""
    out = 1.0 if side == "L" else -1.0

    def to(way: tuple[float, float, float]) -> tuple[float, float, float]:
        return (out * way[0], way[1], way[2])

    return {
        f"upperarm01.{side}": Aim(to(upper), f"lowerarm01.{side}"),
        f"lowerarm01.{side}": Aim(to(fore), f"wrist.{side}"),
        f"lowerarm02.{side}": Aim(to(fore), f"wrist.{side}", out * twist * 0.5),
        f"wrist.{side}": Aim(to(hand), f"finger3-1.{side}", out * twist * 0.5),
    }


def _fingers(side: str, curl: float) -> dict[str, Move]:
    """Close the hand a little, more towards the little finger, without spreading it."""
    moves: dict[str, Move] = {}
    for finger, (share, spread) in {
        2: (0.55, -9.0),
        3: (0.85, -1.0),
        4: (1.05, 7.0),
        5: (1.2, 15.0),
    }.items():
        moves[f"finger{finger}-1.{side}"] = Curl(curl * share, spread)
        moves[f"finger{finger}-2.{side}"] = Curl(curl * share * 1.1)
        moves[f"finger{finger}-3.{side}"] = Curl(curl * share * 0.6)
    moves[f"finger1-1.{side}"] = Curl(curl * 0.3, -14.0)
    moves[f"finger1-2.{side}"] = Curl(curl * 0.2, -6.0)
    return moves


_RELAXED_RIGHT = {
    "clavicle.R": Turn(y=-4),
    **_arm("R", (0.25, 0.05, -1), (0.13, -0.26, -1), (0.02, -0.22, -1)),
    **_fingers("R", 17),
}
_RELAXED_LEFT = {
    "clavicle.L": Turn(y=4),
    **_arm("L", (0.24, 0.03, -1), (0.17, -0.28, -1), (0.06, -0.26, -1)),
    **_fingers("L", 17),
}

STANCES: dict[str, dict[str, Move]] = {
    "A": {**_weight_on_right(), **_RELAXED_RIGHT, **_RELAXED_LEFT},
    "B": {
        **_weight_on_left(),
        **_RELAXED_RIGHT,
        "clavicle.L": Turn(y=-2),
        **_arm("L", (1, -0.05, -0.62), (1, -0.34, -0.30), (1, -0.38, -0.36), twist=20),
        **_fingers("L", 14),
    },
    "C": {
        **_weight_on_right(step=11.0, turn=8.0),
        **_RELAXED_RIGHT,
        "clavicle.L": Turn(y=2),
        **_arm("L", (0.30, 0.10, -1), (-0.06, -1.0, -0.03), (-0.40, -1.0, -0.30), twist=22),
        **_fingers("L", 15),
    },
    "D": {
        **_weight_on_left(step=4.0, turn=-7.0),
        **_RELAXED_LEFT,
        "clavicle.R": Turn(y=-3),
        **_arm("R", (0.22, 0.06, -1), (0.10, -0.95, -0.38), (-0.22, -0.95, -0.30), twist=40),
        **_fingers("R", 26),
    },
}
"""How each simulated body stands. A: both arms hang. B: the left arm holds the spread pallu out.
C: the left forearm is held in front. D: the right forearm is, to take the pallu brought round."""
