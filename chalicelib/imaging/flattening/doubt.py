"""How far a strip's points may lie from where they are on the saree."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.flattening.rectification import Camera, off_level
from chalicelib.imaging.flattening.spread import Spread

_FOCAL: Final = 0.06
"""How far, as a share, a usual focal length is from a phone's own."""

_ALIKE_M: Final = 0.5
"""Over what length cloth on a floor strays to one side."""

_LEAST_M: Final = 0.001

_CUT_M: Final = 0.1
"""How much of a pallu lies beyond the frame that cuts it; lengths are counted from its end."""


def geometry_doubt(spread: Spread, *, turned: bool) -> float:
    """
    Estimate the root mean square error of a strip's geometry.

    Five things leave it open, each by itself: an unknown focal length scales the length, as far
    as the camera is tilted; bends of the selvedges hide where they meet, and so how the scale
    changes with the distance from the camera's foot, unless the floor tells that; a weft that few
    lines show leans, the more the farther from there; inside, cloth strays as much as its
    selvedges do; and of a pallu that the frame cuts nobody knows how much is missing.

    Parameters
    ----------
    spread : Spread
    turned : bool
        Whether the pallu lies at the low end of u, as in `photo_map`.

    Returns
    -------
    float
        Meters.
    """
    height, tilt = _viewpoint(spread)
    # Lengths are counted from the pallu's end, which is the nearer one on most photos.
    near, far = sorted((spread.near.u, spread.far.u), key=abs)
    along = np.linspace(near, far, 50)
    stray = _stray(spread)
    hidden = 0.0 if spread.plane.tilt_known else stray
    meeting = hidden * np.sqrt(24 * _ALIKE_M / spread.length_m**3) / spread.width_m
    focal = 0.0 if spread.focal_known else _FOCAL * np.sin(tilt) ** 2
    lean = spread.plane.roll_doubt / height * spread.width_m / np.sqrt(12)
    parts = [
        _rms(focal * (along - along[0])),
        _rms(meeting / 2 * (along**2 - along[0] ** 2)),
        _rms(lean * along),
        np.sqrt(2) * stray,
        0.0 if (spread.far if turned else spread.near).seen else _CUT_M,
    ]
    return float(np.linalg.norm(parts))


def _viewpoint(spread: Spread) -> tuple[float, float]:
    """How high above the cloth the camera stood, in meters, and how it was tilted, in radians."""
    shape = round(spread.photo_height * spread.scale), round(spread.photo_width * spread.scale)
    camera = Camera(spread.plane.focal, ((shape[1] - 1) / 2, (shape[0] - 1) / 2))
    axes = spread.plane.homography @ np.linalg.inv(camera.to_rays)
    height = float(np.linalg.norm(np.cross(axes[1], axes[2])) / (axes[2] @ axes[2]))
    return height, float(np.arcsin(off_level(spread.plane.homography, camera)[1]))


def _stray(spread: Spread) -> float:
    """How far the selvedges stray from straight lines, meters."""
    off = [_rms(side.offset - np.median(side.offset)) for side in (spread.lower, spread.upper)]
    return max(_LEAST_M, float(np.mean(off)))


def _rms(values: NDArray[np.float64]) -> float:
    return float(np.sqrt(np.square(values).mean()))
