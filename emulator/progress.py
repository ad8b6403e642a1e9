"""A line that shows how far a job is."""

import time
from collections.abc import Mapping
from typing import Any, TextIO

_WIDTH = 28
_SETTLED = {"published", "failed"}


class ProgressLine:
    """Redrawn in place on a terminal; elsewhere one line whenever something changed."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._in_place = stream.isatty()
        self._started = time.monotonic()
        self._last = ""

    def say(self, doing: str, percent: int = 0) -> None:
        """Show what is being done."""
        if self._in_place:
            filled = _WIDTH * percent // 100
            bar = "█" * filled + "░" * (_WIDTH - filled)
            seconds = int(time.monotonic() - self._started)
            self._stream.write(f"\r\x1b[K{bar} {percent:3d} %  {doing}  {seconds} s")
        elif doing != self._last:
            self._stream.write(f"{percent:3d} %  {doing}\n")
        self._last = doing
        self._stream.flush()

    def show(self, status: Mapping[str, Any]) -> None:
        """Show how far a job is: its stage, and the pose that it waits for."""
        self.say(_doing(status), int(status["progress"]))

    def close(self) -> None:
        """Leave the line as it is."""
        if self._in_place:
            self._stream.write("\n")


def _doing(status: Mapping[str, Any]) -> str:
    stage = status["current_stage"] or status["status"]
    if stage not in {"compose", "validate", "retry"}:
        return str(stage)
    waiting = [pose for pose in status["poses"] if pose["status"] not in _SETTLED]
    if not waiting:
        return str(stage)
    pose = waiting[0]
    again = f", attempt {pose['attempt']}" if pose["attempt"] > 1 else ""
    return f"{stage}  {pose['pose']} {pose['label']}{again}"
