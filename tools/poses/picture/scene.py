"""The studio: meshes, materials, lights and camera, in the renderer's own terms."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import bpy
import numpy as np
from mathutils import Matrix, Vector

from tools.poses.picture.camera import LENS_MM, SENSOR_MM, camera_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tools.poses.picture.views import View


def cleared() -> bpy.types.Scene:
    """Start from an empty scene for the path tracer."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    scene.render.engine = "CYCLES"
    scene.cycles.device = "CPU"
    scene.cycles.seed = 0
    scene.render.resolution_percentage = 100
    scene.view_settings.view_transform = "Raw"
    return scene


def add_mesh(
    name: str,
    places: NDArray[np.floating],
    faces: NDArray[np.integer],
    material: bpy.types.Material,
) -> None:
    """Add a smooth mesh of faces with three or four corners each."""
    mesh = bpy.data.meshes.new(name)
    mesh.vertices.add(len(places))
    mesh.vertices.foreach_set("co", np.ascontiguousarray(places, np.float32).ravel())
    mesh.loops.add(faces.size)
    mesh.loops.foreach_set("vertex_index", np.ascontiguousarray(faces, np.int32).ravel())
    mesh.polygons.add(len(faces))
    starts = np.arange(0, faces.size, faces.shape[1], dtype=np.int32)
    mesh.polygons.foreach_set("loop_start", starts)
    mesh.polygons.foreach_set("use_smooth", np.ones(len(faces), bool))
    mesh.update(calc_edges=True)
    mesh.validate()
    mesh.materials.append(material)
    thing = bpy.data.objects.new(name, mesh)
    bpy.context.collection.objects.link(thing)


def frame(view: View) -> None:
    """Put the camera where `view` is seen from."""
    lens = bpy.data.cameras.new("camera")
    lens.lens, lens.sensor_fit, lens.sensor_height = LENS_MM, "VERTICAL", SENSOR_MM
    thing = bpy.data.objects.new("camera", lens)
    bpy.context.collection.objects.link(thing)
    camera = camera_of(view)
    axes = np.stack([camera.right, camera.up, -camera.ahead], axis=1)
    thing.matrix_world = Matrix.Translation(camera.eye) @ Matrix(axes).to_4x4()
    bpy.context.scene.camera = thing


def cut_to(part: tuple[slice, slice]) -> None:
    """Render only some rows and columns, given as shares of the picture; the rest stays black."""
    (rows, columns), render = part, bpy.context.scene.render
    render.use_border, render.use_crop_to_border = True, False
    render.border_min_x, render.border_max_x = columns.start, columns.stop
    # Counted from the bottom.
    render.border_min_y, render.border_max_y = 1 - rows.stop, 1 - rows.start


def light(azimuth: float) -> None:
    """Set up soft lights that turn with the camera, so that every picture has the same light."""
    turn = Matrix.Rotation(math.radians(azimuth), 3, "Z")
    for name, place, height, size, power in (
        ("key", (-2.3, -2.5, 2.7), 1.05, 1.5, 122.0),
        ("fill", (2.6, -2.6, 1.5), 0.9, 2.6, 17.0),
        ("left rim", (-1.7, 1.3, 2.2), 1.1, 0.9, 20.0),
        ("right rim", (1.8, 1.3, 2.0), 1.0, 0.9, 24.0),
    ):
        lamp = bpy.data.lights.new(name, "AREA")
        lamp.energy, lamp.size = power, size
        thing = bpy.data.objects.new(name, lamp)
        bpy.context.collection.objects.link(thing)
        thing.location = turn @ Vector(place)
        ahead = Vector((0, 0, height)) - thing.location
        thing.rotation_euler = ahead.to_track_quat("-Z", "Y").to_euler()
    surround(0.18)


def surround(strength: float) -> None:
    """Light the scene evenly with white from all around."""
    world = bpy.data.worlds.new("world")
    bpy.context.scene.world = world
    world.use_nodes = True
    background = world.node_tree.nodes["Background"]
    background.inputs["Color"].default_value = (1, 1, 1, 1)
    background.inputs["Strength"].default_value = strength


