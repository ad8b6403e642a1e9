"""Isolate: a photo in, its cloth alone out."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from chalicelib.errors import UnreadablePhotoError
from chalicelib.imaging.image import Rgb8, Rgba8
from chalicelib.imaging.isolating.bars import between_bars
from chalicelib.imaging.isolating.joints import floor_lines
from chalicelib.imaging.isolating.kind import ASSUMPTIONS, FLAT, PhotoReading, kind_of
from chalicelib.imaging.isolating.matting import cut_out
from chalicelib.imaging.isolating.view import View
from chalicelib.imaging.strip import FloorLines

if TYPE_CHECKING:
    from chalicelib.ports import Segmenter

_LEAST_CONFIDENCE: Final = 0.6
"""Below this more of the outline is expected to be wrong than a seller would accept."""

UNCLEAR: Final = (
    "The saree in this photo cannot be told from what is around it. "
    "Photograph the saree spread flat on a plain floor or bed of another color, "
    "with the pallu and both borders in view."
)
NO_CLOTH: Final = (
    "No saree was found in this photo. "
    "Photograph the saree spread flat on a plain floor or bed, "
    "with the pallu and both borders in view."
)


@dataclass(frozen=True, slots=True, eq=False)
class Isolated:
    """The cloth of one photo, and what was read off the photo."""

    cutout: Rgba8
    """Shape (H, W, 4) of the photo; black where the coverage is 0."""

    reading: PhotoReading


def isolate(photo: Rgb8, segmenter: "Segmenter") -> Isolated:
    """
    Cut the saree out of a photo and say what kind of photo it is.

    Parameters
    ----------
    photo : ndarray of uint8, shape (H, W, 3)
        sRGB, upright.
    segmenter : Segmenter
        Tells cloth from its surroundings.

    Returns
    -------
    Isolated
        The cutout at the photo's size.

    Raises
    ------
    UnreadablePhotoError
        The photo shows no saree; `code` is ``no_cloth``.
    ModelUnavailableError
        The segmenter's model could not be loaded.
    """
    rows, columns = between_bars(photo)
    picture = photo[rows, columns]
    found = segmenter.segment(picture)
    kind, certainty = kind_of(found)
    if kind == "no_cloth":
        raise UnreadablePhotoError(NO_CLOTH, code="no_cloth")
    if found.confidence < _LEAST_CONFIDENCE:
        raise UnreadablePhotoError(UNCLEAR, code="no_cloth")
    reading = PhotoReading(
        kind=kind,
        kind_confidence=round(certainty, 4),
        confidence=round(found.confidence, 4),
        cloth_share=round(float(found.matte.mean(dtype="float64")), 4),
        assumptions=ASSUMPTIONS[kind],
        floor_lines=_floor_lines(found.view, picture, (rows, columns)) if kind == FLAT else (),
    )
    cutout = cut_out(picture, found.matte, found.view)
    if cutout.shape[:2] != photo.shape[:2]:
        whole = np.zeros((*photo.shape[:2], 4), np.uint8)
        whole[rows, columns], cutout = cutout, whole
    return Isolated(cutout, reading)


def _floor_lines(view: View, picture: Rgb8, place: tuple[slice, slice]) -> FloorLines:
    """Lines around the cloth in pixels of the photo that a picture lies at a place of."""
    top, left = (part.start for part in place)
    lines = floor_lines(view, picture.shape[1])
    return tuple((x + left, y + top, u + left, v + top) for x, y, u, v in lines)
