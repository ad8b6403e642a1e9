"""How far the weave strays from its own repeat, and the warp that brings it back."""

from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.image import Mask, Rgb8
from chalicelib.imaging.pattern.lattice import Lattice, standing_out

_Phase: TypeAlias = tuple[NDArray[np.float64], NDArray[np.float64]]
_Waves: TypeAlias = list[tuple[float, float]]

_PPM = 150.0
_CLEAR = 0.25
_LEAST_SURE = 0.3
_MOSTLY = 0.7
_LEAST_TIMES = 2.0
_FARTHEST_M = 0.12


@dataclass(frozen=True, slots=True, eq=False)
class Drift:
    """
    Where the weave really is, against where a strip shows it.

    Attributes
    ----------
    s, t : ndarray of float32, shape (h, w)
        Meters to add to a strip's fabric coordinates, on a grid over the body.
    sure : float
        Share of the body in which the repeat was followed, 0..1.
    """

    s: NDArray[np.float32]
    t: NDArray[np.float32]
    sure: float


def drift(body: Rgb8, seen: Mask, pixels_per_meter: float, lattice: Lattice) -> Drift | None:
    """
    Follow the phase of the body's repeat over the cloth.

    Cloth on a floor gathers, lifts and lies askew, and the plane it was rectified by is only
    nearly its own; but the loom spaced its motifs evenly. The phase of the repeat's lowest
    frequencies says at each place how far the weave is from where an even repeat would put it.
    Level and slope are not its to say: the pallu's line and the selvedges fix those.

    Parameters
    ----------
    body : ndarray of uint8, shape (H, W, 3)
        sRGB; columns run along s, row 0 is its largest t.
    seen : ndarray of bool, shape (H, W)
    pixels_per_meter : float
    lattice : Lattice

    Returns
    -------
    Drift or None
        None where the body has no repeat to follow.

    References
    ----------
    Takeda, Ina and Kobayashi, "Fourier-transform method of fringe-pattern analysis", JOSA 1982.
    """
    if lattice.period_s_m is None or lattice.period_t_m is None:
        return None
    height, width = seen.shape
    times = min(width / lattice.period_s_m, height / lattice.period_t_m) / pixels_per_meter
    if lattice.confidence < _LEAST_SURE or times < _LEAST_TIMES:
        return None
    scale = min(1.0, _PPM / pixels_per_meter)
    size = (max(8, round(width * scale)), max(8, round(height * scale)))
    small = cv2.resize(body, size, interpolation=cv2.INTER_AREA)
    shown = cv2.resize(seen.astype(np.uint8) * 255, size, interpolation=cv2.INTER_AREA) > 250
    ppm = pixels_per_meter * size[0] / width
    signals = _signals(small, shown, ppm)
    waves, phases = max(
        (_clearest(signals, waves, ppm, lattice) for waves in _frequencies(lattice)),
        key=lambda found: min(_clearness(phase) for phase in found[1]),
    )
    sure = np.minimum(phases[0][1], phases[1][1])
    # Where motifs stand closer on a part of the body, that part has another repeat to stray from.
    if float((sure > _CLEAR).mean()) < _MOSTLY:
        return None
    matrix = np.linalg.inv(np.array(waves) * 2 * np.pi)
    along = matrix[0, 0] * phases[0][0] + matrix[0, 1] * phases[1][0]
    # Rows count downward, t upward.
    across = -(matrix[1, 0] * phases[0][0] + matrix[1, 1] * phases[1][0])
    return _settled(along, across, sure, ppm)


def _signals(small: Rgb8, shown: Mask, ppm: float) -> list[NDArray[np.float32]]:
    """How much the pattern stands out, and by how much in each of L*, a* and b*."""
    pattern = standing_out(small, ppm) * shown[..., np.newaxis]
    motif = np.linalg.norm(pattern, axis=2)
    limit = 2 * float(np.quantile(motif[motif > 0], 0.9)) if motif.any() else 1.0
    channels = [np.clip(pattern[..., k], -limit, limit) for k in range(3)]
    return [np.minimum(motif, np.float32(limit)), *channels]


def _clearness(phase: _Phase) -> float:
    return float(np.median(phase[1]))


def _clearest(
    signals: list[NDArray[np.float32]], waves: _Waves, ppm: float, lattice: Lattice
) -> tuple[_Waves, list[_Phase]]:
    """The phases of some frequencies, each by the signal that shows it best."""
    return waves, [
        max((_phase(signal, wave, ppm, lattice) for signal in signals), key=_clearness)
        for wave in waves
    ]


def _frequencies(lattice: Lattice) -> list[_Waves]:
    """Pairs of the repeat's lowest frequencies (along columns, down rows), cycles per meter."""
    assert lattice.period_s_m is not None
    assert lattice.period_t_m is not None
    f, g = 1 / lattice.period_s_m, 1 / lattice.period_t_m
    slanting: _Waves = [(f, g), (f, -g)]
    return [slanting] if lattice.kind == "half_drop" else [[(f, 0.0), (0.0, g)], slanting]


