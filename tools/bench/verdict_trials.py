"""What the verdicts are tried on: changes that do the cloth no harm, and damages by degrees."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeAlias

import cv2
import numpy as np

from chalicelib.imaging.cloth import Cloth
from chalicelib.imaging.damage import DAMAGES, box
from chalicelib.imaging.draping import drape
from chalicelib.imaging.image import Rgb8
from chalicelib.imaging.placement import PlacementMap

Change: TypeAlias = Callable[["Scene"], Rgb8]

PANELS = ("body", "pallu")
BORDERS = ("border_top", "border_bottom")


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A saree on a pose, draped faithfully; `other` is another saree, for what is swapped."""

    name: str
    cloth: Cloth
    other: Cloth
    placement: PlacementMap
    faithful: Rgb8


@dataclass(frozen=True, slots=True)
class Graded:
    """
    One kind of damage.

    `seen_from` is the strength from which a person sees it side by side, at the pictures'
    own size; `codes` are the reasons that name it.
    """

    name: str
    strengths: tuple[float, ...]
    seen_from: float
    regions: tuple[str, ...]
    codes: tuple[str, ...]
    kept_back: bool = False

    def render(self, scene: Scene, region: str, strength: float) -> Rgb8:
        """Make the damaged picture."""
        if self.name in PAINTED:
            return PAINTED[self.name](scene, region, strength)
        if self.name == "swap":
            return drape(swap(scene.cloth, region, strength, scene.other), scene.placement)
        damage = vanish if self.name == "vanish" else DAMAGES[self.name]
        return drape(damage(scene.cloth, region, strength), scene.placement)


def swap(cloth: Cloth, region: str, strength: float, other: Cloth) -> Cloth:
    """Mix in so much of another saree's part."""
    where = box(cloth, region)
    height, width = cloth.pixels[where].shape[:2]
    foreign = cv2.resize(other.pixels[box(other, region)], (width, height))
    pixels = cloth.pixels.copy()
    pixels[where] = cv2.addWeighted(pixels[where], 1 - strength, foreign, strength, 0)
    return replace(cloth, pixels=pixels)


