"""The tutorial's steps, taken one after another as a newcomer would."""

import contextlib
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib.imaging.decoding.codec import decode_png

ROOT = Path(__file__).parents[2]
STEPS = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "tutorial.md").read_text(), re.DOTALL)


@pytest.fixture
def api() -> Iterator[str]:
    """Serve as the tutorial says, but on a port that is free."""
    command = [sys.executable, "-m", "emulator", "serve", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as serving:
        assert serving.stdout is not None
        yield serving.stdout.readline().removeprefix("serving ").strip()
        serving.terminate()


def test_the_tutorial_ends_with_four_pictures_that_passed(api: str, tmp_path: Path) -> None:
    (tmp_path / "samples").symlink_to(ROOT / "samples")
    told: dict[str, object] = {}

    with contextlib.chdir(tmp_path):
        for step in STEPS:
            exec(step.replace("http://127.0.0.1:8000", api), told)

    pictures = sorted(path.name for path in tmp_path.glob("pose_*.png"))
    assert pictures == [f"pose_0{number}.png" for number in range(1, 5)]
    assert {decode_png((tmp_path / name).read_bytes()).shape for name in pictures} == {
        (1920, 1440, 3)
    }
