"""Ends a child process with its parent, however the parent ends."""

import os
import signal
import threading
from typing import TextIO


def end_with_parent(stream: TextIO) -> None:
    """
    End this process when `stream`, a pipe that the parent holds open, is closed.

    A parent that is killed outright can tell nobody; the kernel closes its pipes.
    Signals that a terminal sends to the whole group are left to the parent.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)

    def wait() -> None:
        while stream.readline():
            pass
        os._exit(0)

    threading.Thread(target=wait, name="lifeline", daemon=True).start()
