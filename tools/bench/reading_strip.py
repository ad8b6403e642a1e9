"""Measure how well flatten and extract read the saree photos against their hand-made truth."""

import argparse
import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.errors import UnreadablePhotoError
from chalicelib.imaging.cloth import Cloth
from chalicelib.imaging.image import Rgb8, Rgba8
from chalicelib.imaging.strip import FabricSize, Flattened
from chalicelib.stages.extract import extract
from chalicelib.stages.flatten import flatten
from tools.bench.overlay import RecordingFlattener, drawn, found_lines, true_lines
from tools.bench.reading_sample import isolated, masked_by

PHOTOS = Path(__file__).resolve().parents[3] / "shared" / "photos" / "sarees"


@dataclass(frozen=True, slots=True)
class Errors:
    """
    What differs from the truth, for one photo that shows a saree spread flat.

    Selvedges and corners in percent of the photo's longer side, the pallu line in percent of
    the visible length, borders in centimeters; NaN where there is nothing to compare.
    """

    selvedge: float
    corner: float
    pallu: float
    border: float

    @property
    def worst(self) -> float:
        """The largest error in units of what is allowed."""
        shares = (self.selvedge / 1.0, self.corner / 1.5, abs(self.pallu) / 3.0, abs(self.border))
        return float(np.nanmax(shares))


def main(arguments: list[str] | None = None) -> int:
    """Print one line for each photo, the worst first; write strips to look at."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, help="folder for strips and overlays")
    parser.add_argument("--isolate", action="store_true", help="cut out by the isolate stage")
    parser.add_argument("--only", default="", help="part of the file name")
    options = parser.parse_args(arguments)
    if not (PHOTOS / "truth").is_dir():
        print(f"skipped: no photos at {PHOTOS}")
        return 0
    lines = []
    for path in sorted((PHOTOS / "truth").glob("*.json")):
        if options.only in path.stem:
            lines.append(_line(path, options.out, isolating=options.isolate))
    for _, line in sorted(lines, key=lambda pair: -pair[0]):
        print(line)
    return 0


def _line(path: Path, out: Path | None, *, isolating: bool) -> tuple[float, str]:
    truth = json.loads(path.read_text())
    name = f"{path.stem:28} {truth['photo_kind']:12}"
    photo = cv2.cvtColor(cv2.imread(str(PHOTOS / f"{path.stem}.jpg")), cv2.COLOR_BGR2RGB)
    adapter = RecordingFlattener()
    start = time.perf_counter()
    try:
        cutout, wanted = isolated(photo) if isolating else _masked(path, photo, truth)
        cut = time.perf_counter()
        flat = flatten(cutout, wanted, adapter, 0)
        laid = time.perf_counter()
        cloth = extract(flat.strip, flat.facts, wanted)
    except UnreadablePhotoError as error:
        return 0.0, f"{name} refused: {error.code}"
    done = time.perf_counter()
    if out is not None:
        _picture(out, path.stem, flat, cloth)
        if adapter.where is not None:
            lines = found_lines(flat, cloth, adapter.where)
            true = true_lines(truth) if truth["photo_kind"] == "flat_spread" else []
            _write(out / f"{path.stem}-photo.jpg", drawn(photo, lines, true))
    timing = f"{cut - start:4.2f} + {laid - cut:4.2f} + {done - laid:4.2f} s"
    if truth["photo_kind"] != "flat_spread" or flat.facts.method != "quad":
        return 0.0, f"{name} {timing}  {flat.facts.method} {_facts(cloth)}"
    errors = compare(flat, cloth, truth)
    return errors.worst, (
        f"{name} {timing}  selvedge {errors.selvedge:5.2f} %  corner {errors.corner:5.2f} %  "
        f"pallu {errors.pallu:+5.2f} %  border {errors.border:+5.2f} cm  {_facts(cloth)}"
    )


def _facts(cloth: Cloth) -> str:
    parts = cloth.parts
    period = " x ".join(
        "-" if p is None else f"{p:.3f}" for p in (parts.period_s_m, parts.period_t_m)
    )
    sure = " ".join(
        f"{name[0:3]}{name[6:7]} {value:.2f}" for name, value in parts.confidence.items()
    )
    return (
        f"borders {parts.border_top_m:.3f} {parts.border_bottom_m:.3f} pallu {parts.pallu_m:.2f} "
        f"period {period} {parts.lattice or ''} [{sure}]"
    )


def _masked(path: Path, photo: Rgb8, truth: dict[str, object]) -> tuple[Rgba8, FabricSize]:
    mask = cv2.imread(str(path.parent / "masks" / f"{path.stem}.png"), cv2.IMREAD_GRAYSCALE)
    alpha = np.where(np.asarray(mask) > 64, 255, 0).astype(np.uint8)
    full = cv2.resize(alpha, photo.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    return masked_by(full, photo, str(truth["photo_kind"]))


def compare(flat: Flattened, cloth: Cloth, truth: dict[str, object]) -> Errors:
    """Compare the strip's corners, pallu line and borders with the truth of a flat spread."""
    quad = np.array(truth["quad"], np.float64)
    mine = np.array(flat.facts.quad)
    size = truth["image_size"]
    assert isinstance(size, list)
    # The truth's first corner is at the pallu's end, at the selvedge it calls 3-0.
    return Errors(
        _selvedge_error(mine, quad, size),
        _corner_error(mine, quad, truth),
        _pallu_error(flat, cloth, truth),
        _border_error(cloth, truth),
    )


