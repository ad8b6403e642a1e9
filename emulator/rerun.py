"""A generation made once more, in this process and in memory, from what its certificate says."""

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from chalicelib.adapters.memory import (
    CountingIds,
    ManualClock,
    MemoryObjectStore,
    MemoryWorkQueue,
    SilentMeter,
)
from chalicelib.bootstrap import Outside, Pallu
from chalicelib.domain.keys import GenerationName, SareeKeys
from chalicelib.domain.stage import PREPARATION, Stage
from chalicelib.service import documents
from chalicelib.service.fingerprint import Fingerprints
from chalicelib.service.generate import Generation
from chalicelib.service.publish import publish
from chalicelib.service.sarees import SareeRecord
from chalicelib.settings import Settings
from chalicelib.workshop import workshop

_NO_TIME = datetime(2000, 1, 1, tzinfo=UTC)
_NO_TYPE = "application/octet-stream"


def settings_of(metrics: Mapping[str, Any]) -> Settings:
    """Choose the adapters that a certificate names; the rest is this process's own."""
    composed = metrics["poses"][0]["attempts"][0]["adapter"]
    return replace(
        Settings.from_environ(os.environ),
        composer=metrics["composer"],
        composer_faults=composed.get("settings", ""),
        segmenter=metrics["stages"][0]["adapter"]["name"],
    )


def record_of(metrics: Mapping[str, Any]) -> SareeRecord:
    """Read the saree's record back out of a certificate."""
    told = {
        **metrics["photo"],
        "saree_id": metrics["saree_id"],
        "created_at": _NO_TIME.isoformat(),
    }
    return documents.load(SareeRecord, json.dumps(told).encode())


def fingerprint_of(metrics: Mapping[str, Any]) -> str:
    """Name the folder that this version would prepare the saree of a certificate in."""
    settings = settings_of(metrics)
    prints = Fingerprints(settings.segmenter, settings.segmenter_model)
    return prints.of(record_of(metrics))


def made_again(
    metrics: Mapping[str, Any], photos: Mapping[str, bytes], tell: Callable[[str, int], None]
) -> dict[str, bytes]:
    """
    Make everything of a generation; give each artifact by its name below the saree's folder.

    `tell` hears what is being done, and how much of it all is done, in percent.
    """
    store, queue = MemoryObjectStore(ManualClock()), MemoryWorkQueue()
    settings = settings_of(metrics)
    outside = Outside(store, queue, ManualClock(), CountingIds(), SilentMeter())
    pallu = Pallu(settings, outside, workshop(settings))
    record = record_of(metrics)
    prefix = SareeKeys(record.saree_id).prefix
    for name, body in photos.items():
        publish(store, f"{prefix}{name}", body, content_type=_NO_TYPE)
    body = documents.dump(record)
    publish(store, SareeKeys(record.saree_id).record, body, content_type=_NO_TYPE)
    pallu.services.generations.launch(_generation(metrics))
    attempts = sum(len(pose["attempts"]) for pose in metrics["poses"])
    _drive(pallu, queue, tell, len(PREPARATION) + 2 * attempts)
    return {each.key.removeprefix(prefix): store.get(each.key) for each in store.list(prefix)}


def _generation(metrics: Mapping[str, Any]) -> Generation:
    return Generation(
        GenerationName.parse(metrics["generation"]),
        metrics["saree_id"],
        CountingIds().new(),
        tuple(pose["pose"] for pose in metrics["poses"]),
        fingerprint_of(metrics),
        metrics["composer"],
        metrics["seed"],
        _NO_TIME,
    )


def _drive(
    pallu: Pallu, queue: MemoryWorkQueue, tell: Callable[[str, int], None], steps: int
) -> None:
    """Run every function until no message is left, which takes about so many steps."""
    functions: dict[str, Callable[[str], None]] = {
        Stage.ISOLATE: pallu.prepare,
        Stage.FLATTEN: pallu.prepare,
        Stage.EXTRACT: pallu.prepare,
        Stage.COMPOSE: pallu.compose,
        Stage.VALIDATE: pallu.validate,
        Stage.RETRY: pallu.retry,
    }
    done = 0
    while waiting := [name for name, bodies in queue.waiting.items() if bodies]:
        body = queue.waiting[waiting[0]].popleft()
        told = json.loads(body)
        tell(f"{waiting[0]}  {told['pose'] or ''}".strip(), min(99, 100 * done // steps))
        functions[waiting[0]](body)
        done += 1
