"""The light that fell on a strip, estimated from the cloth itself and divided out."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.color import to_lab, to_linear, to_srgb
from chalicelib.imaging.image import Mask, Rgb8
from chalicelib.imaging.pattern.novelty import departure, has_even_ground

_PPM = 200.0
_FOLD_M = 0.005
_DRIFT_M = 0.12
_PATTERN_M = 0.2
_NEAR_M = 0.06
_ENOUGH = 0.5
_FAR_PPM = 50.0
_NEAR_ENOUGH = 0.05
_STEEPEST = 1.0


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the parts of a strip lie, meters: border widths, where pallu starts and body ends."""

    width_m: float
    border_top_m: float
    border_bottom_m: float
    pallu_start_m: float
    body_end_m: float


def light_on(
    strip: Rgb8, seen: Mask, pixels_per_meter: float, layout: Layout
) -> NDArray[np.float32]:
    """
    Estimate the light on a strip.

    In the body every pixel of ground has one reflectance, so what varies there is light: folds
    and the room's own falloff alike. A border repeats along its length, so each of its rows has
    one mean reflectance, and what varies slowly along it is light. Over the pallu, whose design
    is not known, the light of the two borders is carried across.

    Parameters
    ----------
    strip : ndarray of uint8, shape (H, W, 3)
        sRGB, inner end left.
    seen : ndarray of bool, shape (H, W)
    pixels_per_meter : float
    layout : Layout

    Returns
    -------
    ndarray of float32, shape (h, w)
        Linear light, 1 where the cloth is well lit, on a coarse grid over the whole strip.
    """
    height, width = seen.shape
    scale = min(1.0, _PPM / pixels_per_meter)
    size = (max(8, round(width * scale)), max(8, round(height * scale)))
    small = cv2.resize(strip, size, interpolation=cv2.INTER_AREA)
    shown = cv2.resize(seen.astype(np.uint8) * 255, size, interpolation=cv2.INTER_AREA) > 250
    ppm = pixels_per_meter * size[0] / width
    log_light = _log_luminance(small)
    top, bottom, start = _rows_and_start(layout, size, ppm)
    drift = _border_drift(log_light, shown, top, bottom, ppm)
    body = np.zeros_like(shown)
    body[top:bottom, :start] = True
    light, known = _body_light(small, log_light, shown, body, ppm)
    known[:top], known[bottom:] = False, False
    joined = _join(light, drift, known, ppm)
    level = float(np.quantile(joined[shown & known], 0.6)) if (shown & known).any() else 0.0
    light_map: NDArray[np.float32] = np.exp(joined - level).astype(np.float32)
    return light_map


