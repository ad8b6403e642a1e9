"""The part of the wrap that rises: round the back, under the right arm, over the chest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.interpolate import PchipInterpolator

from tools.poses.wrapping.skirt import angle_at, layer_gap, smooth, stack_base

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tools.poses.wrapping.form import Form
    from tools.poses.wrapping.recipe import Recipe
    from tools.poses.wrapping.shoulder import Shoulder
    from tools.poses.wrapping.skirt import Skirt

STEPS = 400
TUCKED_STATIONS = 3
"""Up to this station the waist stays tucked in."""

_STATIONS = 10
_CHEST_FROM_M = 1.01
"""Height that the upper border's way up the chest is counted from."""


def fan(form: Form, recipe: Recipe, below: Skirt, over: Shoulder) -> NDArray[np.float64]:
    """
    Lead every row from under the pleats round the body to the shoulder line.

    Parameters
    ----------
    form : Form
        Body and petticoat.
    recipe : Recipe
        How the hem border rises.
    below : Skirt
        Where the rows come from.
    over : Shoulder
        Where they go.

    Returns
    -------
    ndarray of float64, shape (steps, rows, 3)
        Meters. The first `STEPS` steps lie on the form, the others lead to the shoulder.
    """
    angle, height, offset = _between(_stations(form, recipe, below, over))
    offset = _over_the_pleats(form, recipe, angle, height, offset)
    rise = form.contour(height, angle, offset)
    return np.concatenate([rise, _landing(rise, over.line)])


def _stations(
    form: Form, recipe: Recipe, below: Skirt, over: Shoulder
) -> list[tuple[NDArray[np.float64], ...]]:
    """List (angle, height, offset) of all rows at ten places on the way."""
    v = 1 - recipe.rows() / recipe.width
    return [*_round_the_hip(form, below, v), *_up_the_chest(form, recipe, over, v)]


def _round_the_hip(
    form: Form, below: Skirt, v: NDArray[np.float64]
) -> list[tuple[NDArray[np.float64], ...]]:
    hip = form.girth()[0][-1]
    base = stack_base(below.depth) - 0.006
    stations = [(angle_at(form, below.leave_arc), below.height, 0.006 + base)]
    for share, offset in ((0.25, 0.0075), (0.40, 0.008), (0.52, 0.009)):
        stations.append((angle_at(form, share * hip + 0 * v), below.height, offset + base))
    return list(stations)


def _up_the_chest(
    form: Form, recipe: Recipe, over: Shoulder, v: NDArray[np.float64]
) -> list[tuple[NDArray[np.float64], ...]]:
    hip = form.girth()[0][-1]
    low, waist, front = recipe.fan_low, _CHEST_FROM_M, 2 * np.pi

    def turn(share: float) -> NDArray[np.float64]:
        return angle_at(form, share * hip + 0 * v)

    def sweep(top: float, bottom: float) -> NDArray[np.float64]:
        return top + (bottom - top) * v

    landing = np.arctan2(over.x - form.neck_x - 0.006, 0.125)
    breast = 0.14 + 0.60 * (0.30 * over.across + 0.70 * v)
    return [
        (turn(0.65), sweep(waist + 0.05, low[0]), 0.017 + 0 * v),
        (turn(0.78), sweep(waist + 0.14, low[1]), 0.019 + 0.006 * v),
        (front - 0.85 + 0 * v, sweep(waist + 0.20, low[2]), 0.022 + 0.018 * v),
        (front - 0.25 + 0.10 * v, sweep(waist + 0.265, low[3]), 0.022 + 0.035 * v**0.7),
        (front + breast, sweep(waist + 0.325, low[4]), 0.012 + 0.030 * v),
        (front + landing, sweep(waist + 0.365, waist + 0.29), 0.010 + 0.0022 * over.layer),
    ]


def _between(stations: list[tuple[NDArray[np.float64], ...]]) -> tuple[NDArray[np.float64], ...]:
    """Join the stations smoothly and without overshoot."""
    place = np.linspace(0, _STATIONS - 1, STEPS)
    columns = zip(*stations, strict=True)
    return tuple(
        PchipInterpolator(np.arange(_STATIONS), np.stack(column), axis=0)(place)
        for column in columns
    )


def _over_the_pleats(
    form: Form,
    recipe: Recipe,
    angle: NDArray[np.float64],
    height: NDArray[np.float64],
    offset: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Lift the fan where it passes in front of the pleat stack."""
    share = _in_front(form, recipe, angle, height)
    depth = np.clip((form.waist_m - height) / (form.waist_m - recipe.hem), 0, 1)
    top = 0.012 + 2 * recipe.pleats * layer_gap(depth) + 0.006
    v = 1 - recipe.rows() / recipe.width
    lifted = 0.02 + (top - 0.02) * share + 0.010 * v * share
    rising = np.linspace(0, _STATIONS - 1, STEPS)[:, np.newaxis] > TUCKED_STATIONS + 1
    return np.where(rising, np.maximum(offset, lifted), offset)


def pleats_in_the_way(
    form: Form, recipe: Recipe, angle: NDArray[np.float64], height: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Say how far the pleat stack stands off the form at places on it, meters."""
    depth = np.clip((form.waist_m - height) / (form.waist_m - recipe.hem), 0, 1)
    top = 0.012 + 2 * recipe.pleats * layer_gap(depth)
    return np.asarray(top * _in_front(form, recipe, angle, height))


def _in_front(
    form: Form, recipe: Recipe, angle: NDArray[np.float64], height: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Say of places on the form whether they are in front of the pleat stack, 0..1."""
    depth = np.clip((form.waist_m - height) / (form.waist_m - recipe.hem), 0, 1)
    ahead = np.mod(angle + np.pi, 2 * np.pi) - np.pi
    begin = -0.42 - 0.55 * depth - 1.25
    beside = np.clip((ahead - begin) / 0.45, 0, 1) * np.clip((0.62 - ahead) / 0.25, 0, 1)
    return smooth(beside) * smooth((_CHEST_FROM_M + 0.085 - height) / 0.06)


def _landing(rise: NDArray[np.float64], line: NDArray[np.float64]) -> NDArray[np.float64]:
    """Lead from the last place on the form up onto the shoulder line."""
    share = np.linspace(0, 1, 40)[1:, np.newaxis, np.newaxis]
    last = rise[-1]
    reach = np.linalg.norm(line - last, axis=1)[:, np.newaxis]
    leave = last - rise[-6]
    leave = leave / (np.linalg.norm(leave, axis=1)[:, np.newaxis] + 1e-9)
    leave = (0.6 * leave + np.array([0.0, 0.0, 0.4])) * reach
    arrive = np.array([0.0, 0.75, 0.6]) * reach
    path = (
        (2 * share**3 - 3 * share**2 + 1) * last
        + (share**3 - 2 * share**2 + share) * leave
        + (3 * share**2 - 2 * share**3) * line
        + (share**3 - share**2) * arrive
    )
    return np.asarray(path)
