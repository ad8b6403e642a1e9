"""Border and body as a draped saree shows them at its hem, where they lie alike on all."""

from dataclasses import dataclass, field
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.image import Mask
from chalicelib.imaging.pattern.palette import distinct, nearest_in, palette_of

_WEIGHT: Final = np.array([0.5, 1.0, 1.0], np.float32)
_COLORS, _SAMPLE, _APART = 8, 4000, 8.0
_THREAD_M: Final = 0.004
_LEVEL: Final = 0.08
_DEEP_M: Final = 0.45
_LEAST_M, _MOST_M = 0.02, 0.27
_DRAPED_M: Final = 1.5
_FROM_BEHIND: Final = 2.0
_NEAR_FLOOR_M: Final = 0.2
_CUT_OFF: Final = 0.2
_HANGING: Final = 4.0
_CLEAR, _SUDDEN = 0.07, 0.06
_EDGE_M: Final = 0.03
_BEYOND: Final = 1.6
_SMOOTH_M: Final = 0.015


@dataclass(frozen=True, slots=True, eq=False)
class Hem:
    """
    What lies above the hem.

    Attributes
    ----------
    labels : ndarray of uint8, shape (H, W)
        For each pixel the nearest of the cloth's K colors.
    profile : ndarray of float64, shape (D, K)
        The share of each color by rows from the selvedge up: the border, and some of the body.
    usual : ndarray of float64, shape (K,)
        The share of each color in all of the cloth.
    border : int
        How many of the rows are border.
    clearness : float
        How much the mix of colors changes between border and body, in all and at once, nats a
        pixel; the smaller of the two.
    """

    labels: NDArray[np.uint8]
    profile: NDArray[np.float64]
    usual: NDArray[np.float64]
    border: int
    clearness: float

    @property
    def of_border(self) -> NDArray[np.float64]:
        """The share of each color in the border, shape (K,)."""
        return np.asarray(self.profile[: self.border].mean(axis=0), np.float64)

    @property
    def of_body(self) -> NDArray[np.float64]:
        """The share of each color in the body above it, shape (K,)."""
        return np.asarray(self.profile[self.border :].mean(axis=0), np.float64)

    def body_likelihood(self) -> NDArray[np.float64]:
        """How much rather body than border each pixel is by its color, 0..1, shape (H, W)."""
        body, border = self.of_body, self.of_border
        return np.asarray((body / (body + border))[self.labels], np.float64)


def off_pallu(cloth: Mask) -> NDArray[np.float64]:
    """
    Tell how much each column of draped cloth says of the body.

    A pallu may show more than the body does; it hangs from the wearer's left shoulder, which
    the viewer sees right.

    Parameters
    ----------
    cloth : ndarray of bool, shape (H, W)

    Returns
    -------
    ndarray of float64, shape (W,)
        0..1.
    """
    columns = np.nonzero(cloth)[1]
    off = (np.arange(cloth.shape[1]) - columns.mean()) / max(1.0, float(columns.std()))
    return np.asarray(1 / (1 + np.exp(_HANGING * off)), np.float64)


def draped_ppm(cloth: Mask) -> float:
    """
    Tell the scale of draped cloth, which hangs from a shoulder to the floor.

    Parameters
    ----------
    cloth : ndarray of bool, shape (H, W)

    Returns
    -------
    float
        Pixels per meter.
    """
    return float(np.ptp(np.flatnonzero(cloth.any(axis=1))) + 1) / _DRAPED_M


def read_hem(lab: NDArray[np.float64], cloth: Mask) -> Hem | None:
    """
    Find the border at the hem: where, going up, the mix of colors changes most.

    Above the hem of a draped saree there is its border and then its body, whatever else of it
    is seen; so both can be told there though neither is known.

    Parameters
    ----------
    lab : ndarray of float64, shape (H, W, 3)
        CIE L*a*b*.
    cloth : ndarray of bool, shape (H, W)

    Returns
    -------
    Hem or None
        None where the photo cuts the hem off, or no border shows there.

    References
    ----------
    The change of mixes is a Jensen-Shannon divergence: Lin, "Divergence Measures Based on the
    Shannon Entropy", IEEE Transactions on Information Theory, 1991.
    """
    if cloth[-1].sum() > _CUT_OFF * cloth.any(axis=0).sum():
        return None
    ppm = draped_ppm(cloth)
    soft = cv2.GaussianBlur(lab, (0, 0), max(0.5, _THREAD_M * ppm)) * _WEIGHT
    palette = distinct(palette_of(soft[cloth], _COLORS, _SAMPLE), _APART)
    labels, _ = nearest_in(palette, soft)
    usual = np.bincount(labels[cloth], minlength=len(palette)) + 1.0
    trust = off_pallu(cloth)
    front, back = (
        _above(_lowest(cloth, each), soft, cloth, palette, ppm) for each in (trust, 1 - trust)
    )
    # Seen from behind, the pallu hangs at the left and tells as little.
    found = back if back.clearness > _FROM_BEHIND * front.clearness else front
    if found.clearness == 0:
        return None
    return Hem(labels, found.profile, _shares(usual), found.border, found.clearness)


