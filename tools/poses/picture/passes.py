"""The passes of one view: what every sample shows, and how it is lit."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import bpy
import numpy as np

from tools.poses.figure.surface import triangles
from tools.poses.picture import scene
from tools.poses.picture.camera import camera_of
from tools.poses.picture.raster import Labels
from tools.poses.picture.views import PICTURE_HEIGHT, PICTURE_WIDTH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from tools.poses.figure.mannequin import Mannequin
    from tools.poses.picture.cloth_mesh import ClothMesh
    from tools.poses.picture.views import View

    Mesh = tuple[NDArray[np.floating], NDArray[np.int32]]

SKIN, BLOUSE, FRONT, REVERSE, PETTICOAT = 1, 2, 3, 4, 5
UNSURE = 255
"""A sample of light whose ray met something else than its label says."""

LABEL_SAMPLES = 3
"""Samples along each side of a pixel. Light has one, at the middle one's place."""

GREY = 0.5
"""Diffuse reflectance of cloth and blouse; what they show is divided by it."""

_SHEEN_ROUGHNESS = 0.48
_THROUGH = 0.5
"""Share of the light that comes through each layer of a sheer cloth."""

_SKIN = (0.60, 0.535, 0.475)
_SHOE = (0.30, 0.255, 0.215)


def labels(
    view: View,
    model: Mannequin,
    cloth: ClothMesh,
    *,
    samples: int,
    under: tuple[Labels, Mesh] | None = None,
) -> Labels:
    """
    Find what every sample of `view` shows.

    Parameters
    ----------
    view : View
    model : Mannequin
    cloth : ClothMesh
    samples : int
        Along each side of a pixel.
    under : tuple of Labels and mesh, optional
        What shows if nothing is peeled off, and the petticoat: where cloth shows, find what
        lies under its first layer.
    """
    drawn, camera = Labels.blank(samples), camera_of(view)
    beyond = None
    if under is not None:
        first, petticoat = under
        peeled = (first.what == FRONT) | (first.what == REVERSE)
        beyond = np.where(peeled, first.depth, np.float32(0))
        mesh = (petticoat[0], triangles(petticoat[1]))
        # Above the skirt's ring of cloth it would be seen from inside.
        drawn.draw(camera, mesh, (PETTICOAT, PETTICOAT), beyond=np.where(peeled, beyond, np.inf))
    for (places, faces), number in (
        (model.skin, SKIN),
        (model.shoes, SKIN),
        (model.blouse, BLOUSE),
    ):
        drawn.draw(camera, (places, triangles(faces)), (number, number), beyond=beyond)
    saree = (cloth.places, triangles(cloth.faces))
    drawn.draw(camera, saree, (FRONT, REVERSE), cloth.fabric, beyond)
    return drawn


def lit(
    view: View,
    model: Mannequin,
    cloth: ClothMesh,
    *,
    rays: int,
    under: tuple[Labels, Mesh] | None = None,
) -> NDArray[np.float32]:
    """
    Render `view` in the studio's light, one sample a pixel.

    Parameters
    ----------
    view : View
    model : Mannequin
    cloth : ClothMesh
    rays : int
        Paths for each sample.
    under : tuple of Labels and mesh, optional
        As for `labels`: where cloth shows, render what lies under its first layer, with the
        light that comes through. The rest may stay black.

    Returns
    -------
    ndarray of float32, shape (H, W, 3)
        Linear. Where the cloth shows: its diffuse light times `GREY`, its sheen, nothing.
        Elsewhere: red, green, blue.
    """
    stage = scene.cleared()
    parts: list[tuple[str, Mesh, bpy.types.Material]] = [
        ("skin", model.skin, scene.glazed("skin", _SKIN, 0.42, 0.35)),
        ("shoes", model.shoes, scene.glazed("shoes", _SHOE, 0.35, 0.4)),
        ("blouse", model.blouse, scene.matt("blouse", (GREY, GREY, GREY))),
    ]
    if under is None:
        fabric = scene.measuring_cloth(GREY, _SHEEN_ROUGHNESS)
    else:
        fabric = scene.sheer_cloth(GREY, _SHEEN_ROUGHNESS, _THROUGH)
        scene.cut_to(_shown(under[0]))
        parts.append(("petticoat", under[1], scene.matt("petticoat", (GREY, GREY, GREY))))
    parts.append(("saree", (cloth.places, cloth.faces), fabric))
    for name, (places, faces), material in parts:
        # The same triangles as the labels', so that rays and labels agree at every edge.
        scene.add_mesh(name, places, triangles(faces), material)
    scene.add_backdrop(view.azimuth)
    scene.light(view.azimuth)
    scene.frame(view)
    return _rendered(stage, rays)


