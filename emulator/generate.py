"""The main job end to end, through HTTP alone: a photo in, catalog pictures on the disk."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from urllib3.exceptions import HTTPError

from emulator.api import Api, Made, RefusedError
from emulator.contact_sheet import PosePicture, Sheet
from emulator.environments import ROOT
from emulator.progress import ProgressLine
from emulator.proof_folder import clear, place_of


class Pictures(Protocol):
    """What a job needs of the API."""

    def upload(self, photo: Path, details: Mapping[str, Path]) -> str:
        """Register a saree by its photo and those of its parts, and return its id."""

    def generate(self, saree_id: str, mode: str) -> str:
        """Start a generation and return its job's id."""

    def follow(self, job_id: str) -> Iterator[Mapping[str, Any]]:
        """The job's status, again and again until it has ended."""

    def made(self, saree_id: str, job_id: str) -> Made:
        """What a job has made."""

    def artifact(self, saree_id: str, artifact_id: str) -> bytes:
        """One artifact's bytes."""

    def download(self, url: str) -> bytes:
        """Whatever a link leads to."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What to make pictures of, and which: `details` are photos by part."""

    photo: Path
    mode: str = "standard"
    details: Mapping[str, Path] = field(default_factory=dict)


def generate(asked: Asked, out: Path, url: str | None) -> int:
    """Make the pictures and return 0, or say why there are none and return 1."""
    line = ProgressLine(sys.stdout)
    line.say("starting")
    try:
        out.mkdir(parents=True, exist_ok=True)
        with served(url, out / "emulator.log") as api_url:
            return run_job(Api(api_url), asked, out, line)
    except (RefusedError, HTTPError, OSError) as error:
        line.close()
        sys.stdout.write(f"{asked.photo}: {error}\n")
        return 1


def run_job(api: Pictures, asked: Asked, out: Path, line: ProgressLine) -> int:
    """Follow one job from the photo to the files on the disk; return the exit status."""
    line.say("upload")
    saree_id = api.upload(asked.photo, asked.details)
    job_id = api.generate(saree_id, asked.mode)
    status: Mapping[str, Any] = {}
    for status in api.follow(job_id):
        line.show(status)
    line.close()
    _save(api, asked.photo, status, api.made(saree_id, job_id), out)
    if status["status"] == "success":
        sys.stdout.write(
            f"{len(status['poses'])} pictures, their certificate and the contact sheet: {out}\n"
        )
        return 0
    sys.stdout.write(f"{asked.photo}: {status['error']['detail']}\n")
    return 1


def _save(api: Pictures, photo: Path, status: Mapping[str, Any], made: Made, out: Path) -> None:
    """Write everything that the job has made, which after a failure is less than all."""
    saree_id = str(status["saree_id"])

    def fetched(name: str) -> bytes | None:
        artifact_id = made.named(name)
        return api.artifact(saree_id, artifact_id) if artifact_id else None

    published = {image["pose"]: api.download(image["url"]) for image in made.generation["images"]}
    clear(out)
    for artifact in made.own():
        place = place_of(artifact)
        if place is not None:
            (out / place).parent.mkdir(parents=True, exist_ok=True)
            (out / place).write_bytes(api.artifact(saree_id, str(artifact["artifact_id"])))
    for pose, picture in published.items():
        (out / f"{pose}.png").write_bytes(picture)
    metrics = fetched("metrics.json")
    sheet = Sheet(
        title=f"{photo.name} · {status['mode']} · {status['status']}",
        photo=photo.read_bytes(),
        strip=fetched("whole.png"),
        parts=json.loads(fetched("parts.json") or b"{}"),
        poses=[
            PosePicture(
                title=f"{pose['pose']} {pose['label']}",
                passed=pose["status"] == "published",
                # What failed is shown as well: it is what a person wants to look at.
                picture=published.get(pose["pose"])
                or fetched(f"attempts/{pose['attempt']}/{pose['pose']}.png"),
                verdicts=_last_verdicts(metrics, pose["pose"]),
            )
            for pose in status["poses"]
        ],
    )
    (out / "contact-sheet.png").write_bytes(sheet.drawn())


def _last_verdicts(metrics: bytes | None, pose: str) -> Sequence[Mapping[str, Any]]:
    """What the certificate says of a pose's last attempt."""
    certified = json.loads(metrics)["poses"] if metrics else []
    attempts: list[Any] = next((one["attempts"] for one in certified if one["pose"] == pose), [])
    return attempts[-1]["verdicts"] if attempts else []


@contextmanager
def served(url: str | None, log: Path) -> Iterator[str]:
    """The API at `url`, or one of one's own, which writes to `log`, while it is needed."""
    if url is not None:
        yield url
        return
    with (
        log.open("wb") as errors,
        subprocess.Popen(
            [sys.executable, "-m", "emulator", "serve", "--port", "0"],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as process,
    ):
        first = process.stdout.readline() if process.stdout else ""
        try:
            if not first.startswith("serving "):
                raise RefusedError(f"the emulator did not start; {log} says why")
            yield first.removeprefix("serving ").strip()
        finally:
            process.terminate()
