"""Soft edges: a matte that follows the photo's edges, and colors free of the background."""

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.image import Mask, Matte, Rgb8, Rgba8
from chalicelib.imaging.isolating.view import View

_GUIDE_RADIUS = 3
_GUIDE_SMOOTHNESS = 1e-4

_SPREAD_SIDE = 512
_SPREAD = ((2, 1.0), (5, 1e-3), (17, 1e-6))
"""Pixels around, of a photo of that size, and how far a color from there is trusted."""

_ROW = 1024
"""Pixels of a row in which scattered places are laid out to be read."""


def soften(photo: Rgb8, view: Rgb8, rough: Mask | Matte) -> Matte:
    """
    A matte at the photo's size from a rougher one of any size.

    Parameters
    ----------
    photo : ndarray of uint8, shape (H, W, 3)
        sRGB.
    view : ndarray of uint8, shape (h, w, 3)
        The same, reduced; its edges are what the matte follows.
    rough : ndarray of bool or float32
        The cloth, or its likely coverage 0..1, at any size.

    Returns
    -------
    ndarray of float32, shape (H, W)
        0..1; exactly 0 and 1 away from the boundary.

    References
    ----------
    He and Sun, "Fast Guided Filter", 2015.
    """
    size = (view.shape[1], view.shape[0])
    level = cv2.resize(rough.astype(np.float32), size, interpolation=cv2.INTER_LINEAR)
    near = cv2.blur(level, (2 * _GUIDE_RADIUS + 1,) * 2)
    band = ((near > 1e-3) & (near < 1 - 1e-3)).astype(np.uint8)
    band = cv2.dilate(band, np.ones((3, 3), np.uint8))
    matte = _enlarged(near > 0.5, photo).astype(np.float32)
    places = np.flatnonzero(_enlarged(band, photo))
    if len(places):
        lines = _guided_lines(np.divide(view, 255, dtype=np.float32), level)
        matte.reshape(-1)[places] = _followed(lines, photo, places)
    return matte


def _enlarged(mask: NDArray[np.generic], photo: Rgb8) -> NDArray[np.uint8]:
    size = (photo.shape[1], photo.shape[0])
    large = cv2.resize(mask.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST)
    return np.asarray(large, dtype=np.uint8)


def _guided_lines(guide: NDArray[np.float32], rough: Matte) -> NDArray[np.float32]:
    """The local linear model `matte = slope . color + offset` around each pixel."""
    size = (2 * _GUIDE_RADIUS + 1,) * 2
    mean, level = cv2.blur(guide, size), cv2.blur(rough, size)
    needed = _near_boundary(level)
    middle = mean[needed]
    shared = cv2.blur(guide * rough[..., None], size)[needed] - middle * level[needed][:, None]
    squares = [
        cv2.blur(guide[..., i] * guide[..., j], size)[needed] - middle[:, i] * middle[:, j]
        for i, j in ((0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2))
    ]
    slope, offset = np.zeros_like(guide), level.copy()
    slope[needed] = _solve_symmetric(squares, shared)
    offset[needed] -= (slope[needed] * middle).sum(axis=1)
    return np.asarray(cv2.blur(np.dstack([slope, offset]), size), dtype=np.float32)


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


def _followed(
    lines: NDArray[np.float32], photo: Rgb8, places: NDArray[np.intp]
) -> NDArray[np.float32]:
    """Coverage of the pixels at flat `places`, from their colors by the lines around them."""
    picked = sample(lines, *_in_view(places, photo.shape, lines.shape))
    color = photo.reshape(-1, 3)[places].astype(np.float32) / 255
    value = (picked[:, :3] * color).sum(axis=1) + picked[:, 3]
    return np.asarray(np.clip((value - 0.1) / 0.8, 0, 1), dtype=np.float32)


def _in_view(
    places: NDArray[np.intp], photo: tuple[int, ...], view: tuple[int, ...]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Rows and columns in a view of the pixels at flat `places` of a photo, by their shapes."""
    row, column = np.divmod(places, photo[1])
    down, over = view[0] / photo[0], view[1] / photo[1]
    return (
        ((row + 0.5) * down - 0.5).astype(np.float32),
        ((column + 0.5) * over - 0.5).astype(np.float32),
    )


def sample(
    field: NDArray[np.float32], row: NDArray[np.float32], column: NDArray[np.float32]
) -> NDArray[np.float32]:
    """
    Read a field between its pixels, bilinearly; outside it repeats its edge.

    Parameters
    ----------
    field : ndarray of float32, shape (h, w, C)
        Any unit; up to four channels.
    row, column : ndarray of float32, shape (N,)
        Pixel centers are whole numbers.

    Returns
    -------
    ndarray of float32, shape (N, C)
        In the field's unit.
    """
    spare = -len(row) % _ROW
    down, over = (np.pad(each, (0, spare)).reshape(-1, _ROW) for each in (row, column))
    read = cv2.remap(field, over, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(read.reshape(-1, field.shape[2])[: len(row)], dtype=np.float32)


def cut_out(photo: Rgb8, matte: Matte, view: View) -> Rgba8:
    """
    The cloth alone, its soft edge free of the background's color.

    Parameters
    ----------
    photo : ndarray of uint8, shape (H, W, 3)
        sRGB.
    matte : ndarray of float32, shape (H, W)
        Coverage of the cloth, 0..1.
    view : View
        The two reduced; what is cloth and what is behind it at a soft edge is read in it.

    Returns
    -------
    ndarray of uint8, shape (H, W, 4)
        sRGB and coverage, not premultiplied; black where the coverage is 0.

    References
    ----------
    Forte, "Approximate Fast Foreground Colour Estimation", ICIP 2021.
    """
    coverage = cv2.convertScaleAbs(matte, alpha=255)
    covered = cv2.insertChannel(coverage, cv2.cvtColor(photo, cv2.COLOR_RGB2RGBA), 3)
    cutout = np.asarray(cv2.bitwise_and(covered, covered, mask=coverage), dtype=np.uint8)
    places = np.flatnonzero((coverage > 0) & (coverage < 255))
    if len(places):
        cutout.reshape(-1, 4)[places, :3] = _cloth_color(photo, matte, places, view)
    return cutout


def _cloth_color(
    photo: Rgb8, matte: Matte, places: NDArray[np.intp], view: View
) -> NDArray[np.uint8]:
    small = view.at(_SPREAD_SIDE)
    color, share = small.photo.astype(np.float32), small.matte
    where = _in_view(places, photo.shape, share.shape)
    cloth = sample(_spread(color, np.where(share > 0.98, share, 0)), *where)
    behind = sample(_spread(color, np.where(share < 0.02, 1 - share, 0)), *where)
    alpha = matte.reshape(-1)[places][:, None]
    seen = photo.reshape(-1, 3)[places].astype(np.float32)
    mended = cloth + alpha * (seen - alpha * cloth - (1 - alpha) * behind)
    return np.asarray(np.rint(np.clip(mended, 0, 255)), dtype=np.uint8)


def _spread(color: NDArray[np.float32], weight: NDArray[np.float32]) -> NDArray[np.float32]:
    """Carry colors from where they are known to their neighborhood, nearest first."""
    known = np.dstack([color * weight[..., None], weight])
    total = np.zeros_like(known)
    for radius, trust in _SPREAD:
        total += trust * cv2.blur(known, (2 * radius + 1,) * 2)
    return np.asarray(total[..., :3] / np.maximum(total[..., 3:], 1e-12), dtype=np.float32)
