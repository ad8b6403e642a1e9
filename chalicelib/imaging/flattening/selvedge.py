"""Which sides of the cloth are its selvedges, and how they curve."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.flattening.edgels import Edgels
from chalicelib.imaging.flattening.outline import Outline, Side
from chalicelib.imaging.flattening.rectification import Plane


def facing_pairs(
    sides: list[Side], marks: Edgels, shape: tuple[int, int]
) -> list[tuple[float, Side, Side]]:
    """
    Rate every two facing sides as selvedges: how long they are, and whether they carry borders.

    A border shows as woven lines parallel to its side, within a fifth of the way to the other
    side; both selvedges have one, the ends of the cloth at most one.

    Parameters
    ----------
    sides : list of Side
    marks : Edgels
    shape : (int, int)
        Height and width of the image.

    Returns
    -------
    list of (float, Side, Side)
        Best first.
    """
    longer = max(shape)
    rated = []
    for index, one in enumerate(sides):
        for other in sides[index + 1 :]:
            if not _facing(one, other, shape):
                continue
            borders = min(_border(one, other, marks), _border(other, one, marks))
            length = min(one.reach, other.reach) + 0.3 * (one.support + other.support)
            rated.append((length / longer * (0.3 + borders), one, other))
    return sorted(rated, key=lambda pair: -pair[0])


def _facing(one: Side, other: Side, shape: tuple[int, int]) -> bool:
    if float(np.dot(one.normal, other.normal)) > -0.6:
        return False
    middle = np.array([(shape[1] - 1) / 2, (shape[0] - 1) / 2, 1.0])
    apart = middle @ one.homogeneous + middle @ other.homogeneous
    return bool(apart > 0.15 * min(shape))


def _border(side: Side, other: Side, marks: Edgels) -> float:
    inward = marks.points @ np.array(side.normal) + side.offset
    onward = marks.points @ np.array(other.normal) + other.offset
    share = inward / np.maximum(inward + onward, 1e-6)
    band = (share > 0.01) & (share < 0.2)
    parallel = np.abs(marks.across @ np.array(side.normal)) > 0.985
    total = float(marks.weights[band].sum())
    return float(marks.weights[band & parallel].sum()) / total if total > 0 else 0.0


def straightest(outline: Outline, side: Side, longer: int) -> Side:
    """
    Fit one line to a whole selvedge, wrinkles and bends included, by least absolute distance.

    Parameters
    ----------
    outline : Outline
    side : Side
        A first fit, perhaps to a stretch of it.
    longer : int
        The photo's longer side, pixels.

    Returns
    -------
    Side
    """
    normal, offset = np.array(side.normal), side.offset
    for _ in range(12):
        distance = outline.points @ normal + offset
        near = (np.abs(distance) < 0.03 * longer) & (outline.normals @ normal > 0.9)
        if near.sum() < 10:
            return side
        points = outline.points[near]
        weight = outline.weights[near] / np.maximum(np.abs(distance[near]), 0.0015 * longer)
        center = (weight[:, None] * points).sum(0) / weight.sum()
        spread = points - center
        _, axes = np.linalg.eigh((weight[:, None] * spread).T @ spread)
        normal = axes[:, 0] * np.sign(axes[:, 0] @ normal)
        offset = -float(normal @ center)
    along = points @ np.array([-normal[1], normal[0]])
    return Side(
        (float(normal[0]), float(normal[1])),
        offset,
        float(outline.weights[near].sum()),
        float(np.ptp(along)),
    )


def evenly(outline: Outline, side: Side, plane: Plane, level: float) -> Side:
    """
    Fit a selvedge's line once more, every stretch of cloth counting alike, near or far.

    In the picture the near end is larger, and so are its bends; a line fitted there is fixed
    by them, and with it the vanishing point and the scale along the length.

    Parameters
    ----------
    outline : Outline
    side : Side
        The fit in the picture.
    plane : Plane
        As found with it.
    level : float
        Where it lies in t, meters.

    Returns
    -------
    Side
        The same one where too little of it can be followed.
    """
    u, offset = followed(outline, plane, level, reach_m=0.06)
    if len(u) < 20:
        return side
    slope, start = absolute_line(u, offset)
    ends = np.array([[at, level + start + slope * at] for at in (u[0], u[-1])])
    one, other = plane.to_photo(ends)
    along = (other - one) / np.linalg.norm(other - one)
    normal = np.array([-along[1], along[0]])
    normal *= np.sign(normal @ np.array(side.normal))
    line = (float(normal[0]), float(normal[1]))
    return Side(line, -float(normal @ one), side.support, side.reach)


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """A selvedge's offset in t from its straight line, meters, at steps along u."""

    u: NDArray[np.float64]
    offset: NDArray[np.float64]

    def at(self, u: NDArray[np.float64]) -> NDArray[np.float64]:
        """The offset at `u`, held constant beyond what was seen."""
        return np.interp(u, self.u, self.offset)


