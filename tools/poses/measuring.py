"""What is measured on a draped cloth before it may be rendered."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np

from tools.poses.physics.crossings import find_crossings, grid_triangles, penetration
from tools.poses.physics.strain import StrainFigures, strain_figures
from tools.poses.picture.preview import seen_from_around

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tools.poses.wrapping.form import Form
    from tools.poses.wrapping.wrap import Wrap

_AT_SHOULDER_M = 0.12
_DEEP_M = 0.001

_MEDIAN_STRAIN = 0.03
_P95_STRAIN = 0.10
_PENETRATIONS = 200
"""All of them in the lowest folds on the shoulder, which the others press into it."""

_HEM_M = 0.06
_REST_M_PER_S = 0.02


@dataclass(frozen=True, slots=True)
class DrapeFacts:
    """The figures of one drape. Lengths in meters, strain as a share."""

    crossings: int
    """Threads that pass through a triangle of the cloth."""

    penetrations: int
    """Triangles deeper than a millimeter in the body that one of twelve views round it shows."""

    deepest: float
    strain: dict[str, StrainFigures]
    hem_height: tuple[float, float]
    """5th and 95th percentile of the hem's height below the waist's tucked part."""

    pleats: int
    pallu_hang: tuple[float, float]
    """Cloth past the shoulder along the upper border and along the hem border."""

    rest_speed: float
    """Mean speed at the end, meters per second."""

    def lines(self) -> list[str]:
        """Say the figures, one line each."""
        low, high = self.hem_height
        said = [
            f"crossings {self.crossings}",
            f"in the body and in sight {self.penetrations}, deepest {1000 * self.deepest:.1f} mm",
            f"hem {100 * low:.1f} to {100 * high:.1f} cm over the floor",
            f"{self.pleats} pleats, pallu hangs {self.pallu_hang[0]:.2f} m at the upper border, "
            f"{self.pallu_hang[1]:.2f} m at the hem border",
            f"rest speed {1000 * self.rest_speed:.1f} mm/s",
        ]
        for area, figures in self.strain.items():
            said.append(
                f"strain {area}: median {100 * figures.median:.1f} %, "
                f"p95 {100 * figures.p95:.1f} %, shear p95 {figures.shear_p95_degrees:.0f} deg"
            )
        return said

    def faults(self) -> list[str]:
        """List, as sentences, what keeps the drape from being rendered."""
        whole = self.strain["all"]
        limits = [
            (whole.median, _MEDIAN_STRAIN, "median strain"),
            (whole.p95, _P95_STRAIN, "95th percentile of strain"),
            (float(self.crossings), 0.0, "crossings"),
            (float(self.penetrations), _PENETRATIONS, "triangles in sight in the body"),
            (self.hem_height[1], _HEM_M, "height of the hem"),
            (self.rest_speed, _REST_M_PER_S, "rest speed"),
        ]
        return [f"{what}: {is_:.3g}, over {most:.3g}" for is_, most, what in limits if is_ > most]

    def as_facts(self) -> dict[str, object]:
        """Show the figures as plain values, for a file."""
        return asdict(self)


def areas(wrap: Wrap) -> dict[str, NDArray[np.bool_]]:
    """
    Divide the cells of the cloth by where they are worn.

    Parameters
    ----------
    wrap : Wrap
        Knows where the folds, the waist and the shoulder lie.

    Returns
    -------
    dict of str to ndarray of bool, shape (columns - 1, rows - 1)
        Tucked cells are in no area but `all`, and not in that either.
    """
    middle = 0.5 * (wrap.s[1:] + wrap.s[:-1])[:, np.newaxis]
    shown = ~(wrap.tucked[1:, 1:] | wrap.tucked[:-1, :-1])
    first = 0.5 * (wrap.fold_s[0][1:] + wrap.fold_s[0][:-1])
    last = 0.5 * (wrap.fold_s[-1][1:] + wrap.fold_s[-1][:-1])
    line = 0.5 * (wrap.shoulder_s[1:] + wrap.shoulder_s[:-1])
    at_shoulder = np.abs(middle - line) <= _AT_SHOULDER_M
    fan = (middle > wrap.untuck_s) & (middle < line - _AT_SHOULDER_M)
    return {
        "wrap 1": shown & (middle < first),
        "pleats": shown & (middle >= first) & (middle <= last),
        "wrap 2": shown & (middle > last) & (middle <= wrap.untuck_s),
        "fan": shown & fan,
        "shoulder": shown & at_shoulder,
        "pallu": shown & (middle > line + _AT_SHOULDER_M),
        "all": shown,
    }


def measure(
    places: NDArray[np.float64], wrap: Wrap, form: Form, pleats: int, rest_speed: float
) -> DrapeFacts:
    """
    Measure a drape.

    Parameters
    ----------
    places : ndarray of float64, shape (columns, rows, 3)
        Meters.
    wrap : Wrap
        What the drape began as.
    form : Form
        What it lies on.
    pleats : int
        How many were laid.
    rest_speed : float
        Mean speed at the end, meters per second.

    Returns
    -------
    DrapeFacts
    """
    triangles = grid_triangles(~wrap.tucked)
    flat = np.ascontiguousarray(places.reshape(-1, 3))
    seen = seen_from_around(flat, triangles)
    deep = penetration(flat, triangles, form.solid)
    hem = places[wrap.s <= wrap.untuck_s, 0, 2]
    length = float(wrap.s[-1])
    return DrapeFacts(
        crossings=len(find_crossings(flat, triangles)),
        penetrations=int((seen & (deep > _DEEP_M)).sum()),
        deepest=float(deep[seen].max(initial=0.0)),
        strain={
            name: strain_figures(places, wrap.s, wrap.t, cells)
            for name, cells in areas(wrap).items()
        },
        hem_height=(float(np.percentile(hem, 5)), float(np.percentile(hem, 95))),
        pleats=pleats,
        pallu_hang=(length - float(wrap.shoulder_s[-1]), length - float(wrap.shoulder_s[0])),
        rest_speed=rest_speed,
    )
