"""Cloth spread flat, as one photo shows it: its plane, its selvedges, its ends."""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.flattening.edgels import Edgels, edgels
from chalicelib.imaging.flattening.ends import End, find_ends
from chalicelib.imaging.flattening.grounding import focal_of_floor, grounded
from chalicelib.imaging.flattening.outline import Outline, Side, sides, trace
from chalicelib.imaging.flattening.rectification import (
    Camera,
    PhotoMap,
    Plane,
    find_plane,
    plane_of,
)
from chalicelib.imaging.flattening.selvedge import (
    Curve,
    curve,
    evenly,
    facing_pairs,
    straightest,
)
from chalicelib.imaging.flattening.weft import squared
from chalicelib.imaging.image import Mask, Rgba8
from chalicelib.imaging.strip import FloorLines

_COARSE = 1000
_PAIRS = 4
_LONGEST_GAIN = 4.0
_SHORTEST = 0.15


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """
    How cloth lies in a photo.

    Attributes
    ----------
    plane : Plane
        From pixels of the coarse picture to meters.
    scale : float
        Pixels of the coarse picture for one of the photo.
    photo_width, photo_height : int
        Pixels of the photo.
    lower, upper : Curve
        The bends of the selvedges t = 0 and t = width.
    near, far : End
        The ends at the highest and the lowest u.
    width_m : float
        Meters.
    straightness : float
        How well straight sides explain the outline, 0..1.
    focal_known : bool
        Whether the camera's focal length was told, or the floor tells it, and is not assumed.
    """

    plane: Plane
    scale: float
    photo_width: int
    photo_height: int
    lower: Curve
    upper: Curve
    near: End
    far: End
    width_m: float
    straightness: float
    focal_known: bool

    @property
    def length_m(self) -> float:
        """The visible length, meters."""
        return self.near.u - self.far.u

    def to_photo(
        self, u: NDArray[np.float64], t: NDArray[np.float64], *, bent: bool = True
    ) -> NDArray[np.float64]:
        """Fabric points, arrays of one shape, as photo pixels with a last axis of x, y."""
        low = self.lower.at(u) if bent else np.zeros_like(u)
        high = self.upper.at(u) if bent else np.zeros_like(u)
        on_plane = low + t * (1 + (high - low) / self.width_m)
        flat = np.stack([u.ravel(), on_plane.ravel()], axis=1)
        coarse = self.plane.to_photo(flat).reshape(*u.shape, 2)
        pixels: NDArray[np.float64] = (coarse + 0.5) / self.scale - 0.5
        return pixels

    def of_strip(
        self, s: NDArray[np.float64], t: NDArray[np.float64], *, turned: bool
    ) -> NDArray[np.float64]:
        """Strip coordinates, arrays of one shape, as photo pixels with a last axis of x, y."""
        if turned:
            return self.to_photo(self.near.u - s, self.width_m - t)
        return self.to_photo(self.far.u + s, t)


def shrink(cutout: Rgba8, longer: int = _COARSE) -> tuple[Rgba8, float]:
    """
    Average a cutout down for measuring.

    Parameters
    ----------
    cutout : ndarray of uint8, shape (H, W, 4)
    longer : int
        The longer side of the result, pixels, unless the cutout is smaller.

    Returns
    -------
    (ndarray of uint8, float)
        The small cutout, and its pixels for one of the original.
    """
    height, width = cutout.shape[:2]
    scale = min(1.0, longer / max(height, width))
    size = (round(width * scale), round(height * scale))
    small = cv2.resize(halved(cutout, longer), size, interpolation=cv2.INTER_AREA)
    return small, size[0] / width


