"""The largest upright rectangle of cloth in a photo, and which way its weave runs."""

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.color import to_lab
from chalicelib.imaging.flattening.spread import shrink
from chalicelib.imaging.image import Mask, Rgb8, Rgba8

_SIDE = 160
_FILLS = 0.85
_TILTED_DEGREES = 2.0
_SMALL = 256
_CLEAR_WEAVE = 1.35
_MOST_TURNED = 35.0


def upright_piece(cutout: Rgba8) -> Rgb8 | None:
    """
    Cut the largest upright rectangle of cloth out of a photo that was taken from straight above.

    Cloth whose outline is a tilted rectangle is turned upright first.

    Parameters
    ----------
    cutout : ndarray of uint8, shape (H, W, 4)
        sRGB with straight coverage.

    Returns
    -------
    ndarray of uint8, shape (h, w, 3), or None
        None where no cloth is wider than a tenth of the photo.
    """
    turned = _straightened(cutout)
    small, scale = shrink(turned, _SIDE)
    top, left, height, width = largest_rectangle(small[..., 3] > 230)
    if min(height, width) < 0.1 * _SIDE:
        return None
    rows = slice(round(top / scale), round((top + height) / scale))
    columns = slice(round(left / scale), round((left + width) / scale))
    piece: Rgb8 = np.ascontiguousarray(turned[rows, columns, :3])
    return piece


def _straightened(cutout: Rgba8) -> Rgba8:
    """The cutout turned so that its outline, where that is a rectangle, or its weave is level."""
    small, scale = shrink(cutout, _SIDE)
    cloth = (small[..., 3] > 127).astype(np.uint8)
    points = cv2.findNonZero(cloth)
    if points is None:
        return cutout
    center, size, angle = cv2.minAreaRect(points)
    angle = (angle + 45) % 90 - 45
    if cloth.sum() < _FILLS * size[0] * size[1] or abs(angle) < _TILTED_DEGREES:
        angle = _tilt_inside(cutout)
    if abs(angle) < _TILTED_DEGREES:
        return cutout
    middle = (center[0] / scale, center[1] / scale)
    turn = cv2.getRotationMatrix2D(middle, angle, 1.0)
    height, width = cutout.shape[:2]
    turned: Rgba8 = cv2.warpAffine(cutout, turn, (width, height), flags=cv2.INTER_LINEAR)
    return turned


def _tilt_inside(cutout: Rgba8) -> float:
    """By how many degrees the weave in the largest upright rectangle of cloth is to be turned."""
    small, scale = shrink(cutout, _SIDE)
    top, left, height, width = (
        round(edge / scale) for edge in largest_rectangle(small[..., 3] > 230)
    )
    inside = cutout[top : top + height, left : left + width, :3]
    return weave_angle(inside) if min(inside.shape[:2]) > 32 else 0.0


def largest_rectangle(mask: Mask) -> tuple[int, int, int, int]:
    """
    Find the upright rectangle of largest area that a mask holds.

    Parameters
    ----------
    mask : ndarray of bool, shape (H, W)

    Returns
    -------
    (int, int, int, int)
        First row, first column, height, width; a height of 0 where the mask is empty.
    """
    heights = np.zeros(mask.shape[1] + 1, np.int64)
    best = (0, 0, 0, 0)
    for row in range(mask.shape[0]):
        heights[:-1] = np.where(mask[row], heights[:-1] + 1, 0)
        found = _below_steps(heights, row)
        if found[2] * found[3] > best[2] * best[3]:
            best = found
    return best


def _below_steps(heights: NDArray[np.int64], row: int) -> tuple[int, int, int, int]:
    """The largest rectangle that stands on `row` below these steps, of which the last is 0."""
    best = (0, 0, 0, 0)
    open_steps: list[tuple[int, int]] = []
    for column, height in enumerate(heights.tolist()):
        start = column
        while open_steps and open_steps[-1][1] >= height:
            start, tall = open_steps.pop()
            if tall * (column - start) > best[2] * best[3]:
                best = (row - tall + 1, start, tall, column - start)
        open_steps.append((start, height))
    return best