def _phase(
    motif: NDArray[np.float32], frequency: tuple[float, float], ppm: float, lattice: Lattice
) -> _Phase:
    """Unwrapped phase of one frequency over the body, and how clear it is, 0..1."""
    height, width = motif.shape
    x = (np.arange(width) + 0.5) / ppm
    y = (np.arange(height) + 0.5) / ppm
    turn = np.exp(-2j * np.pi * (frequency[0] * x[None] + frequency[1] * y[:, None]))
    assert lattice.period_s_m is not None
    assert lattice.period_t_m is not None
    sigma = (0.75 * lattice.period_s_m * ppm, 0.75 * lattice.period_t_m * ppm)
    carried = motif * turn
    real, imaginary, mass = (
        cv2.GaussianBlur(part, (0, 0), sigma[0], sigmaY=sigma[1], borderType=cv2.BORDER_CONSTANT)
        for part in (carried.real.copy(), carried.imag.copy(), np.abs(motif).astype(np.float64))
    )
    wave = real + 1j * imaginary
    clear = np.abs(wave) / np.maximum(mass, 1e-9)
    # Along the length drift adds up to several turns; across it stays within half of one.
    spine = np.unwrap(np.angle(wave.sum(axis=0)))
    phase = spine[None] + np.angle(wave * np.exp(-1j * spine)[None])
    return phase, clear * (mass > 0.2 * np.median(mass))


def _settled(
    along: NDArray[np.float64],
    across: NDArray[np.float64],
    sure: NDArray[np.float64],
    ppm: float,
) -> Drift | None:
    """Drift without level and slope, still at the pallu, smoothed by how sure it is."""
    width = along.shape[1]
    weight = sure**2
    x = np.broadcast_to(np.arange(width, dtype=np.float64) - width, along.shape)
    if weight.sum() <= 0:
        return None
    slope, _ = _line(x, along, weight)
    along = along - slope * x
    end = sure**2 * (x > -0.2 * ppm)
    along = along - (along * end).sum() / max(float(end.sum()), 1e-9)
    # The selvedges, not the repeat, say how wide the cloth is.
    y = np.broadcast_to(np.arange(along.shape[0], dtype=np.float64)[:, None], along.shape)
    slope, level = _line(y, across, sure**2 + 1e-9)
    across = across - slope * y - level
    smooth = [_smooth(field, sure, ppm) for field in (along, across)]
    if np.abs(smooth[0]).max() > 4 * _FARTHEST_M or np.abs(smooth[1]).max() > _FARTHEST_M:
        return None
    return Drift(smooth[0], smooth[1], float((sure > _CLEAR).mean()))


def _line(
    x: NDArray[np.float64], y: NDArray[np.float64], weight: NDArray[np.float64]
) -> tuple[float, float]:
    total = weight.sum()
    mean_x, mean_y = (x * weight).sum() / total, (y * weight).sum() / total
    slope = ((x - mean_x) * (y - mean_y) * weight).sum() / ((x - mean_x) ** 2 * weight).sum()
    return float(slope), float(mean_y - slope * mean_x)


def _smooth(
    field: NDArray[np.float64], sure: NDArray[np.float64], ppm: float
) -> NDArray[np.float32]:
    weight = np.where(sure > _CLEAR, sure, 1e-4)
    sigma = 0.04 * ppm
    total = cv2.GaussianBlur(field * weight, (0, 0), sigma, borderType=cv2.BORDER_REFLECT)
    mass = cv2.GaussianBlur(weight, (0, 0), sigma, borderType=cv2.BORDER_REFLECT)
    return np.asarray(total / mass, np.float32)


_GRID_PPM = 50.0
_FADE_M = 0.15


def over_strip(
    found: Drift, box_m: tuple[float, float, float, float], size_m: tuple[float, float]
) -> NDArray[np.float32]:
    """
    Carry a body's drift over the whole strip.

    Along the length it goes on into the borders and fades in the pallu; across it fades toward
    the selvedges, which are known.

    Parameters
    ----------
    found : Drift
    box_m : (float, float, float, float)
        The body: first and last distance from the top selvedge, first and last s, meters.
    size_m : (float, float)
        The strip's height and length, meters.

    Returns
    -------
    ndarray of float32, shape (h, w, 2)
        Meters in s and t to add to the strip's coordinates, on a grid over the strip.
    """
    top, bottom, left, right = box_m
    down, along = drift_grid(size_m)
    rows = (down - top) / (bottom - top) * found.s.shape[0] - 0.5
    columns = (along - left) / (right - left) * found.s.shape[1] - 0.5
    over, below = np.meshgrid(columns.astype(np.float32), rows.astype(np.float32))
    s, t = (
        cv2.remap(field, over, below, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        for field in (found.s, found.t)
    )
    fade = np.clip(1 - (along - right) / _FADE_M, 0, 1)[None]
    reach = np.minimum(down / max(top, 0.01), (size_m[0] - down) / max(size_m[0] - bottom, 0.01))
    carried = np.stack([s * fade, t * fade * np.clip(reach, 0, 1)[:, None]], axis=-1)
    return np.asarray(carried, np.float32)


def drift_grid(size_m: tuple[float, float]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """
    Rows and columns of the grid that carries drift over a strip.

    Parameters
    ----------
    size_m : (float, float)
        The strip's height and length, meters.

    Returns
    -------
    down, along : ndarray of float64, shapes (h,) and (w,)
        Meters from the top selvedge, and from the inner end.
    """
    height, width = (max(2, round(extent * _GRID_PPM)) for extent in size_m)
    down = (np.arange(height) + 0.5) / height * size_m[0]
    along = (np.arange(width) + 0.5) / width * size_m[1]
    return down, along
