"""Fingerprints: what determines how a saree is prepared, in one short digest."""

import hashlib
import json
from collections.abc import Sequence
from typing import Protocol

from chalicelib.service.versions import code_version, library_versions


class _Detail(Protocol):
    """What of a detail photo's record determines its preparation."""

    @property
    def part(self) -> str: ...
    @property
    def sha256(self) -> str: ...
    @property
    def focal_35mm(self) -> float | None: ...


class _Photo(Protocol):
    """What of a saree's record determines its preparation."""

    @property
    def sha256(self) -> str: ...
    @property
    def focal_35mm(self) -> float | None: ...
    @property
    def length_m(self) -> float | None: ...
    @property
    def width_m(self) -> float | None: ...
    @property
    def fabric(self) -> str | None: ...
    @property
    def details(self) -> Sequence[_Detail]: ...


class Fingerprints:
    """Digests the inputs of preparation, so that the same inputs find the same result."""

    def __init__(self, segmenter: str, segmenter_model: str) -> None:
        self._segmenter = f"{segmenter}:{segmenter_model}"

    def of(self, photo: _Photo) -> str:
        """Digest the photos, what was said of them, the segmenter, our code and the libraries."""
        inputs = {
            "sha256": photo.sha256,
            "focal_35mm": photo.focal_35mm,
            "length_m": photo.length_m,
            "width_m": photo.width_m,
            "fabric": photo.fabric,
            "details": [
                [detail.part, detail.sha256, detail.focal_35mm] for detail in photo.details
            ],
            "segmenter": self._segmenter,
            "code": code_version(),
            "libraries": library_versions(),
        }
        return hashlib.sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest()[:16]
