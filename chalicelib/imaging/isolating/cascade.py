"""
Frontal faces by a trained cascade of local binary patterns.

The cascade comes with scikit-image: a list of light and dark blocks that faces have in common,
whatever their skin and whatever the light.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.image import Rgb8

if TYPE_CHECKING:
    from skimage.feature import Cascade

_LEAST_WINDOW: Final = 24
"""Pixels; the cascade was trained on windows of this size."""

_LARGEST_WINDOW: Final = 0.2
"""In longer sides of the photo: more than a face takes where a garment is in view."""

_STEP: Final = 1.5
"""Pixels from one window to the next, at the smallest size; larger ones move on by more."""

_AGREEING: Final = 3
"""Windows around one place from which it is a face; prints and zari convince a few."""

_DOWN: Final = 0.45
"""Share of the photo, from the top, in which the face of someone standing is."""

_NEVER: Final = 2.0
"""An overlap that no two windows have, so that the cascade merges none."""


@dataclass(frozen=True, slots=True)
class Window:
    """A square, in pixels, from above the brow to the chin."""

    top: float
    left: float
    side: float
    agreeing: int
    """How many windows found it: the more, the surer."""


def frontal_faces(photo: Rgb8) -> list[Window]:
    """
    Faces in the upper part of a photo that look at the camera, more or less.

    Parameters
    ----------
    photo : ndarray of uint8, shape (H, W, 3)
        sRGB, upright; about 500 pixels on the longer side suit a figure shown whole.

    Returns
    -------
    list of Window
        The surest first.

    References
    ----------
    Liao et al., "Learning multi-scale block local binary patterns for face recognition",
    ICB 2007.
    """
    upper = np.ascontiguousarray(photo[: round(_DOWN * photo.shape[0])])
    largest = min(round(_LARGEST_WINDOW * max(photo.shape[:2])), *upper.shape[:2])
    if largest <= _LEAST_WINDOW:
        return []
    found = _cascade().detect_multi_scale(
        upper,
        scale_factor=1.1,
        step_ratio=_STEP,
        min_size=(_LEAST_WINDOW, _LEAST_WINDOW),
        max_size=(largest, largest),
        min_neighbor_number=0,
        intersection_score_threshold=_NEVER,
    )
    squares = [(each["r"], each["c"], each["width"]) for each in found]
    return list(_grouped(np.array(squares, dtype=np.float64).reshape(-1, 3)))


def _grouped(squares: NDArray[np.float64]) -> Iterator[Window]:
    """The means of squares that lie on one another, those of most squares first."""
    agree = np.array([_near(squares, square) for square in squares], dtype=np.bool_)
    counts = agree.sum(axis=1) if len(squares) else np.zeros(0)
    while counts.max(initial=0) >= _AGREEING:
        best = int(counts.argmax())
        top, left, side = squares[agree[best]].mean(axis=0)
        yield Window(float(top), float(left), float(side), int(counts[best]))
        counts[agree[best]] = 0


def _near(squares: NDArray[np.float64], square: NDArray[np.float64]) -> NDArray[np.bool_]:
    side = square[2]
    centers, center = squares[:, :2] + squares[:, 2:] / 2, square[:2] + side / 2
    alike = np.abs(np.log(squares[:, 2] / side)) < 0.3
    return np.asarray((np.abs(centers - center).max(axis=1) < 0.25 * side) & alike)


@cache
def _cascade() -> "Cascade":
    # skimage's imports take longer than the rest of a cold start.
    from skimage import data
    from skimage.feature import Cascade

    path = data.lbp_frontal_face_cascade_filename()  # type: ignore[no-untyped-call]
    return Cascade(path)
