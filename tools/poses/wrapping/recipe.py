"""The numbers of one drape: the cloth, the pleats, the fan and the shoulder."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a saree is put on, in meters unless the name says otherwise."""

    length: float = 5.5
    width: float = 1.15
    spacing: float = 0.0125
    """Between two threads of the simulated grid."""

    grain: float = 0.025
    """Folds and the waist lie on threads this far apart, which coarse and fine grids share."""

    hem: float = 0.012
    """Height of the hem over the floor."""

    start: float = 0.0
    """Where the plain end is tucked, along the hip to the wearer's left of the navel."""

    start_hem: float = 0.16
    """How much farther to the left the plain end hangs at the hem, where the skirt is wider."""

    ease: float = 1.04
    """Cloth once round the hip, as a multiple of the hip."""

    pleats: int = 7
    pleat: float = 0.125
    """Depth of a pleat: from its fold on the left to the one on the right."""

    first_fold: float = 0.045
    """Where the outermost pleat's left fold lies at the waist, along the hip."""

    shift: float = 0.004
    shift_hem: float = 0.048
    """By how much each pleat looks out beside the one before, at the waist and at the hem."""

    spread_right: float = 0.35
    """Share of the pleats' spreading that goes to the wearer's right."""

    unevenness: float = 0.008
    """How far folds stray from their even places at the hem."""

    shoulder_inner: float = 0.068
    shoulder_outer: float = 0.161
    """Where the folded pallu lies on the shoulder, to the wearer's left of the neck."""

    shoulder_folds: int = 9
    stack_fall: float = 0.20
    """How far past the shoulder the pallu stays folded."""

    taut: float = 0.012
    """By how much the fan's lower threads are shorter than the paths first laid for them."""

    taut_border: float = 0.03
    """By how much more that is for the hem border's edge, which must not curl."""

    border: float = 0.09
    border_stiffness: float = 6.0
    """Bending stiffness of the borders, which are woven denser, as a multiple of the body's."""

    give: float = 0.045
    """By how much the hand stretches the fan's longest thread, the hem border, as a share."""

    slack: float = 0.09
    """Cloth given to the upper border beyond its path, to fall in soft folds."""

    fan_low: tuple[float, float, float, float, float] = (0.035, 0.14, 0.42, 0.70, 0.96)
    """Height of the hem border as it rises from the right hip to the left shoulder."""

    seed: int = 7

    def columns(self) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """Fabric coordinate s of the grid's columns, meters."""
        return np.linspace(0.0, self.length, round(self.length / self.spacing) + 1)

    def rows(self) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """Fabric coordinate t of the grid's rows, meters."""
        return np.linspace(0.0, self.width, round(self.width / self.spacing) + 1)
