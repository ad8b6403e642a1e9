"""A phone held over a floor: from pixels to the floor's meters and back."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Meters = NDArray[np.floating[Any]]

_FILM_DIAGONAL_MM: Final = 43.27
"""Of a frame of 24 by 36 mm, which EXIF compares the sensor's diagonal with."""


@dataclass(frozen=True, slots=True)
class Camera:
    """
    A pinhole over the floor's origin; the floor's x points right, y away from the photographer.

    `pitch_deg` is how far it looks down, `roll_deg` how far it is held aslant,
    `focal_35mm` the focal length as phones write it, for a frame with film's diagonal.
    """

    height: int = 4000
    width: int = 3000
    height_m: float = 1.66
    pitch_deg: float = 66.0
    roll_deg: float = 0.0
    focal_35mm: float = 26.0

    @property
    def focal_pixels(self) -> float:
        """Focal length in pixels."""
        return self.focal_35mm / _FILM_DIAGONAL_MM * float(np.hypot(self.height, self.width))

    def _axes(self) -> Meters:
        """Rows are the camera's right, down and forward axes in the floor's."""
        pitch, roll = np.radians(self.pitch_deg), np.radians(self.roll_deg)
        forward = np.array([0, np.cos(pitch), -np.sin(pitch)])
        down = np.array([0, -np.sin(pitch), -np.cos(pitch)])
        right = np.array([1.0, 0, 0])
        turned = np.cos(roll) * right + np.sin(roll) * down
        return np.stack([turned, np.cos(roll) * down - np.sin(roll) * right, forward])

    def rays(self, row: Meters, column: Meters) -> Meters:
        """Directions of view for pixel positions: shape (..., 3), not of unit length."""
        across = (column - (self.width - 1) / 2) / self.focal_pixels
        downward = (row - (self.height - 1) / 2) / self.focal_pixels
        directions = np.stack([across, downward, np.ones_like(across)], -1)
        rays: Meters = directions @ self._axes()
        return rays

    def floor(self, row: Meters, column: Meters, above: Meters | float = 0.0) -> Meters:
        """Where pixels see a plane `above` the floor: shape (..., 2), meters."""
        ray = self.rays(row, column)
        reach = (self.height_m - above) / np.maximum(-ray[..., 2], 1e-6)
        seen: Meters = ray[..., :2] * reach[..., np.newaxis]
        return seen

    def pixels(self, points: Meters, above: Meters | float = 0.0) -> Meters:
        """Row and column of floor points: shape (..., 2)."""
        offset = np.concatenate(
            [points, np.broadcast_to(above, points.shape[:-1])[..., np.newaxis] - self.height_m],
            axis=-1,
        )
        right, down, forward = np.moveaxis(offset @ self._axes().T, -1, 0)
        row = down / forward * self.focal_pixels + (self.height - 1) / 2
        column = right / forward * self.focal_pixels + (self.width - 1) / 2
        return np.stack([row, column], -1)
