"""How the body's motifs repeat: period along and across, straight or half-drop."""

from dataclasses import dataclass
from typing import Self

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.color import to_lab
from chalicelib.imaging.image import Mask, Rgb8

_PPM = 250.0
_SHORTEST_M = 0.02
_CLEAR = 0.12
_SCRAP = 0.04
_SURE, _MOSTLY_CALM, _HEARD = 0.6, 0.5, 0.1
_ABOUT, _WHOLE, _CHANCE = 0.7, 0.88, 0.05
_REACH = 4
_SAME = 1.5


@dataclass(frozen=True, slots=True)
class Lattice:
    """
    A repeat of motifs.

    `period_s_m` and `period_t_m` are the shortest straight shifts along and across that bring
    the pattern onto itself, meters, None where none was found; `kind` is "straight" or
    "half_drop", None without both periods; `confidence` is how well shifted copies agree, 0..1.
    """

    period_s_m: float | None
    period_t_m: float | None
    kind: str | None
    confidence: float


def find_lattice(body: Rgb8, pixels_per_meter: float, calm: Mask | None = None) -> Lattice:
    """
    Find the repeat of a piece of body by its autocorrelation.

    Parameters
    ----------
    body : ndarray of uint8, shape (H, W, 3)
        sRGB, light divided out, fully seen; columns run along s.
    pixels_per_meter : float
    calm : ndarray of bool, shape (H, W), optional
        Where to look for it first: folds elsewhere hide a repeat. Checks and prints look like
        folds themselves, so what all of the body says is heard, too, unless this is clear.

    Returns
    -------
    Lattice
    """
    if calm is None or calm.mean() < _HEARD:
        return _told_by(body, pixels_per_meter, None)
    found = _told_by(body, pixels_per_meter, calm)
    if found.kind is not None and found.confidence > _SURE and calm.mean() > _MOSTLY_CALM:
        return found
    both = found, _told_by(body, pixels_per_meter, None)
    known = [each for each in both if each.kind is not None] or both
    clear = _ABOUT * max(each.confidence for each in known)
    # In a few scraps of calm cloth copies may meet only after several repeats, or astray.
    sure = [each for each in known if each.confidence >= clear]
    least = min(_area(each) for each in sure)
    return max((each for each in sure if _area(each) <= _SAME * least), key=_confidence)


def _confidence(lattice: Lattice) -> float:
    return lattice.confidence


def _area(lattice: Lattice) -> float:
    return (lattice.period_s_m or np.inf) * (lattice.period_t_m or np.inf)


def period_along(band: Rgb8, pixels_per_meter: float) -> float | None:
    """Find how a band repeats along its length alone: meters, as `find_lattice` does."""
    shapes = _Shapes.of(band, pixels_per_meter, None)
    return _period(shapes.likeness(1), 1, shapes.ppm)


def _told_by(body: Rgb8, pixels_per_meter: float, calm: Mask | None) -> Lattice:
    """The repeat by the autocorrelation of what is calm, or of all of it."""
    shapes = _Shapes.of(body, pixels_per_meter, calm)
    ppm = shapes.ppm
    likeness, down = shapes.likeness(1), shapes.likeness(0)
    along = _period(likeness, 1, ppm)
    across = _period(down, 0, ppm)
    kind = _kind(likeness, along, across, ppm)
    clear = [_at(likeness, 0, along * ppm)] if along else []
    clear += [_at(down, across * ppm, 0)] if across else []
    confidence = float(np.clip(1.3 * min(clear), 0, 1)) if clear else 0.0
    return Lattice(along, across, kind, confidence)


@dataclass(frozen=True, slots=True, eq=False)
class _Shapes:
    """What stands out of cloth, small; how much each place counts; how much meets itself."""

    pattern: NDArray[np.float32]
    weight: NDArray[np.float32]
    meeting: NDArray[np.float64]
    ppm: float

    @classmethod
    def of(cls, body: Rgb8, pixels_per_meter: float, calm: Mask | None) -> Self:
        height, width = body.shape[:2]
        scale = min(1.0, _PPM / pixels_per_meter)
        size = (max(8, round(width * scale)), max(8, round(height * scale)))
        small = cv2.resize(body, size, interpolation=cv2.INTER_AREA)
        ppm = pixels_per_meter * size[0] / width
        weight = np.ones(size[::-1], np.float32)
        if calm is not None:
            weight = cv2.resize(calm.astype(np.float32), size, interpolation=cv2.INTER_AREA)
        meeting = np.maximum(_shifted_products(weight[None]), 1)
        return cls(standing_out(small, ppm), weight, meeting, ppm)

    def likeness(self, axis: int) -> NDArray[np.float64]:
        """
        Correlation with itself shifted by (row, column), unbiased, 1 at 0, to look along an axis.

        Lines of one color along it, such as a border's teeth, say nothing of what repeats there.
        """
        pattern = self.pattern - np.median(self.pattern, axis=axis, keepdims=True)
        likeness = _shifted_products(np.moveaxis(pattern, 2, 0) * self.weight) / self.meeting
        # Where only a scrap of the calm cloth meets itself, likeness is chance.
        likeness[self.meeting < _SCRAP * self.meeting[0, 0]] = 0
        return np.asarray(likeness / max(float(likeness[0, 0]), 1e-9), np.float64)


