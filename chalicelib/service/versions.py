"""What determines the pixels besides the photo: our code, and the libraries it stands on."""

import hashlib
from functools import cache
from importlib import metadata
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

_CODE: Final = (
    "imaging",
    "stages",
    "poses",
    "adapters/segmenters",
    "adapters/flatteners",
    "adapters/composers",
)
_LIBRARIES: Final = ("numpy", "opencv-python-headless", "pillow", "scikit-image", "scipy")


@cache
def code_version() -> str:
    """
    Digest the source of everything that touches pixels.

    Computed, not declared: a changed algorithm cannot forget to change its version.
    """
    total = hashlib.sha256()
    for package in _CODE:
        for path, body in _sources(files("chalicelib").joinpath(package), package):
            total.update(f"{path}\0{hashlib.sha256(body).hexdigest()}\n".encode())
    return total.hexdigest()[:16]


@cache
def library_versions() -> dict[str, str]:
    """Name the version of each library whose arithmetic shows in the pixels."""
    return {name: metadata.version(name) for name in _LIBRARIES}


def _sources(folder: Traversable, path: str) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        inner = f"{path}/{entry.name}"
        if entry.is_dir() and entry.name != "__pycache__":
            found += _sources(entry, inner)
        elif entry.name.endswith(".py"):
            found.append((inner, entry.read_bytes()))
    return found
