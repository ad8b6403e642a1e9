"""The weft's exact direction, from how sharply its lines add up over the whole width."""

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.image import Rgba8
from chalicelib.imaging.outline import Side
from chalicelib.imaging.rectification import Camera, Plane, plane_of, transform

_PPM = 250.0
_BANDS = 32
_STEP = 0.01
_FARTHEST = 0.2
_LEANS = np.arange(-0.06, 0.0601, 0.002)


def squared(small: Rgba8, selvedges: tuple[Side, Side], plane: Plane, width_m: float) -> Plane:
    """
    Turn the weft of a plane until lines across the cloth are sharpest.

    Single edges fix the weft to a degree or two; a stripe that adds up along the whole width
    fixes it to a twentieth of that.

    Parameters
    ----------
    small : ndarray of uint8, shape (H, W, 4)
        The picture in which the plane was found.
    selvedges : (Side, Side)
    plane : Plane
    width_m : float
        Meters.

    Returns
    -------
    Plane
        With another roll; the same where no line runs across the cloth.
    """
    height, width = small.shape[:2]
    camera = Camera(plane.focal, ((width - 1) / 2, (height - 1) / 2))
    for _ in range(2):
        lean = _lean(small, plane, width_m)
        if lean is None:
            return plane
        roll = _roll_for(lean, selvedges, plane, camera)
        matrix = plane_of(*selvedges, camera, width_m, roll=roll)
        if matrix is None or abs(roll - plane.roll) > _FARTHEST:
            return plane
        plane = replace(plane, homography=matrix, roll=roll)
    return plane


def _lean(small: Rgba8, plane: Plane, width_m: float) -> float | None:
    """How much u grows with t along the cloth's own cross lines; None where there are none."""
    bands = _gradient_bands(small, plane, width_m)
    across = (np.arange(_BANDS) + 0.5) / _BANDS - 0.5
    shifts = -across[None] * width_m * _LEANS[:, None] * _PPM
    columns = np.arange(bands.shape[1])
    sharpness = np.array(
        [
            np.square(
                np.sum(
                    [np.interp(columns + d, columns, b) for d, b in zip(row, bands, strict=True)],
                    axis=0,
                )
            ).sum()
            for row in shifts
        ]
    )
    peak = int(np.argmax(sharpness))
    clear = sharpness[peak] > 1.15 * np.median(sharpness)
    if not clear or not 0 < peak < len(_LEANS) - 1:
        return None
    left, middle, right = sharpness[peak - 1 : peak + 2]
    vertex = 0.5 * (left - right) / min(left - 2 * middle + right, -1e-9)
    return float(_LEANS[peak] + np.clip(vertex, -0.5, 0.5) * (_LEANS[1] - _LEANS[0]))


def _gradient_bands(small: Rgba8, plane: Plane, width_m: float) -> NDArray[np.float64]:
    """Mean change along u in bands of t, the highest t first: (bands, columns)."""
    rows, columns = np.nonzero(small[::8, ::8, 3] > 127)
    fabric = plane.to_fabric(np.stack([columns, rows], axis=1).astype(np.float64) * 8)
    low, high = np.quantile(fabric[:, 0], [0.001, 0.999])
    length = min(float(high - low), 6.0)
    size = (max(16, round(length * _PPM)), round(width_m * _PPM))
    to_strip = np.array([[_PPM, 0, -low * _PPM], [0, -_PPM, width_m * _PPM], [0, 0, 1]])
    strip = cv2.warpPerspective(small, to_strip @ plane.homography, size)
    gray = cv2.cvtColor(strip[..., :3], cv2.COLOR_RGB2GRAY).astype(np.float32)
    slope = cv2.Sobel(cv2.GaussianBlur(gray, (0, 0), 1.0), cv2.CV_32F, 1, 0)
    inside = cv2.erode((strip[..., 3] > 200).astype(np.uint8), np.ones((9, 9), np.uint8))
    slope = np.clip(slope, -60, 60) * inside
    # Interpolation blurs where the shift is no whole pixel; blurred before, all shifts are alike.
    slope = cv2.GaussianBlur(slope, (0, 0), 1.5, sigmaY=0.1)
    edge = round(0.06 * width_m * _PPM)
    banded = cv2.resize(slope[edge:-edge], (size[0], _BANDS), interpolation=cv2.INTER_AREA)
    return np.asarray(banded, np.float64)


def _roll_for(lean: float, selvedges: tuple[Side, Side], plane: Plane, camera: Camera) -> float:
    """The roll under which a line that now leans stands square (one secant step)."""
    middle = plane.to_fabric(np.array([camera.center]))[0, 0]
    line = plane.to_photo(np.array([[middle - lean / 2, 0.0], [middle + lean / 2, 1.0]]))
    turned = plane_of(*selvedges, camera, 1.0, roll=plane.roll + _STEP)
    if turned is None:
        return plane.roll
    ends = transform(turned, line)
    change = float((ends[1, 0] - ends[0, 0]) / (ends[1, 1] - ends[0, 1])) - lean
    return plane.roll - lean * _STEP / change if abs(change) > 1e-6 else plane.roll
