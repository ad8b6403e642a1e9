"""
Whether a photo shows a person, found by the face.

A trained cascade finds those that look at the camera.  The others are looked for by what a face
is: a patch of skin with hair above and beside it, eyes darker than cheeks, and colors that its
left, right and upper neighborhood do not share; a print or zari may look like skin, but repeats
next to itself.
"""

from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.color import to_lab
from chalicelib.imaging.image import Lab, Rgb8
from chalicelib.imaging.isolating.cascade import frontal_faces
from chalicelib.imaging.resizing import shrink

_CASCADE_SIDE: Final = 512
_FRONTAL_SCORE: Final = 2.4
"""More than a look-alike ever scores."""

_LEAST_SKIN: Final = 0.2
"""How much of a frontal face is of some skin's color; a painted one has the print's."""

_SIDE: Final = 384
_LEAST_SCORE: Final = 0.8
_WIDTHS: Final = np.geomspace(0.034, 0.1, 7)
"""Widths of a face, in longer sides of the photo, in pictures of a whole figure."""

_LAMP_HANDICAP: Final = 0.15
"""Lamplight is rarer than daylight, and gold looks like skin in it."""

_USUAL_WIDTH: Final = 0.05
_SIZE_MATTERS: Final = 0.6
"""Score lost per doubling or halving of the usual width; small windows match by chance."""


@dataclass(frozen=True, slots=True)
class Face:
    """Where a face is, in pixels of the picture it was asked of; `score` is unbounded."""

    top: float
    left: float
    height: float
    width: float
    score: float

    @property
    def rows(self) -> slice:
        """The rows of pixels it covers."""
        return slice(max(0, int(self.top)), int(self.top + self.height) + 1)

    @property
    def columns(self) -> slice:
        """The columns of pixels it covers."""
        return slice(max(0, int(self.left)), int(self.left + self.width) + 1)

    def scaled(self, factor: float) -> "Face":
        """The same face in a picture `factor` times as large."""
        top, left, height, width = (
            float(value) * factor for value in (self.top, self.left, self.height, self.width)
        )
        return Face(top, left, height, width, self.score)


@dataclass(frozen=True, slots=True)
class Light:
    """Where skin of all tones lies in Cr and Cb under some light."""

    red: float
    blue: float
    spread: float


DAYLIGHT: Final = Light(151, 107, 11)
LAMPLIGHT: Final = Light(157, 99, 10)


def skin_likeness(photo: Rgb8, light: Light = DAYLIGHT) -> NDArray[np.float32]:
    """
    How near each pixel's color is to that of skin.

    Parameters
    ----------
    photo : ndarray of uint8, shape (H, W, 3)
        sRGB.
    light : Light
        What the photo was taken in.

    Returns
    -------
    ndarray of float32, shape (H, W)
        0..1.

    References
    ----------
    Hsu, Abdel-Mottaleb and Jain, "Face detection in color images", PAMI 2002: skin of all tones
    lies close together in Cb and Cr.
    """
    luma, red, blue = (
        channel.astype(np.float32)
        for channel in cv2.split(cv2.cvtColor(photo, cv2.COLOR_RGB2YCrCb))
    )
    more_red, more_blue = (red - light.red) / light.spread, (blue - light.blue) / light.spread
    squared = more_red * more_red + 1.4 * more_red * more_blue + more_blue * more_blue
    squared /= 0.51  # 1 - 0.7², for a correlation of -0.7 between the two
    likeness = np.exp(-squared / 2) * np.clip((luma - 40) / 40, 0, 1)
    return np.asarray(likeness, dtype=np.float32)


def find_face(photo: Rgb8) -> Face | None:
    """
    The face of a person shown from head to foot, or None.

    Parameters
    ----------
    photo : ndarray of uint8, shape (H, W, 3)
        sRGB, upright.

    Returns
    -------
    Face or None
        In pixels of `photo`.
    """
    frontal = _frontal_face(shrink(photo, _CASCADE_SIDE))
    if frontal is not None:
        return frontal.scaled(photo.shape[0] / shrink(photo, _CASCADE_SIDE).shape[0])
    small = shrink(photo, _SIDE)
    lab = to_lab(small)
    best = _best_face(small, lab, DAYLIGHT)
    warm = _best_face(small, lab, LAMPLIGHT)
    if warm is not None:
        warm = replace(warm, score=warm.score - _LAMP_HANDICAP)
        best = warm if best is None or warm.score > best.score else best
    return best.scaled(photo.shape[0] / small.shape[0]) if best else None


def _frontal_face(view: Rgb8) -> Face | None:
    """The surest of the faces that look at the camera, unless it is painted."""
    skin = np.maximum(skin_likeness(view), skin_likeness(view, LAMPLIGHT))
    for found in frontal_faces(view):
        # The window reaches from above the brow to the chin, and from ear to ear.
        top, left = found.top + 0.2 * found.side, found.left + 0.21 * found.side
        face = Face(top, left, 0.75 * found.side, 0.58 * found.side, _FRONTAL_SCORE)
        if float(skin[face.rows, face.columns].mean()) > _LEAST_SKIN:
            return face
    return None


def _best_face(small: Rgb8, lab: Lab, light: Light) -> Face | None:
    best: Face | None = None
    for face in _candidates(small, light):
        alone = face.score - 0.6 * _shared_with_neighbors(lab, face)
        if alone > (best.score if best else _LEAST_SCORE):
            best = Face(face.top, face.left, face.height, face.width, alone)
    return best


