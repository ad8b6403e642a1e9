"""The border of a cloth that does not lie flat: the clearest band along one of its sides."""

from dataclasses import dataclass
from typing import Any, Self

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.color import to_lab
from chalicelib.imaging.flattening.spread import shrink
from chalicelib.imaging.image import Lab, Mask, Rgb8, Rgba8
from chalicelib.imaging.pattern.palette import distinct, nearest_in, palette_of
from chalicelib.imaging.swatching.stretches import Stretch, stretches

_DEPTH_M = 0.3
_LEAST_M, _MOST_M = 0.015, 0.2
_INNER_M = 0.012
_SELVAGE_M = 0.035
_NEAR = 14.0
_MOSTLY = 0.45
_STRAYS = 16.0
_COARSE = (16, 8)
_CLEAR, _CLEAR_DRAPED, _CLEAR_FRAMED = 0.14, 0.4, 0.5
_AS_USUAL = 1.15
_LEAST_RUN = 0.12
_WEIGHT = np.array([0.5, 1.0, 1.0])
_COLORS = 6
_SAMPLE = 4000
_NARROWEST = 24


def border_band(
    cutout: Rgba8,
    photo_ppm: float,
    ppm: float,
    inner: NDArray[np.float64],
    *,
    draped: bool = False,
) -> Rgb8 | None:
    """
    Find the clearest border along a straight edge of the cloth.

    A border runs along the edge and ends where the color of the body begins. Where a fold or
    the photo's frame may be taken for a selvedge, it must be clearer.

    Parameters
    ----------
    cutout : ndarray of uint8, shape (H, W, 4)
        sRGB with straight coverage.
    photo_ppm, ppm : float
        Pixels per meter of the cutout, and of the band.
    inner : ndarray of float64, shape (3,) or (N, 3)
        The color of the body, or a sample of its colors, CIE L*a*b*.
    draped : bool
        Whether the cloth hangs on a wearer, where most of its edges are folds.

    Returns
    -------
    ndarray of uint8, shape (h, w, 3), or None
        The border with its outer edge at the last row; None where no side has one.
    """
    small, scale = shrink(cutout)
    cloth: Mask = small[..., 3] > 127
    longer, body = max(cloth.shape), _Colors.of(inner)
    best: tuple[float, Rgb8] | None = None
    for stretch in stretches(cloth):
        band = _laid(cutout, stretch, scale, (photo_ppm, ppm))
        found = None if band is None else _read(band, ppm, body)
        least = max(_CLEAR, _CLEAR_DRAPED * draped, _CLEAR_FRAMED * stretch.framed)
        if found is None or found.clearness < least:
            continue
        score = found.clearness * np.sqrt(stretch.length / longer) * evenness(found.pixels)
        if best is None or score > best[0]:
            best = float(score), found.pixels
    return None if best is None else best[1]


