"""Raw passes of a cloth-clad column, known exactly: what a renderer would give."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

METERS_PER_PIXEL = 0.001
RADIUS = 0.15
PLEAT = 0.05
HIDDEN_M = 0.1


def a_column(height: int = 96, width: int = 72, *, k: int = 3, m: int = 2) -> dict[str, Any]:
    """
    Passes of a column in a studio, cloth round its middle, pleated on its right half.

    Left of the middle the cloth lies smooth; to the right, every `PLEAT` of the picture's
    height hides `HIDDEN_M` of cloth. A strip at the left edge shows the reverse; a blouse lies
    above, a petticoat below.
    """
    seen = _scene(height * k, width * k, METERS_PER_PIXEL / k)
    lit = _scene(height * m, width * m, METERS_PER_PIXEL / m)
    return {
        "object": seen["object"],
        "s": seen["s"],
        "t": seen["t"],
        "light": lit["light"],
        "sheen": lit["light"] ** 8,
        "light_object": lit["object"],
        "light_s": lit["s"],
        "light_t": lit["t"],
        "plate": lit["plate"],
        "length": np.float64(5.5),
        "width": np.float64(1.15),
        "k": np.int64(k),
        "m": np.int64(m),
        "blouse_albedo": np.float64(0.5),
    }


def _scene(rows: int, columns: int, meters: float) -> dict[str, NDArray[Any]]:
    """One picture of `rows` by `columns` point samples, `meters` apart."""
    size = rows * meters
    down, across = np.meshgrid(
        (np.arange(rows) + 0.5) / rows,
        (np.arange(columns) + 0.5) / rows - columns / rows / 2,
        indexing="ij",
    )
    bearing = np.arcsin(np.clip(across / RADIUS, -1, 1))
    inside = np.abs(across) < RADIUS
    # The hem slants a little, as no edge of a real picture follows the pixels.
    hem = 0.85 + 0.1 * across
    cloth = inside & (down > 0.25 + 0.07 * across) & (down < hem)
    kind = np.zeros((rows, columns), np.uint8)
    kind[inside] = 2
    kind[inside & (down >= hem)] = 5
    kind[cloth] = 3
    kind[cloth & (across < -0.9 * RADIUS)] = 4
    pleats = np.where(across > 0, np.floor(RADIUS * bearing / PLEAT) * HIDDEN_M, 0)
    light = np.where(inside, 0.1 + 0.9 * np.cos(bearing), 1)
    light *= np.where(cloth & (across > 0), 0.8 + 4 * (RADIUS * bearing % PLEAT), 1)
    plate = np.where(inside, 0.5 * light, 0.7 - 0.1 * down)
    return {
        "object": kind,
        "s": np.where(cloth, 2 + RADIUS * bearing * size + pleats, 0).astype(np.float32),
        "t": np.where(cloth, 0.8 * (0.9 - down) * size, 0).astype(np.float32),
        "light": light.astype(np.float32),
        "plate": np.repeat(plate[..., np.newaxis], 3, axis=2).astype(np.float32),
    }