class _Windows:
    """Means of a field over many windows of one size at once."""

    def __init__(self, shape: tuple[int, int], width: int, height: int) -> None:
        rows, columns = shape
        stride = max(1, width // 6)
        down = np.arange(0, round(0.25 * rows), stride)
        over = np.arange(round(0.15 * columns), round(0.85 * columns) - width, stride)
        self.top, self.left = np.meshgrid(down, over, indexing="ij")
        self.width, self.height, self._shape = width, height, shape

    def mean(
        self, summed: NDArray[np.float64], top: float, left: float, bottom: float, right: float
    ) -> NDArray[np.float64]:
        """Mean over a box given in heights and widths of the window; clipped to the picture."""
        rows, columns = self._shape
        first = np.clip(self.top + round(top * self.height), 0, rows)
        last = np.clip(self.top + round(bottom * self.height), 0, rows)
        start = np.clip(self.left + round(left * self.width), 0, columns)
        stop = np.clip(self.left + round(right * self.width), 0, columns)
        total = summed[last, stop] - summed[first, stop] - summed[last, start]
        total = total + summed[first, start]
        return np.asarray(total / np.maximum((last - first) * (stop - start), 1))


def _candidates(small: Rgb8, light: Light) -> list[Face]:
    """The few windows most like a face, best first."""
    rows, columns = small.shape[:2]
    luma = cv2.cvtColor(small, cv2.COLOR_RGB2YCrCb)[..., 0].astype(np.float64)
    sums = tuple(
        cv2.integral(field.astype(np.float64))
        for field in (skin_likeness(small, light), luma, np.clip((90 - luma) / 50, 0, 1))
    )
    found: list[Face] = []
    for width in np.rint(_WIDTHS * max(rows, columns)).astype(int):
        height = round(1.3 * int(width))
        windows = _Windows((rows, columns), int(width), height)
        score = _likeness(windows, *sums)
        score -= _SIZE_MATTERS * abs(np.log2(width / (_USUAL_WIDTH * max(rows, columns))))
        for index in np.argsort(-score, axis=None, kind="stable")[:6]:
            top, left = windows.top.flat[index], windows.left.flat[index]
            found.append(Face(top, left, height, float(width), float(score.flat[index])))
    return _apart(sorted(found, key=lambda face: -face.score))[:4]


def _likeness(
    windows: _Windows,
    skin: NDArray[np.float64],
    light: NDArray[np.float64],
    dark: NDArray[np.float64],
) -> NDArray[np.float64]:
    inner = windows.mean(skin, 0.15, 0.15, 0.9, 0.85)
    beside = windows.mean(skin, 0, -0.45, 0.7, -0.1) + windows.mean(skin, 0, 1.1, 0.7, 1.45)
    hair = windows.mean(dark, -0.3, 0.1, 0, 0.9)
    locks = windows.mean(dark, -0.1, -0.25, 0.6, 0) + windows.mean(dark, -0.1, 1, 0.6, 1.25)
    cheeks = windows.mean(light, 0.5, 0.15, 0.7, 0.85)
    bridge = windows.mean(light, 0.3, 0.4, 0.6, 0.6)
    left, right = (
        windows.mean(light, 0.28, start, 0.45, stop) for start, stop in ((0.12, 0.4), (0.6, 0.88))
    )
    darker = np.minimum(cheeks, bridge) - np.maximum(left, right)
    score = inner + 0.3 * windows.mean(skin, 0.45, 0.1, 0.8, 0.9) - 0.5 * beside
    score = score - 0.6 * windows.mean(skin, -0.45, 0, -0.1, 1) + 0.6 * hair + 0.25 * locks
    score = score + 3 * np.clip(darker / np.maximum(cheeks, 1), -0.1, 0.25)
    return np.where((inner > 0.3) & (cheeks > 50), score, -9.0)


def _apart(faces: list[Face]) -> list[Face]:
    kept: list[Face] = []
    for face in faces:
        if face.score > 0 and all(_far(face, other) for other in kept):
            kept.append(face)
    return kept


def _far(face: Face, other: Face) -> bool:
    down, over = abs(face.top - other.top), abs(face.left - other.left)
    return down > 0.6 * other.height or over > 0.6 * other.width


def _shared_with_neighbors(lab: Lab, face: Face) -> float:
    """How far the face's colors are also those left of it, right of it and above, 0..3."""
    top, left, height, width = face.top, face.left, face.height, face.width
    own = _colors(lab, top - 0.2 * height, left, top + 0.9 * height, left + width)
    level = top - 0.5 * height, top + 0.9 * height
    neighbors = (
        _colors(lab, level[0], left - 2.5 * width, level[1], left - 0.8 * width),
        _colors(lab, level[0], left + 1.8 * width, level[1], left + 3.5 * width),
        _colors(lab, 0, left - width, top - 0.8 * height, left + 2 * width),
    )
    return sum(_share_found(own, other) for other in neighbors)


def _colors(lab: Lab, top: float, left: float, bottom: float, right: float) -> Lab:
    rows = slice(max(0, int(top)), max(0, int(bottom)))
    columns = slice(max(0, int(left)), max(0, int(right)))
    return lab[rows, columns].reshape(-1, 3)


def _share_found(own: Lab, other: Lab) -> float:
    if len(other) < 9:
        return 0.3  # the head touches the frame: neither for nor against
    other = other[:: max(1, len(other) // 150)]
    squared = ((own[:, None] - other[None]) ** 2).sum(axis=2)
    nearest = np.partition(squared, 5, axis=1)[:, 5]
    return float(np.mean(nearest < 81))
