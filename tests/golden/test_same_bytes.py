"""The same photo gives the same bytes, in another process and with other numbers of threads."""

import hashlib
import json
import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from chalicelib.adapters.clock import SystemClock
from chalicelib.adapters.memory import (
    CountingIds,
    ManualClock,
    MemoryObjectStore,
    MemoryWorkQueue,
    SilentMeter,
)
from chalicelib.bootstrap import Outside, Pallu, workshop
from chalicelib.service.said import Said
from chalicelib.settings import Settings

ROOT = Path(__file__).parents[2]
THREADS = (1, 2, 4)


def a_small_sample() -> bytes:
    """Shrink the sample photo: a smaller picture takes the same way through the code."""
    photo = Image.open(ROOT / "samples" / "saree.jpg")
    photo.thumbnail((900, 1200))
    small = BytesIO()
    photo.save(small, "PNG")
    return small.getvalue()


def digests() -> dict[str, str]:
    """Prepare the sample, make one pose, and digest every artifact but the plan's own files."""
    clock, queue = ManualClock(), MemoryWorkQueue()
    store = MemoryObjectStore(SystemClock())
    settings = Settings()
    outside = Outside(store, queue, clock, CountingIds(), SilentMeter())
    pallu = Pallu(settings, outside, workshop(settings))
    saree = pallu.services.uploads.register(a_small_sample(), Said(), {}).saree_id
    pallu.services.generations.start(saree, "standard", None)
    for function, work in (
        ("isolate", pallu.prepare),
        ("flatten", pallu.prepare),
        ("extract", pallu.prepare),
        ("compose", pallu.compose),
        ("validate", pallu.validate),
    ):
        work(queue.waiting[function].popleft())
    return {
        stored.key.split("/", 2)[2]: hashlib.sha256(store.get(stored.key)).hexdigest()
        for stored in store.list("sarees/")
    }


def in_another_process(threads: int) -> dict[str, str]:
    script = (
        f"import cv2; cv2.setNumThreads({threads})\n"
        "import json; from tests.golden.test_same_bytes import digests\n"
        "print(json.dumps(digests()))"
    )
    environment = {**os.environ, "OMP_NUM_THREADS": str(threads), "PYTHONHASHSEED": str(threads)}
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    told: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return told


@pytest.fixture(scope="module")
def here() -> dict[str, str]:
    return digests()


@pytest.mark.parametrize("threads", THREADS)
def test_every_artifact_is_the_same(here: dict[str, str], threads: int) -> None:
    there = in_another_process(threads)

    assert "gen_01_standard/attempts/1/pose_01.png" in here
    assert there == here
