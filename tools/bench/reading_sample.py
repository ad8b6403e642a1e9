"""Measure isolate, flatten and extract on made photos of sarees whose every thread is known."""

import argparse
import sys
import time
from dataclasses import dataclass, fields, replace
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage.color import deltaE_ciede2000

from chalicelib.adapters.segmenters.grabcut import GrabCutSegmenter
from chalicelib.errors import UnreadablePhotoError
from chalicelib.imaging.cloth import Cloth
from chalicelib.imaging.color import to_lab, to_linear, to_srgb
from chalicelib.imaging.flattening.rectification import PhotoMap
from chalicelib.imaging.image import LinearRgb, Rgb8, Rgba8
from chalicelib.imaging.isolating.joints import floor_lines
from chalicelib.imaging.isolating.kind import FLAT
from chalicelib.imaging.isolating.view import View
from chalicelib.imaging.strip import FabricSize, Flattened
from chalicelib.stages.extract import extract
from chalicelib.stages.flatten import flatten
from chalicelib.stages.isolate import isolate
from tools.bench.overlay import RecordingFlattener, drawn, found_lines
from tools.designs.collection import DESIGNS
from tools.sample.photo import Photo, make_photo
from tools.sample.scene import Scene
from tools.sample.variations import Variation, variation

_STEP_M = 0.02
_PATCH_M = 0.006
_TEETH_M = 0.013
"""How high the teeth of the bridal silk's borders stand; a border is read to their feet."""
_GOALS = {"rms_mm": 5.0, "color": 2.5, "border_cm": 1.0, "pallu": 3.0, "period": 1.0}


@dataclass(frozen=True, slots=True)
class Errors:
    """
    What differs from the truth, for one photo.

    `rms_mm` is the root mean square distance between where the strip says its points are on the
    saree and where they are, `floor_mm` what is left of it after the best shift, scale and
    shear; `color` is the median CIEDE2000, `color_free` the same after one gain per channel;
    `border_cm` the larger of two, signed; `pallu` percent of the visible length; `period` the
    larger of two in percent, NaN where there is none to find.
    """

    rms_mm: float
    floor_mm: float
    color: float
    color_free: float
    border_cm: float
    pallu: float
    period: float
    seconds: float

    @property
    def worst(self) -> float:
        """The largest error in units of what is allowed."""
        return float(np.nanmax([abs(getattr(self, name)) / goal for name, goal in _GOALS.items()]))


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """A variation as it was photographed and read."""

    made: Variation
    photo: Rgb8
    cutout: Rgba8
    flat: Flattened
    cloth: Cloth
    where: PhotoMap
    seconds: float