def standing_out(small: Rgb8, ppm: float) -> NDArray[np.float32]:
    """
    Show what stands out of its surroundings, with folds damped.

    Parameters
    ----------
    small : ndarray of uint8, shape (H, W, 3)
        sRGB.
    ppm : float
        Its pixels per meter.

    Returns
    -------
    ndarray of float32, shape (H, W, 3)
        CIE L*a*b* differences, 0 on even ground.
    """
    lab = to_lab(small)
    local = lab - cv2.GaussianBlur(lab, (0, 0), 0.05 * ppm)
    spread = np.median(np.abs(local), axis=(0, 1)) * 3 + 2
    # A pattern that leaves no ground is itself what is usual: half of it must remain.
    damped = np.minimum(0.5 * spread, 0.5 * np.quantile(np.abs(local), 0.9, axis=(0, 1)) + 1)
    # Far outliers say no more than outliers: one deep fold must not outvote all motifs.
    kept = np.sign(local) * np.clip(np.abs(local) - damped, 0, 4 * spread)
    pattern: NDArray[np.float32] = kept.astype(np.float32)
    return pattern


def _shifted_products(pictures: NDArray[np.float32]) -> NDArray[np.float64]:
    """For each shift (row, column), the sum of pictures (K, H, W) times themselves shifted."""
    height, width = pictures.shape[1:]
    shape = cv2.getOptimalDFTSize(2 * height), cv2.getOptimalDFTSize(2 * width)
    waves = (np.fft.rfft2(each, shape) for each in pictures)
    power = sum(np.square(wave.real) + np.square(wave.imag) for wave in waves)
    return np.asarray(np.fft.irfft2(power, shape)[:height, :width], np.float64)


def _at(likeness: NDArray[np.float64], row: float, column: float) -> float:
    """The highest value within a few pixels: cloth is never laid quite straight."""
    reach = 3
    rows = slice(max(0, round(row) - reach), round(row) + reach + 1)
    columns = slice(max(0, round(column) - reach), round(column) + reach + 1)
    window = likeness[rows, columns]
    return float(window.max()) if window.size else 0.0


def _period(likeness: NDArray[np.float64], axis: int, ppm: float) -> float | None:
    """The shortest shift along an axis whose copy agrees about as well as any, meters."""
    turned = likeness if axis == 1 else likeness.T
    profile = turned[:4].max(axis=0)
    usable = profile[: int(0.75 * len(profile))]
    first = max(round(_SHORTEST_M * ppm), _first_dip(usable))
    peaks = [
        k
        for k in range(first + 1, len(usable) - 2)
        if usable[k] == usable[max(0, k - _REACH) : k + _REACH + 1].max()
        and _stands_out(usable, k)
    ]
    if not peaks:
        return None
    best = max(usable[k] for k in peaks)
    agree = [k for k in peaks if usable[k] > _ABOUT * best]
    shortest = next((k for k in agree if _is_whole(profile, k)), agree[0])
    return _sharpened(usable, shortest) / ppm


def _is_whole(profile: NDArray[np.float64], period: int) -> bool:
    """
    Tell a repeat from a part of one that repeats only almost, as where colors take turns.

    Cloth strays the more the farther copies lie apart: none agrees better than the nearest does,
    unless that one was no copy. Beyond half of the cloth too little of it meets itself to say.
    """
    multiples = range(2 * period, len(profile) // 2, period)
    farther = [profile[k - _REACH : k + _REACH + 1].max() for k in multiples]
    return bool(profile[period] > _WHOLE * max(farther, default=0.0) - _CHANCE)


def _first_dip(profile: NDArray[np.float64]) -> int:
    low = np.flatnonzero(profile < 0.15)
    return int(low[0]) if len(low) else len(profile)


def _stands_out(profile: NDArray[np.float64], peak: int) -> bool:
    around = profile[max(0, peak // 2) : min(len(profile), peak + peak // 2)]
    return bool(profile[peak] > _CLEAR and profile[peak] - np.median(around) > 0.6 * _CLEAR)


def _sharpened(profile: NDArray[np.float64], peak: int) -> float:
    """A period from its farthest clear multiple: errors divide by how many it spans."""
    period = _vertex(profile, peak)
    times = 2
    while round(period * times) + 3 < len(profile):
        near = round(period * times)
        reach = max(2, round(0.08 * period))
        window = profile[near - reach : near + reach + 1]
        found = near - reach + int(np.argmax(window))
        if profile[found] < 0.5 * profile[peak] or not 2 < found < len(profile) - 2:
            break
        period = _vertex(profile, found) / times
        times += 1
    return period


def _vertex(profile: NDArray[np.float64], peak: int) -> float:
    left, middle, right = profile[peak - 1 : peak + 2]
    bend = left - 2 * middle + right
    return peak + (float(np.clip(0.5 * (left - right) / bend, -0.5, 0.5)) if bend < 0 else 0.0)


def _kind(
    likeness: NDArray[np.float64], along: float | None, across: float | None, ppm: float
) -> str | None:
    if along is None or across is None:
        return None
    straight = min(_at(likeness, 0, along * ppm), _at(likeness, across * ppm, 0))
    dropped = _at(likeness, across * ppm / 2, along * ppm / 2)
    return "half_drop" if dropped > 0.6 * straight else "straight"
