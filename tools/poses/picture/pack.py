"""
Pack the raw passes of a pose into its asset.

    python -m tools.poses.picture.pack RAW.npz --under UNDER.npz chalicelib/poses/nivi_v1/pose_01

The formats of both are in docs/reference/pose-assets.md.
"""

import argparse
import io
import json
import time
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.color import to_srgb
from chalicelib.imaging.placement import FabricLayer, PlacementMap
from chalicelib.poses.asset import FORMAT, POSE_SET, UNDER_FACTS, digest_of
from chalicelib.poses.layers import Planes, write_layers
from tools.poses.picture.fragments import FRONT, REVERSE, Pieces, Samples, pieces
from tools.poses.picture.lighting import Backdrop, Light, backdrop, light_on

VERSION: Final = "2"

_LARGEST_FILE_BYTES: Final = 10_000_000


class RawPassError(ValueError):
    """The raw passes contradict themselves."""


def read_raw(path: Path) -> tuple[Samples, Light, dict[str, float]]:
    """
    Read and check the raw passes of a pose.

    Raises
    ------
    RawPassError
        Sizes do not fit together, or fabric coordinates lie off the cloth.
    """
    with np.load(path, allow_pickle=False) as raw:
        passes = dict(raw)
    factor, light_factor = int(passes["k"]), int(passes["m"])
    samples = Samples(passes["object"], passes["s"], passes["t"], factor)
    light = Light(
        object_=passes["light_object"],
        s=passes["light_s"],
        t=passes["light_t"],
        diffuse=passes["light"],
        sheen=passes["sheen"],
        plate=_at_light(passes["plate"], passes["light"].shape),
        factor=light_factor,
    )
    scalars = {
        "length_m": float(passes["length"]),
        "width_m": float(passes["width"]),
        "blouse_albedo": float(passes.get("blouse_albedo", np.float64(0.5))),
    }
    _check(samples, light, scalars)
    return samples, light, scalars


def _at_light(plate: NDArray[np.float32], shape: tuple[int, ...]) -> NDArray[np.float32]:
    """A plate at the light's resolution; one given by pixel is repeated."""
    times = shape[0] // plate.shape[0]
    return plate.repeat(times, axis=0).repeat(times, axis=1).astype(np.float32)


def _check(samples: Samples, light: Light, scalars: dict[str, float]) -> None:
    size = (samples.height, samples.width)
    if light.diffuse.shape != (size[0] * light.factor, size[1] * light.factor):
        raise RawPassError(f"light {light.diffuse.shape} does not fit a picture of {size}")
    cloth = (samples.object_ == FRONT) | (samples.object_ == REVERSE)
    if not cloth.any():
        raise RawPassError("no cloth is seen")
    for name, plane in (("length_m", samples.s), ("width_m", samples.t)):
        seen = plane[cloth]
        if seen.min() < -1e-4 or seen.max() > scalars[name] + 1e-4:
            raise RawPassError(f"fabric off the cloth: {seen.min()}..{seen.max()}, {name}")
    if not all(np.isfinite(plane).all() for plane in (light.diffuse, light.sheen, light.plate)):
        raise RawPassError("light that is not a number")


def packed(
    samples: Samples, light: Light, scalars: dict[str, float]
) -> tuple[PlacementMap, Backdrop]:
    """The placement map and the backdrop that raw passes show, footprints left empty."""
    behind = backdrop(samples, light, scalars["blouse_albedo"])
    layers = tuple(_layer(group, light, samples.width) for group in pieces(samples))
    placement = PlacementMap(
        height=samples.height,
        width=samples.width,
        layers=tuple(layer for layer in layers if len(layer.index)),
        plate=to_srgb(behind.picture),
        length_m=scalars["length_m"],
        width_m=scalars["width_m"],
    )
    return placement, behind


def _layer(group: Pieces, light: Light, width: int) -> FabricLayer:
    diffuse, sheen = light_on(group, light, width)
    return FabricLayer(
        index=group.index,
        s=np.maximum(group.s, 0),
        t=np.maximum(group.t, 0),
        coverage=group.shares * np.float32(1 / 255),
        light=diffuse,
        sheen=sheen,
        reverse=group.reverse,
        footprint=np.zeros((len(group.index), 2, 2), np.float32),
    )


