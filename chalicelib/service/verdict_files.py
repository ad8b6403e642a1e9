"""Verdicts as they are stored: one document for one picture of one attempt."""

import json
from collections.abc import Mapping
from typing import Any

from chalicelib.domain.keys import AttemptKeys
from chalicelib.domain.verdict import Status, Verdict, failed
from chalicelib.errors import IntegrityError
from chalicelib.ports import ObjectStore
from chalicelib.service import documents


def write_verdicts(
    pose: str,
    attempt: int,
    limits: str,
    verdicts: tuple[Verdict, ...],
    seen: Mapping[str, float | None],
) -> bytes:
    """
    Write the verdicts on a picture down, with the name of the limits they were held to.

    `seen` tells for each part how much of what shows some photo shows, too.
    """
    return documents.dump(
        {
            "pose": pose,
            "attempt": attempt,
            "limits": limits,
            "pass": not failed(verdicts),
            "verdicts": [verdict.to_json() for verdict in verdicts],
            "seen": dict(seen),
        }
    )


def read_document(store: ObjectStore, keys: AttemptKeys, pose: str) -> dict[str, Any]:
    """Read what was written down about a picture."""
    document = json.loads(store.get(keys.verdicts(pose)))
    if not isinstance(document, dict):
        raise IntegrityError("not a document of verdicts")
    return document


def read_verdicts(store: ObjectStore, keys: AttemptKeys, pose: str) -> tuple[Verdict, ...]:
    """Read the verdicts on a picture back."""
    written = read_document(store, keys, pose)["verdicts"]
    return tuple(Verdict.from_json(verdict) for verdict in written)


def told(verdicts: tuple[Verdict, ...]) -> str:
    """Tell where a picture failed, for what most of all, and by how much, for the user."""
    return "; ".join(
        f"{verdict.region}: {reason.code} ({reason.metric} {reason.measured:g}, "
        f"limit {reason.limit:g})"
        for verdict in verdicts
        if verdict.status is Status.FAILED
        # The most telling reason comes first; the verdict has them all.
        for reason in verdict.reasons[:1]
    )
