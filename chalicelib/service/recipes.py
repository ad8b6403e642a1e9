"""The preparing stages over bytes: what each reads, and the files it gives."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.domain.stage import Stage
from chalicelib.imaging.decoding.codec import Limits, decode, decode_png, encode_png
from chalicelib.imaging.isolating.kind import PhotoReading
from chalicelib.imaging.strip import FabricSize
from chalicelib.ports import FlattenAdapter, Segmenter
from chalicelib.service import documents
from chalicelib.service.cloth_files import (
    read_detail,
    read_strip,
    write_cloth,
    write_detail,
    write_strip,
)
from chalicelib.service.sarees import SareeRecord
from chalicelib.stages.detail import flatten_detail, isolate_detail
from chalicelib.stages.extract import extract
from chalicelib.stages.flatten import flatten
from chalicelib.stages.isolate import isolate

Files = Mapping[str, bytes]

FLATTEN_SEED = 0
"""Flattening draws nothing by chance; an adapter that does is given this seed."""

ORIGINAL = "original"
"""The photo, as a recipe names it."""

DETAIL = "detail_"
"""With a part behind it, the photo of that part."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one preparing stage makes its files out of those of the stages before it."""

    reads: tuple[tuple[Stage | None, str], ...]
    """Stage and file name; no stage stands for a photo as it came."""

    work: Callable[[Files, SareeRecord], dict[str, bytes]]
    adapter: dict[str, str]

    reads_each: tuple[tuple[Stage | None, str], ...] = ()
    """The same for each part that has a photo of its own, which stands for `{part}`."""

    def sources(self, record: SareeRecord) -> tuple[tuple[Stage | None, str], ...]:
        """Everything that is read for this saree."""
        details = [
            (stage, name.format(part=part))
            for part in record.parts
            for stage, name in self.reads_each
        ]
        return (*self.reads, *details)


def recipes(
    segmenter: Segmenter, flattener: FlattenAdapter, limits: Limits
) -> dict[Stage, Recipe]:
    """Bind the preparing stages to their adapters."""
    return {
        Stage.ISOLATE: Recipe(
            ((None, ORIGINAL),),
            lambda files, record: _isolate(files, record, segmenter, limits),
            _named(segmenter),
            ((None, DETAIL + "{part}"),),
        ),
        Stage.FLATTEN: Recipe(
            ((Stage.ISOLATE, "cutout.png"), (Stage.ISOLATE, "reading.json")),
            lambda files, record: _flatten(files, record, flattener),
            _named(flattener),
            ((Stage.ISOLATE, "detail_{part}.png"), (Stage.ISOLATE, "detail_{part}.json")),
        ),
        Stage.EXTRACT: Recipe(
            ((Stage.FLATTEN, "strip.png"), (Stage.FLATTEN, "strip.json")),
            _extract,
            {},
            ((Stage.FLATTEN, "detail_{part}.png"), (Stage.FLATTEN, "detail_{part}.json")),
        ),
    }


def _isolate(
    files: Files, record: SareeRecord, segmenter: Segmenter, limits: Limits
) -> dict[str, bytes]:
    isolated = isolate(decode(files[ORIGINAL], limits), segmenter)
    made = {
        "cutout.png": encode_png(isolated.cutout),
        "alpha.png": encode_png(isolated.cutout[..., 3]),
        "reading.json": documents.dump(isolated.reading),
    }
    for part in record.parts:
        detail = isolate_detail(decode(files[DETAIL + part], limits), part, segmenter)
        made |= write_detail(part, detail.cutout, detail.reading)
    return made


def _flatten(files: Files, record: SareeRecord, adapter: FlattenAdapter) -> dict[str, bytes]:
    cutout, reading = decode_png(files["cutout.png"]), files["reading.json"]
    size = _size(reading, record, record.focal_35mm)
    made = write_strip(flatten(cutout, size, adapter, FLATTEN_SEED))
    for detail in record.details:
        part, photo = detail.part, decode_png(files[f"detail_{detail.part}.png"])
        size = _size(files[f"detail_{part}.json"], record, detail.focal_35mm)
        flat = flatten_detail(photo, part, size, adapter, FLATTEN_SEED)
        made |= write_detail(part, flat.strip, flat.facts)
    return made


def _extract(files: Files, record: SareeRecord) -> dict[str, bytes]:
    flattened = read_strip(files)
    wanted = FabricSize(record.length_m, record.width_m, record.focal_35mm)
    details = {str(part): read_detail(part, files) for part in record.parts}
    cloth = extract(flattened.strip, flattened.facts, wanted, details, record.fabric)
    return write_cloth(cloth)


def _size(reading: bytes, record: SareeRecord, focal_35mm: float | None) -> FabricSize:
    read = documents.load(PhotoReading, reading)
    size = record.length_m, record.width_m
    return FabricSize(*size, focal_35mm, read.kind, read.floor_lines)


def _named(adapter: Any) -> dict[str, str]:
    return {"name": adapter.name, "version": adapter.version}
