"""The twelve pictures of the Nivi drape: which stance each shows, from where, how close."""

from __future__ import annotations

from dataclasses import dataclass

PICTURE_WIDTH, PICTURE_HEIGHT = 1440, 1920
"""Pixels: 3:4, above every marketplace's minimum."""


@dataclass(frozen=True, slots=True)
class View:
    """One picture of one stance."""

    stance: str
    azimuth: float = 0.0
    """Degrees the camera stands round to the wearer's left; 180 sees the back."""

    aside_m: float = 0.0
    """How far to the picture's right of the body's axis the picture is centered."""

    center_m: float = 0.885
    """Height above the floor of the picture's center."""

    frame_m: float = 2.0
    """Height of what the picture shows, at the body's distance."""


VIEWS: dict[str, View] = {
    "pose_01": View("A"),
    "pose_02": View("A", azimuth=38),
    "pose_03": View("A", azimuth=180),
    "pose_04": View("A", azimuth=-38),
    "pose_05": View("B", aside_m=0.22),
    "pose_06": View("B", azimuth=180, aside_m=-0.22),
    "pose_07": View("B", azimuth=-35, aside_m=0.16),
    "pose_08": View("C"),
    "pose_09": View("C", azimuth=36),
    "pose_10": View("A", azimuth=142),
    "pose_11": View("D", azimuth=-22),
    "pose_12": View("A", azimuth=14, center_m=0.84, frame_m=1.06),
}
