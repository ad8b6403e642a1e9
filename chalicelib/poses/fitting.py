"""How a saree of another size lies in a drape that was made with a nominal one."""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

_MOST_BORDER: Final = 0.45
"""Borders keep their width up to this share of the cloth's width, each."""


@dataclass(frozen=True, slots=True)
class Fit:
    """
    From nominal fabric coordinates to those of another saree.

    Along the length everything is counted from the pallu's outer edge, where the eye is; the
    difference is taken from, or added to, the hidden inner end.
    Across, each border keeps its distance from its own selvedge and so its full width; the
    difference is spread over the plain body between them.

    Attributes
    ----------
    shift_m : float
        Added to s: the saree's length less the nominal one.
    hem_m, rise_m : float
        Nominal t up to which the hem border reaches, and from which the upper border begins.
    slope : float
        Meters of cloth across for each nominal meter, between the borders.
    lift_m : float
        Added to t above `rise_m`: the saree's width less the nominal one.
    """

    shift_m: float
    hem_m: float
    rise_m: float
    slope: float
    lift_m: float

    @classmethod
    def between(
        cls,
        nominal_m: tuple[float, float],
        actual_m: tuple[float, float],
        borders_m: tuple[float, float],
    ) -> Self:
        """
        The fit of a saree into a nominal drape.

        Parameters
        ----------
        nominal_m, actual_m : tuple of float
            Length and width of the nominal and of the actual saree, meters.
        borders_m : tuple of float
            Width of the actual saree's hem border and upper border, meters.

        Raises
        ------
        ValueError
            A length or width is not positive.
        """
        if min(*nominal_m, *actual_m) <= 0:
            raise ValueError(f"a saree has a length and a width: {actual_m}, nominal {nominal_m}")
        narrower = min(nominal_m[1], actual_m[1])
        hem, upper = (min(border, _MOST_BORDER * narrower) for border in borders_m)
        return cls(
            shift_m=actual_m[0] - nominal_m[0],
            hem_m=hem,
            rise_m=nominal_m[1] - upper,
            slope=(actual_m[1] - hem - upper) / (nominal_m[1] - hem - upper),
            lift_m=actual_m[1] - nominal_m[1],
        )

    def along(self, s: NDArray[np.float32]) -> NDArray[np.float32]:
        """
        The saree's s for nominal ones, float32.

        A shorter saree lacks cloth at the inner end: it is continued there as its mirror image.
        """
        shifted: NDArray[np.float32] = np.abs(s + np.float32(self.shift_m))
        return shifted

    def across(self, t: NDArray[np.float32]) -> NDArray[np.float32]:
        """The saree's t for nominal ones, float32."""
        body = np.float32(self.hem_m) + (t - np.float32(self.hem_m)) * np.float32(self.slope)
        inner = np.where(t < np.float32(self.hem_m), t, body)
        return np.where(t > np.float32(self.rise_m), t + np.float32(self.lift_m), inner)

    def stretch(self, t: NDArray[np.float32]) -> NDArray[np.float32]:
        """Meters of cloth across for each nominal meter, at nominal t: float32."""
        between = (t >= np.float32(self.hem_m)) & (t <= np.float32(self.rise_m))
        return np.where(between, np.float32(self.slope), np.float32(1))