def _rows_and_start(layout: Layout, size: tuple[int, int], ppm: float) -> tuple[int, int, int]:
    width, height = size
    top = int(np.clip(round(layout.border_top_m * ppm), 1, height // 2 - 1))
    bottom = height - int(np.clip(round(layout.border_bottom_m * ppm), 1, height // 2 - 1))
    return top, bottom, int(np.clip(round(layout.pallu_start_m * ppm), 1, width))


def _log_luminance(picture: Rgb8) -> NDArray[np.float32]:
    linear = to_linear(picture)
    luminance = linear @ np.array([0.2126, 0.7152, 0.0722], np.float32)
    logarithm: NDArray[np.float32] = np.log(luminance + 0.004).astype(np.float32)
    return logarithm


def _spread(
    values: NDArray[np.float32], weight: NDArray[np.float32], sigma: tuple[float, float]
) -> NDArray[np.float32]:
    """Gaussian mean of what has weight (normalized convolution, Knutsson and Westin 1993)."""
    total = cv2.GaussianBlur(values * weight, (0, 0), sigma[0], sigmaY=sigma[1])
    mass = cv2.GaussianBlur(weight, (0, 0), sigma[0], sigmaY=sigma[1])
    mean: NDArray[np.float32] = total / np.maximum(mass, 1e-6)
    return mean


def _border_drift(
    log_light: NDArray[np.float32], shown: Mask, top: int, bottom: int, ppm: float
) -> NDArray[np.float32]:
    """The slow change of light along both borders, carried linearly across between them."""
    height, width = shown.shape
    profiles = []
    for rows in (slice(0, top), slice(bottom, height)):
        values = np.where(shown[rows], log_light[rows], np.nan)
        profiles.append(_profile(values, ppm))
    share = np.linspace(0, 1, height, dtype=np.float32)[:, None]
    drift: NDArray[np.float32] = (1 - share) * profiles[0][None] + share * profiles[1][None]
    return np.ascontiguousarray(np.broadcast_to(drift, (height, width)))


def _profile(values: NDArray[np.float32], ppm: float) -> NDArray[np.float32]:
    known = np.isfinite(values)
    width = values.shape[1]
    usable = known.sum(axis=0) > 0.5 * values.shape[0]
    if usable.sum() < 0.2 * width:
        return np.zeros(width, np.float32)
    kept = values[:, usable]
    kept = kept[np.isfinite(kept).any(axis=1)]
    rows = np.nanmedian(kept, axis=1, keepdims=True)
    column = np.nanmedian(kept - rows, axis=0)
    full = np.interp(np.arange(width), np.flatnonzero(usable), column).astype(np.float32)
    smooth = cv2.GaussianBlur(full[None], (0, 0), _DRIFT_M * ppm, borderType=cv2.BORDER_REPLICATE)
    profile: NDArray[np.float32] = smooth[0]
    return profile


def _body_light(
    small: Rgb8, log_light: NDArray[np.float32], shown: Mask, body: Mask, ppm: float
) -> tuple[NDArray[np.float32], Mask]:
    """Log light from the body's ground, and where there is enough of that to go by."""
    lab = to_lab(small)
    if not has_even_ground(lab, shown & body):
        # Over several repeats a pattern has one mean; only what varies more slowly is light.
        weight = (shown & body).astype(np.float32) + 1e-6
        slow = _spread(log_light, weight, (_PATTERN_M * ppm, _PATTERN_M * ppm))
        return slow - float(np.median(slow[shown & body])), body
    departs = departure(lab, shown, body)
    # Motifs blur into the ground beside them; that is no light.
    ground = cv2.erode((departs <= 1).astype(np.float32), np.ones((3, 3), np.uint8))
    inside = (ground > 0) & body
    level = float(np.median(log_light[inside])) if inside.any() else 0.0
    coarse = _spread(log_light - level, ground + 1e-5, (0.1 * ppm, 0.1 * ppm))
    folds = log_light - level - coarse
    broad = _spread(folds, ground + 1e-3, (4 * _FOLD_M * ppm, 4 * _FOLD_M * ppm))
    near = (_FOLD_M * ppm, _FOLD_M * ppm)
    fine = broad + _spread((folds - broad) * ground, np.ones_like(ground), near)
    light: NDArray[np.float32] = coarse + fine
    near = (max(1, round(_NEAR_M * ppm)),) * 2
    return light, body | (cv2.blur(ground, near) > _ENOUGH)


def _join(
    light: NDArray[np.float32], drift: NDArray[np.float32], body: Mask, ppm: float
) -> NDArray[np.float32]:
    """Body light inside; outside its slope across the cloth and the borders' drift go on."""
    if not body.any():
        return drift
    height = len(light)
    onward = drift + np.float32(_slope_across(light, body)) * np.arange(
        height, dtype=np.float32
    ).reshape(-1, 1)
    step = _extended(light - onward, body, ppm)
    soft = cv2.GaussianBlur(body.astype(np.float32), (0, 0), 0.01 * ppm)
    joined: NDArray[np.float32] = soft * light + (1 - soft) * (onward + step)
    return joined


def _slope_across(light: NDArray[np.float32], body: Mask) -> float:
    """How much log light grows from row to row of the body, the same along its length."""
    rows, columns = np.nonzero(body)
    thin = max(1, len(rows) // 20_000)
    rows, columns = rows[::thin], columns[::thin]
    terms = np.stack([rows, columns, columns**2 / light.shape[1], np.ones_like(rows)], axis=1)
    values = light[rows, columns].astype(np.float64)
    found = np.linalg.lstsq(terms.astype(np.float64), values, rcond=None)[0]
    return float(np.clip(found[0], -_STEEPEST / len(light), _STEEPEST / len(light)))


def _extended(values: NDArray[np.float32], known: Mask, ppm: float) -> NDArray[np.float32]:
    """Carry what is known outward, the nearest counting most, to any distance."""
    height, width = values.shape
    scale = min(1.0, _FAR_PPM / ppm)
    size = (max(4, round(width * scale)), max(4, round(height * scale)))
    weight = cv2.resize(known.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    carried = cv2.resize(values * known, size, interpolation=cv2.INTER_AREA)
    filled = np.full(size[::-1], float(carried.sum() / max(float(weight.sum()), 1e-6)), np.float32)
    for sigma in (0.6, 0.3, 0.15, 0.06):
        near = cv2.GaussianBlur(weight, (0, 0), sigma * ppm * scale)
        mean = cv2.GaussianBlur(carried, (0, 0), sigma * ppm * scale) / np.maximum(near, 1e-6)
        share = np.clip(near / _NEAR_ENOUGH, 0, 1)
        filled = share * mean + (1 - share) * filled
    grown: NDArray[np.float32] = cv2.resize(
        np.asarray(filled, np.float32), (width, height), interpolation=cv2.INTER_LINEAR
    )
    return grown


def divided(strip: Rgb8, light: NDArray[np.float32]) -> Rgb8:
    """
    Divide light out of a strip, in linear light, so hue stays as it was.

    Parameters
    ----------
    strip : ndarray of uint8, shape (H, W, 3)
        sRGB.
    light : ndarray of float32, shape (h, w)
        Linear light on a grid over the whole strip.

    Returns
    -------
    ndarray of uint8, shape (H, W, 3)
        sRGB.
    """
    height, width = strip.shape[:2]
    gain = 1 / np.clip(light, 0.15, 4.0)
    even = np.empty_like(strip)
    full = cv2.resize(gain, (width, height), interpolation=cv2.INTER_LINEAR)
    for top in range(0, height, 128):
        band = slice(top, top + 128)
        even[band] = to_srgb(to_linear(strip[band]) * full[band, :, None])
    return even