def halved(cutout: Rgba8, least: int) -> Rgba8:
    """
    Average a cutout down by half, again and again: many times as fast as by any other number.

    Parameters
    ----------
    cutout : ndarray of uint8, shape (H, W, 4)
    least : int
        Pixels that its longer side keeps, at least.

    Returns
    -------
    ndarray of uint8, shape (h, w, 4)
        An odd height or width is not halved.
    """
    height, width = cutout.shape[:2]
    if max(height, width) < 2 * least or height % 2 or width % 2:
        return cutout
    half = cv2.resize(cutout, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
    return halved(half, least)


def find_spread(
    cutout: Rgba8,
    width_m: float,
    focal_35mm: float | None = None,
    floor_lines: FloorLines = (),
) -> Spread | None:
    """
    Find how a saree that is spread flat lies in a photo.

    Parameters
    ----------
    cutout : ndarray of uint8, shape (H, W, 4)
        sRGB with straight coverage, upright.
    width_m : float
        The saree's width, meters.
    focal_35mm : float, optional
        35-mm-equivalent focal length, millimeters.
    floor_lines : sequence of four floats each
        Straight lines of the floor around it, x, y, x, y in pixels of the photo.

    Returns
    -------
    Spread or None
        None where no two long straight sides of cloth face each other.
    """
    small, scale = shrink(cutout)
    cloth: Mask = small[..., 3] > 127
    outline = trace(small[..., 3].astype(np.float32) / np.float32(255))
    marks = edgels(np.ascontiguousarray(small[..., :3]), cloth)
    pairs = facing_pairs(sides(outline, max(cloth.shape)), marks, cloth.shape)[:_PAIRS]
    lines = (np.reshape(np.array(floor_lines, np.float64), (-1, 4)) + 0.5) * scale - 0.5
    view = _Traced(small, scale, (cutout.shape[0], cutout.shape[1]), outline, marks, lines)
    found = _likeliest(view, pairs, width_m, focal_35mm)
    if found is None or focal_35mm is not None:
        return found
    focal = focal_of_floor(found.plane, lines, _camera(small, found.plane))
    return found if focal is None else _likeliest(view, pairs, width_m, focal) or found


@dataclass(frozen=True, slots=True, eq=False)
class _Traced:
    """What was traced in a photo of some height and width, and the small cutout for it."""

    small: Rgba8
    scale: float
    photo: tuple[int, int]
    outline: Outline
    marks: Edgels
    floor_lines: NDArray[np.float64]


def _likeliest(
    view: _Traced,
    pairs: list[tuple[float, Side, Side]],
    width_m: float,
    focal_35mm: float | None,
) -> Spread | None:
    """The spread between the two sides that are likeliest its selvedges."""
    best: tuple[float, Spread] | None = None
    for score, one, other in pairs:
        if best is not None and best[0] > score * _LONGEST_GAIN:
            continue
        found = _between(view, (one, other), width_m, focal_35mm)
        if found is None:
            continue
        # More than a width of a saree is spread, or it would not lie this way.
        total = score * min(_LONGEST_GAIN, max(0.01, (found.length_m / width_m) ** 3))
        if best is None or total > best[0]:
            best = total, found
    return None if best is None else best[1]


def _between(
    view: _Traced, pair: tuple[Side, Side], width_m: float, focal_35mm: float | None
) -> Spread | None:
    """The spread between two sides, if they may be selvedges."""
    small, outline = view.small, view.outline
    cloth: Mask = small[..., 3] > 127
    longer = max(cloth.shape)
    straight = straightest(outline, pair[0], longer), straightest(outline, pair[1], longer)
    plane = find_plane(*straight, view.marks, cloth.shape, width_m, focal_35mm)
    if plane is None or min(side.reach for side in straight) < _SHORTEST * longer:
        return None
    plane = _refined(small, outline, straight, plane, width_m)
    plane = grounded(plane, outline, view.floor_lines, _camera(small, plane), width_m)
    far, near = find_ends(cloth, outline, plane, width_m)
    lower, upper = (curve(outline, plane, level) for level in (0.0, width_m))
    return Spread(
        plane,
        view.scale,
        view.photo[1],
        view.photo[0],
        lower,
        upper,
        near,
        far,
        width_m,
        straightness=min(1.0, min(side.support for side in straight) / (0.5 * longer)),
        focal_known=focal_35mm is not None,
    )


def _refined(
    small: Rgba8, outline: Outline, pair: tuple[Side, Side], plane: Plane, width_m: float
) -> Plane:
    """The plane by selvedges fitted evenly and lines of the weft added up over the width."""
    camera = _camera(small, plane)
    lower, upper = evenly(outline, pair[0], plane, 0.0), evenly(outline, pair[1], plane, width_m)
    matrix = plane_of(lower, upper, camera, width_m, roll=plane.roll)
    if matrix is None:
        return squared(small, pair, plane, width_m)
    return squared(small, (lower, upper), replace(plane, homography=matrix), width_m)


def _camera(small: Rgba8, plane: Plane) -> Camera:
    height, width = small.shape[:2]
    return Camera(plane.focal, ((width - 1) / 2, (height - 1) / 2))


def photo_map(
    spread: Spread,
    pixels_per_meter: float,
    *,
    turned: bool = False,
    drift: NDArray[np.float32] | None = None,
) -> PhotoMap:
    """
    For each pixel of the strip, where the photo shows it.

    Parameters
    ----------
    spread : Spread
    pixels_per_meter : float
        Scale of the strip.
    turned : bool
        Whether the pallu lies at the low end of u: the strip is then turned by half a turn.
    drift : ndarray of float32, shape (h, w, 2), optional
        Meters in s and t, on a grid over the strip, by which the weave is ahead of its place.

    Returns
    -------
    ndarray of float32, shape (round(width * ppm), round(length * ppm), 2)
        Photo pixels x, y.
    """
    height = round(spread.width_m * pixels_per_meter)
    width = round(spread.length_m * pixels_per_meter)
    step = 8
    s, t = np.meshgrid(
        (np.arange(0, width + step, step) + 0.5) / pixels_per_meter,
        spread.width_m - (np.arange(0, height + step, step) + 0.5) / pixels_per_meter,
    )
    if drift is not None:
        ahead = _looked_up(drift, s / spread.length_m, 1 - t / spread.width_m)
        s, t = s - ahead[..., 0], t - ahead[..., 1]
    coarse = spread.of_strip(s, t, turned=turned).astype(np.float32)
    # The map is smooth over 8 strip pixels: linear interpolation errs by under a tenth of one.
    x = np.arange(width, dtype=np.float32) / step
    y = np.arange(height, dtype=np.float32) / step
    full: PhotoMap = cv2.remap(coarse, *np.meshgrid(x, y), interpolation=cv2.INTER_LINEAR)
    return full


def _looked_up(
    grid: NDArray[np.float32], right: NDArray[np.float64], down: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Values of a grid over the unit square at shares of its width and height."""
    columns = (right * grid.shape[1] - 0.5).astype(np.float32)
    rows = (down * grid.shape[0] - 0.5).astype(np.float32)
    found = cv2.remap(grid, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(found, np.float64)


def sketch(spread: Spread, small: Rgba8, pixels_per_meter: float, *, turned: bool) -> Rgba8:
    """
    Lay a small copy of the cutout flat, for measuring.

    Parameters
    ----------
    spread : Spread
    small : ndarray of uint8, shape (H, W, 4)
        The cutout averaged down.
    pixels_per_meter : float
    turned : bool
        As in `photo_map`.

    Returns
    -------
    ndarray of uint8, shape (h, w, 4)
    """
    where = photo_map(spread, 2 * pixels_per_meter, turned=turned)
    factor = np.float32(small.shape[1] / spread.photo_width)
    drawn = cv2.remap(small, (where + 0.5) * factor - 0.5, None, cv2.INTER_LINEAR)
    height, width = (length // 2 for length in drawn.shape[:2])
    sketched: Rgba8 = cv2.resize(
        drawn[: 2 * height, : 2 * width], (width, height), interpolation=cv2.INTER_AREA
    )
    return sketched
