"""Keeps the store's objects in files, so that they outlive the process."""

import fcntl
import json
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from io import BufferedWriter
from pathlib import Path


@dataclass(frozen=True, slots=True)
class KeptObject:
    """One object as the store holds it."""

    bucket: str
    key: str
    headers: Mapping[str, str]
    modified_at: float
    body: bytes


class DirectoryInUseError(Exception):
    """Another embedded cloud keeps its objects in the same directory."""


class ObjectFiles:
    """
    One file per object: a line of JSON that says what it is, then the body.

    What it is and its body share a file, so one rename makes both visible or neither.
    The file is named for a digest of the key, because keys may be longer than file names
    and one key may be another's folder.
    """

    def __init__(self, directory: Path, wait_seconds: float = 5.0) -> None:
        self._directory = directory
        directory.mkdir(parents=True, exist_ok=True)
        self._lock = _hold(directory / ".lock", wait_seconds)
        for unfinished in directory.glob("*.new"):
            unfinished.unlink()

    def keep(self, kept: KeptObject) -> None:
        """Have the object on the disk when this returns."""
        final = self._path(kept.bucket, kept.key)
        unfinished = final.with_suffix(".new")
        line = {
            "bucket": kept.bucket,
            "key": kept.key,
            "headers": dict(kept.headers),
            "modified_at": kept.modified_at,
        }
        with unfinished.open("wb") as file:
            file.write(json.dumps(line).encode() + b"\n")
            file.write(kept.body)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(final)
        self._settle()

    def drop(self, bucket: str, key: str) -> None:
        """Have the object off the disk when this returns."""
        self._path(bucket, key).unlink(missing_ok=True)
        self._settle()

    def objects(self) -> Iterator[KeptObject]:
        """Everything that was kept and not dropped."""
        for path in sorted(self._directory.glob("*.object")):
            line, _, body = path.read_bytes().partition(b"\n")
            kept = json.loads(line)
            yield KeptObject(
                kept["bucket"], kept["key"], kept["headers"], kept["modified_at"], body
            )

    def close(self) -> None:
        """Let another process have the directory."""
        self._lock.close()

    def _path(self, bucket: str, key: str) -> Path:
        return self._directory / f"{sha256(f'{bucket}/{key}'.encode()).hexdigest()}.object"

    def _settle(self) -> None:
        # A rename outlives a power cut only once its directory is on the disk too.
        descriptor = os.open(self._directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _hold(path: Path, wait_seconds: float) -> BufferedWriter:
    """Lock a directory, giving a process that was just killed a moment to be gone."""
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
