"""Measure how well isolate finds the cloth on real photos, against hand-made outlines."""

import argparse
import json
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.adapters.segmenters.grabcut import GrabCutSegmenter
from chalicelib.errors import UnreadablePhotoError
from chalicelib.imaging.composing.draping import drape, prepare
from chalicelib.imaging.image import Matte, Rgb8
from chalicelib.imaging.isolating.kind import kind_of
from chalicelib.imaging.resizing import shrink
from chalicelib.poses.asset import available
from chalicelib.stages.isolate import isolate
from tools.bench.photo_variants import variants
from tools.designs.collection import DESIGNS
from tools.designs.sheet import placed

PHOTOS = Path(__file__).resolve().parents[3] / "shared" / "photos"
_IGNORED, _CLOTH = 128, 255
_STRESSED_SIDE = 1024
_COLLAPSED = 0.8
_WITHOUT_SAREE = (
    ("wardrobe", "*.jpg"),
    ("cutout_pairs", "ccp_????.jpg"),
    ("cutout_pairs", "vitonhd_person_?????_00.jpg"),
    ("cutout_pairs", "rembg_*.jpg"),
    ("cutout_pairs", "u2net_*.jpg"),
)


@dataclass(frozen=True, slots=True)
class Subject:
    """A photo and the mask that says what is cloth in it: 255 cloth, 128 not to be scored."""

    name: str
    kind: str
    photo: Rgb8
    mask: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Score:
    """How one photo fared."""

    name: str
    kind: str
    found_kind: str
    overlap: float
    boundary: float
    """Mean distance of the found outline from the true one, percent of the longer side."""
    confidence: float
    seconds: float

    def __str__(self) -> str:
        mark = " " if self.kind in {self.found_kind, "garment"} else "!"
        return (
            f"{self.name:30} {self.kind:12} IoU {self.overlap:.3f}  "
            f"edge {self.boundary:5.2f} %  said {self.confidence:.2f}  "
            f"{mark}{self.found_kind:12} {self.seconds:5.2f} s"
        )


