"""The parent's side of the embedded cloud's process."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from emulator.environments import ROOT


class CloudStartError(Exception):
    """The embedded cloud did not start."""


class EmbeddedCloud:
    """
    S3 and SQS in a process of their own.

    Apart, because moto, the gateway and the pollers would otherwise share one interpreter
    lock, and large objects would stop all three.
    """

    def __init__(self, environ: Mapping[str, str], data_dir: Path | None) -> None:
        command = [sys.executable, "-m", "emulator.cloud"]
        if data_dir is not None:
            command += ["--data-dir", str(data_dir.resolve())]
        self._process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=dict(environ),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.url = self._first_line()

    @property
    def alive(self) -> bool:
        """Whether the process is there."""
        return self._process.poll() is None

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    def stop(self) -> None:
        """End the process; what it acknowledged is on the disk already."""
        self._process.kill()
        self._process.communicate()

    def _first_line(self) -> str:
        line = self._process.stdout.readline().strip() if self._process.stdout else ""
        if not line:
            self._process.communicate()
            status = self._process.returncode
            raise CloudStartError(f"the embedded cloud ended with status {status}")
        return line
