"""The modes of a generation, and which poses each stands for."""

from enum import StrEnum
from typing import Self

from chalicelib.domain.catalog import LABELS
from chalicelib.errors import InvalidInputError

_POSES = tuple(LABELS)


class Mode(StrEnum):
    """What a generation sets out to make; the poses follow from it and from nothing else."""

    STANDARD = "standard"
    EXTEND = "extend"
    RETRY_FAILED = "retry_failed"

    @classmethod
    def named(cls, name: str) -> Self:
        """Find a mode by its name, or raise `InvalidInputError`."""
        try:
            return cls(name)
        except ValueError as error:
            known = ", ".join(cls)
            sentence = f"unknown mode {name[:40]!r}; use one of {known}"
            raise InvalidInputError(sentence, code="unknown_mode") from error


FIXED_POSES: dict[Mode, tuple[str, ...]] = {
    Mode.STANDARD: _POSES[:4],
    Mode.EXTEND: _POSES[4:],
}
"""`retry_failed` is not here: its poses are those that failed in the latest generation."""
