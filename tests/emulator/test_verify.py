"""`python -m emulator verify`: what it says of a folder, and how it exits."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from chalicelib.service import versions
from emulator.claims import claims
from emulator.proof_folder import artifact_at, place
from emulator.verify import verify
from tests.emulator.places import ROOT
from tests.simulation.world import Judge, World

GENERATION = "gen_01_standard"


class Studio:
    """A generation in memory, and the folder that `generate` leaves of it."""

    def __init__(self, folder: Path) -> None:
        world = World(Judge(lenient=False))
        saree = world.upload()
        world.generate(saree)
        world.run()
        prefix = f"sarees/{saree}/"
        self.folder = folder
        self.made = {
            each.key.removeprefix(prefix): world.store.get(each.key)
            for each in world.store.list(prefix)
        }
        for name, body in self.made.items():
            write(folder, name, body)

    def again(
        self,
        metrics: Mapping[str, Any],
        photos: Mapping[str, bytes],
        tell: Callable[[str, int], None],
    ) -> dict[str, bytes]:
        """Stand for the work, which gives the same again."""
        assert metrics["generation"] == GENERATION
        assert set(photos) == {"original.jpg"}
        tell("isolate", 0)
        return self.made

    def verified(self) -> int:
        return verify(self.folder, self.again)


def write(folder: Path, name: str, body: bytes) -> None:
    """Put an artifact where `generate` would."""
    where = place(name)
    if where is not None:
        (folder / where).parent.mkdir(parents=True, exist_ok=True)
        (folder / where).write_bytes(body)


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    return Studio(tmp_path)


def test_an_untouched_folder_is_equal(studio: Studio, capsys: pytest.CaptureFixture[str]) -> None:
    status = studio.verified()

    told = capsys.readouterr().out.splitlines()
    assert status == 0
    assert [line.split() for line in told[1:-1]] == [
        [check, "equal"]
        for check in (
            *("isolate", "flatten", "extract"),
            *(f"pose_0{number}" for number in range(1, 5)),
            "certificate",
        )
    ]
    assert "artifacts are equal, byte for byte" in told[-1]


@pytest.mark.parametrize(
    ("where", "check", "named"),
    [
        ("pose_02.png", "pose_02", f"publish: {GENERATION}/pose_02.png"),
        ("proof/attempts/1/pose_01.json", "pose_01", "validate: "),
        ("proof/attempts/2/pose_01.png", "pose_01", "compose: "),
        ("proof/extract/whole.png", "extract", "extract: "),
        ("certificate.html", "certificate", f"certificate: {GENERATION}/certificate.html"),
        ("proof/original.jpg", "photo", "photo: original.jpg is not the photo"),
    ],
)
def test_a_file_that_was_changed_is_named(
    studio: Studio,
    capsys: pytest.CaptureFixture[str],
    where: str,
    check: str,
    named: str,
) -> None:
    (studio.folder / where).write_bytes(b"changed")

    status = studio.verified()

    told = capsys.readouterr().out
    assert status == 1
    assert named in told.splitlines()[-1]
    assert any(line.split() == [check, "different"] for line in told.splitlines())


@pytest.mark.parametrize("where", ["pose_03.png", "certificate.html", "proof/original.jpg"])
def test_a_file_that_is_missing_is_named(
    studio: Studio, capsys: pytest.CaptureFixture[str], where: str
) -> None:
    (studio.folder / where).unlink()

    status = studio.verified()

    assert status == 1
    assert "is missing" in capsys.readouterr().out.splitlines()[-1]


def test_a_picture_that_nobody_made_is_named(
    studio: Studio, capsys: pytest.CaptureFixture[str]
) -> None:
    (studio.folder / "pose_09.png").write_bytes(b"planted")

    status = studio.verified()

    assert status == 1
    assert "pose_09.png should not be there" in capsys.readouterr().out


def test_altered_verdicts_in_the_certificate_are_found(
    studio: Studio, capsys: pytest.CaptureFixture[str]
) -> None:
    path = studio.folder / "metrics.json"
    path.write_bytes(path.read_bytes().replace(b'"ssim": 1.0', b'"ssim": 0.9', 1))

    status = studio.verified()

    assert status == 1
    assert f"certificate: {GENERATION}/metrics.json" in capsys.readouterr().out


def test_the_digest_in_the_certificate_stands_for_what_is_not_in_the_folder(
    studio: Studio, capsys: pytest.CaptureFixture[str]
) -> None:
    name = next(name for name in studio.made if name.endswith("cutout.png"))
    studio.made[name] = b"came out otherwise"

    status = studio.verified()

    assert status == 1
    assert "isolate/cutout.png is not what the same work gives" in capsys.readouterr().out


def test_a_length_that_was_altered_is_no_other_version(
    studio: Studio, capsys: pytest.CaptureFixture[str]
) -> None:
    path = studio.folder / "metrics.json"
    metrics = json.loads(path.read_bytes())
    metrics["photo"]["length_m"] = 9.0
    path.write_text(json.dumps(metrics))

    status = studio.verified()

    assert status == 1
    assert "does not describe what the saree was prepared from" in capsys.readouterr().out


@pytest.mark.parametrize("field", ["code", "documents"])
def test_what_another_version_made_is_told_so(
    studio: Studio, capsys: pytest.CaptureFixture[str], field: str
) -> None:
    path = studio.folder / "metrics.json"
    path.write_text(json.dumps({**json.loads(path.read_bytes()), field: "f" * 16}))

    status = studio.verified()

    told = capsys.readouterr().out
    assert status == 2
    assert f"made by another version: {field} was ffffffffffffffff" in told
    assert " equal" not in told


def test_a_certificate_from_before_there_were_some_of_its_fields_is_of_another_version(
    studio: Studio, capsys: pytest.CaptureFixture[str]
) -> None:
    path = studio.folder / "metrics.json"
    metrics = json.loads(path.read_bytes())
    for name in ("documents", "stages", "photo", "seen", "page"):
        del metrics[name]
    for attempt in (one for pose in metrics["poses"] for one in pose["attempts"]):
        del attempt["measured"]
    path.write_text(json.dumps(metrics))

    status = studio.verified()
    claimed = claims(studio.folder / "pose_01.png")

    assert (status, claimed) == (2, 0)
    assert "documents was None" in capsys.readouterr().out


def test_a_pose_that_was_drawn_anew_since_is_told_as_another_version(
    studio: Studio, capsys: pytest.CaptureFixture[str]
) -> None:
    path = studio.folder / "metrics.json"
    path.write_bytes(path.read_bytes().replace(b"drawn/pose_01", b"nivi_v1/pose_01"))

    status = studio.verified()

    assert status == 2
    assert "nivi_v1/pose_01 was 0000000000000000" in capsys.readouterr().out


def test_a_picture_that_was_changed_after_another_version_made_it_is_different(
    studio: Studio, capsys: pytest.CaptureFixture[str]
) -> None:
    path = studio.folder / "metrics.json"
    path.write_text(json.dumps({**json.loads(path.read_bytes()), "code": "f" * 16}))
    (studio.folder / "proof/attempts/2/pose_01.png").write_bytes(b"changed")

    status = studio.verified()

    assert status == 1
    assert "attempts/2/pose_01.png" in capsys.readouterr().out


@pytest.mark.parametrize("metrics", [None, b"", b"[]", b"{}", b'{"generation": 3}'])
def test_a_folder_that_holds_no_generation_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], metrics: bytes | None
) -> None:
    if metrics is not None:
        (tmp_path / "metrics.json").write_bytes(metrics)

    status = verify(tmp_path)

    assert status == 1
    assert "cannot be verified" in capsys.readouterr().out


def test_a_lone_picture_tells_what_it_claims(
    studio: Studio, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    alone = tmp_path_factory.mktemp("alone") / "picture.png"
    alone.write_bytes((studio.folder / "pose_02.png").read_bytes())

    status = claims(alone)

    told = capsys.readouterr().out
    assert status == 0
    assert "ProvenanceId" in told
    assert "pose_02" in told
    assert versions.code_version() in told


def test_a_picture_beside_its_certificate_is_held_against_it(
    studio: Studio, capsys: pytest.CaptureFixture[str]
) -> None:
    genuine = claims(studio.folder / "pose_02.png")
    told = capsys.readouterr().out
    path = studio.folder / "pose_02.png"
    path.write_bytes(path.read_bytes() + b"more")
    altered = claims(path)

    assert (genuine, altered) == (0, 1)
    assert f"{GENERATION}/attempts/2/pose_02.png" in told
    assert "names no such picture" in capsys.readouterr().out


def test_a_picture_that_claims_nothing_is_told_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    note = tmp_path / "note.png"
    note.write_text("no picture")

    assert claims(note) == 1
    assert "not a PNG" in capsys.readouterr().out


def test_the_command_takes_a_folder_and_a_number_of_threads(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "emulator", "verify", str(tmp_path)]

    done = subprocess.run(
        [*command, "--threads", "2"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    none = subprocess.run(
        [*command, "--threads", "0"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env=dict(os.environ),
    )

    assert (done.returncode, done.stderr) == (1, "")
    assert "cannot be verified" in done.stdout
    assert none.returncode == 2
    assert "between 1 and 64" in none.stderr


@pytest.mark.parametrize(
    "name",
    [
        "original.jpg",
        "detail_pallu.webp",
        f"{GENERATION}/pose_04.png",
        f"{GENERATION}/metrics.json",
        f"{GENERATION}/attempts/2/pose_01.difference.jpg",
        "prepared/0123456789abcdef/extract/parts.json",
    ],
)
def test_what_is_kept_is_found_where_it_was_put(name: str) -> None:
    where = place(name)

    assert where is not None
    assert artifact_at(where, GENERATION, "0123456789abcdef") == name


@pytest.mark.parametrize(
    "name", ["saree.json", f"{GENERATION}/generation.json", "prepared/0/isolate/cutout.png"]
)
def test_what_is_not_kept_has_no_place(name: str) -> None:
    assert place(name) is None
