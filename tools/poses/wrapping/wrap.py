"""The whole strip put round the form, before physics: nothing crosses, lengths add up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.ndimage import gaussian_filter, gaussian_filter1d

from tools.poses.wrapping import fan, shoulder, skirt

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tools.poses.wrapping.form import Form
    from tools.poses.wrapping.recipe import Recipe

_MOST_SHEAR = 0.6
_FOLDED_M = 0.40
_FOLDED_APART_M = 0.0008
_SOFT = 0.02
"""Share of the bending stiffness that is left in a pressed fold."""


@dataclass(frozen=True, slots=True, eq=False)
class Wrap:
    """The cloth's first shape and what the simulation must know of it."""

    s: NDArray[np.float64]
    t: NDArray[np.float64]
    places: NDArray[np.float64]
    """Shape (columns, rows, 3), meters."""

    rest: NDArray[np.float64]
    """Shape (columns - 1, rows): length of the threads along s at rest, meters."""

    shear: NDArray[np.float64]
    """Shape (columns - 1, rows - 1): sine of the angle by which the threads are off square."""

    pinned: NDArray[np.bool_]
    tucked: NDArray[np.bool_]
    stitched: NDArray[np.bool_]
    """On the shoulder, where a safety pin holds all layers."""

    thickness: NDArray[np.float64]
    """Distance kept from other layers, meters; like all of these of shape (columns, rows)."""

    crease_s: NDArray[np.float64]
    crease_t: NDArray[np.float64]
    """Share of the bending stiffness along s and t."""

    fold_s: NDArray[np.float64]
    """Shape (folds, rows): where the pleats' folds lie along the cloth, meters."""

    shoulder_s: NDArray[np.float64]
    """Where each row reaches the shoulder, meters."""

    shoulder_folds: int
    untuck_s: float
    """Where the waist leaves the petticoat."""


def wrap(form: Form, recipe: Recipe) -> Wrap:
    """
    Lay the strip on the form.

    Every row of threads is laid along a path of its own and then measured, so that no
    thread is stretched to begin with; what the lower border needs more than the upper
    one shows as a slant of the cloth on the shoulder.

    Parameters
    ----------
    form : Form
        Body and petticoat.
    recipe : Recipe
        The drape's numbers.

    Returns
    -------
    Wrap

    Raises
    ------
    ValueError
        The cloth is too short to reach over the shoulder.
    """
    s, t = recipe.columns(), recipe.rows()
    below, over = skirt.skirt(form, recipe), shoulder.shoulder(form, recipe)
    rise = fan.fan(form, recipe, below, over)
    path = np.concatenate([below.path, rise])
    run = np.concatenate([below.run, _measured(rise, below.run[-1], recipe)])
    if run[-1].max() > recipe.length - 0.2:
        raise ValueError(f"the cloth is too short: shoulder at {run[-1].max():.2f} m")
    places = _placed(s, run, path, over)
    untuck = int(np.searchsorted(np.linspace(0, 9, fan.STEPS), fan.TUCKED_STATIONS))
    untuck_s = float(run[len(below.path) + untuck, -1])
    tucked, pinned = _tuck(form, recipe, places, untuck_s)
    stitched = _stitched(s, run[-1], recipe.spacing)
    crease_s, crease_t = _creases(s, run, below.folds, recipe)
    return Wrap(
        s=s,
        t=t,
        places=places,
        rest=_rest(s, run[len(below.path)], run[-1], recipe),
        shear=_shear(places) * _kept_shear(s, run[-1]),
        pinned=pinned,
        tucked=tucked,
        stitched=stitched,
        thickness=_thickness(s, run, below),
        crease_s=crease_s,
        crease_t=crease_t,
        fold_s=run[below.folds],
        shoulder_s=run[-1],
        shoulder_folds=recipe.shoulder_folds,
        untuck_s=untuck_s,
    )


def _measured(
    rise: NDArray[np.float64], begin: NDArray[np.float64], recipe: Recipe
) -> NDArray[np.float64]:
    """Measure the cloth each row has used up along the fan, meters from the plain end."""
    steps = np.linalg.norm(np.diff(rise, axis=0), axis=2)
    run = np.concatenate([np.zeros((1, rise.shape[1])), np.cumsum(steps, axis=0)])
    total = run[-1]
    v = 1 - recipe.rows() / recipe.width
    taut = 1 - recipe.taut * v - recipe.taut_border * v**6
    wanted = total * taut / (1 + recipe.give * v) + recipe.slack * (1 - v) ** 2
    wanted = gaussian_filter1d(begin + wanted, 2, mode="nearest") - begin
    return np.asarray(begin + run * (wanted / total))


def _rest(
    s: NDArray[np.float64], begin: NDArray[np.float64], end: NDArray[np.float64], recipe: Recipe
) -> NDArray[np.float64]:
    """Tabulate the threads' lengths at rest: a little stretched on the fan, by hand."""
    middle = 0.5 * (s[1:] + s[:-1])[:, np.newaxis]
    fan = skirt.smooth((middle - begin) / 0.3) * skirt.smooth((end + 0.05 - middle) / 0.2)
    v = 1 - recipe.rows() / recipe.width
    return np.asarray(recipe.spacing * (1 + recipe.give * v * fan))


