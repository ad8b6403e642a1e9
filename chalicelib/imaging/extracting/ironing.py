"""Folds and creases taken out of a body before it is continued, its weave and motifs kept."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.color import to_lab
from chalicelib.imaging.extracting.teeth import LONGEST_M
from chalicelib.imaging.image import Lab, Mask, Matte, Rgb8
from chalicelib.imaging.pattern.lattice import Lattice, find_lattice
from chalicelib.imaging.pattern.novelty import has_even_ground

_PPM = 200.0
_LIMIT, _LOOSEST = 9.0, 30.0
_LIGHTNESS_WEIGHT = 0.5
_LEAST_GROUND = 0.5
_CLEAR_REPEAT = 0.5
_THREAD_M, _LINE_M, _DRAWN = 0.0035, 0.01, 4.3
_NEAR_M, _WIDE_M = 0.005, 0.03
_CREASE_M = 0.08
_SLOW = 41
_ONE_COLOR, _FAINT = 0.6, 5.0
_CREASE = 6.0
_STRONGEST = 1.9
_MISSED = 0.15


@dataclass(frozen=True, slots=True, eq=False)
class Ironed:
    """
    A body without folds.

    Attributes
    ----------
    even : ndarray of uint8, shape (H, W, 3)
        sRGB; the folds' color taken off, creases as they were.
    pixels : ndarray of uint8, shape (H, W, 3)
        The same with the creases filled.
    lost : ndarray of float32, shape (H, W)
        Where a crease was filled, so that motifs may be missing, 0..1.
    """

    even: Rgb8
    pixels: Rgb8
    lost: Matte

    def until(self, column: int) -> "Ironed":
        """The columns before `column`."""
        return Ironed(self.even[:, :column], self.pixels[:, :column], self.lost[:, :column])


def ironed(body: Rgb8, seen: Mask, pixels_per_meter: float) -> Ironed:
    """
    Give the ground between the motifs one color, but for stripes along and across.

    What folds add to the ground is taken off ground and motifs alike, channel by channel, for
    in a fold silk of two colors changes its hue, too. Narrow creases are filled with ground.
    A body without even ground, such as checks or an all-over print, is left as it is.

    Parameters
    ----------
    body : ndarray of uint8, shape (H, W, 3)
        sRGB, light divided out.
    seen : ndarray of bool, shape (H, W)
    pixels_per_meter : float

    Returns
    -------
    Ironed
    """
    height, width = seen.shape
    scale = min(1.0, _PPM / pixels_per_meter)
    size = (max(8, round(width * scale)), max(8, round(height * scale)))
    small = cv2.resize(body, size, interpolation=cv2.INTER_AREA)
    shown = cv2.resize(seen.astype(np.uint8) * 255, size, interpolation=cv2.INTER_AREA) > 250
    if shown.mean() < 0.2:
        return _as_it_is(body)
    ppm = pixels_per_meter * size[0] / width
    expected = _woven(small, shown, ppm)
    ground = _ground(small, expected, shown)
    if ground[shown].mean() < _LEAST_GROUND or _is_patterned(small, shown, ground, ppm):
        return _as_it_is(body)
    gain = _gain(small, expected, ground, ppm)
    even = _times(body, gain)
    crease = _creases(_times(small, gain), expected, shown, ppm)
    lost = cv2.resize(crease, (width, height), interpolation=cv2.INTER_LINEAR)
    return Ironed(even, _filled(even, lost, expected), lost)


def _as_it_is(body: Rgb8) -> Ironed:
    return Ironed(body, body, np.zeros(body.shape[:2], np.float32))


def _is_patterned(small: Rgb8, shown: Mask, ground: Mask, ppm: float) -> bool:
    """Whether several colors take turns all over: of checks, what lies between is no fold."""
    lab = to_lab(small)
    # What changes within a centimeter is drawn or woven; a fold takes longer.
    if _lines(lab, ground & shown, ppm) > _DRAWN:
        return True
    if has_even_ground(lab, shown):
        return False
    # Deep folds in silk of two colors leave no even ground, either, but do not repeat.
    return find_lattice(small, ppm).confidence > _CLEAR_REPEAT


def _lines(lab: Lab, where: Mask, ppm: float) -> float:
    """How much finer detail than a fold's, but coarser than a thread, is there: units of Lab."""
    share = where.astype(np.float32)

    def softened(width_m: float) -> Lab:
        sigma = max(0.5, width_m * ppm)
        within = np.maximum(cv2.GaussianBlur(share, (0, 0), sigma), 1e-3)
        blurred = cv2.GaussianBlur(lab * share[..., None], (0, 0), sigma)
        return np.asarray(blurred / within[..., None], np.float32)

    lines = (softened(_THREAD_M) - softened(_LINE_M))[where]
    return float(np.sqrt(np.square(lines).sum(axis=1).mean()))


