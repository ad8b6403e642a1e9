"""Serves the small app from the command line: DATA_DIR is the only argument."""

import sys
from pathlib import Path

from emulator.__main__ import serve
from emulator.serving import Plan
from tests.emulator.places import SMALL

if __name__ == "__main__":
    plan = Plan(
        port=0,
        workers=1,
        data_dir=Path(sys.argv[1]),
        app="tests.emulator.small.app",
        declared_in=SMALL,
        backoff=lambda receives: 0 * receives,
    )
    sys.exit(serve(plan))
