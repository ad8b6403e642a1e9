"""Soft edges: a matte that follows the photo's edges, and colors free of the background."""

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.image import Mask, Matte, Rgb8, Rgba8

_GUIDE_SIDE = 1024
_GUIDE_RADIUS = 3
_GUIDE_SMOOTHNESS = 1e-4


def soften(photo: Rgb8, rough: Mask | Matte) -> Matte:
    """
    A matte at the photo's size from a rougher one of any size.

    Parameters
    ----------
    photo : ndarray of uint8, shape (H, W, 3)
        sRGB.
    rough : ndarray of bool or float32, shape (h, w)
        The same view: the cloth, or its likely coverage 0..1.

    Returns
    -------
    ndarray of float32, shape (H, W)
        0..1; exactly 0 and 1 away from the boundary.

    References
    ----------
    He and Sun, "Fast Guided Filter", 2015.
    """
    height, width = photo.shape[:2]
    scale = min(1.0, _GUIDE_SIDE / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    guide = cv2.resize(photo, size, interpolation=cv2.INTER_AREA)
    level = cv2.resize(rough.astype(np.float32), size, interpolation=cv2.INTER_LINEAR)
    slope, offset = _guided_lines(guide.astype(np.float32) / 255, level)
    matte = _full_size(level, width, height)
    band = (matte > 0) & (matte < 1)
    band = cv2.dilate(band.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)
    return _fill_band(photo, matte, band, slope, offset)


def _full_size(rough: Matte, width: int, height: int) -> Matte:
    """Enlarge a rough matte; a margin around its boundary is left between 0 and 1."""
    reach = 2 * _GUIDE_RADIUS + 1
    near = cv2.blur(rough, (reach, reach))
    near[near < 1e-3] = 0
    near[near > 1 - 1e-3] = 1
    return np.asarray(
        cv2.resize(near, (width, height), interpolation=cv2.INTER_LINEAR), dtype=np.float32
    )


def _guided_lines(
    guide: NDArray[np.float32], rough: Matte
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The local linear model `matte = slope . color + offset` around each pixel."""
    size = (2 * _GUIDE_RADIUS + 1,) * 2
    mean = cv2.blur(guide, size)
    level = cv2.blur(rough, size)
    shared = cv2.blur(guide * rough[..., None], size) - mean * level[..., None]
    squares = [
        cv2.blur(guide[..., i] * guide[..., j], size) - mean[..., i] * mean[..., j]
        for i, j in ((0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2))
    ]
    needed = _near_boundary(level)
    slope = np.zeros_like(guide)
    slope[needed] = _solve_symmetric([entry[needed] for entry in squares], shared[needed])
    offset = level - (slope * mean).sum(axis=2)
    return cv2.blur(slope, size), cv2.blur(offset, size)


def _near_boundary(level: Matte) -> Mask:
    """Wherever the lines are read, and as far around as they are averaged over."""
    boundary = ((level > 1e-3) & (level < 1 - 1e-3)).astype(np.uint8)
    reach = 6 * _GUIDE_RADIUS + 1
    return np.asarray(cv2.dilate(boundary, np.ones((reach, reach), np.uint8)) > 0, dtype=np.bool_)


def _solve_symmetric(
    upper: list[NDArray[np.float32]], right: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Solve symmetric 3 x 3 systems, one for each entry, in closed form (Cramer)."""
    xx, xy, xz, yy, yz, zz = (entry.astype(np.float64) for entry in upper)
    xx, yy, zz = xx + _GUIDE_SMOOTHNESS, yy + _GUIDE_SMOOTHNESS, zz + _GUIDE_SMOOTHNESS
    c00, c01, c02 = yy * zz - yz * yz, xz * yz - xy * zz, xy * yz - xz * yy
    c11, c12, c22 = xx * zz - xz * xz, xy * xz - xx * yz, xx * yy - xy * xy
    determinant = xx * c00 + xy * c01 + xz * c02
    x, y, z = (right[..., i] for i in range(3))
    solved = (
        c00 * x + c01 * y + c02 * z,
        c01 * x + c11 * y + c12 * z,
        c02 * x + c12 * y + c22 * z,
    )
    return np.stack([s / determinant for s in solved], axis=1).astype(np.float32)


def _fill_band(
    photo: Rgb8,
    matte: Matte,
    band: Mask,
    slope: NDArray[np.float32],
    offset: NDArray[np.float32],
) -> Matte:
    rows, columns = np.nonzero(band)
    filled = (matte > 0.5).astype(np.float32)
    if len(rows) == 0:
        return filled
    scale_down = offset.shape[0] / photo.shape[0], offset.shape[1] / photo.shape[1]
    lines = np.dstack([slope, offset])
    picked = sample(
        lines, (rows + 0.5) * scale_down[0] - 0.5, (columns + 0.5) * scale_down[1] - 0.5
    )
    color = photo[rows, columns].astype(np.float32) / 255
    value = (picked[:, :3] * color).sum(axis=1) + picked[:, 3]
    filled[rows, columns] = np.clip((value - 0.1) / 0.8, 0, 1)
    return filled


def sample(
    field: NDArray[np.float32], row: NDArray[np.float64], column: NDArray[np.float64]
) -> NDArray[np.float32]:
    """
    Read a field between its pixels, bilinearly; outside it repeats its edge.

    Parameters
    ----------
    field : ndarray of float32, shape (h, w, C)
        Any unit.
    row, column : ndarray of float64, shape (N,)
        Pixel centers are whole numbers.

    Returns
    -------
    ndarray of float32, shape (N, C)
        In the field's unit.
    """
    height, width = field.shape[:2]
    row = np.clip(row, 0, height - 1)
    column = np.clip(column, 0, width - 1)
    top, left = np.floor(row).astype(np.intp), np.floor(column).astype(np.intp)
    below, right = np.minimum(top + 1, height - 1), np.minimum(left + 1, width - 1)
    down = (row - top).astype(np.float32)[:, None]
    over = (column - left).astype(np.float32)[:, None]
    upper = field[top, left] * (1 - over) + field[top, right] * over
    lower = field[below, left] * (1 - over) + field[below, right] * over
    return np.asarray(upper * (1 - down) + lower * down, dtype=np.float32)


def cut_out(photo: Rgb8, matte: Matte) -> Rgba8:
    """
    The cloth alone, its soft edge free of the background's color.

    Parameters
    ----------
    photo : ndarray of uint8, shape (H, W, 3)
        sRGB.
    matte : ndarray of float32, shape (H, W)
        Coverage of the cloth, 0..1.

    Returns
    -------
    ndarray of uint8, shape (H, W, 4)
        sRGB and coverage, not premultiplied; black where the coverage is 0.

    References
    ----------
    Forte, "Approximate Fast Foreground Colour Estimation", ICIP 2021.
    """
    coverage = cv2.convertScaleAbs(matte, alpha=255)
    rows, columns = np.nonzero((coverage > 0) & (coverage < 255))
    kept = cv2.bitwise_and(photo, photo, mask=coverage)
    cutout: Rgba8 = cv2.merge([*cv2.split(kept), coverage])
    if len(rows):
        cutout[rows, columns, :3] = _cloth_color(photo, matte, rows, columns)
    return cutout


def _cloth_color(
    photo: Rgb8, matte: Matte, rows: NDArray[np.intp], columns: NDArray[np.intp]
) -> NDArray[np.uint8]:
    height, width = matte.shape
    scale = min(1.0, _GUIDE_SIDE / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    guide = cv2.resize(photo, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    share = cv2.resize(matte, size, interpolation=cv2.INTER_AREA)
    places = (rows + 0.5) * size[1] / height - 0.5, (columns + 0.5) * size[0] / width - 0.5
    cloth = sample(_spread(guide, np.where(share > 0.98, share, 0)), *places)
    behind = sample(_spread(guide, np.where(share < 0.02, 1 - share, 0)), *places)
    alpha = matte[rows, columns][:, None]
    seen = photo[rows, columns].astype(np.float32)
    color = cloth + alpha * (seen - alpha * cloth - (1 - alpha) * behind)
    return np.asarray(np.rint(np.clip(color, 0, 255)), dtype=np.uint8)


def _spread(color: NDArray[np.float32], weight: NDArray[np.float32]) -> NDArray[np.float32]:
    """Carry colors from where they are known to their neighborhood, nearest first."""
    total = np.zeros_like(color)
    sum_of_weights = np.zeros_like(weight)
    for radius, trust in ((3, 1.0), (9, 1e-3), (33, 1e-6)):
        size = (2 * radius + 1, 2 * radius + 1)
        total += trust * cv2.blur(color * weight[..., None], size)
        sum_of_weights += trust * cv2.blur(weight, size)
    return np.asarray(total / np.maximum(sum_of_weights, 1e-12)[..., None], dtype=np.float32)
