"""The embedded cloud's process: prints where it listens, ends when its standard input does."""

import argparse
import logging
import sys
from pathlib import Path

from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import make_server

from emulator.cloud.disk import DirectoryInUseError, hold
from emulator.cloud.gate import Gate
from emulator.cloud.mirrors import Mirror, mirrors_in
from emulator.cloud.turns import Turns
from emulator.lifeline import end_with_parent

HOST = "127.0.0.1"


def main() -> None:
    """Serve S3 and SQS until the process that started this one is gone."""
    parser = argparse.ArgumentParser(prog="emulator.cloud")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--data-dir", type=Path)
    options = parser.parse_args()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    mirrors: tuple[Mirror, ...] = ()
    if options.data_dir:
        try:
            options.lock = hold(options.data_dir)
        except DirectoryInUseError as error:
            sys.exit(f"cannot keep the store: {error}")
        mirrors = mirrors_in(options.data_dir)
    app = Gate(Turns(DomainDispatcherApplication(create_backend_app), mirrors))
    server = make_server(
        HOST, options.port, app, threaded=True, request_handler=MotoRequestHandler
    )
    end_with_parent(sys.stdin)
    sys.stdout.write(f"http://{HOST}:{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main()
