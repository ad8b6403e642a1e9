"""The form a saree is wrapped on: body and petticoat, as sections and as a solid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.ndimage import gaussian_filter, gaussian_filter1d, map_coordinates
from scipy.spatial import ConvexHull

from tools.poses.wrapping.distance import distance_to, sample_surface

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tools.poses.figure.body import Body
    from tools.poses.wrapping.distance import DistanceField

_STEP_M = 0.01
"""Height between two sections."""

_TOP_M = 1.6
_ANGLES = 180
_FEET_M = 0.085
"""Feet are left out of the solid: a floor-long hem would crumple on them, and hides them."""

_HIP_M = 0.86
_FULLEST_M = 0.96
"""From here down the petticoat hangs and no longer follows the body inwards."""

_TOE_ROOM = 0.22
_TOE_ROOM_M = 0.40
"""Below this height the front swings out by so much a meter, over the toes."""

_ARM_M = 0.025
_HAND_M = 0.22

_GRID = ((-0.85, -0.55, -0.05), (0.85, 0.50, 1.85))


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """
    A body in its petticoat, seen from the cloth.

    A place is given by height and angle: angle 0 is the front, a quarter turn is the
    wearer's left.
    """

    solid: DistanceField
    """Body and petticoat, with arms and head."""

    skin: DistanceField
    """The body alone, unsmoothed."""

    radius: NDArray[np.float64]
    """Shape (heights, angles): from the axis to the petticoat or torso, meters."""

    axis: NDArray[np.float64]
    """Shape (heights, 2): x and y of the axis, meters."""

    surface: NDArray[np.float64]
    """Points on the body without arms and head, shape (N, 3), meters."""

    waist_m: float
    """Height of the petticoat's tie, where the saree is tucked in."""

    neck_x: float
    """How far to the wearer's left the neck stands, meters."""

    def contour(
        self,
        height: NDArray[np.float64],
        angle: NDArray[np.float64],
        offset: NDArray[np.float64] | float = 0.0,
    ) -> NDArray[np.float64]:
        """
        Find the places `offset` meters off the form.

        Parameters
        ----------
        height, angle, offset : ndarray of float64, broadcastable
            Meters, radians, meters.

        Returns
        -------
        ndarray of float64, shape (..., 3)
            Meters.
        """
        height, angle, away = np.broadcast_arrays(height, angle, offset)
        row = np.clip(height / _STEP_M, 0, len(self.radius) - 1.001)
        column = np.mod(angle, 2 * np.pi) / (2 * np.pi) * _ANGLES
        closed = np.concatenate([self.radius, self.radius[:, :1]], axis=1)
        reach = map_coordinates(closed, [row, column], order=1) + away
        heights = np.arange(len(self.axis)) * _STEP_M
        x = np.interp(height, heights, self.axis[:, 0]) + reach * np.sin(angle)
        y = np.interp(height, heights, self.axis[:, 1]) - reach * np.cos(angle)
        return np.stack([x, y, height], axis=-1)

    def polar(
        self, places: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """
        Find angle and radial distance off the form of places, shape (N, 3), at their heights.

        Returns
        -------
        angle, apart : ndarray of float64, shape (N,)
            Radians, 0 to a full turn; meters, negative inside.
        """
        x, y, height = places.T
        heights = np.arange(len(self.axis)) * _STEP_M
        x = x - np.interp(height, heights, self.axis[:, 0])
        y = y - np.interp(height, heights, self.axis[:, 1])
        angle = np.mod(np.arctan2(x, -y), 2 * np.pi)
        row = np.clip(height / _STEP_M, 0, len(self.radius) - 1.001)
        closed = np.concatenate([self.radius, self.radius[:, :1]], axis=1)
        reach = map_coordinates(closed, [row, angle / (2 * np.pi) * _ANGLES], order=1)
        return angle, np.asarray(np.hypot(x, y) - reach)

    def girth(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Tabulate arc length against angle once round the hip: meters, radians."""
        angles = np.linspace(0, 2 * np.pi, 721)
        ring = self.contour(np.full(721, _HIP_M), angles)
        steps = np.linalg.norm(np.diff(ring, axis=0), axis=1)
        return np.concatenate([[0.0], np.cumsum(steps)]), angles

    def ridge(self, x: NDArray[np.float64], y: float) -> NDArray[np.float64]:
        """Find the height of the solid's top over the points (x, y), meters."""
        heights = np.arange(1.60, 1.20, -0.002)
        tops = []
        for side in x:
            column = np.stack(np.broadcast_arrays(side, y, heights), axis=-1)
            tops.append(heights[np.argmax(self.solid.at(column) < 0)])
        return np.array(tops)


def form_of(body: Body, waist_m: float = 1.04, *, guard_right_hand: bool = True) -> Form:
    """
    Put the petticoat on a body.

    Parameters
    ----------
    body : Body
        Posed.
    waist_m : float
        Where the petticoat is tied.
    guard_right_hand : bool
        Whether cloth is kept from slipping outside the right hand.

    Returns
    -------
    Form
        Repeatable to the bit for the same body.
    """
    triangles = _triangles(body)
    torso = _torso(body)
    skin = triangles[torso[triangles].all(axis=1)]
    surface, _ = sample_surface(body.vertices, skin, 300_000)
    radius, axis = _sections(surface)
    skirt = _petticoat(radius)
    above_feet = (body.vertices[triangles][:, :, 2] > _FEET_M).any(axis=1)
    solid = distance_to(body.vertices, triangles[above_feet], _GRID)
    neck_x = float(body.joints["neck01"][0])
    bare = Form(solid, solid, skirt, axis, surface, waist_m, neck_x)
    solid = solid.united(_petticoat_distance(bare)).softened(0.7)
    if guard_right_hand:
        solid = solid.united(_beyond_right_arm(solid, body))
    return Form(solid, bare.skin, skirt, axis, surface, waist_m, neck_x)


def _beyond_right_arm(solid: DistanceField, body: Body) -> NDArray[np.float64]:
    """
    Close the space outside the right forearm and hand.

    A hand is thin: cloth that billows from the hip would slip past it and swallow it.
    """
    x, _, height = solid.nodes().T
    elbow, wrist = body.joints["lowerarm01.R"], body.joints["wrist.R"]
    share = (height - elbow[2]) / min(wrist[2] - elbow[2], -0.05)
    wall = elbow[0] + np.clip(share, 0.0, 1.2) * (wrist[0] - elbow[0]) + _ARM_M
    low, high = wrist[2] - _HAND_M, elbow[2]
    return np.asarray(np.maximum(np.maximum(x - wall, low - height), height - high))


def _triangles(body: Body) -> NDArray[np.int64]:
    quads = body.faces.astype(np.int64)
    halves = np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])
    a, b, c = halves.T
    return np.asarray(halves[(a != b) & (b != c) & (c != a)])


