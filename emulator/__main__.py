"""`python -m emulator serve`, `generate PHOTO`, and `verify FOLDER`."""

import argparse
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from chalicelib.domain.saree import DetailPart
from chalicelib.errors import SettingsError
from emulator.declaration import UnknownDeclarationError
from emulator.embedded import CloudStartError
from emulator.environments import THREADS
from emulator.serving import Plan, Serving
from emulator.triggers import UnknownTriggerError

_CANNOT_SERVE = (CloudStartError, SettingsError, UnknownDeclarationError, UnknownTriggerError)


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line says and return the exit status."""
    options = _parser().parse_args(arguments)
    if options.command == "serve":
        plan = Plan(options.port, options.workers, options.data_dir, options.cloud)
        return serve(plan)
    if options.command == "verify":
        return prove(options.target, options.threads)
    from emulator.generate import Asked, generate

    given = {part: getattr(options, part) for part in DetailPart}
    details = {str(part): path for part, path in given.items() if path is not None}
    return generate(Asked(options.photo, options.mode, details), options.out, options.url)


def serve(plan: Plan) -> int:
    """Serve until told to stop, then finish what is running."""
    with _told_to_stop() as told:
        try:
            serving = Serving(plan)
        except (*_CANNOT_SERVE, OSError) as error:
            sys.stderr.write(f"cannot serve: {error}\n")
            return 1
        sys.stdout.write(f"serving {serving.url}\n")
        sys.stdout.flush()
        while serving.healthy and not told.wait(0.5):
            pass
        healthy = serving.healthy
        serving.stop()
    return 0 if healthy else 1


def prove(target: Path, threads: int | None) -> int:
    """Verify a folder, or tell what a lone picture claims."""
    if target.is_file():
        from emulator.claims import claims

        return claims(target)
    if threads is not None:
        # The libraries read these once, when they are loaded.
        os.environ.update(dict.fromkeys(THREADS, str(threads)))
        import cv2

        cv2.setNumThreads(threads)
    from emulator.verify import verify

    return verify(target)


@contextmanager
def _told_to_stop() -> Iterator[threading.Event]:
    """An event that SIGTERM and Ctrl-C set."""
    told = threading.Event()
    signals = (signal.SIGTERM, signal.SIGINT)
    before = [signal.signal(each, lambda *_: told.set()) for each in signals]
    try:
        yield told
    finally:
        for each, handler in zip(signals, before, strict=True):
            signal.signal(each, handler)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m emulator", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    serving = commands.add_parser("serve", help="serve the API on this machine")
    serving.add_argument("--port", type=int, default=8000, help="0 takes any free port")
    serving.add_argument("--workers", type=int, default=2, help="processes that run functions")
    serving.add_argument("--data-dir", type=Path, help="keep the store and the queues here")
    serving.add_argument("--cloud", metavar="URL", help="an S3 and SQS endpoint to use instead")
    making = commands.add_parser("generate", help="make catalog pictures from one photo")
    making.add_argument("photo", type=Path)
    for part in DetailPart:
        help_ = f"a photo of the {part}, which stands for it"
        making.add_argument(f"--{part}", type=Path, metavar="PHOTO", help=help_)
    making.add_argument("--mode", default="standard", choices=["standard", "extend"])
    making.add_argument("--out", type=Path, default=Path("out"))
    making.add_argument("--url", help="an API that is served already")
    proving = commands.add_parser("verify", help="make a generation again and compare every byte")
    proving.add_argument("target", type=Path, help="a folder that generate wrote, or one picture")
    proving.add_argument("--threads", type=_threads, help="calculate with so many threads")
    return parser


def _threads(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 64:
        raise argparse.ArgumentTypeError("between 1 and 64")
    return number


if __name__ == "__main__":
    sys.exit(main())