def curve(outline: Outline, plane: Plane, level: float, reach_m: float = 0.12) -> Curve:
    """
    Follow a selvedge's gentle bends in fabric coordinates.

    Medians over short stretches, then Tukey-weighted local lines: a peeping second layer or a
    gathered stretch shorter than the window does not pull.

    Parameters
    ----------
    outline : Outline
    plane : Plane
    level : float
        Where the straight selvedge lies in t, meters.
    reach_m : float
        Farther from it nothing is believed, meters.

    Returns
    -------
    Curve

    References
    ----------
    Cleveland, "Robust Locally Weighted Regression and Smoothing Scatterplots", JASA 1979.
    """
    u, offset = followed(outline, plane, level, reach_m)
    if not len(u):
        return Curve(np.zeros(1), np.zeros(1))
    return Curve(u, _lowess(u, offset, window=0.15))


def followed(
    outline: Outline, plane: Plane, level: float, reach_m: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """
    Follow the outline close to a selvedge.

    Parameters
    ----------
    outline : Outline
    plane : Plane
    level : float
        Where it lies in t, meters.
    reach_m : float
        Farther from it nothing is believed, meters.

    Returns
    -------
    u, offset : ndarray of float64, shape (N,)
        Its offset in t at steps along u, meters.
    """
    points = plane.to_fabric(outline.points)
    tips = plane.to_fabric(outline.points + 2 * outline.normals)
    inward = (tips - points)[:, 1] * (1 if level <= 0 else -1)
    straight = inward > 0.85 * np.linalg.norm(tips - points, axis=1)
    near = straight & (np.abs(points[:, 1] - level) < reach_m)
    if near.sum() < 20:
        return np.zeros(0), np.zeros(0)
    return _medians(points[near, 0], points[near, 1] - level, step=0.015)


def _medians(
    u: NDArray[np.float64], offset: NDArray[np.float64], step: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    cell = np.floor(u / step).astype(np.int64)
    order = np.argsort(cell, kind="stable")
    cells, starts = np.unique(cell[order], return_index=True)
    groups = np.split(offset[order], starts[1:])
    middles = (cells.astype(np.float64) + 0.5) * step
    return middles, np.array([float(np.median(group)) for group in groups])


def _lowess(
    u: NDArray[np.float64], offset: NDArray[np.float64], window: float
) -> NDArray[np.float64]:
    trust = np.ones_like(offset)
    smooth = offset
    for _ in range(3):
        kernel = np.clip(1 - np.abs(u[:, None] - u[None, :]) / window, 0, 1) ** 2 * trust[None, :]
        smooth = _local_lines(u, offset, kernel)
        residual = np.abs(offset - smooth)
        scale = 6 * max(float(np.median(residual)), 5e-4)
        trust = np.clip(1 - (residual / scale) ** 2, 1e-3, 1) ** 2
    return smooth


def _local_lines(
    u: NDArray[np.float64], offset: NDArray[np.float64], kernel: NDArray[np.float64]
) -> NDArray[np.float64]:
    total = kernel.sum(1)
    center = kernel @ u / total
    mean = kernel @ offset / total
    spread = kernel @ (u**2) / total - center**2
    joint = kernel @ (u * offset) / total - center * mean
    slope = joint / (spread + 1e-4)
    line: NDArray[np.float64] = mean + slope * (u - center)
    return line


def absolute_line(x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[float, float]:
    """Slope and start of the line through points that errs least in absolute distance."""
    weight = np.ones_like(x)
    slope, start = 0.0, float(np.median(y))
    for _ in range(15):
        design = np.stack([x, np.ones_like(x)], axis=1) * weight[:, None]
        slope, start = np.linalg.solve(
            design.T @ np.stack([x, np.ones_like(x)], axis=1) + 1e-9 * np.eye(2), design.T @ y
        )
        weight = 1 / np.maximum(np.abs(y - slope * x - start), 0.003)
    return float(slope), float(start)
