"""
Times one whole job on a 12-megapixel photo: `python -m tools.bench.pipeline [PHOTO]`.

Prints the time of each stage, what the job took against what its stages computed, the
requests it made to the store and the queues, what importing the app costs, and the peak
memory of the workers.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import urllib3
from PIL import Image, ImageOps

from emulator.api import Api
from emulator.cloud.turns import REQUESTS_PATH
from emulator.environments import ROOT
from emulator.generate import served

MEGAPIXELS = 12
STAGES = ("isolate", "flatten", "extract", "compose", "validate", "retry")
WORKERS = 2
_POLL_SECONDS = 1.0
"""Slow, because every status request reads the store, too."""

_IMPORT = """
import sys, time
started = time.perf_counter()
import app
print(time.perf_counter() - started, any(name in sys.modules for name in ("cv2", "numpy")))
"""


@dataclass(frozen=True, slots=True)
class Run:
    """What one job took."""

    status: str
    wall_seconds: float
    status_requests: int
    requests: Counter[str]
    invocations: list[Mapping[str, Any]]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tools.bench.pipeline")
    parser.add_argument("photo", type=Path, nargs="?", default=ROOT / "samples" / "saree.jpg")
    photo = parser.parse_args().photo
    with tempfile.TemporaryDirectory() as folder:
        large = enlarged(photo, Path(folder) / "photo.jpg")
        run = measured(large, Path(folder) / "emulator.log")
    sys.stdout.write("\n".join([*job_lines(run), *request_lines(run), *import_lines()]) + "\n")


def enlarged(photo: Path, path: Path) -> Path:
    """Write the photo at 12 megapixels."""
    upright = ImageOps.exif_transpose(Image.open(photo)).convert("RGB")
    scale = (MEGAPIXELS * 1e6 / (upright.width * upright.height)) ** 0.5
    size = round(upright.width * scale), round(upright.height * scale)
    upright.resize(size, Image.Resampling.LANCZOS).save(path, quality=90)
    return path


def measured(photo: Path, log: Path) -> Run:
    """Run one job in a cloud of its own."""
    with served(None, log) as url:
        cloud = next(
            line["cloud"] for line in logged(log) if line.get("event") == "serving.started"
        )
        api = Api(url, _POLL_SECONDS)
        before = requests_of(cloud)
        started = time.monotonic()
        statuses = list(api.follow(api.generate(api.upload(photo, {}), "standard")))
        wall_seconds = time.monotonic() - started
        requests = requests_of(cloud) - before
    return Run(
        status=str(statuses[-1]["status"]),
        wall_seconds=wall_seconds,
        status_requests=len(statuses),
        requests=requests,
        invocations=[
            line for line in logged(log) if str(line.get("event")).startswith("invocation.")
        ],
    )


def logged(log: Path) -> Iterable[Mapping[str, Any]]:
    """The lines of a log so far."""
    return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]


def requests_of(cloud: str) -> Counter[str]:
    """How often each operation of a cloud was asked for."""
    return Counter(urllib3.request("GET", cloud + REQUESTS_PATH).json())


def job_lines(run: Run) -> list[str]:
    """The stages, and the job against them."""
    lines = [f"one job, {MEGAPIXELS} megapixels, {WORKERS} workers: {run.status}", ""]
    lines.append(
        f"{'stage':<10}{'runs':>5}{'median s':>10}{'total s':>9}{'cpu s':>8}{'peak MB':>9}"
    )
    least = busy = 0.0
    for stage in STAGES:
        own = [
            one for one in run.invocations if one["function"] == stage and "milliseconds" in one
        ]
        if not own:
            continue
        seconds = [one["milliseconds"] / 1000 for one in own]
        cpu = sum(one["cpu_milliseconds"] for one in own) / 1000
        peak = max(one["peak_megabytes"] for one in own)
        busy += sum(seconds)
        least += sum(seconds) / min(WORKERS, len(own))
        lines.append(
            f"{stage:<10}{len(own):>5}{statistics.median(seconds):>10.2f}"
            f"{sum(seconds):>9.2f}{cpu:>8.2f}{peak:>9}"
        )
    lines += [
        "",
        f"the whole job, upload included: {run.wall_seconds:.2f} s",
        f"its stages: {busy:.2f} s; over the cores that each can use: {least:.2f} s",
        f"ratio: {run.wall_seconds / least:.2f} (aim: at most 1.25)" if least else "",
        f"cores of this machine: {os.cpu_count()}, load: {os.getloadavg()[0]:.1f}",
    ]
    return lines


def request_lines(run: Run) -> list[str]:
    """What the job asked of the store and the queues."""
    polls = run.requests.pop("sqs ReceiveMessage", 0)
    lines = ["", f"requests to the store and the queues: {run.requests.total()}"]
    lines += [f"  {name:<28}{count:>5}" for name, count in run.requests.most_common()]
    lines.append(f"  {run.status_requests} status requests among them; {polls} polls not")
    return lines


def import_lines() -> list[str]:
    """What a cold start of the API pays before it can answer."""
    told = [
        subprocess.run(
            [sys.executable, "-c", _IMPORT], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout.split()
        for _ in range(7)
    ]
    seconds = statistics.median(float(one[0]) for one in told)
    heavy = any(one[1] == "True" for one in told)
    return [
        "",
        f"import of app: {seconds * 1000:.0f} ms (aim: at most 300); "
        f"cv2 or numpy imported: {'yes' if heavy else 'no'}",
    ]


if __name__ == "__main__":
    main()
