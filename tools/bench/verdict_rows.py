"""Trials that were measured before: kept line by line, so that an interrupted run goes on."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

Trial: TypeAlias = tuple[str, float, str | None]
"""Name, strength and part of a trial in one scene."""

Numbers: TypeAlias = tuple[dict[str, dict[str, float]], bool]
"""What was measured on each part, and whether a person would have noticed anything."""


class Rows:
    """
    The trials of one scene, in a file with a line for each; without a file none is kept.

    What is kept is judged by the limits in force, but it is measured as it was then: a change
    of a measure asks for another file.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._kept: dict[Trial, Numbers] = {}
        if path is not None and path.exists():
            # A line that was broken off has no end, and is no trial.
            *whole, _ = path.read_text().split("\n")
            path.write_text("".join(f"{line}\n" for line in whole))
            for line in whole:
                name, strength, region, measured, noticed = json.loads(line)
                self._kept[name, strength, region] = measured, noticed

    def numbers(self, trial: Trial, measure: Callable[[], Numbers]) -> Numbers:
        """Give what was kept of a trial, or measure it."""
        if trial not in self._kept:
            self._kept[trial] = measure()
            if self._path is not None:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                with self._path.open("a") as file:
                    file.write(json.dumps([*trial, *self._kept[trial]]) + "\n")
        return self._kept[trial]
