"""Poses made ready for a cloth: the map fitted to its size, the blouse in a fitting color."""

from functools import lru_cache

from chalicelib.imaging.composing.draping import blouse_color
from chalicelib.imaging.placement import PlacementMap
from chalicelib.poses.asset import POSE_SET, PoseAsset, load
from chalicelib.service.cloth_files import StoredCloth
from chalicelib.service.manifest import Content


@lru_cache(maxsize=2)
def _asset(pose: str) -> PoseAsset:
    """Keep the last poses: `validate` mostly follows the `compose` of the same pose."""
    return load(pose)


def place(pose: str, stored: StoredCloth) -> PlacementMap:
    """Fit a pose to a cloth."""
    parts = stored.cloth.parts
    return _asset(pose).placement(
        length_m=parts.length_m,
        width_m=parts.width_m,
        border_bottom_m=parts.border_bottom_m,
        border_top_m=parts.border_top_m,
        blouse=blouse_color(stored.cloth),
    )


def asset_of(pose: str) -> Content:
    """Name the asset that a picture stands on, for its manifest."""
    return Content(f"{POSE_SET}/{pose}", _asset(pose).digest, 0)
