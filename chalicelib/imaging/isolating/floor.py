"""The floor, sheet or wall around a cloth: its color in each place, and how far it varies."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.color import to_lab
from chalicelib.imaging.image import Lab, Mask, Rgb8
from chalicelib.imaging.isolating.regions import grown
from chalicelib.imaging.resizing import shrink

_SIDE: Final = 256
"""Pixels on the longer side in which the floor's colors are learned."""

_SURE: Final = 0.05
"""Longer sides from the cloth, from where on all is floor."""

_AROUND: Final = 0.2
"""Longer sides of the window around a place whose floor tells what color it would have."""

_USUAL: Final = 1e-3
"""How far, as a share of that window, the floor's usual color counts: where there is no other."""

_SHADE: Final = (0.35, 1.02)
"""How dark and how light the floor's own color may get."""

_RARE: Final = 1e-4
"""Share of the floor that departs from itself in the same way, at most."""

_BIN: Final = 3.0
"""Units of Lab: departures are counted in steps of this, so many each way."""

_BINS: Final = (35, 69, 69)

_CLUTTERED: Final = 15.0
"""Departure of one in fifty places from which on things lie about, and it is no floor."""


@dataclass(frozen=True, slots=True, eq=False)
class Floor:
    """What lies around a cloth, at a small size."""

    color: Lab
    """Shape (h, w, 3): what the floor would have in each place, from the floor around it."""

    common: NDArray[np.float32]
    """Share of the floor that departs from its own color so far, in each direction."""

    varied: float
    """How far a quarter of it departs from the color that it has around there, in units of Lab."""

    cluttered: bool
    """Whether things lie about."""

    @classmethod
    def around(cls, view: Rgb8, cloth: Mask) -> "Floor | None":
        """
        Learn it from where no cloth is near.

        Parameters
        ----------
        view : ndarray of uint8, shape (H, W, 3)
            sRGB.
        cloth : ndarray of bool, shape (h, w)
            The cloth in the same view, at any size.

        Returns
        -------
        Floor or None
            None where the cloth leaves none.
        """
        small = shrink(view, _SIDE)
        size = (small.shape[1], small.shape[0])
        share = cv2.resize(cloth.astype(np.float32), size, interpolation=cv2.INTER_AREA)
        sure = ~grown(share > 0, _SURE * _SIDE)
        if not sure.any():
            return None
        lab, window = to_lab(small), (round(_AROUND * _SIDE),) * 2
        share = cv2.blur(sure.astype(np.float32), window) + _USUAL
        color = cv2.blur(lab * sure[..., None], window) + _USUAL * lab[sure].mean(axis=0)
        color /= share[..., None]
        away = _departure(lab[sure], color[sure])
        quarter, most = np.percentile(np.linalg.norm(away, axis=1), (75, 98))
        common = np.zeros(_BINS, np.float32)
        np.add.at(common, _bins(away), np.float32(1 / len(away)))
        return cls(color, _smooth(common), float(quarter), bool(most > _CLUTTERED))

    def departure(self, view: Rgb8, where: Mask) -> tuple[NDArray[np.float32], Mask]:
        """
        Compare places with the floor.

        Parameters
        ----------
        view : ndarray of uint8, shape (H, W, 3)
            sRGB; the view it was learned from, at any size.
        where : ndarray of bool, shape (H, W)
            The places.

        Returns
        -------
        tuple of ndarray of float32 and of bool, shape (H, W)
            How far each departs from the floor's color there, in units of Lab; whether floor
            never departs so.  0 and False elsewhere.
        """
        color = cv2.resize(self.color, (view.shape[1], view.shape[0]))
        away = _departure(to_lab(view)[where], color[where])
        far, rare = np.zeros(where.shape, np.float32), np.zeros(where.shape, np.bool_)
        far[where] = np.linalg.norm(away, axis=1)
        rare[where] = self.common[_bins(away)] < _RARE
        return cv2.GaussianBlur(far, (0, 0), 0.5), rare


def _departure(color: Lab, floor: Lab) -> Lab:
    """Difference between colors, shape (N, 3), and the floor's in the shade that explains most."""
    shade = (color * floor).sum(axis=1) / np.maximum((floor * floor).sum(axis=1), 1)
    return np.asarray(color - np.clip(shade, *_SHADE)[:, None] * floor, dtype=np.float32)


def _smooth(counts: NDArray[np.float32]) -> NDArray[np.float32]:
    """Spread counts over the next bins in each of three directions."""
    for _ in range(3):
        spread = cv2.GaussianBlur(counts.reshape(len(counts), -1), (1, 5), 1)
        counts = np.ascontiguousarray(np.moveaxis(spread.reshape(counts.shape), 0, -1))
    return counts


def _bins(away: Lab) -> tuple[NDArray[np.intp], ...]:
    middle = np.array(_BINS) // 2
    bins = np.rint(away / _BIN).astype(np.intp) + middle
    return tuple(np.clip(bins, 0, np.array(_BINS) - 1).T)