def add_backdrop(azimuth: float) -> None:
    """Roll out seamless light grey paper: a floor that curves up into a wall."""
    radius, start = 1.4, 0.9
    bend = [math.pi / 2 * step / 24 for step in range(25)]
    profile = [(-6.0, 0.0), (start, 0.0)]
    profile += [(start + radius * math.sin(a), radius * (1 - math.cos(a))) for a in bend[1:]]
    profile.append((start + radius, 6.0))
    turn = Matrix.Rotation(math.radians(azimuth), 3, "Z")
    places = np.array([turn @ Vector((x, y, z)) for y, z in profile for x in (-7.0, 7.0)])
    rows = np.arange(0, len(places) - 2, 2)[:, None]
    paper = matt("paper", (0.74, 0.735, 0.728))
    add_mesh("paper", places, rows + np.array([0, 1, 3, 2]), paper)


def matt(name: str, color: tuple[float, float, float]) -> bpy.types.Material:
    """Give a purely diffuse material; `color` is linear."""
    material, nodes, output = _blank(name)
    material.node_tree.links.new(_diffuse(nodes, color), output.inputs[0])
    return material


def glazed(
    name: str, color: tuple[float, float, float], roughness: float, shine: float
) -> bpy.types.Material:
    """Give a lacquered material; `color` is linear."""
    material = bpy.data.materials.new(name)
    material.use_nodes = True
    inputs = material.node_tree.nodes["Principled BSDF"].inputs
    inputs["Base Color"].default_value = (*color, 1)
    inputs["Roughness"].default_value = roughness
    inputs["Specular IOR Level"].default_value = shine
    return material


def measuring_cloth(albedo: float, roughness: float) -> bpy.types.Material:
    """
    Give a cloth that shows the camera its diffuse light in red and its sheen in green.

    To light that bounces it is plain grey, so the two cannot color each other or the body.
    """
    material, nodes, output = _blank("cloth")
    plain = _diffuse(nodes, (albedo, albedo, albedo))
    shown = _measuring(material, albedo, roughness)
    path = nodes.new("ShaderNodeLightPath").outputs
    choice = _mixed(material, path["Is Camera Ray"], plain, shown)
    material.node_tree.links.new(choice, output.inputs[0])
    return material


def sheer_cloth(albedo: float, roughness: float, through: float) -> bpy.types.Material:
    """
    Give the same cloth, of which the camera does not see the first layer.

    Every layer lets the share `through` of the light pass.
    """
    material, nodes, output = _blank("sheer")
    link = material.node_tree.links.new
    clear = nodes.new("ShaderNodeBsdfTransparent").outputs[0]
    plain = _diffuse(nodes, (albedo, albedo, albedo))
    shown = _measuring(material, albedo, roughness)
    path = nodes.new("ShaderNodeLightPath").outputs
    first = nodes.new("ShaderNodeMath")
    first.operation, first.inputs[1].default_value = "LESS_THAN", 0.5
    link(path["Transparent Depth"], first.inputs[0])
    share = nodes.new("ShaderNodeValue").outputs[0]
    share.default_value = through
    seen = _mixed(material, first.outputs[0], shown, clear)
    lighting = _mixed(material, share, plain, clear)
    link(_mixed(material, path["Is Camera Ray"], lighting, seen), output.inputs[0])
    return material


def _measuring(
    material: bpy.types.Material, albedo: float, roughness: float
) -> bpy.types.NodeSocket:
    nodes, link = material.node_tree.nodes, material.node_tree.links.new
    green = nodes.new("ShaderNodeBsdfAnisotropic")
    green.inputs["Color"].default_value = (0, 1, 0, 1)
    green.inputs["Roughness"].default_value = roughness
    both = nodes.new("ShaderNodeAddShader")
    link(_diffuse(nodes, (albedo, 0, 0)), both.inputs[0])
    link(green.outputs[0], both.inputs[1])
    return both.outputs[0]


def _diffuse(nodes: bpy.types.Nodes, color: tuple[float, float, float]) -> bpy.types.NodeSocket:
    node = nodes.new("ShaderNodeBsdfDiffuse")
    node.inputs["Color"].default_value = (*color, 1)
    return node.outputs[0]


def _mixed(
    material: bpy.types.Material,
    share: bpy.types.NodeSocket,
    without: bpy.types.NodeSocket,
    within: bpy.types.NodeSocket,
) -> bpy.types.NodeSocket:
    node = material.node_tree.nodes.new("ShaderNodeMixShader")
    for number, socket in enumerate((share, without, within)):
        material.node_tree.links.new(socket, node.inputs[number])
    return node.outputs[0]


def _blank(name: str) -> tuple[bpy.types.Material, bpy.types.Nodes, bpy.types.Node]:
    material = bpy.data.materials.new(name)
    material.use_nodes = True
    nodes = material.node_tree.nodes
    nodes.clear()
    return material, nodes, nodes.new("ShaderNodeOutputMaterial")
