"""How true the cloth's scale is where a view shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tools.poses.picture.cloth_mesh import ClothMesh
    from tools.poses.picture.raster import Labels


def visible_strain(
    cloth: ClothMesh, drawn: Labels, numbers: tuple[int, int]
) -> NDArray[np.float64]:
    """
    Compare lengths on the surface that a view shows with lengths on the fabric.

    Parameters
    ----------
    cloth : ClothMesh
        Of triangles, those that were drawn.
    drawn : Labels
    numbers : tuple of int
        How front and reverse are labeled.

    Returns
    -------
    ndarray of float64, shape (2, N)
        Along and across the fabric, for each sample that shows cloth: 0.03 where a ruler lying
        on the cloth reads 3 % too little.
    """
    places = cloth.places[cloth.faces].astype(float)
    fabric = cloth.fabric[cloth.faces].astype(float)
    sides, flat = places[:, 1:] - places[:, :1], fabric[:, 1:] - fabric[:, :1]
    # Sides are the surface's slopes along s and t, times the fabric's own sides.
    slopes = np.einsum("fij,fjx->fix", np.linalg.pinv(flat), sides)
    stretch = np.linalg.norm(slopes, axis=2) - 1
    seen = drawn.face[np.isin(drawn.what, numbers)]
    return np.asarray(stretch[seen].T)


def told(strain: NDArray[np.float64]) -> str:
    """Say a strain in percent: median and 95th percentile of its size, along and across."""
    percent = np.percentile(np.abs(strain) * 100, [50, 95], axis=1)
    along, across = percent.T
    return f"along {along[0]:.1f} / {along[1]:.1f} %, across {across[0]:.1f} / {across[1]:.1f} %"
