"""What the user says of a saree, held to what a saree can be."""

from dataclasses import dataclass

from chalicelib.domain.saree import Fabric
from chalicelib.errors import InvalidInputError

_LONGEST_M = 12.0
_WIDEST_M = 3.0


@dataclass(frozen=True, slots=True)
class Said:
    """What the user says of a saree; None where nothing was said."""

    length_m: float | None = None
    width_m: float | None = None
    name: str | None = None
    fabric: Fabric | None = None

    def __post_init__(self) -> None:
        """Refuse what no saree is."""
        _within("length_m", self.length_m, 1.0, _LONGEST_M)
        _within("width_m", self.width_m, 0.3, _WIDEST_M)


def _within(field: str, value: float | None, least: float, most: float) -> None:
    if value is not None and not least <= value <= most:
        sentence = f"{field} is {value:g}; a saree has {least:g} to {most:g} meters"
        raise InvalidInputError(sentence, code=f"{field}_invalid")