def _shown(drawn: Labels) -> tuple[slice, slice]:
    """Give rows and columns of the part of the picture, 0..1, that shows cloth."""
    cloth = (drawn.what == FRONT) | (drawn.what == REVERSE)
    ends = [np.flatnonzero(cloth.any(axis=1 - axis))[[0, -1]] for axis in range(2)]
    rows, columns = (
        (first / size, (last + 1) / size)
        for (first, last), size in zip(ends, cloth.shape, strict=True)
    )
    return slice(*rows), slice(*columns)


def doubtful(drawn: Labels, light: NDArray[np.float32]) -> NDArray[np.uint8]:
    """
    Give the label of every sample of light, or `UNSURE` where the light is another thing's.

    Only cloth shows no blue, and nothing else lacks it. A ray on an edge may meet the thing
    behind or before it, and the denoiser may mix the two.
    """
    middle = drawn.samples // 2
    what = drawn.what[middle :: drawn.samples, middle :: drawn.samples].copy()
    strength = light[..., 0] + light[..., 2]
    blue = light[..., 2] / np.maximum(strength, 1e-6)
    cloth = (what == FRONT) | (what == REVERSE)
    neutral = np.where(what == SKIN, 0.42, 0.475)
    # In near black there is no color left to go by.
    what[np.where(cloth, blue > 0.06, blue < neutral) & (strength > 0.03)] = UNSURE
    return what


def _rendered(stage: bpy.types.Scene, rays: int) -> NDArray[np.float32]:
    """Trace, denoise and read back; shape (H, W, 3), top row first."""
    cycles, render = stage.cycles, stage.render
    cycles.samples, cycles.max_bounces = rays, 3
    cycles.diffuse_bounces, cycles.glossy_bounces = 1, 1
    cycles.caustics_reflective = cycles.caustics_refractive = False
    cycles.use_adaptive_sampling = True
    cycles.adaptive_threshold, cycles.adaptive_min_samples = 0.03, 4
    cycles.use_denoising, cycles.denoiser = True, "OPENIMAGEDENOISE"
    cycles.denoising_input_passes = "RGB_ALBEDO_NORMAL"
    # Unfiltered rays see no noise in color and direction of the surfaces.
    cycles.denoising_prefilter = "NONE"
    # Next to no filter: every sample belongs to one thing and is never mixed with its neighbors.
    cycles.pixel_filter_type, cycles.filter_width = "BOX", 0.01
    render.resolution_x, render.resolution_y = PICTURE_WIDTH, PICTURE_HEIGHT
    render.image_settings.file_format = "OPEN_EXR"
    render.image_settings.color_depth, render.image_settings.exr_codec = "32", "NONE"
    with tempfile.TemporaryDirectory() as folder:
        render.filepath = str(Path(folder) / "samples.exr")
        with _quiet():
            bpy.ops.render.render(write_still=True)
        image = bpy.data.images.load(render.filepath)
        image.colorspace_settings.name = "Non-Color"
        pixels = np.empty(PICTURE_HEIGHT * PICTURE_WIDTH * 4, np.float32)
        image.pixels.foreach_get(pixels)
        bpy.data.images.remove(image)
    return pixels.reshape(PICTURE_HEIGHT, PICTURE_WIDTH, 4)[::-1, :, :3]


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep the renderer's progress, which it writes below Python, out of the report."""
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)
