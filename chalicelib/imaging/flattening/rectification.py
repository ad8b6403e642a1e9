"""The plane the cloth lies on, from two selvedges, the weft and the camera's focal length."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.flattening.edgels import Edgels
from chalicelib.imaging.flattening.outline import Side

PhotoMap: TypeAlias = NDArray[np.float32]
"""Shape (h, w, 2): for each pixel of a strip the photo's pixel (x, y); NaN where there is none."""

FULL_FRAME_DIAGONAL_MM = 43.27
# Main cameras of phones lie between 23 and 28 mm (35-mm equivalent); crops look longer.
USUAL_FOCAL_35MM = 26.0


@dataclass(frozen=True, slots=True, eq=False)
class Camera:
    """A pinhole: focal length and principal point, both in pixels of the image it is used with."""

    focal: float
    center: tuple[float, float]

    @classmethod
    def of(cls, height: int, width: int, focal_35mm: float) -> "Camera":
        """The camera of an uncropped picture of `height` by `width` pixels."""
        focal = focal_35mm * float(np.hypot(height, width)) / FULL_FRAME_DIAGONAL_MM
        return cls(focal, ((width - 1) / 2, (height - 1) / 2))

    @property
    def to_rays(self) -> NDArray[np.float64]:
        """The 3x3 matrix from homogeneous pixels to viewing rays."""
        return np.array(
            [
                [1 / self.focal, 0, -self.center[0] / self.focal],
                [0, 1 / self.focal, -self.center[1] / self.focal],
                [0, 0, 1],
            ]
        )


