"""Tell, part by part, whether a picture shows the cloth that it should."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.verdict import LIMITS, REGIONS, Limits, Verdict, judge
from chalicelib.imaging.composing.draping import drape
from chalicelib.imaging.metrics.measurement import measure

if TYPE_CHECKING:
    from chalicelib.imaging.cloth import Cloth
    from chalicelib.imaging.image import Rgb8
    from chalicelib.imaging.placement import PlacementMap


def validate(
    render: Rgb8,
    cloth: Cloth,
    placement: PlacementMap,
    limits: Limits = LIMITS,
    *,
    reference: Rgb8 | None = None,
) -> tuple[Verdict, ...]:
    """
    Give the verdicts of `body`, `pallu`, `border_top` and `border_bottom`, in that order.

    The measure is what a faithful composer makes of the same cloth on the same map, so a
    faithful render is perfect by every metric. Whoever has that `reference` hands it over.
    """
    reference = drape(cloth, placement) if reference is None else reference
    measured = measure(render, reference, cloth, placement)
    return tuple(judge(region, measured[region], limits) for region in REGIONS)
