"""Writing once: a second writer of the same bytes succeeds, of other bytes is a fault."""

import hashlib
from collections.abc import Mapping

from chalicelib.errors import IntegrityError, KeyTakenError, NotFoundError
from chalicelib.ports import ObjectStore

JSON = "application/json"
PNG = "image/png"
HTML = "text/html; charset=utf-8"

_TYPES = {"png": PNG, "jpg": "image/jpeg", "html": HTML, "json": JSON}


def digest(body: bytes) -> str:
    """Digest bytes as everywhere in keys, manifests and metadata: sha256, in hex."""
    return hashlib.sha256(body).hexdigest()


def publish(store: ObjectStore, key: str, body: bytes, *, content_type: str) -> None:
    """
    Write `body` at `key`, or find it written already.

    Raises
    ------
    IntegrityError
        `key` holds other bytes: a step that should be deterministic was not.
    """
    try:
        store.put_new(key, body, content_type=content_type)
    except KeyTakenError as error:
        if store.facts(key).sha256 != digest(body):
            raise IntegrityError(f"{key} holds other bytes") from error


def publish_all(store: ObjectStore, bodies: Mapping[str, bytes]) -> None:
    """Write several objects in their order; the last says that the others are there."""
    for key, body in bodies.items():
        publish(store, key, body, content_type=_TYPES[key.rpartition(".")[2]])


def find(store: ObjectStore, key: str) -> bytes | None:
    """Read an object that may not be there."""
    try:
        return store.get(key)
    except NotFoundError:
        return None
