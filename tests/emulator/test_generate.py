import io
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image

from emulator.api import Api, Made
from emulator.contact_sheet import PosePicture, Sheet
from emulator.generate import Asked, run_job
from emulator.progress import ProgressLine
from tests.emulator.places import ROOT

PARTS = {
    "length_m": 5.5,
    "width_m": 1.15,
    "border_top_m": 0.1,
    "border_bottom_m": 0.05,
    "pallu_m": 0.8,
    "seen_share": 0.4,
    "colors": ["#aa0011"],
    "assumptions": ["The body was continued in its repeat."],
}
VERDICTS: list[dict[str, Any]] = [
    {"region": "body", "status": "passed", "ssim": 0.97, "delta_e": 1.2},
    {"region": "pallu", "status": "failed", "ssim": 0.7, "delta_e": 9.0},
    {"region": "border_top", "status": "not_visible"},
]


def picture(width: int, height: int, color: str = "navy", kind: str = "PNG") -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (width, height), color).save(drawn, kind)
    return drawn.getvalue()


class FakeApi:
    """An API at which a job takes one step between two looks."""

    def __init__(self, ending: str) -> None:
        self.ending = ending

    def upload(self, photo: Path, details: Mapping[str, Path]) -> str:
        self.details = details
        return photo.stem

    def generate(self, saree_id: str, mode: str) -> str:
        return f"{saree_id}-{mode}"

    def follow(self, job_id: str) -> Iterator[Mapping[str, Any]]:
        yield self._status(job_id, "running", "flatten", 10, "queued")
        yield self._status(job_id, "running", "compose", 40, "queued")
        yield self._status(job_id, self.ending, None, 100, "published")

    def made(self, saree_id: str, job_id: str) -> Made:
        images = [{"pose": "pose_01", "url": "link"}] if self.ending == "success" else []
        generation = {"generation": "gen_01_standard", "job_id": job_id, "images": images}
        own = "gen_01_standard"
        artifacts = tuple(
            {
                "name": name,
                "artifact_id": name,
                "stage": stage,
                "generation": generation,
                "created_at": "2026",
            }
            for name, stage, generation in (
                ("original.jpg", None, None),
                ("cutout.png", "isolate", None),
                ("whole.png", "extract", None),
                ("parts.json", "extract", None),
                ("metrics.json", None, own),
                ("certificate.html", None, own),
                ("attempts/2/pose_01.png", None, own),
                ("metrics.json", None, "gen_02_extend"),
            )
        )
        return Made(generation, artifacts)

    def artifact(self, saree_id: str, artifact_id: str) -> bytes:
        match artifact_id:
            case "parts.json":
                return json.dumps(PARTS).encode()
            case "metrics.json":
                attempts = [{"verdicts": VERDICTS}]
                poses = [{"pose": "pose_01", "attempts": attempts}]
                return json.dumps({"poses": poses}).encode()
        return picture(550, 115, "crimson")

    def download(self, url: str) -> bytes:
        return picture(144, 192)

    def _status(
        self, job_id: str, status: str, stage: str | None, progress: int, pose: str
    ) -> Mapping[str, Any]:
        told = {"pose": "pose_01", "label": "Front", "status": pose, "attempt": 2}
        return {
            "saree_id": job_id.partition("-")[0],
            "mode": "standard",
            "status": status,
            "current_stage": stage,
            "progress": progress,
            "poses": [told],
            "error": {"detail": "The pallu failed."} if status == "failed" else None,
        }


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "red.jpg"
    path.write_bytes(picture(400, 300, "red", "JPEG"))
    return path