def _torso(body: Body) -> NDArray[np.bool_]:
    arms = body.weights["arm.L"] + body.weights["arm.R"] + body.weights["fore"]
    return np.asarray((arms <= 0.4) & (body.weights["head"] < 0.3))


def _sections(surface: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Take the convex outline of the surface at every height, as cloth in tension sees it."""
    heights = np.arange(0, _TOP_M + _STEP_M / 2, _STEP_M)
    hulls = [np.zeros((0, 2))] * len(heights)
    axis = np.zeros((len(heights), 2))
    for row, height in enumerate(heights):
        # Below the ankle the section would be that of the feet.
        band = surface[np.abs(surface[:, 2] - max(height, 0.10)) < 0.012][:, :2]
        if len(band) < 20:
            hulls[row], axis[row] = hulls[row - 1], axis[row - 1]
            continue
        hulls[row] = band[ConvexHull(band).vertices]
        axis[row] = (hulls[row].min(axis=0) + hulls[row].max(axis=0)) / 2
    # A skirt hangs straight down: below the hip the axis no longer follows the legs.
    axis[: round(_HIP_M / _STEP_M)] = axis[round(_HIP_M / _STEP_M)]
    axis = gaussian_filter1d(axis, 4, axis=0)
    return np.stack([_reach(h - a) for h, a in zip(hulls, axis, strict=True)]), axis


def _reach(hull: NDArray[np.float64]) -> NDArray[np.float64]:
    """Find how far a convex outline round the origin lies along each angle, meters."""
    edges = np.roll(hull, -1, axis=0) - hull
    normals = np.stack([edges[:, 1], -edges[:, 0]], axis=1)
    normals /= np.linalg.norm(normals, axis=1)[:, np.newaxis]
    angles = np.arange(_ANGLES) / _ANGLES * 2 * np.pi
    rays = np.stack([np.sin(angles), -np.cos(angles)], axis=1)
    facing = rays @ normals.T
    apart = (normals * hull).sum(axis=1)
    reach = np.where(facing > 1e-6, np.maximum(apart, 1e-3) / np.maximum(facing, 1e-6), np.inf)
    return np.asarray(reach.min(axis=1))


def _petticoat(radius: NDArray[np.float64]) -> NDArray[np.float64]:
    """Let the sections hang straight from the fullest one above them, and out over the toes."""
    skirt = radius.copy()
    ahead = np.maximum(0.0, np.cos(np.arange(_ANGLES) / _ANGLES * 2 * np.pi))
    for row in range(round(_FULLEST_M / _STEP_M), -1, -1):
        swing = _TOE_ROOM * _STEP_M * ahead * (row * _STEP_M < _TOE_ROOM_M)
        skirt[row] = np.maximum(radius[row], skirt[row + 1] + swing)
    return np.asarray(gaussian_filter(skirt, (3, 3), mode=("nearest", "wrap")))


def _petticoat_distance(form: Form) -> NDArray[np.float64]:
    """Measure how far the grid's points are from the petticoat below the tie."""
    places = form.solid.nodes()
    height = places[:, 2]
    _, apart = form.polar(places)
    # A radius grows faster than a distance where the outline is oblique to the ray.
    return np.asarray(np.maximum(np.maximum(0.93 * apart, height - form.waist_m), -0.03 - height))
