"""Where a view is seen from, and where in the picture a place lands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tools.poses.picture.views import PICTURE_HEIGHT, PICTURE_WIDTH

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tools.poses.picture.views import View

LENS_MM, SENSOR_MM = 85.0, 36.0
"""A portrait lens; the sensor's height."""

_HEIGHT_M = 1.02


@dataclass(frozen=True, slots=True, eq=False)
class Camera:
    """A pinhole camera held upright."""

    eye: NDArray[np.float64]
    right: NDArray[np.float64]
    up: NDArray[np.float64]
    ahead: NDArray[np.float64]

    def project(
        self, places: NDArray[np.floating], *, samples: int
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """
        Find where `places` land in the picture.

        Parameters
        ----------
        places : ndarray, shape (N, 3)
            Meters.
        samples : int
            Samples along each side of a pixel.

        Returns
        -------
        samples : ndarray of float64, shape (N, 2)
            Row and column; the first sample's center is at 0, 0.
        depth : ndarray of float64, shape (N,)
            Meters ahead of the eye.
        """
        seen = np.asarray(places, float) - self.eye
        depth = seen @ self.ahead
        scale = LENS_MM / SENSOR_MM * PICTURE_HEIGHT * samples
        row = PICTURE_HEIGHT * samples / 2 - scale * (seen @ self.up) / depth
        column = PICTURE_WIDTH * samples / 2 + scale * (seen @ self.right) / depth
        return np.stack([row, column], axis=1) - 0.5, depth


def camera_of(view: View) -> Camera:
    """Put the camera where `view` is seen from."""
    angle = np.radians(view.azimuth)
    aside = np.array([np.cos(angle), np.sin(angle), 0.0])
    away = np.array([np.sin(angle), -np.cos(angle), 0.0])
    upward = np.array([0.0, 0.0, 1.0])
    target = view.aside_m * aside + view.center_m * upward
    lift = (_HEIGHT_M - view.center_m) * min(1.0, view.frame_m / 2)
    eye = target + view.frame_m * LENS_MM / SENSOR_MM * away + lift * upward
    ahead = (target - eye) / np.linalg.norm(target - eye)
    return Camera(eye, aside, np.cross(aside, ahead), ahead)
