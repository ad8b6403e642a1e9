"""The folder that `generate` leaves: which artifact lies where, and how to read it back."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

METRICS = "metrics.json"

_FOR_PEOPLE = re.compile(r"pose_\d\d\.png|metrics\.json|certificate\.html")
_OF_ATTEMPTS = re.compile(r"attempts/\d/pose_\d\d\.(?:png|json|difference\.jpg)")
_OF_STAGES = {
    ("flatten", "strip.json"),
    ("extract", "whole.png"),
    ("extract", "seen.png"),
    ("extract", "parts.json"),
}
_PHOTO = re.compile(r"(?:original|detail_[a-z]+)\.(?:jpg|png|webp)")


def place_of(artifact: Mapping[str, Any]) -> str | None:
    """Tell where in the folder an artifact of the API lies; None for what is not kept."""
    name, stage, generation = artifact["name"], artifact.get("stage"), artifact["generation"]
    if generation is not None:
        return place(f"{generation}/{name}")
    return place(str(name) if stage is None else f"prepared/any/{stage}/{name}")


def place(name: str) -> str | None:
    """Tell where an artifact lies, by its name below the saree's folder."""
    folder, _, inner = name.partition("/")
    if folder == "prepared":
        stage, _, file = inner.partition("/")[2].partition("/")
        return f"proof/{stage}/{file}" if (stage, file) in _OF_STAGES else None
    if not inner:
        return f"proof/{name}" if _PHOTO.fullmatch(name) else None
    if _FOR_PEOPLE.fullmatch(inner):
        return inner
    return f"proof/{inner}" if _OF_ATTEMPTS.fullmatch(inner) else None


def artifact_at(place: str, generation: str, fingerprint: str) -> str | None:
    """Tell which artifact, by its name below the saree's folder, lies at a place; or None."""
    if _FOR_PEOPLE.fullmatch(place):
        return f"{generation}/{place}"
    name = place.removeprefix("proof/")
    if name == place:
        return None
    if _OF_ATTEMPTS.fullmatch(name):
        return f"{generation}/{name}"
    stage, _, file = name.partition("/")
    if (stage, file) in _OF_STAGES:
        return f"prepared/{fingerprint}/{name}"
    return name if _PHOTO.fullmatch(name) else None


def clear(folder: Path) -> None:
    """Remove what an earlier job left; files that no job writes stay."""
    for path in sorted(folder.rglob("*")):
        place = path.relative_to(folder).as_posix()
        if path.is_file() and artifact_at(place, "", "") is not None:
            path.unlink()


def kept(folder: Path, generation: str, fingerprint: str) -> dict[str, bytes]:
    """Read every artifact that the folder holds, by its name below the saree's folder."""
    found = {}
    for path in sorted(folder.rglob("*")):
        place = path.relative_to(folder).as_posix()
        name = artifact_at(place, generation, fingerprint)
        if name is not None and path.is_file():
            found[name] = path.read_bytes()
    return found


def photos(artifacts: Mapping[str, bytes]) -> dict[str, bytes]:
    """Choose the photos among what the folder holds."""
    return {name: body for name, body in artifacts.items() if _PHOTO.fullmatch(name)}


def digests(metrics: Mapping[str, Any]) -> dict[str, str]:
    """Collect the digest of everything that a certificate, of whatever version, says was made."""
    steps = [*metrics.get("stages", ())]
    steps += [attempt for pose in metrics["poses"] for attempt in pose["attempts"]]
    made = (each for step in steps for each in (*step["outputs"], *step.get("measured", ())))
    return {each["name"]: each["sha256"] for each in made}
