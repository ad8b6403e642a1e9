"""What kind of photo this is, and what such a photo can and cannot give."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from chalicelib.imaging.image import Mask, Matte, Rgb8

KINDS: Final = (
    "flat_spread",
    "folded",
    "pleated_fan",
    "hung",
    "heaped",
    "close_up",
    "worn",
    "mannequin",
    "no_cloth",
)

ASSUMPTIONS: Final[dict[str, tuple[str, ...]]] = {
    "flat_spread": (),
    "folded": (
        "The cloth is folded, so its length and width are taken as given; "
        "photograph it spread flat to have them measured.",
    ),
    "pleated_fan": (
        "The cloth is pleated, so the body is read from the widest smooth piece; "
        "photograph the pallu spread flat to have it shown as it is.",
    ),
    "hung": (
        "The cloth hangs or has a flap folded over, so one part hides another; "
        "photograph the pallu spread flat to have it shown as it is.",
    ),
    "heaped": (
        "The cloth lies in folds, so its length and width are taken as given; "
        "photograph it spread flat to have them measured.",
    ),
    "close_up": (
        "Only a piece of the cloth is in the photo; the rest continues its pattern. "
        "Photograph the whole end spread flat to have borders and pallu measured.",
    ),
    "worn": (
        "The saree is worn, so its parts are read from pieces; "
        "photograph the pallu spread flat to have it shown as it is.",
    ),
    "mannequin": (
        "The saree is on a mannequin, so its parts are read from pieces; "
        "photograph the pallu spread flat to have it shown as it is.",
    ),
    "no_cloth": (),
}
"""By kind: what was taken for granted, and which photo would make it certain."""


@dataclass(frozen=True, slots=True)
class PhotoReading:
    """What was read off a photo before its cloth is flattened; JSON-able facts only."""

    kind: str
    kind_confidence: float
    confidence: float
    """0..1, a prediction of the outline's intersection over union with the truth."""
    cloth_share: float
    """Share of the photo's area that is cloth, 0..1."""
    assumptions: tuple[str, ...]


def kind_of(photo: Rgb8, matte: Matte) -> tuple[str, float]:
    """
    The kind of a photo and how sure that is.

    Parameters
    ----------
    photo : ndarray of uint8, shape (H, W, 3)
        sRGB.
    matte : ndarray of float32, shape (H, W)
        Coverage of the cloth, 0..1.

    Returns
    -------
    tuple of str and float
        One of `KINDS`; 0..1.
    """
    height, width = photo.shape[:2]
    size = (
        max(1, round(256 * width / max(height, width))),
        max(1, round(256 * height / max(height, width))),
    )
    cloth: Mask = cv2.resize(matte, size, interpolation=cv2.INTER_AREA) > 0.5
    share = float(cloth.mean())
    if share < 0.04:
        return "no_cloth", 1.0 - share / 0.08
    if _touched(cloth) >= 2 and share > 0.6:
        return "flat_spread", 0.6
    return ("folded", 0.5) if share > 0.34 else ("worn", 0.5)


def _touched(cloth: Mask) -> int:
    """How many of the frame's four edges the cloth runs out of."""
    edges = (cloth[0], cloth[-1], cloth[:, 0], cloth[:, -1])
    return sum(bool(np.mean(edge) > 0.1) for edge in edges)