def write(
    folder: Path,
    placement: PlacementMap,
    behind: Backdrop,
    version: str,
    under: tuple[PlacementMap, Backdrop] | None = None,
) -> dict[str, Any]:
    """
    Write an asset's files; the same passes give the same bytes.

    Parameters
    ----------
    folder : Path
    placement : PlacementMap
    behind : Backdrop
    version : str
    under : tuple of PlacementMap and Backdrop, optional
        The same without the cloth's first layer: what a sheer cloth lets through.

    Returns
    -------
    dict
        What `pose.json` says.
    """
    facts, planes = write_layers(placement, behind.tint, behind.tint_light)
    files = {"planes.npz": _archived(planes), "plate.png": _png(placement.plate)}
    if under is not None:
        hidden, its = _covered(placement.coverage() > 0, *under)
        told, planes = write_layers(hidden, its.tint, its.tint_light)
        facts["under"] = {name: told[name] for name in UNDER_FACTS}
        files |= {"under.npz": _archived(planes), "under.png": _png(hidden.plate)}
    if max(map(len, files.values())) > _LARGEST_FILE_BYTES:
        raise RawPassError(f"too large: {[len(body) for body in files.values()]} bytes")
    told = {
        "format": FORMAT,
        "pose_set": POSE_SET,
        "pose": folder.name,
        "version": version,
        "digest": digest_of(*files.values()),
        **facts,
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, body in files.items():
        (folder / name).write_bytes(body)
    (folder / "pose.json").write_text(json.dumps(told, indent=1) + "\n")
    return told


def _covered(
    where: NDArray[np.bool_], placement: PlacementMap, behind: Backdrop
) -> tuple[PlacementMap, Backdrop]:
    """What lies under cloth, and nothing else, without sheen: light comes through scattered."""
    layers = []
    for layer in placement.layers:
        kept = where.ravel()[layer.index]
        part = FabricLayer(*(getattr(layer, each.name)[kept] for each in fields(layer)))
        layers.append(replace(part, sheen=np.zeros_like(part.sheen)))
    plate = np.where(where[..., np.newaxis], placement.plate, np.uint8(0))
    tint, light = (np.where(where, each, 0) for each in (behind.tint, behind.tint_light))
    return (
        replace(placement, layers=tuple(layers), plate=plate),
        replace(behind, tint=tint.astype(np.float32), tint_light=light.astype(np.float32)),
    )


def _archived(planes: Planes) -> bytes:
    """The planes as an .npz whose bytes depend on nothing but the planes."""
    buffer = io.BytesIO()
    with ZipFile(buffer, "w") as archive:
        for name in sorted(planes):
            entry = ZipInfo(f"{name}.npy")
            entry.compress_type = ZIP_DEFLATED
            body = io.BytesIO()
            np.save(body, planes[name], allow_pickle=False)
            archive.writestr(entry, body.getvalue(), compresslevel=9)
    return buffer.getvalue()


def _png(picture: NDArray[np.uint8]) -> bytes:
    ok, encoded = cv2.imencode(".png", picture[..., ::-1], [cv2.IMWRITE_PNG_COMPRESSION, 9])
    if not ok:
        raise RawPassError("the plate cannot be written as PNG")
    return encoded.tobytes()


def main() -> None:
    """Pack one pose as the command line says, and print what came of it."""
    parser = argparse.ArgumentParser(description="Pack the raw passes of a pose.")
    parser.add_argument("raw", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--under", type=Path, help="passes without the cloth's first layer")
    parser.add_argument("--version", default=VERSION)
    arguments = parser.parse_args()
    started = time.perf_counter()
    placement, behind = packed(*read_raw(arguments.raw))
    under = packed(*read_raw(arguments.under)) if arguments.under else None
    write(arguments.folder, placement, behind, arguments.version, under)
    sizes = {file.name: file.stat().st_size for file in sorted(arguments.folder.iterdir())}
    shown = [len(layer.index) for layer in placement.layers]
    print(f"{arguments.folder.name}: {sizes}, {sum(sizes.values()) / 1e6:.2f} MB in all")
    print(f"pixels by layer {shown}, {time.perf_counter() - started:.1f} s")


if __name__ == "__main__":
    main()
