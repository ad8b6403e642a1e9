"""What was read off a photo, drawn on it beside the truth."""

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.adapters.flatteners.rectify import RectifyingFlattener
from chalicelib.imaging.cloth import Cloth
from chalicelib.imaging.flattening.rectification import PhotoMap
from chalicelib.imaging.image import Rgb8, Rgba8
from chalicelib.imaging.strip import Flattened

FOUND, TRUE = (255, 230, 0), (0, 220, 255)
_SIDE = 1400


class RecordingFlattener(RectifyingFlattener):
    """Keeps the map that it was given."""

    where: PhotoMap | None = None

    def run(
        self,
        image: Rgba8,
        placement_map: PhotoMap,
        seed: int,
        strict_instructions: tuple[str, ...],
        forbidden_changes: tuple[str, ...],
    ) -> Rgba8:
        """Resample as ever."""
        self.where = placement_map
        return super().run(image, placement_map, seed, strict_instructions, forbidden_changes)


def found_lines(flat: Flattened, cloth: Cloth, where: PhotoMap) -> list[NDArray[np.float64]]:
    """Selvedges, borders, pallu line and ends as photo pixels (N, 2), x and y."""
    height, width = where.shape[:2]
    ppm, parts = flat.facts.pixels_per_meter, cloth.parts
    across = np.arange(0, height, 8)
    along = np.arange(0, width, 8)
    rows = (0, parts.border_top_m * ppm, height - 1 - parts.border_bottom_m * ppm, height - 1)
    columns = (0, width - 1 - parts.pallu_m * ppm, width - 1)
    lines = [where[int(np.clip(row, 0, height - 1)), along] for row in rows]
    lines += [where[across, int(np.clip(column, 0, width - 1))] for column in columns]
    return [np.asarray(line, np.float64) for line in lines]


def true_lines(truth: dict[str, object]) -> list[NDArray[np.float64]]:
    """The same lines of a hand-made truth."""
    quad = np.array(truth["quad"], np.float64)
    inner = truth["border_inner"]
    assert isinstance(inner, dict)
    lines = [quad[[1, 2]], quad[[3, 0]], quad[[0, 1]], np.array(truth["pallu_line"], np.float64)]
    return lines + [np.array(line, np.float64) for line in inner.values()]


def drawn(photo: Rgb8, found: list[NDArray[np.float64]], true: list[NDArray[np.float64]]) -> Rgb8:
    """The photo made small, found lines yellow, true ones blue."""
    scale = min(1.0, _SIDE / max(photo.shape[:2]))
    size = (round(photo.shape[1] * scale), round(photo.shape[0] * scale))
    picture = cv2.resize(photo, size, interpolation=cv2.INTER_AREA)
    for lines, color, thick in ((true, TRUE, 3), (found, FOUND, 1)):
        for line in lines:
            points = np.rint(line[np.isfinite(line).all(axis=1)] * scale * 8).astype(np.int32)
            cv2.polylines(picture, [points], False, color, thick, cv2.LINE_AA, 3)
    return np.asarray(picture, np.uint8)