def along_s(piece: Rgb8, *, stripes_across: bool) -> Rgb8:
    """
    Turn a piece so that its length runs to the right.

    Parameters
    ----------
    piece : ndarray of uint8, shape (H, W, 3)
        sRGB.
    stripes_across : bool
        Whether its stripes run across the length, as in a pallu, or along it, as in a border.

    Returns
    -------
    ndarray of uint8
        The piece, or the piece turned so that its lower edge lies at the right.
    """
    small, _ = shrink(np.dstack([piece, np.full(piece.shape[:2], 255, np.uint8)]), _SMALL)
    lab = to_lab(np.ascontiguousarray(small[..., :3]))
    down, right = (float(np.median(lab, axis=1 - axis).std(axis=0).sum()) for axis in (0, 1))
    lies = right >= down if stripes_across else down >= right
    turned: Rgb8 = piece if lies else np.ascontiguousarray(np.rot90(piece))
    return turned


def turned_to_weave(piece: Rgb8) -> Rgb8:
    """
    Turn a square so that its threads run upright and level, and keep the square inside.

    Parameters
    ----------
    piece : ndarray of uint8, shape (n, n, 3)
        sRGB.

    Returns
    -------
    ndarray of uint8, shape (m, m, 3)
        The same where its lines agree on no direction.
    """
    angle = weave_angle(piece)
    if abs(angle) < _TILTED_DEGREES:
        return np.ascontiguousarray(piece)
    size = piece.shape[0]
    turn = cv2.getRotationMatrix2D(((size - 1) / 2, (size - 1) / 2), angle, 1.0)
    turned = cv2.warpAffine(piece, turn, (size, size), flags=cv2.INTER_LINEAR)
    radians = np.radians(abs(angle))
    inside = int(size / (np.cos(radians) + np.sin(radians)))
    first = (size - inside) // 2
    return np.ascontiguousarray(turned[first : first + inside, first : first + inside])


def weave_angle(piece: Rgb8) -> float:
    """By how many degrees to turn a piece so that most of its lines are upright or level."""
    small, _ = shrink(np.dstack([piece, np.full(piece.shape[:2], 255, np.uint8)]), _SMALL)
    light = cv2.GaussianBlur(to_lab(np.ascontiguousarray(small[..., :3]))[..., 0], (0, 0), 1)
    right, down = (cv2.Sobel(light, cv2.CV_32F, *step) for step in ((1, 0), (0, 1)))
    strength = np.hypot(right, down)
    degrees = np.degrees(np.arctan2(down, right)) % 90
    counts, _ = np.histogram(degrees, 90, (0, 90), weights=np.minimum(strength, 40))
    around = np.concatenate([counts[-4:], counts, counts[:4]])
    smooth = np.convolve(around, np.bartlett(9), "valid") / np.bartlett(9).sum()
    peak = int(np.argmax(smooth))
    if smooth[peak] < _CLEAR_WEAVE * smooth.mean():
        return 0.0
    angle = (peak + 0.5 + 45) % 90 - 45
    return float(angle) if abs(angle) < _MOST_TURNED else 0.0


def level_light(piece: Rgb8) -> Rgb8:
    """
    Divide an even slope of light across a pallu out, all channels alike: sRGB, same shape.

    Along the length nothing is taken for light: there a pallu changes by design.
    """
    small = cv2.resize(piece, (12, 24), interpolation=cv2.INTER_AREA).astype(np.float64)
    light = np.log(small.mean(axis=2) + 4)
    rows = (np.arange(24) + 0.5) / 24 - 0.5
    off = np.median(light - np.median(light, axis=0), axis=1)
    slope = float((rows * off).sum() / (rows**2).sum())
    height = piece.shape[0]
    gain = np.exp(-slope * ((np.arange(height) + 0.5) / height - 0.5))
    even: Rgb8 = np.clip(np.rint(piece * gain[:, None, None]), 0, 255).astype(np.uint8)
    return even
