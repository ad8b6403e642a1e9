"""The faithful composer: ours, deterministic, no network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.constraints import FORBIDDEN_CHANGES, INSTRUCTIONS
from chalicelib.imaging.composing.draping import drape

if TYPE_CHECKING:
    from chalicelib.imaging.cloth import Cloth
    from chalicelib.imaging.image import Rgb8
    from chalicelib.imaging.placement import PlacementMap


class DrapeComposer:
    """
    Resamples the strip through the placement map and lights it.

    It honors every clause by what it is: no instruction changes what it does.
    """

    name = "drape"
    version = "1"
    honors = frozenset((*INSTRUCTIONS.values(), *FORBIDDEN_CHANGES))

    def run(
        self,
        image: Cloth,
        placement_map: PlacementMap,
        seed: int,  # noqa: ARG002
        strict_instructions: tuple[str, ...],  # noqa: ARG002
        forbidden_changes: tuple[str, ...],  # noqa: ARG002
    ) -> Rgb8:
        """Drape `image`; the same cloth on the same map is the same bytes."""
        return drape(image, placement_map)
