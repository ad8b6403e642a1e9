"""Keeps records in files, so that what the cloud acknowledged outlives its process."""

import fcntl
import json
import os
import time
from collections.abc import Iterator, Mapping
from hashlib import sha256
from io import BufferedWriter
from pathlib import Path
from typing import Any

Facts = Mapping[str, Any]
"""What a record says of its body, as JSON can hold it."""


class DirectoryInUseError(Exception):
    """Another embedded cloud keeps its records in the same directory."""


class RecordFiles:
    """
    One file per record: a line of JSON that says what it is, then the body.

    What it is and its body share a file, so one rename makes both visible or neither.
    The file is named for a digest of the record's name, because keys may be longer than
    file names and one key may be another's folder.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        directory.mkdir(parents=True, exist_ok=True)
        for unfinished in directory.glob("*.new"):
            unfinished.unlink()

    def keep(self, name: str, facts: Facts, body: bytes) -> None:
        """Have the record on the disk when this returns."""
        final = self._path(name)
        unfinished = final.with_suffix(".new")
        with unfinished.open("wb") as file:
            file.write(json.dumps(facts).encode() + b"\n")
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(final)
        self._settle()

    def drop(self, name: str) -> None:
        """Have the record off the disk when this returns."""
        self._path(name).unlink(missing_ok=True)
        self._settle()

    def records(self) -> Iterator[tuple[Facts, bytes]]:
        """Everything that was kept and not dropped."""
        for path in sorted(self._directory.glob("*.record")):
            line, _, body = path.read_bytes().partition(b"\n")
            yield json.loads(line), body

    def _path(self, name: str) -> Path:
        return self._directory / f"{sha256(name.encode()).hexdigest()}.record"

    def _settle(self) -> None:
        # A rename outlives a power cut only once its directory is on the disk too.
        descriptor = os.open(self._directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def hold(directory: Path, wait_seconds: float = 1.5) -> BufferedWriter:
    """
    Keep a directory from every other process for as long as the returned file is open.

    Waits a moment, because a process that was just killed may not be gone yet.
    """
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / ".lock"
    file = path.open("wb")
    deadline = time.monotonic() + wait_seconds
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                file.close()
                raise DirectoryInUseError(f"{path.parent} is in use") from None
            time.sleep(0.05)
        else:
            return file
