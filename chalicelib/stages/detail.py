"""The photo of one part: isolated like any photo, and laid flat so that it can stand for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from chalicelib.errors import UnreadablePhotoError
from chalicelib.imaging.extracting.details import READERS, part_of_strip
from chalicelib.imaging.isolating.fabric import bareness
from chalicelib.imaging.isolating.kind import PhotoReading, kind_of
from chalicelib.imaging.isolating.matting import cut_out
from chalicelib.imaging.strip import NOMINAL_WIDTH_M, FabricSize, Flattened
from chalicelib.stages.flatten import FLAT_KINDS, flatten
from chalicelib.stages.isolate import Isolated

if TYPE_CHECKING:
    from chalicelib.imaging.image import Rgb8, Rgba8
    from chalicelib.ports import FlattenAdapter, Segmenter

_LEAST_SHARE: Final = 0.1
_LEAST_CONFIDENCE: Final = 0.7
_BARE: Final = 0.5
_FILLED: Final = "The photo of the {part} is taken to show nothing but cloth."
NO_CLOTH: Final = (
    "No cloth was found in the photo of the {part}. "
    "Photograph the {part} spread flat, so that it fills the picture."
)


def isolate_detail(photo: Rgb8, part: str, segmenter: Segmenter) -> Isolated:
    """
    Cut one part's cloth out of its photo.

    Where the cloth cannot be told from what is around it, it is taken to fill the picture, for
    that is what such a photo is asked to do.
    A part has no shape of its own: one that looks like no kind of photo of a saree is a close-up.

    Parameters
    ----------
    photo : ndarray of uint8, shape (H, W, 3)
        sRGB, upright.
    part : str
        "pallu", "border" or "body".
    segmenter : Segmenter
        Tells cloth from its surroundings.

    Returns
    -------
    Isolated

    Raises
    ------
    UnreadablePhotoError
        There is hardly any cloth; `code` is ``no_cloth``.
    """
    found = segmenter.segment(photo)
    kind, certainty = kind_of(found)
    share = float(found.matte.mean(dtype="float64"))
    if share < _LEAST_SHARE:
        raise UnreadablePhotoError(NO_CLOTH.format(part=part), code="no_cloth")
    matte = found.matte
    assumptions: tuple[str, ...] = ()
    bare = kind == "no_cloth" and bareness(found.view) > _BARE
    if bare or found.confidence < _LEAST_CONFIDENCE:
        kind, matte = "close_up", np.ones_like(matte)
        assumptions = (_FILLED.format(part=part),)
    elif kind == "no_cloth":
        kind = "close_up"
    reading = PhotoReading(
        kind=kind,
        kind_confidence=round(certainty, 4),
        confidence=round(found.confidence, 4),
        cloth_share=round(share, 4),
        assumptions=assumptions,
    )
    return Isolated(cut_out(photo, matte, found.view), reading)


def flatten_detail(
    cutout: Rgba8, part: str, wanted: FabricSize, adapter: FlattenAdapter, seed: int
) -> Flattened:
    """
    Lay one part flat: the pallu in its full width, a border with its outer edge below.

    Parameters
    ----------
    cutout : ndarray of uint8, shape (H, W, 4)
        sRGB with straight coverage, upright.
    part : str
        "pallu", "border" or "body".
    wanted : FabricSize
        What is known beforehand; its kind is that of this photo.
    adapter : FlattenAdapter
    seed : int

    Returns
    -------
    Flattened
        Its method is "quad" where the scale was measured, "piece" where it was assumed.

    Raises
    ------
    UnreadablePhotoError
        No piece of the part is large enough; `code` is ``saree_not_flat``.
    """
    if wanted.kind in FLAT_KINDS:
        flattened = flatten(cutout, wanted, adapter, seed)
        if flattened.facts.method == "quad":
            return part_of_strip(flattened, part)
    piece = READERS[part](cutout, wanted.width_m or NOMINAL_WIDTH_M)
    if piece is None:
        raise UnreadablePhotoError(
            f"Too little of the {part} can be seen in its photo. "
            f"Photograph the {part} spread flat, so that it fills the picture.",
            code="saree_not_flat",
        )
    return piece
