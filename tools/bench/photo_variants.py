"""The same photo as another phone, hand or hour would have taken it, with its mask."""

from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.image import Rgb8

Pair: TypeAlias = tuple[Rgb8, NDArray[np.uint8]]
Change: TypeAlias = Callable[[Rgb8, NDArray[np.uint8]], Pair]


def _cropped(top: float, bottom: float, left: float, right: float) -> Change:
    """Cut off these shares of the height and the width."""

    def change(photo: Rgb8, mask: NDArray[np.uint8]) -> Pair:
        (height, width), rest = photo.shape[:2], (1 - bottom, 1 - right)
        rows = slice(round(top * height), round(rest[0] * height))
        columns = slice(round(left * width), round(rest[1] * width))
        return photo[rows, columns].copy(), mask[rows, columns].copy()

    return change


def _tilted(degrees: float) -> Change:
    """Turn about the middle and cut off the corners that would be empty."""

    def change(photo: Rgb8, mask: NDArray[np.uint8]) -> Pair:
        height, width = mask.shape
        long = max(height / width, width / height)
        grow = np.cos(np.radians(degrees)) + long * abs(np.sin(np.radians(degrees)))
        turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, grow)
        size = (width, height)
        turned = cv2.warpAffine(photo, turn, size, flags=cv2.INTER_AREA)
        truth = cv2.warpAffine(mask, turn, size, flags=cv2.INTER_NEAREST)
        return np.asarray(turned, dtype=np.uint8), np.asarray(truth, dtype=np.uint8)

    return change


def _turned(quarters: int) -> Change:
    def change(photo: Rgb8, mask: NDArray[np.uint8]) -> Pair:
        turned = np.ascontiguousarray(np.rot90(photo, quarters))
        return turned, np.ascontiguousarray(np.rot90(mask, quarters))

    return change


def _mirrored(photo: Rgb8, mask: NDArray[np.uint8]) -> Pair:
    return np.ascontiguousarray(photo[:, ::-1]), np.ascontiguousarray(mask[:, ::-1])


def _small(photo: Rgb8, mask: NDArray[np.uint8]) -> Pair:
    size = (photo.shape[1] // 2, photo.shape[0] // 2)
    half = cv2.resize(photo, size, interpolation=cv2.INTER_AREA)
    return np.asarray(half, dtype=np.uint8), mask


def _lit(red: float, green: float, blue: float) -> Change:
    """Scale the encoded channels."""

    def change(photo: Rgb8, mask: NDArray[np.uint8]) -> Pair:
        scale = np.array([red, green, blue], dtype=np.float32)
        return np.clip(np.rint(photo * scale), 0, 255).astype(np.uint8), mask

    return change


def _compressed(photo: Rgb8, mask: NDArray[np.uint8]) -> Pair:
    _, body = cv2.imencode(".jpg", photo, [cv2.IMWRITE_JPEG_QUALITY, 60])
    return np.asarray(cv2.imdecode(body, cv2.IMREAD_COLOR), dtype=np.uint8), mask


def _noisy(photo: Rgb8, mask: NDArray[np.uint8]) -> Pair:
    grain = np.random.default_rng(5).normal(0, 8, photo.shape)
    return np.clip(np.rint(photo + grain), 0, 255).astype(np.uint8), mask


ANY_WAY_UP: Final[dict[str, Change]] = {
    "quarter turn": _turned(1),
    "half turn": _turned(2),
    "tilted": _tilted(6),
}
"""What happens to a photo of something that lies, never to one of a person."""

ALWAYS: Final[dict[str, Change]] = {
    "as it is": lambda photo, mask: (photo, mask),
    "mirrored": _mirrored,
    "half size": _small,
    "closer": _cropped(0.06, 0.06, 0.06, 0.06),
    "left cut": _cropped(0, 0, 0.14, 0),
    "right cut": _cropped(0, 0, 0, 0.14),
    "top cut": _cropped(0.1, 0, 0, 0),
    "bottom cut": _cropped(0, 0.14, 0, 0),
    "darker": _lit(0.8, 0.8, 0.8),
    "brighter": _lit(1.2, 1.2, 1.2),
    "warmer": _lit(1.08, 1.0, 0.86),
    "cooler": _lit(0.9, 1.0, 1.1),
    "squeezed": _compressed,
    "noisy": _noisy,
}


def variants(
    photo: Rgb8, mask: NDArray[np.uint8], *, lying: bool
) -> Iterator[tuple[str, Rgb8, NDArray[np.uint8]]]:
    """
    A photo and its mask in many versions, the unchanged one first.

    Parameters
    ----------
    photo : ndarray of uint8, shape (H, W, 3)
        Any channel order that keeps red and blue at the ends.
    mask : ndarray of uint8, shape (H, W)
        What is what in it.
    lying : bool
        Whether the photo may as well be turned.

    Yields
    ------
    tuple of str, ndarray and ndarray
        What was done; the photo; its mask, of the same view.
    """
    changes = ALWAYS | ANY_WAY_UP if lying else ALWAYS
    for name, change in changes.items():
        yield name, *change(photo, mask)
