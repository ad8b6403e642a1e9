"""The straight sides of a piece of cloth, fitted to its outline."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.image import Mask, Matte

_BINS = 180


@dataclass(frozen=True, slots=True)
class Side:
    """
    A straight side of the cloth: x * normal[0] + y * normal[1] + offset grows inward from 0.

    `support` is the length of outline on it and `reach` the distance between the first and the
    last of that outline, both in pixels.
    """

    normal: tuple[float, float]
    offset: float
    support: float
    reach: float

    @property
    def homogeneous(self) -> NDArray[np.float64]:
        """The line as a homogeneous 3-vector."""
        return np.array([self.normal[0], self.normal[1], self.offset])


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """
    Points of the outline that the frame did not cut.

    Attributes
    ----------
    points, normals : ndarray of float64, shape (N, 2)
        Pixel positions (x, y), and unit vectors toward the cloth.
    weights : ndarray of float64, shape (N,)
        Length of outline that each point stands for, pixels.
    """

    points: NDArray[np.float64]
    normals: NDArray[np.float64]
    weights: NDArray[np.float64]


def trace(cloth: Matte | Mask) -> Outline:
    """
    Follow the outline of the cloth where the photo, not its frame, ends it.

    Parameters
    ----------
    cloth : ndarray of float32 or bool, shape (H, W)
        Share of cloth, 0..1; shares between place the outline between pixels.

    Returns
    -------
    Outline
        May be empty.
    """
    coverage = np.asarray(cloth, np.float32)
    inner = coverage > 0.5
    height, width = inner.shape
    padded = cv2.copyMakeBorder(inner.astype(np.float32), 16, 16, 16, 16, cv2.BORDER_REPLICATE)
    soft = cv2.GaussianBlur(padded, (0, 0), max(2.0, max(height, width) / 250))[16:-16, 16:-16]
    down = cv2.Sobel(soft, cv2.CV_32F, 0, 1, ksize=3)
    right = cv2.Sobel(soft, cv2.CV_32F, 1, 0, ksize=3)
    rings, _ = cv2.findContours(inner.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    floor = 0.04 * max(height, width)
    rings = [ring for ring in rings if len(ring) > floor]
    if not rings:
        return Outline(np.zeros((0, 2)), np.zeros((0, 2)), np.zeros(0))
    points = np.concatenate([ring[:, 0, :] for ring in rings]).astype(np.int64)
    margin = 2
    inside = (
        (points[:, 0] >= margin)
        & (points[:, 1] >= margin)
        & (points[:, 0] < width - margin)
        & (points[:, 1] < height - margin)
    )
    points = points[inside]
    slope = np.stack(
        [right[points[:, 1], points[:, 0]], down[points[:, 1], points[:, 0]]], axis=1
    ).astype(np.float64)
    size = np.linalg.norm(slope, axis=1)
    kept = size > 1e-6
    normals = slope[kept] / size[kept, None]
    # A chain of eight-connected pixels steps 1 along the axes and 1.41 on diagonals.
    weights = 1 / np.maximum(np.abs(normals).max(axis=1), 0.7)
    return Outline(_on_edge(points[kept], normals, coverage), normals, weights)


def _on_edge(
    points: NDArray[np.int64], normals: NDArray[np.float64], coverage: Matte
) -> NDArray[np.float64]:
    """Move the outermost pixels' centers outward to where coverage says that the edge runs."""
    if not len(points):
        return np.zeros((0, 2))
    total = np.zeros(len(points))
    for step in (-1.0, 0.0, 1.0):
        there = (points + step * normals).astype(np.float32)
        total += cv2.remap(
            coverage, there[None], None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )[0]
    edge: NDArray[np.float64] = points - (total - 1.5)[:, np.newaxis] * normals
    return edge


def sides(outline: Outline, longer: int, count: int = 8) -> list[Side]:
    """
    Find the straight sides of the cloth, best supported first.

    Every point of the outline votes for the lines near its own tangent (a Hough transform with
    oriented normals); each peak is then fitted to its points with Tukey's weights, so wrinkled
    or gathered stretches do not pull.

    Parameters
    ----------
    outline : Outline
    longer : int
        The photo's longer side, pixels: the unit of all tolerances.
    count : int
        How many sides to look for.

    Returns
    -------
    list of Side

    References
    ----------
    Duda and Hart, "Use of the Hough Transformation to Detect Lines and Curves", CACM 1972.
    """
    found: list[Side] = []
    free = np.ones(len(outline.points), np.bool_)
    for _ in range(count):
        if outline.weights[free].sum() < 0.06 * longer:
            break
        normal, offset = _peak(outline, free, longer)
        side = _refine(outline, normal, offset, longer)
        distance = outline.points @ np.array(side.normal) + side.offset
        taken = np.abs(distance) < 0.012 * longer
        taken &= outline.normals @ np.array(side.normal) > 0.85
        if not (taken & free).any():
            break
        free &= ~taken
        if side.support > 0.06 * longer:
            found.append(side)
    return sorted(found, key=lambda side: -side.support)


def _peak(
    outline: Outline, free: NDArray[np.bool_], longer: int
) -> tuple[NDArray[np.float64], float]:
    points, normals = outline.points[free], outline.normals[free]
    angle = np.arctan2(normals[:, 1], normals[:, 0])
    step = 2 * np.pi / _BINS
    cell = longer / 150
    rows = int(3 * longer / cell) + 3
    votes = np.zeros(_BINS * rows)
    for shift in range(-3, 4):
        bin_ = np.round(angle / step + shift).astype(np.int64) % _BINS
        theta = bin_ * step
        rho = points[:, 0] * np.cos(theta) + points[:, 1] * np.sin(theta)
        row = np.round((rho + 1.5 * longer) / cell).astype(np.int64)
        weight = outline.weights[free] * (1 - abs(shift) / 5)
        votes += np.bincount(bin_ * rows + row, weight, _BINS * rows)
    table = votes.reshape(_BINS, rows)
    table = table + np.roll(table, 1, axis=1) * 0.5 + np.roll(table, -1, axis=1) * 0.5
    best_bin, best_row = np.unravel_index(int(table.argmax()), table.shape)
    turn = float(best_bin) * step
    return np.array([np.cos(turn), np.sin(turn)]), -(float(best_row) * cell - 1.5 * longer)


def _refine(outline: Outline, normal: NDArray[np.float64], offset: float, longer: int) -> Side:
    tolerances = (0.02, 0.015, 0.012, 0.01, 0.008, 0.008)
    for tolerance in tolerances:
        distance = outline.points @ normal + offset
        scaled = distance / (tolerance * longer)
        weight = np.where(np.abs(scaled) < 1, (1 - scaled**2) ** 2, 0) * outline.weights
        weight *= np.maximum(outline.normals @ normal, 0) ** 2
        if weight.sum() < 1e-9:
            break
        center = (weight[:, None] * outline.points).sum(0) / weight.sum()
        spread = outline.points - center
        _, axes = np.linalg.eigh((weight[:, None] * spread).T @ spread)
        turned = axes[:, 0] * np.sign(axes[:, 0] @ normal)
        normal = turned
        offset = -float(turned @ center)
    near = np.abs(outline.points @ normal + offset) < tolerances[-1] * longer
    near &= outline.normals @ normal > 0.85
    along = outline.points[near] @ np.array([-normal[1], normal[0]])
    reach = float(np.ptp(along)) if near.any() else 0.0
    support = float(outline.weights[near].sum())
    return Side((float(normal[0]), float(normal[1])), float(offset), support, reach)