@dataclass(frozen=True, slots=True, eq=False)
class Plane:
    """
    The cloth's plane: from photo pixels to meters along the length and across.

    Attributes
    ----------
    homography : ndarray of float64, shape (3, 3)
        From homogeneous pixels (x, y, 1) to (u, t, 1) in meters; `t` runs 0..width between the
        selvedges and `u` along them, from where the camera stood. Never mirrors: seen with `u` to
        the right and `t` upward, the cloth shows the side that the photo shows.
    focal, roll : float
        The focal length it was found with, pixels; the weft's angle as in `plane_of`, radians.
    weft_evidence : float
        How clearly edges of the cloth fix the weft, 0..1.
    roll_doubt : float
        By how much the roll may be wrong, radians.
    tilt_known : bool
        Whether more than the selvedges says how far the plane is tilted.
    """

    homography: NDArray[np.float64]
    focal: float
    roll: float
    weft_evidence: float
    roll_doubt: float = 0.05
    tilt_known: bool = False

    def to_fabric(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Pixels (N, 2) as x, y to (N, 2) as u, t in meters."""
        return transform(self.homography, points)

    def to_photo(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Meters (N, 2) as u, t to pixels (N, 2) as x, y."""
        return transform(np.linalg.inv(self.homography).astype(np.float64), points)


def transform(matrix: NDArray[np.float64], points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points (N, 2) through a 3x3 homography."""
    mapped = points @ matrix[:, :2].T + matrix[:, 2]
    plane: NDArray[np.float64] = mapped[:, :2] / mapped[:, 2:]
    return plane


def plane_of(
    lower: Side,
    upper: Side,
    camera: Camera,
    width_m: float,
    *,
    roll: float,
) -> NDArray[np.float64] | None:
    """
    The homography of the plane that holds two parallel selvedges, for one direction of the weft.

    The selvedges meet in the vanishing point of the length. The weft is perpendicular to it in
    space, which leaves one angle, `roll`; the plane's normal follows, and the known width sets
    the scale.

    Parameters
    ----------
    lower, upper : Side
        The selvedges t = 0 and t = width.
    camera : Camera
    width_m : float
        Meters between the selvedges.
    roll : float
        Radians from the direction that is level in the photo.

    Returns
    -------
    ndarray of float64, shape (3, 3), or None
        As in `Plane`; None where no camera sees such a plane from in front.

    References
    ----------
    Zhang and He, "Whiteboard scanning and image enhancement", Digital Signal Processing 2007;
    Hartley and Zisserman, "Multiple View Geometry", 2nd edition, section 8.6.
    """
    pencil = _Pencil.of(lower, upper, camera)
    across = pencil.across(np.array([roll]))[0]
    return _framed(np.stack([pencil.along, across]), pencil, camera.to_rays, width_m)


@dataclass(frozen=True, slots=True, eq=False)
class _Pencil:
    """All planes that hold two parallel selvedges: rays along them, level, steep, and sides."""

    along: NDArray[np.float64]
    level: NDArray[np.float64]
    steep: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]

    @classmethod
    def of(cls, lower: Side, upper: Side, camera: Camera) -> "_Pencil":
        pixels = np.linalg.inv(camera.to_rays)
        low, high = pixels.T @ lower.homogeneous, pixels.T @ upper.homogeneous
        along = np.cross(low, high)
        along /= np.linalg.norm(along)
        level = np.cross(along, _mean_depth_axis(lower, upper, along))
        level /= np.linalg.norm(level)
        return cls(along, level, np.cross(along, level), low, high)

    def across(self, rolls: NDArray[np.float64]) -> NDArray[np.float64]:
        """The weft's direction for each roll: shape (N, 3)."""
        return np.cos(rolls)[:, None] * self.level + np.sin(rolls)[:, None] * self.steep

    def in_front(self, across: NDArray[np.float64]) -> NDArray[np.bool_]:
        """For each weft (N, 3), whether a camera sees such a plane from in front."""
        return (
            (np.abs(np.cross(across, self.along)[:, 2]) >= _LEAST_FACING)
            & (np.abs(across @ self.low) >= 1e-9)
            & (np.abs(across @ self.high) >= 1e-9)
        )


def _mean_depth_axis(lower: Side, upper: Side, along: NDArray[np.float64]) -> NDArray[np.float64]:
    """A normal for the plane: the optical axis, but never parallel to the length."""
    axis = np.array([0.0, 0.0, 1.0])
    across = np.array([*(np.subtract(lower.normal, upper.normal)), 0.0])
    if abs(along[2]) > 0.999:
        return across
    # A weft that is level in the picture stands on the optical axis as well as on the length.
    return axis


def _framed(
    axes: NDArray[np.float64], pencil: _Pencil, rays: NDArray[np.float64], width_m: float
) -> NDArray[np.float64] | None:
    if not pencil.in_front(axes[1:])[0]:
        return None
    along, across = axes
    low, high = pencil.low, pencil.high
    normal = np.cross(across, along)
    if normal[2] < 0:
        along, normal = -along, -normal
    bottom, top = -(normal @ low) / (across @ low), -(normal @ high) / (across @ high)
    if bottom > top:
        along, across, bottom, top = -along, -across, -bottom, -top
    scale = width_m / (top - bottom)
    metric = np.array([[scale, 0, 0], [0, scale, -bottom * scale], [0, 0, 1]])
    matrix: NDArray[np.float64] = metric @ np.stack([along, across, normal]) @ rays
    return matrix


def find_plane(
    lower: Side,
    upper: Side,
    marks: Edgels,
    shape: tuple[int, int],
    width_m: float,
    focal_35mm: float | None = None,
) -> Plane | None:
    """
    Find the plane whose weft runs along the most of the cloth's own edges.

    Without a focal length several are tried; a usual one is preferred, so that the picture's
    own evidence decides only where it has any (Zhang and He's estimate degenerates when the
    weft is parallel to the image, the usual case).

    Parameters
    ----------
    lower, upper : Side
        The two selvedges, in either order.
    marks : Edgels
    shape : (int, int)
        Height and width of the image that all of this was measured in.
    width_m : float
        Meters.
    focal_35mm : float, optional
        35-mm-equivalent focal length, millimeters.

    Returns
    -------
    Plane or None
        None where the two sides are no parallel lines of a plane seen from in front.
    """
    height, width = shape
    focals = [focal_35mm] if focal_35mm else list(USUAL_FOCAL_35MM * np.exp(_FOCAL_STEPS))
    best: tuple[float, float, float] | None = None
    for focal in focals:
        camera = Camera.of(height, width, focal)
        usual = np.exp(-((np.log(focal / USUAL_FOCAL_35MM) / 0.15) ** 2) / 2)
        scores = _rated(lower, upper, camera, _ROLLS, marks)
        if focal_35mm is None:
            scores *= 0.6 + 0.4 * usual
        index = int(np.argmax(scores))
        if best is None or scores[index] > best[0]:
            best = (float(scores[index]), float(_ROLLS[index]), focal)
    if best is None:
        return None
    camera = Camera.of(height, width, best[2])
    roll = _polish(lower, upper, camera, best[1], marks)
    matrix = plane_of(lower, upper, camera, width_m, roll=roll)
    if matrix is None:
        return None
    return Plane(matrix, camera.focal, roll, best[0])


_ROLLS = np.radians(np.arange(-40.0, 40.5, 2.0))
_FOCAL_STEPS = np.array([-0.2, -0.1, 0.0, 0.1, 0.2, 0.35, 0.5])
_LEAST_FACING = 0.02


def off_level(matrix: NDArray[np.float64], camera: Camera) -> tuple[float, float]:
    """
    How a plane lies to the camera, from its homography.

    Returns
    -------
    (float, float)
        How far its normal leans off the nearer of the picture's axes, which is how far the
        phone was held off level, and how far off the optical axis, both as sines.
    """
    # Its last row is what is zero on the horizon, where all rays along the plane go.
    normal = (matrix @ np.linalg.inv(camera.to_rays))[2]
    normal /= np.linalg.norm(normal)
    aside = int(np.argmin(np.abs(normal[:2])))
    return float(normal[aside]), float(np.hypot(normal[0], normal[1]))


def steadiness(tilt: float | NDArray[np.float64]) -> NDArray[np.float64]:
    """How far off level phones are usually held over a plane so tilted, as a sine."""
    return np.asarray(np.hypot(_OFF_PLUMB, _OFF_LEVEL * np.asarray(tilt)), np.float64)


_OFF_LEVEL = 0.07
_OFF_PLUMB = 0.03
_ODD = 3.5
# What edges that lie along no thread add to the score of every roll.
_CHANCE = 0.002


def _rated(
    lower: Side,
    upper: Side,
    camera: Camera,
    rolls: NDArray[np.float64],
    marks: Edgels,
    width: float = 0.02,
) -> NDArray[np.float64]:
    """
    How likely each roll is, by the cloth's edges and in itself; 0 where no camera sees it.

    Cloth may have no edge along its weft, as where its pattern runs in diagonals; what is
    likely in itself then decides, and not the nearest diagonal.
    """
    pencil = _Pencil.of(lower, upper, camera)
    across = pencil.across(rolls)
    normals = np.cross(across, pencil.along)
    off = np.abs(normals[:, :2]).min(axis=1) / steadiness(np.hypot(*normals[:, :2].T))
    # Now and then a phone is held far off level, so that must be possible, if unlikely.
    likely = 1 / (1 + (off / _ODD) ** 4)
    vanishing = across @ np.linalg.inv(camera.to_rays).T
    scores = likely * (_CHANCE + _weft_scores(vanishing, marks, width))
    return np.where(pencil.in_front(across), scores, 0.0)


def _weft_scores(
    vanishing: NDArray[np.float64], marks: Edgels, width: float
) -> NDArray[np.float64]:
    """The share of edges that run toward each vanishing point (N, 3) of the weft."""
    if not len(marks.points):
        return np.zeros(len(vanishing))
    right, down = (vanishing[:, k, None] - vanishing[:, 2:] * marks.points[:, k] for k in (0, 1))
    off = marks.across[:, 0] * right + marks.across[:, 1] * down
    lean = np.square(off) / (np.square(right) + np.square(down) + 1e-12)
    alike = np.exp(lean * (-0.5 / width**2))
    scores: NDArray[np.float64] = (marks.weights * alike).sum(axis=1) / marks.weights.sum()
    return scores


def _polish(lower: Side, upper: Side, camera: Camera, roll: float, marks: Edgels) -> float:
    for step, width in ((0.5, 0.02), (0.1, 0.012)):
        near = roll + np.radians(step) * np.arange(-5, 6)
        roll = float(near[int(np.argmax(_rated(lower, upper, camera, near, marks, width)))])
    return roll
