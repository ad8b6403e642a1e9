"""
One execution environment: a process that imports the app once and runs what it is handed.

Invocations come as lines of JSON on the standard input, results leave as lines of JSON on
the standard output; whatever the functions print goes to the standard error.
"""

import argparse
import importlib
import json
import logging
import os
import queue
import resource
import sys
import time
from typing import TYPE_CHECKING, Any

from chalice.local import LambdaContext

from chalicelib import logs
from emulator.lifeline import end_with_parent

if TYPE_CHECKING:
    from chalice.app import Chalice

log = logging.getLogger("emulator.worker")


def main() -> None:
    """Run invocations until the process that started this one is gone."""
    parser = argparse.ArgumentParser(prog="emulator.worker")
    parser.add_argument("--app", default="app")
    options = parser.parse_args()
    results = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    invocations: queue.SimpleQueue[str] = queue.SimpleQueue()
    end_with_parent(sys.stdin, invocations.put)
    logs.configure(os.environ.get("PALLU_LOG_LEVEL", "INFO"))
    app = importlib.import_module(options.app).app
    tell: dict[str, Any] = {"imported": options.app}
    while True:
        results.write(json.dumps(tell) + "\n")
        results.flush()
        tell = run(app, json.loads(invocations.get()))


def run(app: "Chalice", invocation: dict[str, Any]) -> dict[str, Any]:
    """Run one function on one event and tell how it went and what it took."""
    name = invocation["function"]
    context = LambdaContext(
        name, invocation["memory_megabytes"], invocation["timeout_seconds"] * 1000
    )
    started, cpu_started = time.monotonic(), time.process_time()
    error = None
    try:
        app.handler_map[name](invocation["event"], context)
    except Exception as raised:
        # The edge of the process: Lambda reports whatever a function lets out and lives on.
        log.exception("function.raised", extra={"function": name})
        error = type(raised).__name__
    return {
        "error": error,
        "milliseconds": round((time.monotonic() - started) * 1000),
        "cpu_milliseconds": round((time.process_time() - cpu_started) * 1000),
        "peak_megabytes": _peak_megabytes(),
    }


def _peak_megabytes() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Linux counts in kilobytes, macOS in bytes.
    return round(peak / (2**20 if sys.platform == "darwin" else 2**10))


if __name__ == "__main__":
    main()
