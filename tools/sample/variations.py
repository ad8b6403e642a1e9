"""Ways to photograph a saree that sellers are likely to choose: by number, always the same."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from tools.sample.camera import Camera
from tools.sample.floors import FLOORS
from tools.sample.shot import Lens, Light, Shot, Spread
from tools.sample.wrinkles import Wrinkles

DESIGNS: Final = (
    "bridal_silk",
    "checked_cotton",
    "floral_print",
    "kasavu",
    "plain_chiffon",
    "ikat_silk",
)
_PALLU_FAR: Final = 0.25
_HELD_TURNED: Final = 0.3
_WITHOUT_FOCAL: Final = 0.15
_WARM: Final = np.array([0.0, 0.13, 0.32])
_COOL: Final = np.array([0.08, 0.03, 0.0])


@dataclass(frozen=True, slots=True)
class Variation:
    """
    One of the ways.

    `quarters` is how many quarter turns counterclockwise the phone's picture is held off its
    upright; without `focal_known` the photo's metadata is missing.
    """

    design: str
    shot: Shot
    quarters: int
    focal_known: bool


def variation(number: int, height: int = 2000) -> Variation:
    """The variation of a number; `height` is the photo's longer side, pixels."""
    random = np.random.default_rng((number, 7))
    held = int(random.integers(1, 4)) if random.random() < _HELD_TURNED else 0
    return Variation(
        design=DESIGNS[number % len(DESIGNS)],
        shot=Shot(
            camera=_camera(random, height),
            light=_light(random),
            wrinkles=Wrinkles(
                height_mm=random.uniform(3, 9),
                drift_mm=random.uniform(1, 5),
                creases=random.uniform(0.2, 0.7),
                count=random.uniform(8, 18),
            ),
            spread=_spread(random),
            lens=Lens(random.uniform(0.5, 1.0), random.uniform(0.7, 2.0), random.uniform(0, 0.2)),
            floor=FLOORS[int(random.integers(len(FLOORS)))],
            seed=number,
        ),
        quarters=held,
        focal_known=bool(random.random() > _WITHOUT_FOCAL),
    )


def _camera(random: np.random.Generator, height: int) -> Camera:
    return Camera(
        height=height,
        width=round(height * 3 / 4),
        height_m=random.uniform(1.5, 1.8),
        pitch_deg=random.uniform(58, 74),
        roll_deg=random.uniform(-4, 4),
        focal_35mm=float(random.integers(24, 29)),
    )


def _light(random: np.random.Generator) -> Light:
    """From a cool window to a warm lamp, as far as phones leave it uncorrected."""
    warmth = random.uniform(-1, 1)
    color = 1 - (_WARM * warmth if warmth > 0 else _COOL * -warmth)
    return Light(
        color=(float(color[0]), float(color[1]), float(color[2])),
        bearing_deg=random.uniform(0, 360),
        elevation_deg=random.uniform(25, 65),
        falloff=random.uniform(0.1, 0.5),
        ambient=random.uniform(0.3, 0.6),
        shadow=random.uniform(0, 0.25),
        exposure=random.uniform(0.8, 1.1),
    )


def _spread(random: np.random.Generator) -> Spread:
    far = random.random() < _PALLU_FAR
    return Spread(
        turn_deg=random.uniform(-4, 4),
        aside_m=random.uniform(-0.06, 0.06),
        margin_m=0.0 if far else random.uniform(0.04, 0.2),
        pallu_far_m=random.uniform(1.5, 2.3) if far else None,
    )