@dataclass(frozen=True, slots=True, eq=False)
class _Above:
    """What lies above some hem; not clear at all where there is no border."""

    clearness: float
    border: int = 0
    profile: NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, 0)))


def _above(
    hem: tuple[NDArray[np.int64], NDArray[np.int64]],
    soft: NDArray[np.float32],
    cloth: Mask,
    palette: NDArray[np.float32],
    ppm: float,
) -> _Above:
    """What lies above the lowest cloth of some columns, where that is near the floor."""
    lowest = int(np.flatnonzero(cloth.any(axis=1))[-1])
    if hem[1].max(initial=0) < lowest - _NEAR_FLOOR_M * ppm:
        return _Above(0.0)
    counts = _by_depth(soft, cloth, hem, round(_DEEP_M * ppm), palette)
    gains = _changes(counts)[: round(_MOST_M * ppm)]
    gains[: round(_LEAST_M * ppm)] = 0
    border = int(np.argmax(gains))
    if border >= len(gains) - 1 or gains[border] < _CLEAR:
        return _Above(0.0)
    sudden = _suddenness(counts, border, min(border, round(_EDGE_M * ppm)))
    if sudden < _SUDDEN:
        return _Above(0.0)
    profile = counts[: round(_BEYOND * border)] + 1
    smooth = cv2.blur(profile, (1, max(1, round(_SMOOTH_M * ppm))))
    return _Above(min(float(gains[border]), sudden), border, _shares(smooth))


def _lowest(
    cloth: Mask, trust: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The columns whose lowest cloth is in the photo, about as low as that of most; the rows."""
    columns = np.flatnonzero(cloth.any(axis=0))
    rows = cloth.shape[0] - 1 - np.argmax(cloth[::-1, columns], axis=0)
    heavy = np.bincount(rows, weights=trust[columns], minlength=cloth.shape[0])
    span = max(3, round(_LEVEL * float(np.ptp(np.nonzero(cloth)[0]))))
    first = int(np.argmax(np.convolve(heavy, np.ones(span), "valid")))
    level = (rows >= first) & (rows < min(first + span, cloth.shape[0] - 1))
    return columns[level], rows[level]


def _by_depth(
    soft: NDArray[np.float32],
    cloth: Mask,
    hem: tuple[NDArray[np.int64], NDArray[np.int64]],
    deep: int,
    palette: NDArray[np.float32],
) -> NDArray[np.float64]:
    """
    How much there is of each color so many rows above the hem, shape (deep, K).

    A pixel counts for all the colors near it, lest a slow shade jump from one to the next.
    """
    columns, rows = hem
    up = np.maximum(rows - np.arange(deep)[:, None], 0)
    apart = np.linalg.norm(soft[up, columns][..., None, :] - palette, axis=-1)
    near = np.exp(-np.square(apart / _APART) * 2) + 1e-9
    share = near / near.sum(axis=-1, keepdims=True) * cloth[up, columns][..., None]
    return np.asarray(share.sum(axis=1), np.float64)


def _changes(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """By how much two mixes, below and above each row, tell more than one, in nats a pixel."""
    below = _sums(counts)[:-1]
    return _told_apart(below, counts.sum(axis=0) - below)


def _suddenness(counts: NDArray[np.float64], border: int, deep: int) -> float:
    """How much the mix changes at once about there: a shade's does little by little."""
    sums = _sums(counts)
    at = np.arange(max(deep, border - deep // 3), border + deep // 3 + 1)
    return float(_told_apart(sums[at] - sums[at - deep], sums[at + deep] - sums[at]).max())


def _sums(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """What lies below each row, and in the end all."""
    return np.concatenate([np.zeros_like(counts[:1]), np.cumsum(counts, axis=0)])


def _told_apart(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """By how much two mixes tell more than both together, in nats a pixel."""
    both = one + other
    gains = _entropy(both) - _entropy(one) - _entropy(other)
    return np.asarray(gains / np.maximum(1, both.sum(axis=-1)), np.float64)


def _entropy(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """The entropy of all the pixels counted, together, in nats."""
    shares = _shares(np.maximum(counts, 1e-12))
    return np.asarray(-(shares * np.log(shares)).sum(axis=-1) * counts.sum(axis=-1))


def _shares(counts: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    return np.asarray(counts / counts.sum(axis=-1, keepdims=True), np.float64)