def without_body(piece: Rgb8, ppm: float, inner: NDArray[np.float64]) -> Rgb8:
    """
    Leave of a picture of a border the border, its outer edge below.

    Parameters
    ----------
    piece : ndarray of uint8, shape (H, W, 3)
        sRGB; the border runs to the right.
    ppm : float
        Pixels per meter, roughly.
    inner : ndarray of float64, shape (3,) or (N, 3)
        The color of the body, or a sample of its colors, CIE L*a*b*.

    Returns
    -------
    ndarray of uint8, shape (h, W, 3)
        Everything where no body is in the picture.
    """
    like = _Colors.of(inner).shared_by(piece, ppm)
    third = max(1, len(like) // 3)
    if like[:third].mean() < like[-third:].mean():
        piece, like = np.ascontiguousarray(piece[::-1, ::-1]), like[::-1]
    width = _width(like[::-1] > _MOSTLY, max(2, round(_INNER_M * ppm)), ppm)
    return piece if width is None else piece[-width:]


@dataclass(frozen=True, slots=True, eq=False)
class _Colors:
    """The colors that the body has most of, weighed, and the share of it that is near each."""

    palette: NDArray[np.float32]
    usual: NDArray[np.float64]

    @classmethod
    def of(cls, inner: NDArray[np.float64]) -> Self:
        """Learn them from one color or a sample, CIE L*a*b*."""
        sample = np.atleast_2d(inner)
        palette = _palette(sample * _WEIGHT)
        return cls(palette, _mix(sample[None], palette)[0])

    def shared_by(self, color: Rgb8, ppm: float) -> NDArray[np.float64]:
        """For each row, how much of its mix of colors is that of the body, 0..1."""
        own = _mix(_softened(color, ppm), self.palette)
        # A row between two motifs has another mix than the whole; a few rows around it do not.
        near = max(1, round(_INNER_M * ppm)) if len(self.palette) > 1 else 1
        own = cv2.blur(own, (1, near), borderType=cv2.BORDER_REPLICATE)
        return np.asarray(np.minimum(own, self.usual).sum(axis=1), np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class _Read:
    pixels: Rgb8
    clearness: float


def _read(band: Rgba8, ppm: float, body: _Colors) -> _Read | None:
    """The rows between the outer edge, below, and the first rows of the body's color."""
    shown = band[..., 3] > 200
    full = np.flatnonzero(shown.mean(axis=1) > 0.6)
    if len(full) < _LEAST_M * ppm:
        return None
    band, shown = band[: full[-1] + 1], shown[: full[-1] + 1]
    color = np.ascontiguousarray(band[..., :3])
    like = body.shared_by(color, ppm)[::-1]
    width = _width(like > _MOSTLY, max(2, round(_INNER_M * ppm)), ppm)
    if width is None:
        return None
    rows = color.shape[0] - width
    border, seen = color[rows:], shown[rows:]
    soft = _softened(border, ppm)
    return _Read(_best_run(border, seen, soft), _clearness(soft, like[:width]))


def _softened(color: Rgb8, ppm: float) -> Lab:
    """The colors of a band without its threads: few columns, all rows."""
    size = (min(200, color.shape[1]), color.shape[0])
    small = cv2.resize(color, size, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.GaussianBlur(to_lab(small), (0, 0), max(0.5, 0.002 * ppm)), np.float32)


def _palette(pixels: NDArray[np.float64]) -> NDArray[np.float32]:
    """The colors that cloth has most of, clearly apart: CIE L*a*b*, weighed, shape (K, 3)."""
    if len(pixels) < _COLORS:
        return np.asarray(pixels, np.float32)
    return distinct(palette_of(pixels, _COLORS, _SAMPLE), _NEAR)


def _mix(colors: NDArray[np.floating[Any]], palette: NDArray[np.float32]) -> NDArray[np.float64]:
    """The share of each row (H, N, 3) that is near each color of a palette: shape (H, K)."""
    labels, apart = nearest_in(palette, colors * _WEIGHT)
    near = apart < _NEAR
    shares = [((labels == label) & near).mean(axis=1) for label in range(len(palette))]
    return np.asarray(np.stack(shares, axis=1), np.float64)


def _width(inner: Mask, run: int, ppm: float) -> int | None:
    """Rows from the outer edge to the body; a selvage in the body's color counts to the border."""
    window = np.convolve(inner, np.ones(run), "valid")
    other = np.flatnonzero(window == 0)
    if not len(other) or other[0] > _SELVAGE_M * ppm:
        return None
    begins = np.flatnonzero(window[other[0] :] >= run)
    width = int(other[0] + begins[0]) if len(begins) else 0
    return width if _LEAST_M * ppm < width < _MOST_M * ppm else None


def _clearness(border: Lab, like: NDArray[np.float64]) -> float:
    """How much a border is alike along itself and unlike the inner cloth, 0..1."""
    strays = np.abs(border - np.median(border, axis=1, keepdims=True)).mean()
    return float(np.exp(-3 * strays / _STRAYS) * (1 - like.mean()))


def _best_run(color: Rgb8, shown: Mask, soft: Lab) -> Rgb8:
    """The longest stretch that is wholly cloth and alike, or everything where that is short."""
    width = color.shape[1]
    strays = np.abs(soft - np.median(soft, axis=1, keepdims=True)).mean(axis=(0, 2))
    strays = cv2.blur(strays[None].astype(np.float32), (9, 1))[0]
    usual = max(3.0, float(np.median(strays)))
    full = np.interp(np.arange(width), np.linspace(0, width - 1, len(strays)), strays)
    good = (full < _AS_USUAL * usual) & (shown.mean(axis=0) > 0.97)
    run = longest_run(good)
    return (
        np.ascontiguousarray(color[:, run]) if run.stop - run.start > _LEAST_RUN * width else color
    )


def evenness(border: Rgb8) -> float:
    """
    How much a piece of border is alike along itself, 0..1.

    It is looked at coarsely: creases, pleats and jogs change colors then, threads and motifs do
    not.
    """
    lab = to_lab(cv2.resize(border, _COARSE, interpolation=cv2.INTER_AREA))
    strays = np.abs(lab - np.median(lab, axis=1, keepdims=True)).mean()
    return float(np.exp(-3 * strays / _STRAYS))


def longest_run(good: Mask) -> slice:
    """The longest run of places that are good, of shape (N,)."""
    edges = np.concatenate([[0], good.astype(np.int8), [0]])
    starts, stops = (np.flatnonzero(np.diff(edges) == step) for step in (1, -1))
    if not len(starts):
        return slice(0, 0)
    best = int(np.argmax(stops - starts))
    return slice(int(starts[best]), int(stops[best]))


def _laid(
    cutout: Rgba8, stretch: Stretch, scale: float, densities: tuple[float, float]
) -> Rgba8 | None:
    """A rectangle of cloth along a stretch, turned so that the edge lies below."""
    photo_ppm, ppm = densities
    size = (round(stretch.length / scale / photo_ppm * ppm), round(_DEPTH_M * ppm))
    if size[0] < _NARROWEST:
        return None
    inward = np.array(stretch.side.normal) * _DEPTH_M * photo_ppm * scale
    # Outward is down: the cloth keeps its hand only if the side then runs to the left.
    first, last = stretch.ends
    corners = (np.array([last, first, last + inward]) + 0.5) / scale - 0.5
    target = np.array([[0, size[1]], [size[0], size[1]], [0, 0]], np.float32)
    turn = cv2.getAffineTransform(corners.astype(np.float32), target)
    band: Rgba8 = cv2.warpAffine(cutout, turn, size, flags=cv2.INTER_AREA)
    return band