def _placed(
    s: NDArray[np.float64],
    run: NDArray[np.float64],
    path: NDArray[np.float64],
    over: shoulder.Shoulder,
) -> NDArray[np.float64]:
    places = np.zeros((len(s), run.shape[1], 3))
    for row in range(run.shape[1]):
        for axis in range(3):
            places[:, row, axis] = np.interp(s, run[:, row], path[:, row, axis])
    columns, rows = np.nonzero(s[:, np.newaxis] > run[-1])
    places[columns, rows] = over.beyond(s[columns] - run[-1, rows], rows)
    return places


def _shear(places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Measure how far the first shape is off square; the hand sets the cloth so."""
    along = np.diff(places, axis=0)
    across = np.diff(places, axis=1)
    along = along[:, 1:] + along[:, :-1]
    across = across[1:] + across[:-1]
    size = np.linalg.norm(along, axis=2) * np.linalg.norm(across, axis=2) + 1e-12
    sine = (along * across).sum(axis=2) / size
    return np.asarray(np.clip(gaussian_filter(sine, (6, 4)), -_MOST_SHEAR, _MOST_SHEAR))


def _kept_shear(s: NDArray[np.float64], line: NDArray[np.float64]) -> NDArray[np.float64]:
    """Set the shear only where the pallu is folded: before the shoulder and past it."""
    past = s[:, np.newaxis] - line
    middle = 0.25 * (past[1:, 1:] + past[:-1, 1:] + past[1:, :-1] + past[:-1, :-1])
    folded = skirt.smooth((middle + 0.75) / 0.55)
    return folded * (1 - 0.55 * skirt.smooth((middle - 0.05) / 0.4))


def _tuck(
    form: Form, recipe: Recipe, places: NDArray[np.float64], untuck_s: float
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Turn the rows above the waist inwards, hanging straight down behind the tie."""
    s, t = recipe.columns(), recipe.rows()
    waist_t = np.floor((form.waist_m - recipe.hem) / recipe.grain + 1e-9) * recipe.grain
    waist = int(np.argmin(np.abs(t - waist_t)))
    # The last cell before the waist is left counts as tucked on coarse and fine grids alike.
    held = s < (np.floor(untuck_s / recipe.grain) + 1) * recipe.grain - 1e-6
    tucked = np.zeros(places.shape[:2], bool)
    tucked[held, waist + 1 :] = True
    pinned = tucked.copy()
    pinned[held, waist] = True
    places[held, waist, 2] += _waist_sway(form, places[held, waist])
    edge = places[held, waist]
    heights = np.arange(len(form.axis)) * 0.01
    axis = np.array([np.interp(form.waist_m, heights, form.axis[:, k]) for k in range(2)])
    inward = np.concatenate([axis - edge[:, :2], np.zeros((len(edge), 1))], axis=1)
    inward *= 0.02 / np.linalg.norm(inward, axis=1)[:, np.newaxis]
    for row in range(waist + 1, len(t)):
        places[held, row] = edge + inward - np.array([0.0, 0.0, t[row] - t[waist]])
    return tucked, pinned


def _waist_sway(form: Form, edge: NDArray[np.float64]) -> NDArray[np.float64]:
    """Let the waist dip a little at the wearer's left, and be no straight line, meters."""
    angle = np.arctan2(edge[:, 0], -(edge[:, 1] - form.axis[round(form.waist_m * 100), 1]))
    dip = -0.012 * np.exp(-(((angle - 1.15) / 0.55) ** 2))
    return np.asarray(dip + 0.0025 * np.sin(9 * angle + 1.0) + 0.002 * np.sin(17 * angle))


def _stitched(
    s: NDArray[np.float64],
    line: NDArray[np.float64],
    spacing: float,
) -> NDArray[np.bool_]:
    """Mark the cloth under the safety pin: about two columns of every layer."""
    past = s[:, np.newaxis] - line
    return np.asarray((past >= -0.002) & (past <= 1.3 * spacing))


def _creases(
    s: NDArray[np.float64], run: NDArray[np.float64], folds: NDArray[np.int64], recipe: Recipe
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Press the folds of the pleats and, near the shoulder, those of the pallu."""
    along = np.ones((len(s), run.shape[1]))
    rows = np.arange(run.shape[1])
    for fold in run[folds]:
        nearest = np.rint(fold / recipe.spacing).astype(int)
        along[nearest, rows] = _SOFT
    across = np.ones_like(along)
    t = recipe.rows()
    across[:, np.minimum(t, recipe.width - t) < recipe.border] = recipe.border_stiffness
    last = run.shape[1] - 1
    knots = last - shoulder.fold_rows(run.shape[1], recipe.shoulder_folds)
    for row in knots[1:-1]:
        across[s > run[-1, row] - 0.28, row] = _SOFT
    return along, across


def _thickness(
    s: NDArray[np.float64], run: NDArray[np.float64], below: skirt.Skirt
) -> NDArray[np.float64]:
    """Keep layers closer together where they were stacked closer."""
    column = s[:, np.newaxis]
    kept = np.full((len(s), run.shape[1]), 0.003)
    in_stack = (column > run[below.folds[0]] - 0.36) & (column < run[below.folds[-1]] + 0.05)
    kept = np.where(in_stack, 0.9 * skirt.layer_gap(below.depth), kept)
    # Nine layers lie on each other here: a millimeter more would stand up like a collar.
    folded = skirt.smooth((_FOLDED_M - np.abs(column - run[-1])) / 0.25)
    return kept + (_FOLDED_APART_M - kept) * folded
