"""Everything that a made photo is made by, besides the cloth."""

from dataclasses import dataclass, field

from tools.sample.camera import Camera
from tools.sample.wrinkles import Wrinkles


@dataclass(frozen=True, slots=True)
class Light:
    """
    A window or lamp to one side, and light from everywhere.

    `color` multiplies red, green and blue; `bearing_deg` is where the light comes from, counted
    from the right, counterclockwise; `elevation_deg` how high it stands; `falloff` how much
    dimmer the far side is, 0..1; `ambient` the share that comes from everywhere; `shadow` how
    dark the photographer's own shadow at the picture's bottom is; `exposure` the camera's.
    """

    color: tuple[float, float, float] = (1.0, 0.905, 0.76)
    bearing_deg: float = 140.0
    elevation_deg: float = 33.0
    falloff: float = 0.45
    ambient: float = 0.36
    shadow: float = 0.22
    exposure: float = 1.0


@dataclass(frozen=True, slots=True)
class Spread:
    """
    How the cloth was laid: turned by `turn_deg`, moved aside, its pallu's end `margin_m` in.

    With `pallu_far_m` the pallu's end lies so far beyond the picture's bottom instead, and the
    cloth comes towards the photographer and out of the picture.
    """

    turn_deg: float = 1.6
    aside_m: float = 0.02
    margin_m: float = 0.10
    pallu_far_m: float | None = None


@dataclass(frozen=True, slots=True)
class Lens:
    """What the camera adds: blur in pixels, noise in 255ths, darker corners."""

    blur: float = 0.7
    noise: float = 1.4
    vignette: float = 0.16


@dataclass(frozen=True, slots=True)
class Shot:
    """Everything that a photo is made by, besides the cloth."""

    camera: Camera = field(default_factory=Camera)
    light: Light = field(default_factory=Light)
    wrinkles: Wrinkles = field(default_factory=Wrinkles)
    spread: Spread = field(default_factory=Spread)
    lens: Lens = field(default_factory=Lens)
    floor: str = "terrazzo"
    seed: int = 1
