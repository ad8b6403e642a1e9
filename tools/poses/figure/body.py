"""The posed body as the drape and the renderer know it, and how it is kept in a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """
    The surface that the cloth lies on: skin, with the blouse's thickness on it.

    Meters; z points up from the floor at 0, the body faces -y, its own left is +x.
    """

    vertices: NDArray[np.float64]
    """Shape (N, 3)."""

    faces: NDArray[np.int32]
    """Shape (M, 4), outward. A triangle repeats its last index."""

    rest: NDArray[np.float64]
    """Shape (N, 3): the vertices before posing; 9 where a part was added after."""

    blouse: NDArray[np.float64]
    """Shape (N,): above 0 where the blouse covers the skin."""

    joints: dict[str, NDArray[np.float64]]
    """Head of each bone, shape (3,), posed."""

    weights: dict[str, NDArray[np.float64]]
    """Share of each vertex in `arm.L`, `arm.R`, `fore`, `sh`, `face`, `head`, shape (N,)."""

    def save(self, path: Path) -> None:
        """Write the body to `path`, an uncompressed archive without pickles."""
        np.savez(
            path,
            vertices=self.vertices,
            faces=self.faces,
            rest=self.rest,
            blouse=self.blouse,
            joint_names=np.array(list(self.joints)),
            joint_places=np.array(list(self.joints.values())),
            weight_names=np.array(list(self.weights)),
            weight_shares=np.array(list(self.weights.values())),
        )

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a body that `save` wrote."""
        with np.load(path) as file:
            return cls(
                vertices=file["vertices"],
                faces=file["faces"],
                rest=file["rest"],
                blouse=file["blouse"],
                joints=dict(zip(file["joint_names"].tolist(), file["joint_places"], strict=True)),
                weights=dict(
                    zip(file["weight_names"].tolist(), file["weight_shares"], strict=True)
                ),
            )
