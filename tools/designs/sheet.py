"""A sheet of sarees on poses, to be looked at whole and zoomed in."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from chalicelib.imaging.cloth import Cloth
from chalicelib.imaging.composing.draping import blouse_color, drape, prepare
from chalicelib.imaging.image import Rgb8
from chalicelib.imaging.placement import PlacementMap
from chalicelib.poses.asset import load

_GAP: Final = 8


def placed(cloth: Cloth, pose: str) -> PlacementMap:
    """Where a saree lies in a picture of a pose, blouse in a color of its own."""
    parts = cloth.parts
    return load(pose).placement(
        length_m=parts.length_m,
        width_m=parts.width_m,
        border_bottom_m=parts.border_bottom_m,
        border_top_m=parts.border_top_m,
        blouse=blouse_color(cloth),
    )


def draped(cloth: Cloth, poses: Sequence[str]) -> Iterable[Rgb8]:
    """One saree on several poses, at full size."""
    ready = prepare(cloth)
    for pose in poses:
        yield drape(ready, placed(cloth, pose))


def sheet(cloths: Sequence[Cloth], poses: Sequence[str], width: int, crop: float) -> Rgb8:
    """
    Sarees in rows, poses in columns.

    Parameters
    ----------
    cloths : sequence of Cloth
        The sarees.
    poses : sequence of str
        The poses.
    width : int
        Of each picture on the sheet, pixels.
    crop : float
        Share of a picture's width that is cut off at each side, 0 to 0.4.
    """
    rows = [
        np.hstack([_small(picture, width, crop) for picture in draped(cloth, poses)])
        for cloth in cloths
    ]
    return np.vstack(rows)


def write_pictures(cloth: Cloth, name: str, poses: Sequence[str], folder: Path) -> None:
    """Write one saree on several poses, each at full size, as PNG."""
    for pose, picture in zip(poses, draped(cloth, poses), strict=True):
        cv2.imwrite(str(folder / f"{pose}-{name}.png"), picture[..., ::-1])


def _small(picture: Rgb8, width: int, crop: float) -> Rgb8:
    cut = int(picture.shape[1] * crop)
    kept = picture[:, cut : picture.shape[1] - cut]
    height = round(kept.shape[0] * width / kept.shape[1])
    small = cv2.resize(kept, (width, height), interpolation=cv2.INTER_AREA)
    return np.pad(small, ((_GAP, 0), (_GAP, 0), (0, 0)), constant_values=255)
