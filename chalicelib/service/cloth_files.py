"""Strips and cloths as files, and back."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from chalicelib.domain.keys import SareeKeys
from chalicelib.domain.stage import Stage
from chalicelib.imaging.cloth import Cloth, Parts
from chalicelib.imaging.decoding.codec import decode_png, encode_png
from chalicelib.imaging.extracting.pieces import pieces
from chalicelib.imaging.image import Rgba8
from chalicelib.imaging.strip import Flattened, StripFacts
from chalicelib.ports import ObjectStore
from chalicelib.service import documents
from chalicelib.service.manifest import Content, content

_WHOLE = ("whole.png", "seen.png", "zari.png", "parts.json")


@dataclass(frozen=True, slots=True)
class StoredCloth:
    """A cloth, and the files that it was read from."""

    cloth: Cloth
    contents: tuple[Content, ...]


def write_strip(flattened: Flattened) -> dict[str, bytes]:
    """Write what `flatten` found."""
    return {
        "strip.png": encode_png(flattened.strip),
        "strip.json": documents.dump(flattened.facts),
    }


def read_strip(files: Mapping[str, bytes]) -> Flattened:
    """Read what `flatten` found."""
    return Flattened(
        decode_png(files["strip.png"]), documents.load(StripFacts, files["strip.json"])
    )


def write_detail(part: str, picture: Rgba8, facts: object) -> dict[str, bytes]:
    """Write what a stage made of the photo of one part."""
    return {
        f"detail_{part}.png": encode_png(picture),
        f"detail_{part}.json": documents.dump(facts),
    }


def read_detail(part: str, files: Mapping[str, bytes]) -> Flattened:
    """Read what `flatten` made of the photo of one part."""
    return Flattened(
        decode_png(files[f"detail_{part}.png"]),
        documents.load(StripFacts, files[f"detail_{part}.json"]),
    )


def write_cloth(cloth: Cloth) -> dict[str, bytes]:
    """Write what `extract` found: the whole strip, what it knows of it, and the parts alone."""
    parts = {f"{region}.png": encode_png(piece) for region, piece in pieces(cloth).items()}
    return {
        "whole.png": encode_png(cloth.pixels),
        "seen.png": encode_png(cloth.seen.astype(np.uint8) * 255),
        "zari.png": encode_png(np.rint(cloth.zari * 255).astype(np.uint8)),
        "parts.json": documents.dump(cloth.parts),
        **parts,
    }


def read_cloth(files: Mapping[str, bytes]) -> Cloth:
    """Read what `extract` found."""
    return Cloth(
        decode_png(files["whole.png"]),
        decode_png(files["seen.png"]) > 127,
        decode_png(files["zari.png"]).astype(np.float32) / np.float32(255),
        documents.load(Parts, files["parts.json"]),
    )


class Cloths:
    """Loads prepared cloths, and keeps the last: the poses of a saree come one after another."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store
        self._last: tuple[str, StoredCloth] | None = None

    def load(self, saree: SareeKeys, fingerprint: str) -> StoredCloth:
        """Load a prepared cloth, or raise `NotFoundError`."""
        folder = saree.prepared(fingerprint, Stage.EXTRACT)
        if self._last is None or self._last[0] != folder.prefix:
            files = {name: self._store.get(folder.output(name)) for name in _WHOLE}
            contents = tuple(
                content(saree.prefix, folder.output(name), body) for name, body in files.items()
            )
            self._last = folder.prefix, StoredCloth(read_cloth(files), contents)
        return self._last[1]
