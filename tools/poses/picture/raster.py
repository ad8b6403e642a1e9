"""What every sample of a picture shows: triangles drawn with a depth buffer, nothing filtered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from tools.poses.compiling import compiled
from tools.poses.picture.views import PICTURE_HEIGHT, PICTURE_WIDTH

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tools.poses.picture.camera import Camera


_APART_M = 1e-5
"""Surfaces nearer to each other than this are one, where the first one is looked through."""


@dataclass(frozen=True, slots=True, eq=False)
class Labels:
    """What each sample shows, and which point of the fabric if it is cloth."""

    what: NDArray[np.uint8]
    """0 where nothing was drawn; shape (H, W)."""

    s: NDArray[np.float32]
    t: NDArray[np.float32]
    """Meters where cloth shows, else 0; shape (H, W)."""

    depth: NDArray[np.float32]
    """Meters ahead of the eye, infinite where nothing was drawn; shape (H, W)."""

    face: NDArray[np.int32]
    """Which triangle of its mesh a sample shows, -1 where nothing was drawn; shape (H, W)."""

    samples: int
    """Along each side of a pixel."""

    @classmethod
    def blank(cls, samples: int) -> Self:
        """Start with nothing drawn."""
        shape = (PICTURE_HEIGHT * samples, PICTURE_WIDTH * samples)
        return cls(
            np.zeros(shape, np.uint8),
            np.zeros(shape, np.float32),
            np.zeros(shape, np.float32),
            np.full(shape, np.inf, np.float32),
            np.full(shape, -1, np.int32),
            samples,
        )

    def draw(
        self,
        camera: Camera,
        mesh: tuple[NDArray[np.floating], NDArray[np.integer]],
        numbers: tuple[int, int],
        fabric: NDArray[np.floating] | None = None,
        beyond: NDArray[np.float32] | None = None,
    ) -> None:
        """
        Draw a mesh over what was drawn before, where it is nearer.

        Parameters
        ----------
        camera : Camera
        mesh : tuple
            Places, shape (N, 3), meters, and triangles, shape (M, 3).
        numbers : tuple of int
            What a sample shows where a face looks at the camera, and where it looks away.
        fabric : ndarray, shape (N, 2), optional
            `s` and `t` of every vertex; 0 without.
        beyond : ndarray of float32, shape (H, W), optional
            Depth up to which nothing is seen, meters; 0 without.
        """
        places, faces = mesh
        where, depth = camera.project(places, samples=self.samples)
        point = np.zeros((len(places), 2)) if fabric is None else np.asarray(fabric, float)
        _draw(
            where,
            depth,
            point,
            np.ascontiguousarray(faces, np.int64),
            np.array(numbers, np.uint8),
            np.zeros((1, 1), np.float32) if beyond is None else beyond,
            (self.what, self.s, self.t, self.depth, self.face),
        )


@compiled
def _draw(where, depth, fabric, faces, numbers, beyond, planes):  # type: ignore[no-untyped-def]
    what, s, t, nearest, shown = planes
    height, width = what.shape
    peeled = beyond.shape == what.shape
    for face in range(len(faces)):
        a, b, c = faces[face]
        ay, ax = where[a]
        by, bx = where[b]
        cy, cx = where[c]
        area = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay)
        if area == 0:
            continue
        # Rows grow downward, so a face that looks at the camera runs clockwise here.
        number = numbers[0] if area < 0 else numbers[1]
        top, bottom = max(0, int(np.ceil(min(ay, by, cy)))), min(height - 1, int(max(ay, by, cy)))
        left, right = max(0, int(np.ceil(min(ax, bx, cx)))), min(width - 1, int(max(ax, bx, cx)))
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                u = ((bx - column) * (cy - row) - (cx - column) * (by - row)) / area
                v = ((cx - column) * (ay - row) - (ax - column) * (cy - row)) / area
                w = 1 - u - v
                if u < 0 or v < 0 or w < 0:
                    continue
                # Along a line of the picture it is one over depth that changes evenly.
                u, v, w = u / depth[a], v / depth[b], w / depth[c]
                far = 1 / (u + v + w)
                if peeled and far < beyond[row, column] + _APART_M:
                    continue
                if far < nearest[row, column]:
                    nearest[row, column] = far
                    what[row, column] = number
                    shown[row, column] = face
                    s[row, column] = far * (u * fabric[a, 0] + v * fabric[b, 0] + w * fabric[c, 0])
                    t[row, column] = far * (u * fabric[a, 1] + v * fabric[b, 1] + w * fabric[c, 1])
