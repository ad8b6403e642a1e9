"""The machine's own clock and its source of new names."""

from datetime import UTC, datetime
from uuid import uuid4


class SystemClock:
    """The time as the machine has it."""

    def now(self) -> datetime:
        """Tell the time, in UTC."""
        return datetime.now(UTC)


class RandomIds:
    """Names that nobody can guess."""

    def new(self) -> str:
        """Make up a random UUID4, in hex."""
        return uuid4().hex