def test_a_job_that_succeeds_leaves_its_pictures_and_exits_with_0(
    photo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = run_job(FakeApi("success"), Asked(photo), tmp_path, ProgressLine(sys.stdout))

    assert status == 0
    assert left_in(tmp_path) == {
        "red.jpg",
        "pose_01.png",
        "metrics.json",
        "certificate.html",
        "contact-sheet.png",
        "proof/original.jpg",
        "proof/extract/whole.png",
        "proof/extract/parts.json",
        "proof/attempts/2/pose_01.png",
    }
    assert capsys.readouterr().out.splitlines()[:2] == [
        "  0 %  upload",
        " 10 %  flatten",
    ]


def left_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_what_an_earlier_job_left_is_removed_and_nothing_else(photo: Path, tmp_path: Path) -> None:
    for name in ("pose_09.png", "proof/attempts/4/pose_09.json", "proof/mine.txt", "notes.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("earlier")
    asked = Asked(photo, "standard", {})

    run_job(FakeApi("failed"), asked, tmp_path, ProgressLine(sys.stdout))

    earlier = {
        path for path in left_in(tmp_path) if path.endswith(("09.png", "json", "txt", "md"))
    }
    assert earlier == {"proof/mine.txt", "notes.md", "metrics.json", "proof/extract/parts.json"}


def test_a_job_that_fails_says_why_and_exits_with_1(
    photo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = run_job(FakeApi("failed"), Asked(photo), tmp_path, ProgressLine(sys.stdout))

    assert status == 1
    assert "The pallu failed." in capsys.readouterr().out
    assert (tmp_path / "contact-sheet.png").exists()
    assert not (tmp_path / "pose_01.png").exists()


def test_photos_of_parts_are_uploaded_with_the_photo(photo: Path, tmp_path: Path) -> None:
    api, border = FakeApi("success"), tmp_path / "border.jpg"

    run_job(api, Asked(photo, details={"border": border}), tmp_path, ProgressLine(sys.stdout))

    assert api.details == {"border": border}


@pytest.mark.parametrize("route_bytes", [10**7, 0])
def test_photos_reach_the_api_whether_they_fit_through_the_route_or_not(
    photo: Path, monkeypatch: pytest.MonkeyPatch, route_bytes: int
) -> None:
    sent: list[bytes] = []
    monkeypatch.setattr("emulator.api.ROUTE_BYTES", route_bytes)
    api = Api("http://api.example")

    def answer(pool: object, method: str, url: str, **asked: Any) -> Any:
        del pool, method, url
        sent.extend(part[1] for part in asked.get("fields", {}).values())
        form = {"url": "http://store", "fields": {}}
        details = [{"part": "border", "upload": form}]
        told = {"saree_id": "5", "status": "registered", "upload": form, "details": details}
        return SimpleNamespace(status=200, data=json.dumps(told).encode())

    monkeypatch.setattr("urllib3.PoolManager.request", answer)
    saree = api.upload(photo, {"border": photo})

    assert saree == "5"
    assert sent == [photo.read_bytes()] * 2


def test_what_is_not_a_photo_is_refused_with_the_api_s_sentence(tmp_path: Path) -> None:
    note, out = tmp_path / "note.txt", tmp_path / "out"
    note.write_text("not a photo")

    done = subprocess.run(
        [sys.executable, "-m", "emulator", "generate", str(note), "--out", str(out)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert "JPEG, PNG or WebP" in done.stdout
    assert done.stderr == ""


def test_on_a_terminal_the_line_is_redrawn_in_place() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()

    line = ProgressLine(terminal)
    line.say("flatten", 50)
    line.close()

    assert terminal.getvalue().startswith("\r\x1b[K██████████████░░░░░░░░░░░░░░  50 %  flatten")


def test_progress_names_the_stage_the_pose_and_the_attempt() -> None:
    told = io.StringIO()

    for status in FakeApi("success").follow("saree-standard"):
        ProgressLine(told).show(status)

    assert told.getvalue().splitlines() == [
        " 10 %  flatten",
        " 40 %  compose  pose_01 Front, attempt 2",
        "100 %  success",
    ]


def test_the_sheet_shows_the_strip_with_its_parts_and_the_poses() -> None:
    poses = [PosePicture("pose_01 Front", True, picture(144, 192, "olive"), VERDICTS)] * 5
    sheet = Sheet("red", picture(400, 300, "red"), picture(550, 115, "blue"), PARTS, poses)

    drawn = Image.open(io.BytesIO(sheet.drawn())).convert("RGB")
    colors = {color for _, color in drawn.getcolors(maxcolors=1 << 24) or []}

    assert drawn.width == 2400
    assert {(255, 0, 0), (0, 0, 255), (128, 128, 0), (217, 72, 63)} <= colors


def test_the_sheet_of_a_job_that_made_nothing_still_shows_the_photo() -> None:
    drawn = Image.open(io.BytesIO(Sheet("red", picture(400, 300, "red")).drawn()))

    assert (255, 0, 0) in {color for _, color in drawn.getcolors(maxcolors=1 << 24) or []}