def _woven(small: Rgb8, shown: Mask, ppm: float) -> NDArray[np.float32]:
    """What stripes along and across make one expect at each place: sRGB as float32."""
    known = np.where(shown[..., None], small.astype(np.float32), np.float32(np.nan))
    middle = np.nanmedian(known.reshape(-1, 3), axis=0).astype(np.float32)
    # At the very edges a border may reach in with its teeth, which are no stripes.
    edge = round(LONGEST_M * ppm)
    along = _stripes(known, middle)
    along[:edge] = along[len(along) - edge :] = 0
    across = _stripes(known.transpose(1, 0, 2), middle)
    woven: NDArray[np.float32] = np.clip(middle + along[:, None] + across[None], 0, 255)
    return woven


def _stripes(known: NDArray[np.float32], middle: NDArray[np.float32]) -> NDArray[np.float32]:
    """How each row's color differs from the middle, 0 where the row is not of one color."""
    every = known[:, :: max(1, known.shape[1] // 200)]
    rows = np.isfinite(every[..., 0]).mean(axis=1) > 0.3
    own = np.full((len(known), 3), np.float32(0)) + middle
    own[rows] = np.nanmedian(every[rows], axis=1)
    padded = np.pad(own, ((_SLOW // 2, _SLOW // 2), (0, 0)), mode="edge")
    slow = np.median(np.lib.stride_tricks.sliding_window_view(padded, _SLOW, axis=0), axis=2)
    near = np.abs(every - own[:, None]).max(axis=2) < _LIMIT
    whole = rows & (near.mean(axis=1) > _ONE_COLOR * np.isfinite(every[..., 0]).mean(axis=1))
    stripes = np.where(whole[:, None], own - slow, 0)
    clear = np.abs(stripes).max(axis=1, keepdims=True) > _FAINT
    return np.asarray(np.where(clear, stripes, 0), np.float32)


def _ground(small: Rgb8, expected: NDArray[np.float32], shown: Mask) -> Mask:
    lab = to_lab(small)
    wanted = to_lab(np.rint(expected).astype(np.uint8))
    weight = np.array([_LIGHTNESS_WEIGHT, 1, 1], np.float32)
    off = np.linalg.norm((lab - wanted) * weight, axis=2)
    limit = float(np.clip(2.5 * np.median(off[shown]), _LIMIT, _LOOSEST))
    near = (shown & (off < limit)).astype(np.uint8)
    # Beside a motif its color bleeds into the ground.
    ground: Mask = cv2.erode(near, np.ones((3, 3), np.uint8)) > 0
    return ground


def _gain(
    small: Rgb8, expected: NDArray[np.float32], ground: Mask, ppm: float
) -> NDArray[np.float32]:
    """By what to multiply each channel so that the ground becomes what is expected."""
    off = np.log((expected + 6) / (small.astype(np.float32) + 6)) * ground[..., None]
    share = ground.astype(np.float32)
    total, weight = off * 0, share * 0
    for sigma, trust in ((_NEAR_M, 1.0), (_WIDE_M, 0.05)):
        total += trust * cv2.GaussianBlur(off, (0, 0), sigma * ppm)
        weight += trust * cv2.GaussianBlur(share, (0, 0), sigma * ppm)
    gain = np.exp(total / (weight + 1e-3)[..., None])
    return np.asarray(np.clip(gain, 1 / _STRONGEST, _STRONGEST), np.float32)


def _times(picture: Rgb8, gain: NDArray[np.float32]) -> Rgb8:
    size = picture.shape[1::-1]
    full = cv2.resize(gain, size, interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.multiply(picture, full, dtype=cv2.CV_8U), np.uint8)


def _creases(
    small: Rgb8, expected: NDArray[np.float32], shown: Mask, ppm: float
) -> NDArray[np.float32]:
    """Where something longer than a motif still stands out of the ground, 0..1."""
    wanted = to_lab(np.rint(expected).astype(np.uint8))
    off = np.linalg.norm(to_lab(small) - wanted, axis=2) * shown
    length = max(5, round(_CREASE_M * ppm))
    line, flat = np.eye(length, dtype=np.uint8), np.zeros((length, length), np.uint8)
    flat[length // 2] = 1
    half = _half(length)
    lines = [flat, flat.T, line, line[::-1], half, half[::-1], half.T, half[::-1].T]
    # A crease is never quite straight.
    wide = cv2.dilate(off.astype(np.float32), np.ones((3, 3), np.uint8))
    opened = np.max(
        [cv2.morphologyEx(wide, cv2.MORPH_OPEN, np.ascontiguousarray(each)) for each in lines],
        axis=0,
    )
    share = np.clip((np.minimum(opened, wide) - _CREASE) / _CREASE, 0, 1)
    edge = round(LONGEST_M * ppm)
    share[:edge] = share[len(share) - edge :] = 0
    return np.asarray(cv2.GaussianBlur(share.astype(np.float32), (0, 0), 0.8), np.float32)


def _half(length: int) -> NDArray[np.uint8]:
    """A line that rises one for two."""
    line = np.zeros((length, length), np.uint8)
    columns = np.arange(length)
    line[length // 4 + columns // 2, columns] = 1
    return line


def _filled(picture: Rgb8, share: Matte, expected: NDArray[np.float32]) -> Rgb8:
    """The picture with what is expected where a crease was, as far as it was one."""
    rows, columns = np.nonzero(share > 0.02)
    if not len(rows):
        return picture
    size = picture.shape[1::-1]
    fill = cv2.resize(expected, size, interpolation=cv2.INTER_LINEAR)[rows, columns]
    some = share[rows, columns, None]
    filled = picture.copy()
    old = picture[rows, columns].astype(np.float32)
    filled[rows, columns] = np.clip(np.rint(old + some * (fill - old)), 0, 255).astype(np.uint8)
    return filled


def mended(smooth: Ironed, lattice: Lattice, pixels_per_meter: float) -> Ironed:
    """
    Bring back motifs that were lost with a crease, from whole repeats away.

    Parameters
    ----------
    smooth : Ironed
    lattice : Lattice
        The body's repeat.
    pixels_per_meter : float

    Returns
    -------
    Ironed
        Less is lost; nothing changes where no copy of a place is whole.
    """
    missed = smooth.lost > _MISSED
    if not missed.any():
        return smooth
    pixels, sound = smooth.pixels.copy(), ~missed
    # Creases are not told from a border's teeth close to it.
    edge = round(LONGEST_M * pixels_per_meter)
    sound[:edge] = sound[len(sound) - edge :] = False
    for down, right in _repeats(lattice, pixels_per_meter):
        rows, columns = (
            _moved(size, by) for size, by in zip(missed.shape, (down, right), strict=True)
        )
        here, there = (rows[0], columns[0]), (rows[1], columns[1])
        copied = missed[here] & sound[there]
        missed[here] ^= copied
        cv2.copyTo(smooth.pixels[there], copied.view(np.uint8), pixels[here])
    back = (smooth.lost > _MISSED) & ~missed
    return Ironed(smooth.even, pixels, np.where(back, np.float32(0), smooth.lost))


def _moved(size: int, by: int) -> tuple[slice, slice]:
    """The places that stay inside when all are moved, and where they come to lie."""
    here = slice(max(0, -by), max(0, size - max(0, by)))
    return here, slice(here.start + by, max(0, here.stop + by))


def _repeats(lattice: Lattice, ppm: float) -> list[tuple[int, int]]:
    """Shifts in pixels, the nearest first, that bring the pattern onto itself."""
    along, across = lattice.period_s_m, lattice.period_t_m
    steps = [(0, k) for k in (1, -1, 2, -2)] if along else []
    steps += [(k, 0) for k in (1, -1, 2, -2)] if across else []
    shifts = [(k * (across or 0) * ppm, n * (along or 0) * ppm) for k, n in steps]
    if lattice.kind == "half_drop" and along and across:
        half = across * ppm / 2, along * ppm / 2
        shifts += [(k * half[0], n * half[1]) for k in (1, -1) for n in (1, -1)]
    near = sorted(shifts, key=lambda shift: float(np.hypot(*shift)))
    return [(round(down), round(right)) for down, right in near]