def _selvedge_error(
    mine: NDArray[np.float64], quad: NDArray[np.float64], size: list[int]
) -> float:
    errors = []
    for one, two in ((0, 3), (1, 2)):
        share = np.linspace(0, 1, 60)[:, None]
        points = quad[one] * (1 - share) + quad[two] * share
        inside = ((points >= 0) & (points < np.array(size))).all(axis=1)
        along = (mine[two] - mine[one]) / np.linalg.norm(mine[two] - mine[one])
        off = points[inside] - mine[one]
        errors.append(np.abs(off[:, 0] * along[1] - off[:, 1] * along[0]).mean())
    return float(max(errors)) / max(size) * 100


def _corner_error(
    mine: NDArray[np.float64], quad: NDArray[np.float64], truth: dict[str, object]
) -> float:
    inside, size = truth["in_frame"], truth["image_size"]
    assert isinstance(inside, list)
    assert isinstance(size, list)
    errors = np.linalg.norm(mine - quad, axis=1)[np.array(inside, np.bool_)]
    return float(errors.max()) / max(size) * 100 if len(errors) else float("nan")


def _pallu_error(flat: Flattened, cloth: Cloth, truth: dict[str, object]) -> float:
    """Signed: positive where the pallu was found to start too near its end."""
    facts = flat.facts
    corners = np.array(facts.quad, np.float32)
    length, width = facts.length_m, facts.width_m
    fabric = np.array([[length, width], [length, 0], [0, 0], [0, width]], np.float32)
    to_photo = cv2.getPerspectiveTransform(fabric, corners)
    start = length - cloth.parts.pallu_m
    line = np.array([[[start, share * width]] for share in (0.1, 0.5, 0.9)])
    unit = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32)
    to_unit = cv2.getPerspectiveTransform(np.array(truth["quad"], np.float32), unit)
    found = cv2.perspectiveTransform(cv2.perspectiveTransform(line, to_photo), to_unit)[:, 0, 1]
    true = truth["pallu_fraction_of_visible_length"]
    assert isinstance(true, float)
    return (true - float(found.mean())) * 100


def _border_error(cloth: Cloth, truth: dict[str, object]) -> float:
    """The larger of two, centimeters."""
    found = {"3-0": cloth.parts.border_top_m, "1-2": cloth.parts.border_bottom_m}
    errors = [
        100 * (found[side] - share * cloth.parts.width_m)
        for side, share in _border_shares(truth).items()
    ]
    return float(max(errors, key=abs))


def _border_shares(truth: dict[str, object]) -> dict[str, float]:
    """
    The borders' widths beside the body, as shares of the cloth's.

    Selvedges bend; the truth's own figures count from straight ones, these from where they lie.
    """
    unit = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32)
    to_unit = cv2.getPerspectiveTransform(np.array(truth["quad"], np.float32), unit)
    lines = {
        (kind, side): cv2.perspectiveTransform(np.array([points], np.float64), to_unit)[0]
        for kind in ("border_inner", "selvedge")
        for side, points in _polylines(truth[kind])
    }
    start = truth["pallu_fraction_of_visible_length"]
    assert isinstance(start, float)
    down = np.linspace(start, min(1.0, max(lines["border_inner", "1-2"][:, 1])), 40)
    at = {
        key: np.interp(down, *line[np.argsort(line[:, 1])].T[::-1]) for key, line in lines.items()
    }
    whole = at["selvedge", "1-2"] - at["selvedge", "3-0"]
    return {
        side: float(np.median(np.abs(at["border_inner", side] - at["selvedge", side]) / whole))
        for side in ("3-0", "1-2")
    }


def _polylines(sides: object) -> list[tuple[str, list[list[float]]]]:
    assert isinstance(sides, dict)
    return list(sides.items())


def _picture(out: Path, name: str, flat: Flattened, cloth: Cloth) -> None:
    out.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(out / f"{name}-strip.png"), flat.strip[..., [2, 1, 0, 3]])
    _write(out / f"{name}-whole.png", cloth.pixels)
    seen = np.where(cloth.seen[..., None], cloth.pixels, cloth.pixels // 2 + 100)
    _write(out / f"{name}-seen.png", cv2.resize(seen, (1400, 300)))


def _write(path: Path, picture: Rgb8) -> None:
    cv2.imwrite(str(path), picture[..., ::-1])


if __name__ == "__main__":
    sys.exit(main())
