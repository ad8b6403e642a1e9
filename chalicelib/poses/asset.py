"""One rendered pose: read from its folder, made into a placement map for any saree."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, partial
from importlib.resources import files
from importlib.resources.abc import Traversable
from io import BytesIO
from typing import Any, Final, Self

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.errors import IntegrityError, NotFoundError
from chalicelib.imaging.color import to_linear, to_srgb
from chalicelib.imaging.image import Rgb8
from chalicelib.imaging.placement import FabricLayer, PlacementMap
from chalicelib.poses.fitting import Fit
from chalicelib.poses.layers import read_layers

POSE_SET: Final = "nivi_v1"
NEUTRAL_BLOUSE: Final = (112, 104, 100)

FORMAT: Final = 1
"""Grows when assets of an earlier format can no longer be read."""


UNDER_FACTS: Final = ("light_scale", "sheen_scale", "window")
"""What `pose.json` says anew of what lies under the cloth."""

_FILES: Final = ("planes.npz", "plate.png")
_UNDER_FILES: Final = ("under.npz", "under.png")


@dataclass(frozen=True, slots=True, eq=False)
class PoseAsset:
    """
    A pose as it was rendered, with a saree of nominal size.

    Attributes
    ----------
    pose, version, digest : str
        Which pose, which edition, and the sha256 of its content.
    placement_nominal : PlacementMap
        Its map for the nominal saree; the blouse in its plate is not yet colored.
    tint : ndarray of float32, shape (height, width)
        Share of the plate's pixel that takes the blouse's color, 0..1.
    tint_light : ndarray of float32, shape (height, width)
        Linear light on that share.
    under : callable, optional
        Reads the same pose without the cloth's first layer, once: what sheer cloth lets through.
    """

    pose: str
    version: str
    digest: str
    placement_nominal: PlacementMap
    tint: NDArray[np.float32]
    tint_light: NDArray[np.float32]
    under: Callable[[], Self] | None = None

    def placement(
        self,
        *,
        length_m: float | None = None,
        width_m: float | None = None,
        border_bottom_m: float = 0.10,
        border_top_m: float = 0.10,
        blouse: tuple[int, int, int] = NEUTRAL_BLOUSE,
    ) -> PlacementMap:
        """
        The placement map for a saree of a given size.

        Parameters
        ----------
        length_m, width_m : float, optional
            The saree's size, meters. Nominal where not given.
        border_bottom_m, border_top_m : float
            Width of its hem border and its upper border, meters: these keep their full width.
        blouse : tuple of int
            Color of blouse and petticoat, sRGB 0..255.

        Raises
        ------
        ValueError
            A length or width is not positive.
        """
        nominal = self.placement_nominal
        size = (length_m or nominal.length_m, width_m or nominal.width_m)
        fit = Fit.between(
            (nominal.length_m, nominal.width_m), size, (border_bottom_m, border_top_m)
        )
        under = self.under and partial(
            _placement_of,
            self.under,
            length_m=size[0],
            width_m=size[1],
            border_bottom_m=border_bottom_m,
            border_top_m=border_top_m,
            blouse=blouse,
        )
        return replace(
            nominal,
            under=under,
            layers=tuple(_fitted(layer, fit) for layer in nominal.layers),
            plate=self._plate(blouse),
            length_m=size[0],
            width_m=size[1],
        )

    def _plate(self, blouse: tuple[int, int, int]) -> Rgb8:
        plate = self.placement_nominal.plate.reshape(-1, 3).copy()
        where = np.flatnonzero(self.tint)
        share = self.tint.ravel()[where][:, np.newaxis]
        dyed = self.tint_light.ravel()[where][:, np.newaxis] * to_linear(
            np.array(blouse, np.uint8)
        )
        plate[where] = to_srgb((1 - share) * to_linear(plate[where]) + share * dyed)
        return plate.reshape(*self.tint.shape, 3)


def _placement_of(asset: Callable[[], PoseAsset], **saree: Any) -> PlacementMap:
    return asset().placement(**saree)


def _fitted(layer: FabricLayer, fit: Fit) -> FabricLayer:
    """The layer in the coordinates of the saree that `fit` is for."""
    footprint = layer.footprint.copy()
    footprint[:, 1] *= fit.stretch(layer.t)[:, np.newaxis]
    return replace(layer, s=fit.along(layer.s), t=fit.across(layer.t), footprint=footprint)


def available(pose_set: str = POSE_SET) -> tuple[str, ...]:
    """The poses of a set that have an asset, in order."""
    folder = files("chalicelib.poses").joinpath(pose_set)
    if not folder.is_dir():
        return ()
    return tuple(
        sorted(pose.name for pose in folder.iterdir() if pose.joinpath("pose.json").is_file())
    )


def load(pose: str, pose_set: str = POSE_SET) -> PoseAsset:
    """
    Read a pose of a set.

    Raises
    ------
    NotFoundError
        The set has no such pose.
    IntegrityError
        Its files are not the ones that were packed.
    """
    folder = files("chalicelib.poses").joinpath(pose_set, pose)
    if not folder.joinpath("pose.json").is_file():
        raise NotFoundError(f"the pose set {pose_set} has no pose {pose}")
    return read(folder)


def read(folder: Traversable) -> PoseAsset:
    """
    Read a pose from its folder.

    Raises
    ------
    IntegrityError
        The files are of another format, or not the ones that were packed.
    """
    facts = json.loads(folder.joinpath("pose.json").read_text())
    names = _FILES + (_UNDER_FILES if "under" in facts else ())
    bodies = [folder.joinpath(name).read_bytes() for name in names]
    if facts["format"] != FORMAT or facts["digest"] != digest_of(*bodies):
        raise IntegrityError(f"the files of {facts['pose']} are not the ones that were packed")
    asset = _assembled(facts, *bodies[:2], bare="under" in facts)
    if "under" not in facts:
        return asset
    under = cache(partial(_assembled, facts | facts["under"], *bodies[2:], bare=True))
    return replace(asset, under=under)


def digest_of(*bodies: bytes) -> str:
    """The sha256 of an asset's binary files, one after the other, in hexadecimal."""
    return hashlib.sha256(b"".join(bodies)).hexdigest()


def _assembled(facts: dict[str, Any], packed: bytes, plate: bytes, *, bare: bool) -> PoseAsset:
    """Read an asset's planes; unless they are `bare`, petticoat is laid under the cloth."""
    with np.load(BytesIO(packed), allow_pickle=False) as archive:
        dress = read_layers(facts, dict(archive), bare=bare)
    picture = cv2.imdecode(np.frombuffer(plate, np.uint8), cv2.IMREAD_COLOR_RGB)
    if picture is None:
        raise IntegrityError(f"the plate of {facts['pose']} is not a picture")
    placement = PlacementMap(
        height=facts["height"],
        width=facts["width"],
        layers=dress.layers,
        plate=picture,
        length_m=facts["length_m"],
        width_m=facts["width_m"],
    )
    return PoseAsset(
        pose=facts["pose"],
        version=facts["version"],
        digest=facts["digest"],
        placement_nominal=placement,
        tint=dress.tint,
        tint_light=dress.tint_light,
    )
