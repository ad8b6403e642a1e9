"""What importing the code may and may not do."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def imported_by(code: str, **environment: str) -> set[str]:
    """Run code in a fresh process and tell which modules were loaded."""
    script = f"{code}\nimport json, sys; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(json.loads(done.stdout))


def test_importing_app_loads_no_arrays_and_no_client() -> None:
    modules = imported_by("import app")

    assert not modules & {"numpy", "cv2", "scipy", "skimage", "boto3", "moto"}


def test_importing_app_reads_no_setting() -> None:
    imported_by("import app", PALLU_NO_SUCH_SETTING="1", PALLU_MAX_UPLOAD_BYTES="many")


def test_app_imports_what_is_above_the_services_and_nothing_else_of_ours() -> None:
    text = (ROOT / "app.py").read_text()
    ours = [line.split()[1] for line in text.splitlines() if line.startswith("from chalicelib")]

    assert {name.split(".")[1] for name in ours} <= {"bootstrap", "web"}


def test_every_queue_function_has_the_queue_that_the_pipeline_sends_to() -> None:
    from app import app
    from chalicelib.domain.stage import queue_of

    queues = {
        source.name: source.queue for source in app.event_sources if hasattr(source, "queue")
    }

    assert {name: queue_of(name) for name in queues} == queues


def test_no_module_has_a_name_that_says_nothing() -> None:
    empty = {"utils", "helpers", "common", "misc", "manager", "handler", "process", "data", "info"}
    named = {
        path.stem
        for folder in ("chalicelib", "emulator", "tools")
        for path in (ROOT / folder).rglob("*.py")
    }

    assert not named & empty


@pytest.mark.parametrize("folder", ["chalicelib", "samples"])
def test_committed_files_are_small(folder: str) -> None:
    sizes = {path: path.stat().st_size for path in (ROOT / folder).rglob("*") if path.is_file()}

    assert max(sizes.values()) < 10_000_000
    assert sum(size for path, size in sizes.items() if "poses" in path.parts) < 60_000_000
