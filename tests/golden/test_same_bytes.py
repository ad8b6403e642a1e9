"""The same photo gives the same bytes, in another process and with other numbers of threads."""

import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from chalicelib.adapters.memory import (
    CountingIds,
    ManualClock,
    MemoryObjectStore,
    MemoryWorkQueue,
    SilentMeter,
)
from chalicelib.bootstrap import Outside, Pallu
from chalicelib.domain.keys import GenerationName, SareeKeys
from chalicelib.domain.modes import Mode
from chalicelib.service.generate import Generation
from chalicelib.service.said import Said
from chalicelib.settings import Settings
from chalicelib.workshop import workshop
from emulator.proof_folder import place

ROOT = Path(__file__).parents[2]
THREADS = (1, 2, 4)


def a_small_sample() -> bytes:
    """Shrink the sample photo: a smaller picture takes the same way through the code."""
    photo = Image.open(ROOT / "samples" / "saree.jpg")
    photo.thumbnail((900, 1200))
    small = BytesIO()
    photo.save(small, "PNG")
    return small.getvalue()


def a_generation_of_one_pose() -> dict[str, bytes]:
    """Make one pose with its certificate; give every artifact by its name below the saree."""
    clock, queue = ManualClock(), MemoryWorkQueue()
    store = MemoryObjectStore(clock)
    outside = Outside(store, queue, clock, CountingIds(), SilentMeter())
    pallu = Pallu(Settings(), outside, workshop(Settings()))
    saree = pallu.services.uploads.register(a_small_sample(), Said(), {}).saree_id
    fingerprint = pallu._fingerprints.of(pallu.services.sarees.record(saree))
    name = GenerationName(1, Mode.STANDARD)
    job = CountingIds().new()
    pallu.services.generations.launch(
        Generation(name, saree, job, ("pose_02",), fingerprint, "drape", 7, clock.now())
    )
    queue.waiting["isolate"].pop()
    functions = {"compose": pallu.compose, "validate": pallu.validate}
    while waiting := [each for each in queue.waiting if queue.waiting[each]]:
        functions.get(waiting[0], pallu.prepare)(queue.waiting[waiting[0]].popleft())
    prefix = SareeKeys(saree).prefix
    return {each.key.removeprefix(prefix): store.get(each.key) for each in store.list(prefix)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = a_generation_of_one_pose()
    kept = {where: body for name, body in made.items() if (where := place(name))}
    folder = tmp_path_factory.mktemp("made here")
    for where, body in kept.items():
        (folder / where).parent.mkdir(parents=True, exist_ok=True)
        (folder / where).write_bytes(body)
    return folder


@pytest.mark.parametrize("threads", THREADS)
def test_every_artifact_is_the_same(folder: Path, threads: int) -> None:
    command = [sys.executable, "-m", "emulator", "verify", str(folder), "--threads", str(threads)]

    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": str(threads)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (folder / "pose_02.png").exists()
    assert (folder / "certificate.html").exists()
    assert "artifacts are equal, byte for byte" in done.stdout
    assert (done.returncode, done.stderr) == (0, "")
