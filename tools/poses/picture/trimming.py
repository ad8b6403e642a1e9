"""Cutting out what pokes through: small patches of a lower layer seen through an upper one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

from tools.poses.figure.surface import triangles

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from tools.poses.picture.cloth_mesh import ClothMesh
    from tools.poses.picture.raster import Labels

_RIM = 0.7
"""Share of a patch's rim where layers must cross; a fold bounds the rest."""

_LARGEST = 9000
"""Pixels; what is larger is cloth that was meant to be seen."""

_NEAR_M = 0.006
"""Layers that cross meet; where cloth turns over in the air there is depth beside it."""

_SAME_M = 0.02
"""Neighboring samples of one piece of cloth are no farther apart on the fabric."""

_ROUNDS = 2


def trimmed(
    cloth: ClothMesh,
    drawn_from: Callable[[ClothMesh], Labels],
    numbers: tuple[int, int],
) -> ClothMesh:
    """
    Leave out the triangles that a view shows poking through the cloth above them.

    The reverse of the cloth shows where it is turned over, and then it goes on as the front
    around the turn. A patch of it with front all round, near in depth and far in fabric, is a
    lower layer that came through.

    Parameters
    ----------
    cloth : ClothMesh
    drawn_from : callable
        Draws the view with the given cloth, one sample a pixel.
    numbers : tuple of int
        How front and reverse are labeled.

    Returns
    -------
    ClothMesh
        The same vertices; its faces are triangles.
    """
    cloth = replace(cloth, faces=triangles(cloth.faces))
    for _ in range(_ROUNDS):
        poking = _poking(drawn_from(cloth), numbers)
        if not len(poking):
            break
        cloth = replace(cloth, faces=np.delete(cloth.faces, _with_rim(cloth, poking), axis=0))
    return cloth


def _poking(drawn: Labels, numbers: tuple[int, int]) -> NDArray[np.int64]:
    """List the triangles in the patches that came through."""
    front, reverse = numbers
    patches, count = ndimage.label(drawn.what == reverse, np.ones((3, 3)))
    pixels = np.bincount(patches.ravel(), minlength=count + 1)
    around, through = np.zeros(count + 1), np.zeros(count + 1)
    for near, far in _neighbors():
        patch, beside = patches[near], patches[far]
        rim = (patch > 0) & (beside != patch)
        jump = np.hypot(drawn.s[near] - drawn.s[far], drawn.t[near] - drawn.t[far])
        with np.errstate(invalid="ignore"):
            close = abs(drawn.depth[near] - drawn.depth[far]) < _NEAR_M
        met = rim & (drawn.what[far] == front) & (jump > _SAME_M) & close
        around += np.bincount(patch[rim], minlength=count + 1)
        through += np.bincount(patch[met], minlength=count + 1)
    wrong = (through > _RIM * around) & (pixels < _LARGEST)
    wrong[0] = False
    return np.unique(drawn.face[wrong[patches]]).astype(np.int64)


def _neighbors() -> list[tuple[tuple[slice, slice], tuple[slice, slice]]]:
    whole, first, last = slice(None), slice(None, -1), slice(1, None)
    pairs = [((first, whole), (last, whole)), ((whole, first), (whole, last))]
    return pairs + [(far, near) for near, far in pairs]


def _with_rim(cloth: ClothMesh, chosen: NDArray[np.int64]) -> NDArray[np.int64]:
    """Add the triangles that share a corner with the chosen ones."""
    touched = np.zeros(len(cloth.places), bool)
    touched[cloth.faces[chosen]] = True
    return np.nonzero(touched[cloth.faces].any(axis=1))[0]
