"""The saree as read: the whole strip, and the facts of its parts."""

from dataclasses import dataclass

import numpy as np

from chalicelib.imaging.image import Mask, Matte, Rgb8

REGIONS = ("body", "pallu", "border_top", "border_bottom")


@dataclass(frozen=True, slots=True)
class Parts:
    """
    The measured facts of a saree: lengths in meters, shares 0..1, sentences for assumptions.

    `lattice` is "straight" or "half_drop"; `colors` are "#rrggbb", most frequent first.
    """

    pixels_per_meter: float
    length_m: float
    width_m: float
    border_top_m: float
    border_bottom_m: float
    pallu_m: float
    period_s_m: float | None
    period_t_m: float | None
    lattice: str | None
    colors: tuple[str, ...]
    zari_share: float
    sheen: float
    sheer: float
    seen_share: float
    confidence: dict[str, float]
    assumptions: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Cloth:
    """
    A whole saree in fabric coordinates, its light divided out.

    Attributes
    ----------
    pixels : ndarray of uint8, shape (round(width_m * ppm), round(length_m * ppm), 3)
        Reflectance as sRGB. Column grows with s; row 0 is t = width_m.
    seen : ndarray of bool, same height and width
        Read from the photo; False where continued.
    zari : ndarray of float32, same height and width
        Share of metallic thread, 0..1.
    parts : Parts
        The facts.
    """

    pixels: Rgb8
    seen: Mask
    zari: Matte
    parts: Parts

    def region(self, name: str) -> Mask:
        """
        Where a part lies on the strip; the four parts partition it.

        Borders run through the pallu and belong to the border.

        Raises
        ------
        ValueError
            `name` is not one of `REGIONS`.
        """
        rows, columns = self.seen.shape
        ppm = self.parts.pixels_per_meter
        top = round(self.parts.border_top_m * ppm)
        bottom = rows - round(self.parts.border_bottom_m * ppm)
        pallu = columns - round(self.parts.pallu_m * ppm)
        mask = np.zeros((rows, columns), np.bool_)
        match name:
            case "border_top":
                mask[:top] = True
            case "border_bottom":
                mask[bottom:] = True
            case "pallu":
                mask[top:bottom, pallu:] = True
            case "body":
                mask[top:bottom, :pallu] = True
            case _:
                raise ValueError(f"no such part: {name!r}")
        return mask
