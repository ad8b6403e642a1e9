"""The petticoat that a sheer saree lets through: the form it was wrapped on, as a surface."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tools.poses.wrapping.form import Form

_HEM_M = 0.05
_INWARD_M = 0.003
"""How far the petticoat lies under what the saree was laid on."""

_ROWS, _COLUMNS = 96, 180


def petticoat(form: Form) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
    """
    Make the petticoat of a form, from its tie to just above the floor.

    Returns
    -------
    tuple
        Places, shape (N, 3), meters, and faces, shape (M, 4), outward.
    """
    heights = np.linspace(_HEM_M, form.waist_m, _ROWS)[:, np.newaxis]
    angles = np.arange(_COLUMNS) / _COLUMNS * 2 * np.pi
    places = form.contour(heights, angles, -_INWARD_M).reshape(-1, 3)
    index = np.arange(len(places), dtype=np.int32).reshape(_ROWS, _COLUMNS)
    onward = np.roll(index, -1, axis=1)
    faces = np.stack([index[:-1], onward[:-1], onward[1:], index[1:]], axis=-1)
    return places, faces.reshape(-1, 4)
