"""Measure a picture, and show where it differs from what it should be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.verdict import LIMITS, Limits, Verdict
from chalicelib.imaging.composing.draping import drape
from chalicelib.imaging.metrics.error_map import error_map
from chalicelib.stages.validate import validate

if TYPE_CHECKING:
    from chalicelib.imaging.cloth import Cloth
    from chalicelib.imaging.image import Rgb8
    from chalicelib.imaging.placement import PlacementMap


@dataclass(frozen=True, slots=True, eq=False)
class Examination:
    """
    The verdicts on a picture, and the picture of its differences.

    Attributes
    ----------
    verdicts : tuple of Verdict
        One for each part, in the order of `REGIONS`.
    difference : ndarray of uint8, shape (H, W, 3)
        sRGB: the picture in pale gray, as red as its color is wrong.
    """

    verdicts: tuple[Verdict, ...]
    difference: Rgb8


def examine(
    render: Rgb8, cloth: Cloth, placement: PlacementMap, limits: Limits = LIMITS
) -> Examination:
    """Give the verdicts of `validate` and the error map, against one faithful render."""
    reference = drape(cloth, placement)
    return Examination(
        validate(render, cloth, placement, limits, reference=reference),
        error_map(render, reference, placement),
    )
