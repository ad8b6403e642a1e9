"""The reference says what the code does, and nothing else; both ways round."""

import re
from pathlib import Path

from app import app
from chalicelib.domain.saree import DetailPart
from chalicelib.domain.stage import queue_of
from chalicelib.settings import Settings, variable
from tests.makers import a_jpeg
from tests.simulation.world import Judge, World

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"

_LOGGED = re.compile(r'log\.(?:info|warning|error|exception)\(\s*"([a-z_.]+)"')


def first_cells(page: str) -> set[str]:
    """Read what stands in backticks in the first column of a page's tables."""
    lines = (REFERENCE / page).read_text().splitlines()
    cells = [line.split("|")[1].strip() for line in lines if line.startswith("| `")]
    return {cell.strip("`") for cell in cells}


def test_every_setting_is_in_the_reference_with_its_default_and_the_other_way_round() -> None:
    text = (REFERENCE / "settings.md").read_text()

    assert first_cells("settings.md") == {variable(name) for name in Settings.__dataclass_fields__}
    for name, field in Settings.__dataclass_fields__.items():
        default = f"`{field.default}`" if field.default != "" else "empty"
        assert f"| `{variable(name)}` | {default} |" in text


def test_every_log_event_is_in_the_reference_and_the_other_way_round() -> None:
    sources = [
        path for folder in ("chalicelib", "emulator") for path in (ROOT / folder).rglob("*.py")
    ]
    written = {event for path in sources for event in _LOGGED.findall(path.read_text())}

    assert first_cells("log-events.md") == written


def test_every_queue_is_in_the_reference_and_the_other_way_round() -> None:
    queues = {source.queue for source in app.event_sources if hasattr(source, "queue")}
    listed = {cell for cell in first_cells("queues.md") if cell.startswith("pallu-")}

    assert listed == queues
    assert queue_of("dead_letters") in listed


def test_every_key_of_a_job_with_retries_is_in_the_reference() -> None:
    world = World(Judge(lenient=False))
    saree = world.upload({part: a_jpeg() for part in DetailPart})
    world.generate(saree, key="mine")
    during = {stored.key for stored in world.store.list("")}
    world.run()
    stored = during | {each.key for each in world.store.list("")}
    grammar = [_pattern(cell) for cell in first_cells("keys.md") if "/" in cell]

    strange = {key for key in stored if not any(re.fullmatch(each, key) for each in grammar)}

    assert not strange


def _pattern(cell: str) -> str:
    """Read a key of the reference as a pattern; a folder stands for what is in it."""
    pattern = re.sub(r"\\\{jpg,png,webp\\\}", "(?:jpg|png|webp)", re.escape(cell))
    pattern = re.sub(r"\\\{pallu,border,body\\\}", "(?:pallu|border|body)", pattern)
    pattern = re.sub(r"\\\{n+\\\}", r"\\d+", pattern)
    pattern = re.sub(r"\\\{[a-z_]+\\\}", "[0-9a-z_]+", pattern)
    return pattern + "[a-z_.]+" if pattern.endswith("/") else pattern
