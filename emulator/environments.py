"""The parent's side of a worker process: start it, hand it work, end it when time is up."""

import json
import select
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from emulator.declaration import FunctionSettings
from emulator.events import Event

ROOT = Path(__file__).resolve().parent.parent

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "OPENCV_FOR_THREADS_NUM")
"""How many threads each library takes; read when it is loaded."""

_IMPORT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an invocation ended and what it took."""

    ending: str
    """`succeeded`, `raised`, `timed_out` or `crashed`."""

    error: str | None = None
    milliseconds: int | None = None
    cpu_milliseconds: int | None = None
    peak_megabytes: int | None = None

    @property
    def succeeded(self) -> bool:
        """Whether the batch may be deleted."""
        return self.ending == "succeeded"


class Environment:
    """One worker process at a time, replaced when it died."""

    def __init__(self, app: str, environ: Mapping[str, str]) -> None:
        self._command = [sys.executable, "-m", "emulator.worker", "--app", app]
        # With as many workers as cores, more threads in each only take turns.
        self._environ = dict.fromkeys(THREADS, "1") | dict(environ)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The id of the process that is warm now."""
        return self._process.pid if self._process else None

    def warm(self) -> None:
        """Have a living process that has imported the app, if the app can be imported."""
        if self._process is not None and self._process.poll() is None:
            return
        self._process = subprocess.Popen(
            self._command,
            cwd=ROOT,
            env=self._environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # A terminal's Ctrl-C is for the parent, which lets this process finish.
            start_new_session=True,
        )
        # The first line says that the app is imported: a function's time starts after that.
        self._answer(_IMPORT_SECONDS)

    def prepare(self) -> None:
        """Try to be warm before the first invocation; what fails here fails there, too."""
        with suppress(TimeoutError, ConnectionError):
            self.warm()

    def invoke(self, function: str, event: Event, settings: FunctionSettings) -> Outcome:
        """Run one function; kill the process when the function's time is up."""
        invocation = {
            "function": function,
            "event": event,
            "timeout_seconds": settings.timeout_seconds,
            "memory_megabytes": settings.memory_megabytes,
        }
        try:
            self.warm()
            self._ask(json.dumps(invocation).encode() + b"\n")
            result = json.loads(self._answer(settings.timeout_seconds))
        except TimeoutError:
            self.end()
            return Outcome("timed_out")
        except ConnectionError as error:
            self.end()
            return Outcome("crashed", error=str(error))
        return Outcome("raised" if result["error"] else "succeeded", **result)

    def _ask(self, line: bytes) -> None:
        if self._process is None or self._process.stdin is None:
            raise ConnectionError("there is no process")
        self._process.stdin.write(line)
        self._process.stdin.flush()

    def _answer(self, timeout_seconds: float) -> bytes:
        if self._process is None or self._process.stdout is None:
            raise ConnectionError("there is no process")
        ready, _, _ = select.select([self._process.stdout], [], [], timeout_seconds)
        if not ready:
            raise TimeoutError
        line = self._process.stdout.readline()
        if not line:
            raise ConnectionError(f"the process ended with {self._process.wait()}")
        return line

    def end(self) -> None:
        """Have no process. What it was doing is lost."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                # A line that the process never took is lost with it.
                with suppress(BrokenPipeError):
                    stream.close()
