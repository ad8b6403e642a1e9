"""The draped cloth as the renderer takes it, and how it is kept in a file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class DrapedCloth:
    """A saree at rest on a body. Meters; axes as the body's."""

    places: NDArray[np.float32]
    """Shape (columns, rows, 3)."""

    s: NDArray[np.float32]
    t: NDArray[np.float32]
    shown: NDArray[np.bool_]
    """Shape (columns, rows); False where the cloth is tucked in and not to be drawn."""

    facts: dict[str, object]
    """What was measured on it, for people and for gates."""

    def save(self, path: Path) -> None:
        """Write the cloth to `path`, a compressed archive without pickles."""
        np.savez_compressed(
            path,
            X=self.places,
            s=self.s,
            t=self.t,
            vis=self.shown,
            meta=np.array(json.dumps(self.facts)),
        )

    def must_be_fit(self) -> None:
        """Stop the command, with a sentence, if a figure of the drape is over its limit."""
        faults = self.facts.get("faults")
        if not isinstance(faults, list):
            raise SystemExit("this drape was never measured; drape it again")
        if faults:
            raise SystemExit(f"not fit for a picture: {'; '.join(faults)}")

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a cloth that `save` wrote."""
        with np.load(path) as file:
            return cls(file["X"], file["s"], file["t"], file["vis"], json.loads(str(file["meta"])))
