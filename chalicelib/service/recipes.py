"""The preparing stages over bytes: what each reads, and the files it gives."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.domain.stage import Stage
from chalicelib.imaging.codec import Limits, decode, decode_png, encode_png
from chalicelib.imaging.kind import PhotoReading
from chalicelib.imaging.strip import FabricSize
from chalicelib.ports import FlattenAdapter, Segmenter
from chalicelib.service import documents
from chalicelib.service.cloth_files import read_strip, write_cloth, write_strip
from chalicelib.service.sarees import SareeRecord
from chalicelib.stages.extract import extract
from chalicelib.stages.flatten import flatten
from chalicelib.stages.isolate import isolate

Files = Mapping[str, bytes]

FLATTEN_SEED = 0
"""Flattening draws nothing by chance; an adapter that does is given this seed."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one preparing stage makes its files out of those of the stages before it."""

    reads: tuple[tuple[Stage | None, str], ...]
    """Stage and file name; no stage stands for the original photo."""

    work: Callable[[Files, SareeRecord], dict[str, bytes]]
    adapter: dict[str, str]


def recipes(
    segmenter: Segmenter, flattener: FlattenAdapter, limits: Limits
) -> dict[Stage, Recipe]:
    """Bind the preparing stages to their adapters."""
    return {
        Stage.ISOLATE: Recipe(
            ((None, "original"),),
            lambda files, _: _isolate(files, segmenter, limits),
            _named(segmenter),
        ),
        Stage.FLATTEN: Recipe(
            ((Stage.ISOLATE, "cutout.png"), (Stage.ISOLATE, "reading.json")),
            lambda files, record: _flatten(files, record, flattener),
            _named(flattener),
        ),
        Stage.EXTRACT: Recipe(
            ((Stage.FLATTEN, "strip.png"), (Stage.FLATTEN, "strip.json")),
            _extract,
            {},
        ),
    }


def _isolate(files: Files, segmenter: Segmenter, limits: Limits) -> dict[str, bytes]:
    isolated = isolate(decode(files["original"], limits), segmenter)
    return {
        "cutout.png": encode_png(isolated.cutout),
        "alpha.png": encode_png(isolated.cutout[..., 3]),
        "reading.json": documents.dump(isolated.reading),
    }


def _flatten(files: Files, record: SareeRecord, adapter: FlattenAdapter) -> dict[str, bytes]:
    reading = documents.load(PhotoReading, files["reading.json"])
    wanted = FabricSize(record.length_m, record.width_m, record.focal_35mm, reading.kind)
    flattened = flatten(decode_png(files["cutout.png"]), wanted, adapter, FLATTEN_SEED)
    return write_strip(flattened)


def _extract(files: Files, record: SareeRecord) -> dict[str, bytes]:
    flattened = read_strip(files)
    wanted = FabricSize(record.length_m, record.width_m, record.focal_35mm)
    return write_cloth(extract(flattened.strip, flattened.facts, wanted))


def _named(adapter: Any) -> dict[str, str]:
    return {"name": adapter.name, "version": adapter.version}
