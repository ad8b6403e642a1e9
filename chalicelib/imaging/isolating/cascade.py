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

_FIRST_STEP: Final = 1.5
"""How many pixels of a smallest window the first search moves on by, instead of one."""

_WORTH_A_LOOK, _AGREEING = 2, 8
"""
Windows around one place from which it is looked at closely, and from which it is a face.

Prints and zari convince a few.
"""

_AROUND: Final = 1.1
"""Sides of a window from its middle, within which all that agree with it lie."""

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


def frontal_faces(photo: Rgb8) -> Iterator[Window]:
    """
    Faces in the upper part of a photo that look at the camera, more or less.

    Parameters
    ----------
    photo : ndarray of uint8, shape (H, W, 3)
        sRGB, upright; about 500 pixels on the longer side suit a figure shown whole.

    Yields
    ------
    Window
        The one that stood out most first; each is only looked at closely when it is asked for.

    References
    ----------
    Liao et al., "Learning multi-scale block local binary patterns for face recognition",
    ICB 2007.
    """
    upper = photo[: round(_DOWN * photo.shape[0])]
    largest = min(round(_LARGEST_WINDOW * max(photo.shape[:2])), *upper.shape[:2])
    if largest <= _LEAST_WINDOW:
        return
    for place in _grouped(_convinced(upper, largest, _FIRST_STEP), _WORTH_A_LOOK):
        face = _looked_at_closely(upper, place, largest)
        if face is not None:
            yield face


def _looked_at_closely(upper: Rgb8, place: Window, largest: int) -> Window | None:
    """The face at a place, if enough of all the windows there say so."""
    reach = _AROUND * place.side
    top = max(0, round(place.top + place.side / 2 - reach))
    left = max(0, round(place.left + place.side / 2 - reach))
    near = upper[top : round(top + 2 * reach), left : round(left + 2 * reach)]
    squares = _convinced(near, min(round(1.5 * place.side), largest), 1)
    squares += np.array((top, left, 0))
    return next(_grouped(squares, _AGREEING), None)


def _convinced(photo: Rgb8, largest: int, step: float) -> NDArray[np.float64]:
    """Top, left and side of each window that passes for a face."""
    found = _cascade().detect_multi_scale(
        np.ascontiguousarray(photo),
        scale_factor=1.1,
        step_ratio=step,
        min_size=(_LEAST_WINDOW, _LEAST_WINDOW),
        max_size=(largest, largest),
        min_neighbor_number=0,
        intersection_score_threshold=_NEVER,
    )
    squares = [(each["r"], each["c"], each["width"]) for each in found]
    return np.array(squares, dtype=np.float64).reshape(-1, 3)


def _grouped(squares: NDArray[np.float64], least: int) -> Iterator[Window]:
    """The means of at least so many squares that lie on one another, those of most first."""
    agree = np.array([_near(squares, square) for square in squares], dtype=np.bool_)
    counts = agree.sum(axis=1) if len(squares) else np.zeros(0)
    while counts.max(initial=0) >= least:
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
