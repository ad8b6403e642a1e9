"""How a fabric takes light: its sheen, and how much it lets through."""

from dataclasses import dataclass, replace
from typing import Final

from chalicelib.imaging.cloth import Cloth


@dataclass(frozen=True, slots=True)
class Finish:
    """`sheen` and `sheer` as in `Parts`, 0..1."""

    sheen: float
    sheer: float


FINISHES: Final = {
    "silk": Finish(0.55, 0.0),
    "satin": Finish(0.85, 0.0),
    "cotton": Finish(0.12, 0.05),
    "linen": Finish(0.15, 0.1),
    "crepe": Finish(0.25, 0.05),
    "georgette": Finish(0.2, 0.35),
    "chiffon": Finish(0.25, 0.6),
    "organza": Finish(0.45, 0.55),
}
"""By the fabric's name; a ranking put into numbers, not measurements."""

UNNAMED: Final = "The fabric was not named; it is taken to be opaque and to shine a little."

USUAL_SHEEN: Final = 0.3
"""Between cotton and silk."""


def finish_of(cloth: Cloth, fabric: str | None) -> Cloth:
    """
    Say how a cloth takes light: as its fabric does, or as most do where none was named.

    Parameters
    ----------
    cloth : Cloth
    fabric : str or None
        One of `FINISHES`.

    Returns
    -------
    Cloth
        The same pixels; `sheen`, `sheer`, their confidence and assumptions are filled in.
    """
    parts = cloth.parts
    if fabric is not None:
        finish, sure = FINISHES[fabric], 0.9
        told = parts.assumptions
    else:
        finish, sure = Finish(USUAL_SHEEN, 0.0), 0.2
        told = (*parts.assumptions, UNNAMED)
    confidence = {**parts.confidence, "sheen": sure, "sheer": sure}
    return replace(
        cloth,
        parts=replace(
            parts,
            sheen=finish.sheen,
            sheer=finish.sheer,
            confidence=confidence,
            assumptions=told,
        ),
    )
