"""The page on certificates names the fields that certificates and reports have, and no others."""

import json
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from tests.simulation.world import Judge, World

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "certificate.md").read_text()

# Told as a whole on the page: their fields have pages or models of their own.
WHOLE = {
    "libraries",
    "photo",
    "stages",
    "parts",
    "seen",
    "limits",
    "poses[].attempts[].verdicts",
    "poses[].attempts[].seen",
    "poses[].attempts[].adapter",
    "poses[].attempts[].inputs",
    "poses[].attempts[].outputs",
    "poses[].attempts[].measured",
    "page",
    "first_difference",
    "differences",
    "versions",
    "checks",
    "artifacts",
}


def listed(heading: str) -> set[str]:
    section = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return set(re.findall(r"^\| `([^`]+)` \|", section, re.MULTILINE))


def fields(told: dict[str, Any], before: str = "") -> Iterator[str]:
    for name, value in told.items():
        path = before + name
        if path in WHOLE or not isinstance(value, list):
            yield path
        else:
            yield from (each for one in value for each in fields(one, f"{path}[]."))


def a_verified_world() -> tuple[World, str, str]:
    world = World(Judge(lenient=False))
    saree = world.upload()
    world.generate(saree)
    world.run()
    job = world.verify(saree)
    world.run()
    return world, f"sarees/{saree}/gen_01_standard/", job


def test_the_fields_of_a_certificate_are_on_the_page_and_no_others() -> None:
    world, folder, _ = a_verified_world()

    certificate = json.loads(world.store.get(f"{folder}metrics.json"))

    assert set(fields(certificate)) == listed("The fields of `metrics.json`")


def test_the_fields_of_a_report_are_on_the_page_and_no_others() -> None:
    world, folder, job = a_verified_world()

    report = json.loads(world.store.get(f"{folder}verifications/{job}/verification.json"))

    assert set(fields(report)) == listed("The report of a verification")


def test_the_claims_of_a_picture_are_on_the_page_and_no_others() -> None:
    world, folder, _ = a_verified_world()

    picture = Image.open(BytesIO(world.store.get(f"{folder}pose_01.png")))
    picture.load()

    assert set(picture.info) == listed("What a picture says of itself")
