"""The folded pallu on the left shoulder and down the back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.ndimage import gaussian_filter1d

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tools.poses.wrapping.form import Form
    from tools.poses.wrapping.recipe import Recipe

_COARSE_ROWS = 46
_LAYER_M = 0.0011
_OVER_M = 0.05
"""Cloth from the front of the shoulder to where it turns down."""

_FRONT_M = -0.018
"""The shoulder line's distance in front of the ridge (negative: in front), times -1."""


@dataclass(frozen=True, slots=True, eq=False)
class Shoulder:
    """Where each row lies on the shoulder, and the way from there."""

    across: NDArray[np.float64]
    """Place of each row between the inner (0) and the outer (1) edge; shape (rows,)."""

    layer: NDArray[np.float64]
    """Layer of each row, 0 lowest; shape (rows,)."""

    line: NDArray[np.float64]
    """Where each row reaches the shoulder, shape (rows, 3), meters."""

    x: NDArray[np.float64]
    """How far to the wearer's left each row lies, shape (rows,), meters."""

    z: NDArray[np.float64]
    """Height of the shoulder under each row, shape (rows,), meters."""

    ridge_y: float
    """How far back the top of the shoulder is, meters."""

    back: NDArray[np.float64]
    """The way down the back: run, y and z, meters; shape (N, 3)."""

    def beyond(self, run: NDArray[np.float64], rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """
        Place cloth that lies `run` meters past the shoulder line.

        Parameters
        ----------
        run : ndarray of float64, shape (N,)
            Meters, from 0.
        rows : ndarray of int64, shape (N,)
            The row each point belongs to.

        Returns
        -------
        ndarray of float64, shape (N, 3)
            Meters.
        """
        over = np.minimum(run, _OVER_M)
        crest = self._crest(rows, _FRONT_M + 0.9 * over)
        turn = (over / _OVER_M)[:, np.newaxis]
        up = np.array([0.0, -0.35, 0.94]) + turn * np.array([0.0, 1.0, -0.3])
        up /= np.linalg.norm(up, axis=1)[:, np.newaxis]
        lift = 0.005 + _LAYER_M * self.layer[rows]
        fall = np.maximum(run - _OVER_M, 0.0)
        settle = np.minimum(1.0, fall / 0.10)
        down = np.interp(fall, self.back[:, 0], self.back[:, 2]) - self.back[0, 2]
        out = np.interp(fall, self.back[:, 0], self.back[:, 1])
        hanging = np.stack(
            [
                crest[:, 0] + (self.across[rows] - 0.4) * 0.09 * fall,
                np.where(run > _OVER_M, out, crest[:, 1]),
                np.where(run > _OVER_M, self._level(crest[:, 2], settle) + down, crest[:, 2]),
            ],
            axis=1,
        )
        backward = np.stack([0 * settle, 0.65 + 0.35 * settle, 0.64 * (1 - settle)], axis=1)
        backward /= np.linalg.norm(backward, axis=1)[:, np.newaxis]
        away = np.where((run > _OVER_M)[:, np.newaxis], backward, up)
        return hanging + away * (lift * (1 + 0.8 * settle))[:, np.newaxis]

    def _level(
        self, crest: NDArray[np.float64], settle: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Let the rows lose the slope of the shoulder as they fall."""
        level = self.back[0, 2] + (crest - self.back[0, 2]) * (1 - settle)
        return np.asarray(level)

    def _crest(self, rows: NDArray[np.int64], y: NDArray[np.float64]) -> NDArray[np.float64]:
        x = self.x[rows]
        z = self.z[rows] - 3.0 * y**2
        return np.stack([x, self.ridge_y + y, z], axis=1)


def accordion(
    share: NDArray[np.float64], folds: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """
    Fold a width to and fro, with the folds on grid rows.

    Parameters
    ----------
    share : ndarray of float64, shape (rows,)
        Place across the cloth, 0..1, evenly spaced in either direction.
    folds : int
        Number of layers.

    Returns
    -------
    across, layer : ndarray of float64, shape (rows,)
        Place across the folded stack, 0..1; layer, 0..folds.
    """
    knots = fold_rows(len(share), folds) / (len(share) - 1)
    layer = np.interp(share, knots, np.arange(folds + 1))
    whole = np.minimum(np.floor(layer + 1e-9), folds - 1)
    part = layer - whole
    return np.clip(np.where(whole % 2 == 0, part, 1 - part), 0.0, 1.0), layer


def fold_rows(rows: int, folds: int) -> NDArray[np.int64]:
    """List the rows on which a width turns, the same threads on a grid twice as fine."""
    last, grain = rows - 1, max(1, round((rows - 1) / _COARSE_ROWS))
    return grain * np.round(np.linspace(0, last, folds + 1) / grain).astype(np.int64)


def shoulder(form: Form, recipe: Recipe) -> Shoulder:
    """
    Lay the folded cloth on the left shoulder: the upper border lowest and innermost.

    Parameters
    ----------
    form : Form
        Body and petticoat.
    recipe : Recipe
        Width and number of the folds.

    Returns
    -------
    Shoulder
    """
    share = 1 - recipe.rows() / recipe.width
    across, layer = accordion(share, recipe.shoulder_folds)
    # Each layer lies a little farther out than the one below: no upright wall of folds.
    x = (
        form.neck_x
        + recipe.shoulder_inner
        + (recipe.shoulder_outer - recipe.shoulder_inner) * across
    )
    x = x + 0.0008 * layer
    ridge_y = _ridge_y(form, recipe)
    z = np.asarray(np.polyval(np.polyfit(x, form.ridge(x, ridge_y), 2), x), dtype=np.float64)
    made = Shoulder(across, layer, np.zeros((len(x), 3)), x, z, ridge_y, _fall(form, z, ridge_y))
    rows = np.arange(len(x))
    line = made.beyond(np.zeros(len(x)), rows)
    return Shoulder(across, layer, line, x, z, ridge_y, made.back)


def _ridge_y(form: Form, recipe: Recipe) -> float:
    """Find how far back the top of the shoulder is, meters."""
    middle = np.array([form.neck_x + (recipe.shoulder_inner + recipe.shoulder_outer) / 2])
    places = np.arange(-0.06, 0.05, 0.004)
    tops = [float(form.ridge(middle, y)[0]) for y in places]
    return float(places[np.argmax(gaussian_filter1d(tops, 2))]) + 0.004


def _fall(form: Form, z: NDArray[np.float64], ridge_y: float) -> NDArray[np.float64]:
    """Tabulate the way down the back: run, y and z, meters; never back under itself."""
    top = float(z.mean()) - 3.0 * (_FRONT_M + 0.9 * _OVER_M) ** 2
    start = ridge_y + _FRONT_M + 0.9 * _OVER_M
    height = np.arange(1.45, 0.05, -0.005)
    y = form.contour(height, np.full(len(height), np.pi))[:, 1] + 0.02
    y[0] = start
    y = np.maximum.accumulate(gaussian_filter1d(np.maximum.accumulate(y), 4))
    y = np.maximum(y, start)
    run = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(y), np.diff(height)))])
    return np.stack([run, y, height - height[0] + top], axis=1)
