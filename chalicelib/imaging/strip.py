"""The saree laid flat: what is asked for, and what is known of the strip."""

from dataclasses import dataclass
from typing import TypeAlias

from chalicelib.imaging.image import Mask, Rgba8

FloorLines: TypeAlias = tuple[tuple[float, float, float, float], ...]
"""Straight lines of the floor around a cloth: x, y, x, y in pixels of the photo."""


@dataclass(frozen=True, slots=True)
class FabricSize:
    """
    What is known of a saree before its photo is measured.

    `length_m` and `width_m` are what the seller said, if anything; `focal_35mm` is the photo's
    35-mm-equivalent focal length in millimeters, if its metadata has one; `kind` is the kind of
    photo and `floor_lines` the lines around the cloth as the isolate stage found them.
    """

    length_m: float | None = None
    width_m: float | None = None
    focal_35mm: float | None = None
    kind: str = "flat_spread"
    floor_lines: FloorLines = ()


NOMINAL_LENGTH_M = 5.5
NOMINAL_WIDTH_M = 1.15


@dataclass(frozen=True, slots=True)
class StripFacts:
    """
    What is known of a flat strip; nothing but values that JSON can hold.

    Attributes
    ----------
    pixels_per_meter : float
        Scale of the strip in both directions.
    length_m, width_m : float
        The visible length and the whole width, meters.
    method : str
        "quad" for a rectified view of cloth that lies flat, "swatches" for one built of pieces.
    quad : tuple of four (x, y)
        The strip's corners in photo pixels: pallu end at t = W, pallu end at t = 0, far end at
        t = 0, far end at t = W. They may lie outside the photo. Empty for swatches.
    pallu_end_seen, far_end_seen : bool
        Whether the cloth ends there, or the photo does.
    border_top_m, border_bottom_m, pallu_m : float or None
        Known only where the strip was put together of pieces; None where still to be measured.
    confidence : dict of str to float
        0..1, by fact.
    assumptions : tuple of str
        Sentences for the person who has to trust this.
    """

    pixels_per_meter: float
    length_m: float
    width_m: float
    method: str
    quad: tuple[tuple[float, float], ...]
    pallu_end_seen: bool
    far_end_seen: bool
    border_top_m: float | None
    border_bottom_m: float | None
    pallu_m: float | None
    confidence: dict[str, float]
    assumptions: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Flattened:
    """
    The visible cloth in fabric coordinates.

    Attributes
    ----------
    strip : ndarray of uint8, shape (round(width_m * ppm), round(length_m * ppm), 4)
        Reflectance as sRGB; alpha is 255 where the photo shows the cloth and 0 elsewhere.
    facts : StripFacts
        Scale, corners, confidence.
    """

    strip: Rgba8
    facts: StripFacts

    @property
    def seen(self) -> Mask:
        """Where the photo shows the cloth: bool, the strip's height and width."""
        mask: Mask = self.strip[..., 3] > 127
        return mask