def vanish(cloth: Cloth, region: str, strength: float) -> Cloth:
    """Continue the body where a part should be, if `strength` is positive."""
    where = box(cloth, region)
    height, width = cloth.pixels[where].shape[:2]
    body = cloth.pixels[box(cloth, "body")]
    tiles = (-(-height // body.shape[0]), -(-width // body.shape[1]), 1)
    pixels = cloth.pixels.copy()
    if strength > 0:
        pixels[where] = np.tile(body, tiles)[:height, :width]
    return replace(cloth, pixels=pixels)


def _patch(scene: Scene, region: str, side: int) -> tuple[slice, slice]:
    """A square of the picture in the middle of what it shows of a part."""
    front = scene.placement.layers[0]
    ppm = scene.cloth.parts.pixels_per_meter
    rows, columns = box(scene.cloth, region)
    row, column = (scene.cloth.parts.width_m - front.t) * ppm, front.s * ppm
    inside = (row >= rows.start) & (row < rows.stop) & (front.coverage > 0.98)
    inside &= (column >= columns.start) & (column < columns.stop)
    seen = np.zeros(scene.placement.height * scene.placement.width, np.float32)
    seen[front.index[inside]] = 1
    density = cv2.blur(seen.reshape(scene.placement.height, -1), (side, side))
    middle_row, middle_column = np.unravel_index(int(density.argmax()), density.shape)
    top, left = max(int(middle_row) - side // 2, 0), max(int(middle_column) - side // 2, 0)
    return slice(top, top + side), slice(left, left + side)


def _smeared_patch(scene: Scene, region: str, strength: float) -> Rgb8:
    where = _patch(scene, region, 110)
    render = scene.faithful.copy()
    render[where] = cv2.GaussianBlur(scene.faithful, (0, 0), strength)[where]
    return render


def _moved_patch(scene: Scene, region: str, strength: float) -> Rgb8:
    rows, columns = _patch(scene, region, 110)
    step = round(strength)
    render = scene.faithful.copy()
    render[rows, columns] = scene.faithful[
        rows.start - step : rows.stop - step, columns.start + step : columns.stop + step
    ]
    return render


def _painted_patch(scene: Scene, region: str, strength: float) -> Rgb8:
    where = _patch(scene, region, 110)
    noise = np.random.default_rng(5).normal(0, 1, (*scene.faithful.shape[:2], 1))
    blots = cv2.GaussianBlur(noise, (0, 0), 5)
    blots = blots / blots.std() * strength
    render = scene.faithful.copy()
    painted = scene.faithful + blots[..., np.newaxis]
    render[where] = np.clip(np.rint(painted), 0, 255).astype(np.uint8)[where]
    return render


PAINTED: dict[str, Callable[[Scene, str, float], Rgb8]] = {
    "smeared_patch": _smeared_patch,
    "moved_patch": _moved_patch,
    "painted_patch": _painted_patch,
}

FOREIGN = ("motif_lost", "color_shift", "texture_invented")
"""What another saree's part is: other motifs, other colors, or any on cloth that was plain."""

GRADED = (
    Graded("tint", (2, 4, 8), 4, PANELS + BORDERS, ("color_shift",)),
    Graded("cool", (2, 4, 8), 4, PANELS + BORDERS, ("color_shift",)),
    Graded("darken", (2, 4, 8), 4, PANELS + BORDERS, ("color_shift",)),
    Graded("rescale", (0.02, 0.05, 0.1, 0.15), 0.05, PANELS, ("pattern_scale",)),
    Graded("rotate", (1, 2, 5, 10), 2, PANELS, ("pattern_rotation",)),
    Graded("drift", (0.003, 0.01, 0.02), 0.01, PANELS, ("pattern_drift",)),
    Graded("smear", (0.001, 0.002, 0.004), 0.002, PANELS + BORDERS, ("texture_smeared",)),
    Graded("erase", (0.25, 0.5, 1), 0.5, PANELS, ("motif_lost",)),
    Graded("invent", (5, 10, 20), 10, PANELS, ("texture_invented",)),
    Graded("seam", (2, 4, 8), 4, PANELS, ("seam",)),
    Graded("displace", (0.004, 0.008, 0.015), 0.008, BORDERS, ("border_distortion",)),
    Graded("bend", (0.004, 0.008, 0.015), 0.008, BORDERS, ("border_distortion",)),
    Graded("widen", (0.1, 0.2, 0.4), 0.2, BORDERS, ("border_distortion",)),
    Graded("sever", (0.01, 0.02, 0.05), 0.02, BORDERS, ("border_broken",)),
    # These were not looked at when the limits were chosen.
    Graded("swap", (0.5, 1), 0.5, PANELS, FOREIGN, kept_back=True),
    Graded("swap", (0.5, 1), 0.5, BORDERS, ("motif_lost", "color_shift"), kept_back=True),
    Graded("vanish", (1,), 1, ("pallu",), ("motif_lost", "color_shift"), kept_back=True),
    Graded("vanish", (1,), 1, BORDERS, ("border_broken", "motif_lost"), kept_back=True),
    Graded("mirror", (1,), 1, ("pallu",), ("motif_lost", "pattern_drift"), kept_back=True),
    Graded("smeared_patch", (2, 4, 8), 4, PANELS, ("texture_smeared", "motif_lost"), True),
    Graded("moved_patch", (4, 8, 16), 8, PANELS, ("pattern_drift", "motif_lost"), True),
    Graded("painted_patch", (4, 8, 16), 16, PANELS, ("texture_invented", "motif_lost"), True),
)


def _jpeg(scene: Scene, quality: int) -> Rgb8:
    setting = [cv2.IMWRITE_JPEG_QUALITY, quality]
    _, packed = cv2.imencode(".jpg", scene.faithful[..., ::-1], setting)
    decoded = cv2.imdecode(packed, cv2.IMREAD_COLOR_RGB)
    assert decoded is not None
    return np.asarray(decoded, np.uint8)


def _exposed(scene: Scene, factor: float) -> Rgb8:
    return np.asarray(np.clip(np.rint(scene.faithful * factor), 0, 255), np.uint8)


def _blurred(scene: Scene, sigma: float) -> Rgb8:
    return np.asarray(cv2.GaussianBlur(scene.faithful, (0, 0), sigma))


def _resized(scene: Scene, factor: float) -> Rgb8:
    height, width = scene.faithful.shape[:2]
    small = cv2.resize(scene.faithful, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC))


def _noisy(scene: Scene, sigma: float) -> Rgb8:
    noise = np.random.default_rng(11).normal(0, sigma, scene.faithful.shape)
    return np.asarray(np.clip(np.rint(scene.faithful + noise), 0, 255), np.uint8)


def _shifted(scene: Scene, row: float, column: float) -> Rgb8:
    height, width = scene.faithful.shape[:2]
    matrix = np.array([[1, 0, column], [0, 1, row]])
    return np.asarray(
        cv2.warpAffine(scene.faithful, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
    )


def _relit(scene: Scene, columns: int, ramp: float) -> Rgb8:
    """The light moved to one side: its highlights by so many columns, and more on one side."""
    height, width = scene.placement.height, scene.placement.width
    front = scene.placement.layers[0]
    light, mass = np.zeros((2, height * width), np.float32)
    light[front.index], mass[front.index] = front.light, 1
    planes = [cv2.GaussianBlur(p.reshape(height, width), (0, 0), 4) for p in (light, mass)]
    smooth = planes[0] / np.maximum(planes[1], 1e-3)
    ratio = np.roll(smooth, columns, axis=1) / np.maximum(smooth, 1e-3)
    across = (front.index % width) / width - 0.5
    change = np.clip(ratio.reshape(-1)[front.index], 0.85, 1.18) * (1 + ramp * across)
    moved = replace(front, light=(front.light * change).astype(np.float32))
    layers = (moved, *scene.placement.layers[1:])
    return drape(scene.cloth, replace(scene.placement, layers=layers))


def harmless() -> Iterator[tuple[str, Change]]:
    """Each change that does the cloth no harm, by its name."""
    for quality in (85, 92):
        yield f"JPEG quality {quality}", partial(_jpeg, quality=quality)
    for factor in (0.97, 1.03):
        yield f"exposure x{factor}", partial(_exposed, factor=factor)
    yield "blur 0.5 px", partial(_blurred, sigma=0.5)
    yield "resize to 75 % and back", partial(_resized, factor=0.75)
    yield "noise 1", partial(_noisy, sigma=1.0)
    yield "noise 2", partial(_noisy, sigma=2.0)
    yield "shift by half a row", partial(_shifted, row=0.5, column=0.0)
    yield "shift by half a pixel both ways", partial(_shifted, row=0.5, column=-0.5)
    yield "light from the left", partial(_relit, columns=4, ramp=0.2)
    yield "light from the right", partial(_relit, columns=-4, ramp=-0.2)
