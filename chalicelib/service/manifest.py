"""Manifests: every input and output of a piece of work, and all that determined it."""

from dataclasses import dataclass, field
from typing import Any

from chalicelib.ports import ObjectStore
from chalicelib.service import documents
from chalicelib.service.publish import JSON, PNG, digest, publish
from chalicelib.service.versions import code_version, library_versions


@dataclass(frozen=True, slots=True)
class Content:
    """One object by its name below the saree's folder, and its digest."""

    name: str
    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """Enough to do the work again and compare bytes."""

    stage: str
    inputs: tuple[Content, ...]
    outputs: tuple[Content, ...]
    parameters: dict[str, Any] = field(default_factory=dict)
    seed: int = 0
    adapter: dict[str, str] = field(default_factory=dict)
    code: str = field(default_factory=code_version)
    libraries: dict[str, str] = field(default_factory=library_versions)


def content(prefix: str, key: str, body: bytes) -> Content:
    """Describe what is, or will be, at `key`, which starts with `prefix`."""
    return Content(key.removeprefix(prefix), digest(body), len(body))


def publish_with_manifest(
    store: ObjectStore, outputs: dict[str, bytes], key: str, manifest: Manifest
) -> None:
    """Write the outputs, then the manifest that says they are complete."""
    for output, body in outputs.items():
        publish(store, output, body, content_type=PNG if output.endswith(".png") else JSON)
    publish(store, key, documents.dump(manifest), content_type=JSON)
