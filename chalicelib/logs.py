"""Log lines: one JSON object for each thing that happened, event name first."""

import logging
from typing import TYPE_CHECKING, Any, TextIO

from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter

if TYPE_CHECKING:
    from aws_lambda_powertools.logging.types import PowertoolsLogRecord


class _EventFirst(LambdaPowertoolsFormatter):
    """Powertools' JSON lines, with the message under the name it has here: the event."""

    def serialize(self, log: "dict[str, Any] | PowertoolsLogRecord") -> str:
        rest = {name: value for name, value in log.items() if name != "message"}
        return str(super().serialize({"event": log.get("message"), **rest}))


def configure(level: str, stream: TextIO | None = None) -> None:
    """Write the log lines of everything below `chalicelib` and `emulator` to `stream`."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_EventFirst(location=None, utc=True))
    for name in ("chalicelib", "emulator"):
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.setLevel(level)
        logger.propagate = False
