"""What may have happened to a pattern besides sliding: magnifications and turns to try."""

from typing import Final, NamedTuple, Self, TypeAlias

_SCALES: Final = (-0.15, -0.12, -0.09, -0.06, -0.03, 0.03, 0.06, 0.09, 0.12, 0.15)
_TURNS: Final = (-10.0, -8.0, -6.0, -4.0, -2.0, 2.0, 4.0, 6.0, 8.0, 10.0)
FINE_SCALE: Final = 0.012
FINE_TURN: Final = 0.8
"""Degrees. The steps of magnification and turn that are told apart."""

Way: TypeAlias = tuple[int, int, int]


class Change(NamedTuple):
    """Magnification less 1 along the saree and across it, and turn in degrees."""

    along: float
    across: float
    turn: float

    def near(self, way: Way, steps: int) -> Self:
        """The change that is so many fine steps away."""
        sizes = (FINE_SCALE, FINE_SCALE, FINE_TURN)
        moved = zip(self, way, sizes, strict=True)
        return type(self)(*(round(here + steps * by * size, 4) for here, by, size in moved))


NONE: Final = Change(0.0, 0.0, 0.0)
SIMILAR: Final = ((1, 1, 0), (0, 0, 1))
STRETCHED: Final = ((1, 0, 0), (0, 1, 0))
"""What changes together: the size, or the direction; the size along one thread alone."""


def coarse(way: Way) -> list[Change]:
    """Changes of one kind, from much less to much more."""
    along, across, turned = way
    return [
        Change(scale * along, scale * across, turn * turned)
        for scale, turn in zip(_SCALES, _TURNS, strict=True)
    ]
