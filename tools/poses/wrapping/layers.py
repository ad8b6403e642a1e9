"""Which cloth lies over which, where the wrap itself decides it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tools.poses.wrapping.wrap import Wrap

_CLIMB_M = 0.30
"""Cloth before the first pleat that is on its way from under the stack onto it."""

_CLIMBING_M = 0.15
_LEAVING_M = 0.20
"""Cloth before the waist is left that is on its way from under the stack onto it."""

_FAN_LAYERS = 9.0


def order_of(laid: Wrap) -> NDArray[np.float64]:
    """
    Order the layers of a Nivi wrap from the body outwards.

    Parameters
    ----------
    laid : Wrap
        Knows where the pleats turn and where the fan begins.

    Returns
    -------
    ndarray of float64, shape (columns, rows)
        A point with a larger number lies over one with a smaller number in front of it.
        It grows steadily through every fold, so the two sides of one fold differ too.
    """
    column = laid.s[:, np.newaxis]
    count = len(laid.fold_s) - 1
    first, last = laid.fold_s[0], laid.fold_s[-1]
    order = np.where(column < first, -1.0, 0.0)
    climbed = np.clip((column - (first - _CLIMB_M)) / _CLIMBING_M, 0.0, 1.0)
    order = np.where(
        (column > first - _CLIMB_M) & (column < first), -1 + (count + 2) * climbed, order
    )
    turned = np.stack(
        [np.interp(laid.s, folds, np.arange(count + 1)) for folds in laid.fold_s.T], axis=1
    )
    order = np.where((column >= first) & (column <= last), count - turned, order)
    rising = 2 * count + _FAN_LAYERS * (1 - laid.t / laid.t[-1])
    return np.where(column > laid.untuck_s - _LEAVING_M, rising, order)
