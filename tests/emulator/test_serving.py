import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import urllib3

from emulator.__main__ import main
from emulator.cloud.disk import RecordFiles
from emulator.embedded import CloudStartError, EmbeddedCloud
from emulator.serving import surroundings
from tests.emulator.places import ROOT, Queue, Store, eventually


class Served:
    """`serve` in a process of its own, as a person runs it."""

    def __init__(self, data_dir: Path, errors: Path) -> None:
        self._errors = errors
        with errors.open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.emulator.serve_small", str(data_dir)],
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self.process.stdout is not None
        self.first_line = self.process.stdout.readline()

    @property
    def log(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self._errors.read_text().splitlines()]

    @property
    def cloud_url(self) -> str:
        ready = next(line for line in reversed(self.log) if line["event"] == "serving.started")
        return str(ready["cloud"])

    def end(self, how: signal.Signals) -> int:
        self.process.send_signal(how)
        self.process.communicate(timeout=20)
        return self.process.returncode


@contextmanager
def served(data_dir: Path) -> Iterator[Served]:
    one = Served(data_dir, data_dir.with_suffix(".log"))
    try:
        yield one
    finally:
        if one.process.poll() is None:
            one.end(signal.SIGKILL)


def test_it_says_in_one_line_where_it_serves_and_answers_there(tmp_path: Path) -> None:
    with served(tmp_path / "store") as one:
        url = one.first_line.removeprefix("serving ").strip()

        answered = urllib3.request("GET", f"{url}/echo/hello?word=hello")

        assert one.first_line.startswith("serving http://127.0.0.1:")
        assert answered.json()["word"] == "hello"
        assert all("event" in line for line in one.log)


def test_told_to_stop_it_finishes_what_is_running(tmp_path: Path) -> None:
    with served(tmp_path / "store") as one:
        store, queue = Store(one.cloud_url), Queue(one.cloud_url, "small-work")
        queue.send(json.dumps({"name": "long", "do": "dawdle", "times": 1}))
        assert eventually(lambda: store.has("seen/long/1"))

        status = one.end(signal.SIGTERM)

    assert status == 0
    objects = RecordFiles(tmp_path / "store" / "objects").records()
    assert "done/long" in [facts["key"] for facts, _ in objects]
    assert not list(RecordFiles(tmp_path / "store" / "messages").records())


def test_killed_outright_it_carries_on_after_the_next_start(tmp_path: Path) -> None:
    with served(tmp_path / "store") as one:
        store, queue = Store(one.cloud_url), Queue(one.cloud_url, "small-work")
        queue.send(json.dumps({"name": "cut", "do": "dawdle", "times": 1}))
        queue.send(json.dumps({"name": "next"}))
        assert eventually(lambda: store.has("seen/cut/1"))
        one.end(signal.SIGKILL)

    with served(tmp_path / "store") as one:
        store = Store(one.cloud_url)

        assert eventually(lambda: store.has("done/cut") and store.has("done/next"))


def test_a_wrong_setting_is_named_before_anything_is_started(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PALLU_LINK_LIFETIME_SECONDS", "soon")

    status = main(["serve", "--port", "0"])

    assert status == 1
    assert "cannot serve: PALLU_LINK_LIFETIME_SECONDS" in capsys.readouterr().err


def test_two_clouds_do_not_share_a_directory(tmp_path: Path) -> None:
    with embedded(tmp_path), pytest.raises(CloudStartError, match="status 1"):
        EmbeddedCloud(surroundings(os.environ, {}, own=True), tmp_path)


@contextmanager
def embedded(data_dir: Path) -> Iterator[EmbeddedCloud]:
    cloud = EmbeddedCloud(surroundings(os.environ, {}, own=True), data_dir)
    yield cloud
    cloud.stop()
