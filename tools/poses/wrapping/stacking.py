"""The fan and the folded pallu laid so that no fold passes through another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tools.poses.wrapping.distance import DistanceField
from tools.poses.wrapping.fan import pleats_in_the_way
from tools.poses.wrapping.shoulder import shoulder
from tools.poses.wrapping.skirt import smooth

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tools.poses.wrapping.form import Form
    from tools.poses.wrapping.recipe import Recipe
    from tools.poses.wrapping.shoulder import Shoulder
    from tools.poses.wrapping.wrap import Wrap

_APART_M = 0.008
_LOOSE_M = 0.07
"""Height of the loose stack over the upper border: far more than cloth needs, so that the
straight edges between points of a coarse grid cannot touch across a fold."""

_PRESSED_TO_M = 0.10
_PRESSED_M = 0.010
"""Height of the stack under the pin."""

_SETTLING_ROUNDS = 30
_MOST_M = 0.02
_LEAST_SLOPE = 0.2
_SOFTENED_CELLS = 2.2


def loose(form: Form, recipe: Recipe, laid: Wrap) -> NDArray[np.float64]:
    """
    Place the whole cloth, the folds wide apart but under the pin.

    Where every row of the cloth lies at a height of its own over body, petticoat and pleats,
    two rows cannot meet: the height says which row a place belongs to.

    Parameters
    ----------
    form : Form
        Body and petticoat.
    recipe : Recipe
        How the cloth is put on.
    laid : Wrap
        The cloth along the path of a hand.

    Returns
    -------
    ndarray of float64, shape (columns, rows, 3)
        Meters.
    """
    begin = laid.untuck_s + 0.35 * (laid.shoulder_s - laid.untuck_s)
    wide = 0.2 * (laid.shoulder_s - laid.untuck_s)
    share = smooth((laid.s[:, np.newaxis] - begin) / wide)
    past = np.abs(laid.s[:, np.newaxis] - laid.shoulder_s)
    height = _PRESSED_M + (_LOOSE_M - _PRESSED_M) * smooth((past - _PRESSED_TO_M) / 0.25)
    wanted = _APART_M + height * (1 - recipe.rows() / recipe.width)
    field = _height_field(form, recipe, shoulder(form, recipe))
    return _settled(field, laid.places, wanted, share)


def _settled(
    field: DistanceField,
    places: NDArray[np.float64],
    wanted: NDArray[np.float64],
    share: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Move places, as far as `share` says, to the height that is wanted."""
    flat = places.reshape(-1, 3)
    moving = np.nonzero(np.broadcast_to(share, places.shape[:-1]).ravel() > 0)[0]
    wanted = np.broadcast_to(wanted, places.shape[:-1]).ravel()[moving]
    share = np.broadcast_to(share, places.shape[:-1]).ravel()[moving]
    moved = flat[moving]
    for _ in range(_SETTLING_ROUNDS):
        slope = field.slope(moved)
        lack = np.clip(share * (wanted - field.at(moved)), -_MOST_M, _MOST_M)
        steep = np.maximum((slope**2).sum(axis=1), _LEAST_SLOPE)
        moved = moved + (lack / steep)[:, np.newaxis] * slope
    result = flat.copy()
    result[moving] = moved
    return result.reshape(places.shape)


def _height_field(form: Form, recipe: Recipe, over: Shoulder) -> DistanceField:
    """Tabulate the height: off the outlines in front, off the hanging pallu's way behind."""
    places = form.solid.nodes()
    _, y, height = places.T
    body = form.solid.values.ravel().astype(np.float64)
    angle, apart = form.polar(places)
    ahead = 0.93 * (apart - pleats_in_the_way(form, recipe, angle, height))
    high = smooth((height - 1.30) / 0.08)
    front = (1 - high) * ahead + high * body
    behind = y - np.interp(height, over.back[::-1, 2], over.back[::-1, 1])
    high = smooth((height - 1.33) / 0.08)
    back = (1 - high) * behind + high * body
    values = np.where(y < over.ridge_y + 0.005, front, back).reshape(form.solid.values.shape)
    field = DistanceField(values.astype(np.float32), form.solid.origin, form.solid.voxel)
    return field.softened(_SOFTENED_CELLS)
