"""Log lines: one JSON object for each thing that happened, event name first."""

import logging
from typing import Any, TextIO

from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter


class _EventFirst(LambdaPowertoolsFormatter):
    """Powertools' JSON lines, with the message under the name it has here: the event."""

    def serialize(self, log: dict[str, Any]) -> str:
        return str(super().serialize({"event": log.pop("message"), **log}))


def configure(level: str, stream: TextIO | None = None) -> None:
    """Write the log lines of everything below `chalicelib` and `emulator` to `stream`."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_EventFirst(location=None, logger="%(name)s", utc=True))
    for name in ("chalicelib", "emulator"):
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.setLevel(level)
        logger.propagate = False