def main(arguments: list[str] | None = None) -> int:
    """Print one line for each photo, the worst first, then each kind, refusals and time."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, help="folder for overlays")
    parser.add_argument("--only", default="", help="part of the file name")
    parser.add_argument("--stress", action="store_true", help="each photo in many versions")
    parser.add_argument("--catalog", action="store_true", help="Pallu's own pictures instead")
    options = parser.parse_args(arguments)
    if options.catalog:
        _report(_catalog(), options.only, options.out)
        return 0
    if not (PHOTOS / "sarees" / "truth").is_dir():
        print(f"skipped: no photos at {PHOTOS}")
        return 0
    if options.stress:
        subjects = (each for each in _subjects() if options.only in each.name)
        _stress(each for each in subjects if each.kind != "garment")
        return 0
    _report(_subjects(), options.only, options.out)
    if not options.only:
        _refusals()
        _race()
    return 0


def _report(subjects: Iterable[Subject], only: str, out: Path | None) -> None:
    scores = [_score(each, out) for each in subjects if only in each.name]
    scores.sort(key=lambda score: score.overlap)
    for score in scores:
        print(score)
    _summarize(scores)


def _catalog() -> Iterator[Subject]:
    """Each design on each pose, as a photo of a mannequin whose every pixel is known."""
    for name, design in DESIGNS.items():
        cloth = design()
        ready = prepare(cloth)
        for pose in available():
            place = placed(cloth, pose)
            mask = np.where(place.coverage() > 0.5, _CLOTH, 0).astype(np.uint8)
            yield Subject(f"{name} {pose}", "mannequin", drape(ready, place), mask)


def _subjects() -> Iterator[Subject]:
    for path in sorted((PHOTOS / "sarees" / "truth").glob("*.json")):
        kind = json.loads(path.read_text())["photo_kind"]
        mask = _gray(path.parent / "masks" / f"{path.stem}.png")
        yield Subject(path.stem, kind, _photo(path.parents[1] / f"{path.stem}.jpg"), mask)
    for path in sorted((PHOTOS / "cutout_pairs").glob("viton*__mask.jpg")):
        name = path.stem.removesuffix("__mask")
        mask = np.where(_gray(path) > 127, _CLOTH, 0).astype(np.uint8)
        yield Subject(name, "garment", _photo(path.with_name(f"{name}.jpg")), mask)


def _score(subject: Subject, out: Path | None) -> Score:
    start = time.process_time()
    found = GrabCutSegmenter().segment(subject.photo)
    kind, _ = kind_of(found)
    seconds = time.process_time() - start
    size = (subject.mask.shape[1], subject.mask.shape[0])
    matte = cv2.resize(found.matte, size, interpolation=cv2.INTER_AREA)
    if out is not None:
        _overlay(subject, matte, out)
    return Score(
        subject.name,
        subject.kind,
        kind,
        _overlap(matte, subject.mask),
        _boundary(matte, subject.mask),
        found.confidence,
        seconds,
    )


def _overlap(matte: Matte, mask: NDArray[np.uint8]) -> float:
    scored = mask != _IGNORED
    found, true = (matte > 0.5) & scored, mask == _CLOTH
    return float((found & true).sum() / max((found | true).sum(), 1))


def _boundary(matte: Matte, mask: NDArray[np.uint8]) -> float:
    """Distance from the found outline to the true one; what is not scored counts as right."""
    edge = cv2.morphologyEx(mask, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)) > 0
    away = cv2.distanceTransform((~edge).astype(np.uint8), cv2.DIST_L2, 5)
    cloth = (matte > 0.5).astype(np.uint8)
    outline = cv2.morphologyEx(cloth, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)) > 0
    outline[[0, -1]] = outline[:, [0, -1]] = False
    outline &= mask != _IGNORED
    return float(away[outline].mean() / max(mask.shape) * 100) if outline.any() else 100.0


def _overlay(subject: Subject, matte: Matte, out: Path) -> None:
    """Darken what was left out; red was taken wrongly, blue was missed."""
    out.mkdir(parents=True, exist_ok=True)
    size = (matte.shape[1], matte.shape[0])
    picture = cv2.resize(subject.photo, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    cloth = matte > 0.5
    picture[~cloth] *= 0.4
    for wrong, color in (
        (cloth & (subject.mask == 0), (255, 0, 0)),
        (~cloth & (subject.mask == _CLOTH), (0, 0, 255)),
    ):
        picture[wrong] = 0.4 * picture[wrong] + 0.6 * np.array(color)
    target = str(out / f"{subject.name}.png")
    cv2.imwrite(target, cv2.cvtColor(picture.astype(np.uint8), cv2.COLOR_RGB2BGR))


def _summarize(scores: list[Score]) -> None:
    print()
    for kind in sorted({score.kind for score in scores}):
        values = [score.overlap for score in scores if score.kind == kind]
        print(f"{kind:12} mean {np.mean(values):.3f}  worst {min(values):.3f}  of {len(values)}")
    sarees = [score for score in scores if score.kind != "garment"]
    right = sum(score.kind == score.found_kind for score in sarees)
    print(f"kind right on {right} of {len(sarees)}")
    if len(sarees) > 2:
        said, true = ([getattr(s, name) for s in sarees] for name in ("confidence", "overlap"))
        print(f"confidence and IoU correlate by {np.corrcoef(said, true)[0, 1]:.2f}")


def _stress(subjects: Iterable[Subject]) -> None:
    """Print the overlap of each version of each photo at 1024 pixels, and what was made of it."""
    scores = []
    for subject in subjects:
        print(subject.name)
        photo = shrink(subject.photo, _STRESSED_SIDE)
        size = (photo.shape[1], photo.shape[0])
        mask = np.asarray(
            cv2.resize(subject.mask, size, interpolation=cv2.INTER_NEAREST), np.uint8
        )
        lying = subject.kind not in {"worn", "mannequin"}
        for version, changed, truth in variants(photo, mask, lying=lying):
            score = _score(Subject(version, subject.kind, changed, truth), None)
            print(f"  {score}")
            scores.append(score)
    _summarize(scores)
    low = sum(score.overlap < _COLLAPSED for score in scores)
    print(f"collapsed below {_COLLAPSED}: {low} of {len(scores)}")


def _refusals() -> None:
    """Photos without a saree, and whether each is refused."""
    print()
    for folder, pattern in _WITHOUT_SAREE:
        for path in sorted((PHOTOS / folder).glob(pattern)):
            try:
                reading = isolate(_photo(path), GrabCutSegmenter()).reading
                print(f"{path.stem:30} taken as {reading.kind} ({reading.kind_confidence:.2f})")
            except UnreadablePhotoError as error:
                print(f"{path.stem:30} refused: {error.code}")


def _race() -> None:
    """Time isolate against `cv2.grabCut` with five iterations at 1024 pixels, on one core."""
    largest = max((PHOTOS / "sarees").glob("*.jpg"), key=lambda path: path.stat().st_size)
    photo = _photo(largest)
    cv2.setNumThreads(1)
    start = time.process_time()
    isolate(photo, GrabCutSegmenter())
    ours = time.process_time() - start
    square = cv2.resize(photo, (1024, 1024), interpolation=cv2.INTER_AREA)
    mask = np.zeros((1024, 1024), np.uint8)
    start = time.process_time()
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(square, mask, (20, 20, 984, 984), *models, 5, cv2.GC_INIT_WITH_RECT)
    theirs = time.process_time() - start
    megapixels = photo.shape[0] * photo.shape[1] / 1e6
    print(
        f"\n{largest.stem}, {megapixels:.0f} megapixels: isolate {ours:.2f} s, "
        f"grabCut at 1024² {theirs:.2f} s, share {ours / theirs:.2f}"
    )


def _photo(path: Path) -> Rgb8:
    pixels = cv2.imread(str(path), cv2.IMREAD_COLOR)
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB), dtype=np.uint8)


def _gray(path: Path) -> NDArray[np.uint8]:
    return np.asarray(cv2.imread(str(path), cv2.IMREAD_GRAYSCALE), dtype=np.uint8)


if __name__ == "__main__":
    sys.exit(main())
