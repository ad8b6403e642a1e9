"""Ends a child process with its parent, however the parent ends."""

import os
import signal
import threading
from collections.abc import Callable
from typing import TextIO


def end_with_parent(stream: TextIO, take_line: Callable[[str], object] = str.strip) -> None:
    """
    End this process when `stream`, a pipe that the parent holds open, is closed.

    A parent that is killed outright can tell nobody; the kernel closes its pipes.
    Signals that a terminal sends to the whole group are left to the parent.
    Lines that the parent does write are handed to `take_line`, which may be left out.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)

    def wait() -> None:
        for line in stream:
            take_line(line)
        os._exit(0)

    threading.Thread(target=wait, name="lifeline", daemon=True).start()
