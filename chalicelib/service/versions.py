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
    "domain/constraints.py",
    "domain/verdict.py",
    "service/cloth_files.py",
    "service/decide.py",
    "service/documents.py",
    "service/manifest.py",
    "service/pictures.py",
    "service/prepare.py",
    "service/provenance.py",
    "service/recipes.py",
    "service/retry.py",
    "service/staging.py",
    "service/verdict_files.py",
)
_CERTIFICATE: Final = (
    "service/certificate.py",
    "service/certificate_page",
    "service/certificate_page/style.css",
    "service/illustration.py",
)
_LIBRARIES: Final = ("numpy", "opencv-python-headless", "pillow", "scikit-image", "scipy")


@cache
def code_version() -> str:
    """
    Digest the source of everything that makes pixels, measures them, and decides on them.

    Computed, not declared: a changed algorithm cannot forget to change its version.
    """
    return _digest(_CODE)


@cache
def documents_version() -> str:
    """Digest the source of what writes certificates, which changes no picture and no verdict."""
    return _digest(_CERTIFICATE)


@cache
def library_versions() -> dict[str, str]:
    """Name the version of each library whose arithmetic shows in the pixels."""
    return {name: metadata.version(name) for name in _LIBRARIES}


def _digest(paths: tuple[str, ...]) -> str:
    total = hashlib.sha256()
    for given in paths:
        entry = files("chalicelib").joinpath(given)
        found = [(given, entry.read_bytes())] if entry.is_file() else _sources(entry, given)
        for path, body in found:
            total.update(f"{path}\0{hashlib.sha256(body).hexdigest()}\n".encode())
    return total.hexdigest()[:16]


def _sources(folder: Traversable, path: str) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        inner = f"{path}/{entry.name}"
        if entry.is_dir() and entry.name != "__pycache__":
            found += _sources(entry, inner)
        elif entry.name.endswith(".py"):
            found.append((inner, entry.read_bytes()))
    return found
