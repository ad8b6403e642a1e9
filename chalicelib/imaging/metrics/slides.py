"""What windows far apart tell by how differently the pattern slid in them."""

from typing import Final

import numpy as np

from chalicelib.imaging.metrics.kinds import Plane

_LEAST_WINDOWS: Final = 3
_MANY_WINDOWS: Final = 5
_UNEXPLAINED: Final = 0.2


def told_by_slides(places: Plane, slides: Plane) -> tuple[float, float]:
    """
    Magnification and turn by which windows far apart slide differently, or none.

    Too little to be seen within a window. By the least squares fit of a similarity; if none
    fits and there are windows enough, of an affine map: a pattern may be stretched along one
    thread only. A fit must explain more than its own freedom does.

    Parameters
    ----------
    places, slides : ndarray of float64, shape (N, 2)
        Row and column of each window, and by how much its pattern slid, in cells.

    Returns
    -------
    tuple of float
        The magnification less 1, and the turn in degrees.

    References
    ----------
    Theil, "Economic Forecasts and Policy", 1961, section 6.4: what is left, and what there was,
    each by its degrees of freedom.
    """
    if len(places) < _LEAST_WINDOWS:
        return 0.0, 0.0
    away = places - places.mean(axis=0)
    spread = float(np.sum((slides - slides.mean(axis=0)) ** 2))
    if spread < len(slides):
        return 0.0, 0.0
    row, column = away.T
    one, none = np.ones(len(row)), np.zeros(len(row))
    alike = np.concatenate(
        [np.stack([row, column, one, none], 1), np.stack([column, -row, none, one], 1)]
    )
    sides = np.concatenate([slides[:, 0], slides[:, 1]])
    (shrinking, turning, *_), left = _least_squares(alike, sides)
    freedom = 2 * len(places)
    if left / (freedom - 4) <= _UNEXPLAINED * spread / (freedom - 2):
        return float(1 / (1 + shrinking) - 1), float(np.degrees(turning))
    if len(places) < _MANY_WINDOWS:
        return 0.0, 0.0
    (first, left_first), (second, left_second) = (
        _least_squares(np.column_stack([away, one]), slides[:, axis]) for axis in (0, 1)
    )
    left = left_first + left_second
    if left / (freedom - 6) > _UNEXPLAINED / 2 * spread / (freedom - 2):
        return 0.0, 0.0
    fit = np.stack([first[:2], second[:2]], axis=1)
    strain = np.linalg.eigvalsh((fit + fit.T) / 2)
    return float(-strain[np.abs(strain).argmax()]), float(np.degrees(fit[1, 0] - fit[0, 1]) / 2)


def _least_squares(design: Plane, sides: Plane) -> tuple[Plane, float]:
    """The fit, and the sum of the squares that it leaves."""
    fit, *_ = np.linalg.lstsq(design, sides, rcond=1e-9)
    rest = sides - np.sum(design * fit, axis=1)
    return fit, float(np.sum(rest * rest))
