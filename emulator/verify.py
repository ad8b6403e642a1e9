"""`python -m emulator verify`: made again from the photo, and compared byte by byte."""

import hashlib
import json
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from chalicelib.domain.proof import CERTIFICATE_CHECK, CheckResult, Difference, Outcome, concluded
from chalicelib.domain.stage import PREPARATION
from chalicelib.errors import PalluError
from chalicelib.service.staging import asset_of
from chalicelib.service.versions import code_version, documents_version, library_versions
from emulator.progress import ProgressLine
from emulator.proof_folder import METRICS, digests, kept, photos
from emulator.rerun import fingerprint_of, made_again

EQUAL, DIFFERENT, OTHER_VERSION = 0, 1, 2

Again: TypeAlias = Callable[
    [Mapping[str, Any], Mapping[str, bytes], Callable[[str, int], None]], dict[str, bytes]
]

_REQUIRED = re.compile(r"gen_\d+_[a-z_]+/(?:metrics\.json|certificate\.html|pose_\d\d\.png)")


def verify(folder: Path, again: Again = made_again) -> int:
    """Make what a folder holds again, tell what is equal, and return the exit status."""
    line = ProgressLine(sys.stdout)
    try:
        metrics = json.loads((folder / METRICS).read_bytes())
        results = checked(folder, metrics, line, again)
    except (OSError, ValueError, KeyError, TypeError, PalluError) as error:
        line.close()
        sys.stdout.write(f"{folder}: cannot be verified: {_told(error)}\n")
        return DIFFERENT
    line.close()
    for result in results:
        sys.stdout.write(f"{result.check:<12}  {result.outcome.replace('_', ' ')}\n")
    conclusion = concluded(results)
    for difference in conclusion.differences[1:]:
        sys.stdout.write(f"  also {difference.sentence}\n")
    sys.stdout.write(f"{folder}: {conclusion.sentence}\n")
    return {Outcome.EQUAL: EQUAL, Outcome.OTHER_VERSION: OTHER_VERSION}.get(
        conclusion.outcome, DIFFERENT
    )


def checked(
    folder: Path, metrics: dict[str, Any], line: ProgressLine, again: Again = made_again
) -> list[CheckResult]:
    """Check every stage, every pose, and the certificate; `again` does the work once more."""
    held = kept(folder, metrics["generation"], metrics["fingerprint"])
    found = {name: _digest(body) for name, body in held.items()}
    noted = digests(metrics)
    versions = _versions(metrics)
    if versions:
        # What cannot be made again can still be held against what was written down of it.
        found = {name: digest for name, digest in found.items() if name in noted}
        return _compared(metrics, found, noted, versions)
    differences = _of_photo(metrics, held)
    if differences:
        return [CheckResult("photo", differences=differences)]
    made = again(metrics, photos(held), line.say)
    expected = {name: _digest(body) for name, body in made.items()}
    required = {name for name in expected if _REQUIRED.fullmatch(name)}
    # For what the folder does not hold stands the digest in its certificate.
    found = {**noted, **found}
    return _compared(metrics, found, expected, (), required)


def _versions(metrics: Mapping[str, Any]) -> tuple[str, ...]:
    """Say how the version that made the folder differs from this one."""
    ours = {"code": code_version(), "documents": documents_version(), **library_versions()}
    theirs = {**metrics["libraries"], "code": metrics["code"]}
    theirs["documents"] = metrics.get("documents")
    names = sorted({*ours, *theirs})
    told = [
        f"{name} was {theirs.get(name)}, is {ours.get(name)}"
        for name in names
        if theirs.get(name) != ours.get(name)
    ]
    return (*told, *_assets_told(metrics))


def _assets_told(metrics: Mapping[str, Any]) -> Iterable[str]:
    """Say which poses were drawn anew since, which no version of the code says."""
    for pose in metrics["poses"]:
        ours = asset_of(pose["pose"])
        inputs = [each for attempt in pose["attempts"] for each in attempt["inputs"]]
        then = {each["sha256"] for each in inputs if each["name"] == ours.name}
        for digest in sorted(then - {ours.sha256}):
            yield f"{ours.name} was {digest[:16]}, is {ours.sha256[:16]}"


def _of_photo(metrics: Mapping[str, Any], held: Mapping[str, bytes]) -> tuple[Difference, ...]:
    """See that the photo is the one that the certificate names, and the folder made from it."""
    told = metrics["photo"]
    sent = {f"original.{told['extension']}": told["sha256"]}
    sent |= {
        f"detail_{each['part']}.{each['extension']}": each["sha256"]
        for each in told.get("details", ())
    }
    found = []
    for name, taken in sent.items():
        digest = _digest(held[name]) if name in held else None
        if digest != taken:
            detail = "is missing" if digest is None else "is not the photo of the certificate"
            found.append(Difference("photo", name, taken, digest, detail))
    if not found and fingerprint_of(metrics) != metrics["fingerprint"]:
        detail = "does not describe what the saree was prepared from"
        found.append(Difference("photo", METRICS, None, None, detail))
    return tuple(found)


def _compared(
    metrics: Mapping[str, Any],
    found: Mapping[str, str],
    expected: Mapping[str, str],
    versions: tuple[str, ...],
    required: Iterable[str] = (),
) -> list[CheckResult]:
    """Hold what was found against what should be, check by check."""
    poses = [str(pose["pose"]) for pose in metrics["poses"]]
    names = sorted({*found, *required})
    results = []
    for check in (*PREPARATION, *poses, CERTIFICATE_CHECK):
        mine = [name for name in names if _check_of(name, poses) == check]
        proved = {name: found[name] for name in mine if _equal(name, found, expected)}
        differences = tuple(_differing(mine, found, expected))
        results.append(CheckResult(check, {}, proved, differences, versions))
    return results


def _equal(name: str, found: Mapping[str, str], expected: Mapping[str, str]) -> bool:
    return name in found and found[name] == expected.get(name)


def _differing(
    names: Iterable[str], found: Mapping[str, str], expected: Mapping[str, str]
) -> Iterable[Difference]:
    for name in names:
        if _equal(name, found, expected):
            continue
        detail = "is not what the same work gives" if name in found else "is missing"
        detail = detail if name in expected else "should not be there"
        yield Difference(_stage_of(name), name, expected.get(name), found.get(name), detail)


def _check_of(name: str, poses: Iterable[str]) -> str:
    """Tell which check an artifact belongs to."""
    for stage in PREPARATION:
        if f"/{stage}/" in name:
            return stage
    for pose in poses:
        if f"/{pose}." in name:
            return pose
    return CERTIFICATE_CHECK if "/" in name else PREPARATION[0]


def _stage_of(name: str) -> str:
    for stage in PREPARATION:
        if f"/{stage}/" in name:
            return stage
    if "/attempts/" in name:
        return "validate" if name.endswith((".json", ".jpg")) else "compose"
    return "publish" if name.endswith(".png") else CERTIFICATE_CHECK


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