def main(arguments: list[str] | None = None) -> int:
    """Print one line for each photo, the worst first, and a summary; each as it comes, aside."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--height", type=int, default=1600, help="of the photo, pixels")
    parser.add_argument("--masks", action="store_true", help="cut out by the truth")
    parser.add_argument("--out", type=Path, help="folder for strips")
    options = parser.parse_args(arguments)
    numbers = range(options.first, options.first + options.count)
    lines: list[tuple[float, str]] = []
    measured: list[Errors] = []
    for number in numbers:
        made = variation(number, options.height)
        try:
            reading = read(made, masked=options.masks)
        except UnreadablePhotoError as error:
            lines.append((float("inf"), f"{_named(number, made)} refused: {error.code}"))
        else:
            errors = compare(reading)
            measured.append(errors)
            lines.append((errors.worst, _line(number, reading, errors)))
            if options.out is not None:
                _picture(options.out, number, reading)
        # A run that is stopped keeps what it measured.
        print(lines[-1][1], file=sys.stderr, flush=True)
    for _, line in sorted(lines, key=lambda pair: -pair[0]):
        print(line)
    _summarize(measured, len(numbers))
    return 0


@cache
def _design(name: str) -> Cloth:
    return DESIGNS[name]()


def read(made: Variation, *, masked: bool = False) -> Reading:
    """
    Photograph a variation and read it, by the outline that isolate finds or by the true one.

    Raises
    ------
    UnreadablePhotoError
        The photo was refused.
    """
    photo = make_photo(_design(made.design), made.shot)
    picture = np.ascontiguousarray(np.rot90(photo.pixels, made.quarters))
    start = time.perf_counter()
    focal = round(made.shot.camera.focal_35mm) if made.focal_known else None
    cutout, told = _masked(photo, picture, made) if masked else isolated(picture)
    wanted = replace(told, focal_35mm=focal)
    adapter = RecordingFlattener()
    flat = flatten(cutout, wanted, adapter, 0)
    if flat.facts.method != "quad":
        raise UnreadablePhotoError("no flat view was found", code="not_flat")
    cloth = extract(flat.strip, flat.facts, wanted)
    seconds = time.perf_counter() - start
    assert adapter.where is not None
    return Reading(made, picture, cutout, flat, cloth, adapter.where, seconds)


def _masked(photo: Photo, picture: Rgb8, made: Variation) -> tuple[Rgba8, FabricSize]:
    cloth = np.rot90(photo.cloth, made.quarters)
    return masked_by(np.where(cloth, 255, 0).astype(np.uint8), picture, FLAT)


def masked_by(alpha: NDArray[np.uint8], picture: Rgb8, kind: str) -> tuple[Rgba8, FabricSize]:
    """A photo cut out by a mask of its size, and what isolate would have said of it."""
    view = View.of(picture, np.asarray(alpha / 255, np.float32))
    lines = floor_lines(view, picture.shape[1]) if kind == FLAT else ()
    return np.dstack([picture, alpha]), FabricSize(kind=kind, floor_lines=lines)


def isolated(picture: Rgb8) -> tuple[Rgba8, FabricSize]:
    """A photo cut out by isolate, and what it said of it."""
    found = isolate(picture, GrabCutSegmenter())
    reading = found.reading
    return found.cutout, FabricSize(kind=reading.kind, floor_lines=reading.floor_lines)


def compare(reading: Reading) -> Errors:
    """Compare a reading with the cloth that was photographed."""
    truth = _design(reading.made.design)
    claimed, true, colors = _points(reading, truth)
    apart = claimed - true
    terms = np.column_stack([np.ones(len(true)), true])
    left = apart - terms @ np.linalg.lstsq(terms, apart, rcond=None)[0]
    raw, free = _color_errors(colors, true, truth)
    return Errors(
        rms_mm=float(np.sqrt((apart**2).sum(1).mean())) * 1000,
        floor_mm=float(np.sqrt((left**2).sum(1).mean())) * 1000,
        color=raw,
        color_free=free,
        border_cm=_border_error(reading.cloth, truth),
        pallu=(truth.parts.pallu_m - reading.cloth.parts.pallu_m)
        / reading.flat.facts.length_m
        * 100,
        period=_period_error(reading.cloth, truth),
        seconds=reading.seconds,
    )


def _points(
    reading: Reading, truth: Cloth
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.uint8]]:
    """Fabric points as the strip has them and as they are, both (N, 2), and the strip's colors."""
    facts = reading.flat.facts
    ppm = facts.pixels_per_meter
    height, width = reading.where.shape[:2]
    step = round(_STEP_M * ppm)
    rows, columns = np.mgrid[step // 2 : height : step, step // 2 : width : step]
    kept = reading.flat.seen[rows, columns]
    rows, columns = rows[kept], columns[kept]
    length = truth.parts.length_m
    claimed = np.stack(
        [length - facts.length_m + (columns + 0.5) / ppm, facts.width_m - (rows + 0.5) / ppm], -1
    )
    true = _fabric(reading, truth, reading.where[rows, columns])
    inside = ((true > 0) & (true < [length, truth.parts.width_m])).all(axis=1)
    color = _averaged(np.ascontiguousarray(reading.flat.strip[..., :3]), ppm)
    return claimed[inside], true[inside], color[rows, columns][inside]


def _fabric(reading: Reading, truth: Cloth, pixels: NDArray[np.float32]) -> NDArray[np.float64]:
    """What fabric the photo really shows at its pixels (N, 2) as x, y."""
    made = reading.made
    height, width = reading.photo.shape[:2]
    x, y = pixels[:, 0].astype(np.float64), pixels[:, 1].astype(np.float64)
    for _ in range(made.quarters):
        # A quarter turn clockwise takes the picture back towards its upright.
        x, y = height - 1 - y, x
        height, width = width, height
    scene = Scene.of(truth, made.shot)
    return np.asarray(scene.seen(y[None], x[None])[2][0], np.float64)


def _averaged(picture: Rgb8, ppm: float) -> Rgb8:
    size = max(1, round(_PATCH_M * ppm))
    return to_srgb(cv2.blur(to_linear(picture), (size, size)))


@cache
def _true_colors(name: str) -> Rgb8:
    truth = _design(name)
    return _averaged(truth.pixels, truth.parts.pixels_per_meter)


def _color_errors(
    colors: NDArray[np.uint8], true: NDArray[np.float64], truth: Cloth
) -> tuple[float, float]:
    """Median CIEDE2000 as it is, and with one gain per channel removed."""
    ppm = truth.parts.pixels_per_meter
    name = next(key for key in DESIGNS if _design(key) is truth)
    rows = ((truth.parts.width_m - true[:, 1]) * ppm).astype(int)
    expected = _true_colors(name)[rows, (true[:, 0] * ppm).astype(int)]
    mine, goal = to_linear(colors), to_lab(expected[None])
    gains = np.ones(3, np.float32)
    for step in (0.2, 0.1, 0.05, 0.02, 0.01):
        for channel in (0, 1, 2, 0, 1, 2):
            tried = [gains * np.where(np.arange(3) == channel, 1 + d, 1) for d in (-step, 0, step)]
            apart = [
                np.median(np.linalg.norm(to_lab(to_srgb(_scaled(mine, g))[None]) - goal, axis=2))
                for g in tried
            ]
            gains = tried[int(np.argmin(apart))]
    return _apart(colors, expected), _apart(to_srgb(_scaled(mine, gains)), expected)


def _scaled(linear: LinearRgb, gains: NDArray[np.floating[Any]]) -> LinearRgb:
    return np.asarray(linear * gains, np.float32)


def _apart(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    return float(np.median(deltaE_ciede2000(to_lab(one[None]), to_lab(other[None]))))


def _border_error(cloth: Cloth, truth: Cloth) -> float:
    teeth = _TEETH_M if truth.parts.colors == _design("bridal_silk").parts.colors else 0.0
    errors = [
        cloth.parts.border_top_m - truth.parts.border_top_m + teeth,
        cloth.parts.border_bottom_m - truth.parts.border_bottom_m + teeth,
    ]
    return max(errors, key=abs) * 100


def _period_error(cloth: Cloth, truth: Cloth) -> float:
    """The larger of two, percent; 100 where there is one that was not found or the reverse."""
    pairs = [
        (cloth.parts.period_s_m, truth.parts.period_s_m),
        (cloth.parts.period_t_m, truth.parts.period_t_m),
    ]
    errors = []
    for found, true in pairs:
        if true is not None:
            errors.append(100 * (found / true - 1) if found else 100.0)
    return max(errors, key=abs) if errors else float("nan")


def _named(number: int, made: Variation) -> str:
    shot = made.shot
    far = "far " if shot.spread.pallu_far_m else "near"
    focal = " " if made.focal_known else "?"
    return f"{number:4} {made.design:15} {shot.floor:9} {far} {made.quarters}{focal}"


def _line(number: int, reading: Reading, errors: Errors) -> str:
    sure = reading.cloth.parts.confidence
    return (
        f"{_named(number, reading.made)}  "
        f"geometry {errors.rms_mm:6.1f} ({errors.floor_mm:4.1f}) mm  "
        f"color {errors.color:5.2f} ({errors.color_free:4.2f})  "
        f"border {errors.border_cm:+5.2f} cm  pallu {errors.pallu:+6.2f} %  "
        f"period {errors.period:+6.2f} %  {errors.seconds:4.1f} s  "
        f"[{' '.join(f'{name[:3]}{name[6:7]} {value:.2f}' for name, value in sure.items())}]"
    )


def _summarize(measured: list[Errors], total: int) -> None:
    print(f"\n{total - len(measured)} of {total} refused; median, p90, share within the goal:")
    for field in fields(Errors):
        values = np.abs([getattr(errors, field.name) for errors in measured])
        values = values[np.isfinite(values)]
        if not len(values):
            continue
        goal = _GOALS.get(field.name)
        within = f"{(values <= goal).sum():4} of {len(values)} within {goal}" if goal else ""
        print(
            f"{field.name:11} {np.median(values):7.2f} {np.quantile(values, 0.9):8.2f}  {within}"
        )


def _picture(out: Path, number: int, reading: Reading) -> None:
    out.mkdir(parents=True, exist_ok=True)
    lines = found_lines(reading.flat, reading.cloth, reading.where)
    cv2.imwrite(str(out / f"{number:03}-photo.jpg"), drawn(reading.photo, lines, [])[..., ::-1])
    cv2.imwrite(str(out / f"{number:03}-strip.png"), reading.flat.strip[..., [2, 1, 0, 3]])


if __name__ == "__main__":
    sys.exit(main())
