"""Put the saree on a pose, through a model that may do anything but touch the plate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from chalicelib.domain.constraints import FORBIDDEN_CHANGES, Constraint, strict_instructions
from chalicelib.errors import ModelUnavailableError

if TYPE_CHECKING:
    from chalicelib.imaging.cloth import Cloth
    from chalicelib.imaging.image import Rgb8
    from chalicelib.imaging.placement import PlacementMap
    from chalicelib.ports import ComposeAdapter


def compose(
    cloth: Cloth,
    placement: PlacementMap,
    adapter: ComposeAdapter,
    seed: int,
    constraints: tuple[Constraint, ...],
) -> Rgb8:
    """
    Make the picture of `cloth` on a pose.

    Whatever the adapter paints outside the cloth is replaced by the plate, byte for byte.

    Raises
    ------
    ModelUnavailableError
        The adapter did not answer, or not with a picture of the plate's size.
    """
    picture = adapter.run(
        cloth, placement, seed, strict_instructions(constraints), FORBIDDEN_CHANGES
    )
    expected = (placement.height, placement.width, 3)
    if picture.shape != expected or picture.dtype != np.uint8:
        raise ModelUnavailableError(
            f"{adapter.name} answered with {picture.dtype} {picture.shape}, not uint8 {expected}"
        )
    # np.where always makes a new array: the adapter keeps no handle on what is published.
    return np.where(placement.coverage()[..., np.newaxis] > 0, picture, placement.plate)
