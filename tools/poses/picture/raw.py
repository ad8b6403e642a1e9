"""One view's passes in one file, as the packing takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tools.poses.picture import passes
from tools.poses.picture.trimming import trimmed
from tools.poses.picture.visible import told, visible_strain

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from tools.poses.figure.mannequin import Mannequin
    from tools.poses.picture.cloth_mesh import ClothMesh
    from tools.poses.picture.passes import Mesh
    from tools.poses.picture.raster import Labels
    from tools.poses.picture.views import View


def render(
    view: View,
    model: Mannequin,
    petticoat: Mesh,
    cloth: ClothMesh,
    paths: tuple[Path, Path],
    *,
    rays: int,
) -> None:
    """
    Render `view` as it shows, and as it would without the cloth's first layer.

    Parameters
    ----------
    view : View
    model : Mannequin
    petticoat : mesh
        Places and faces.
    cloth : ClothMesh
        The whole saree; its ends give the nominal length and width.
    paths : tuple of Path
        Two archives with `object`, `s`, `t` at `k` samples along a pixel's side, and
        `light_object`, `light_s`, `light_t`, `light`, `sheen` and `plate` at one.
    rays : int
        Paths traced for each sample of light; half as many for what lies under the cloth.
    """
    cloth = trimmed(
        cloth,
        lambda mesh: passes.labels(view, model, mesh, samples=1),
        (passes.FRONT, passes.REVERSE),
    )
    shown = passes.labels(view, model, cloth, samples=passes.LABEL_SAMPLES)
    strain = visible_strain(cloth, shown, (passes.FRONT, passes.REVERSE))
    print(f"strain of what shows, median / 95th percentile: {told(strain)}", flush=True)
    _write(paths[0], shown, passes.lit(view, model, cloth, rays=rays), cloth)
    peeled = (shown, petticoat)
    under = passes.labels(view, model, cloth, samples=passes.LABEL_SAMPLES, under=peeled)
    lit = passes.lit(view, model, cloth, rays=max(1, rays // 2), under=peeled)
    _write(paths[1], under, lit, cloth)


def _write(path: Path, drawn: Labels, lit: NDArray[np.float32], cloth: ClothMesh) -> None:
    what = passes.doubtful(drawn, lit)
    saree = (what == passes.FRONT) | (what == passes.REVERSE)
    tinted = (what == passes.BLOUSE) | (what == passes.PETTICOAT)
    middle = slice(drawn.samples // 2, None, drawn.samples)
    np.savez(
        path,
        object=drawn.what,
        s=drawn.s,
        t=drawn.t,
        light_object=what,
        light_s=drawn.s[middle, middle],
        light_t=drawn.t[middle, middle],
        light=np.where(saree | tinted, lit[..., 0] / passes.GREY, 0),
        sheen=np.where(saree, lit[..., 1], 0),
        plate=np.where(saree[..., None], 0, lit),
        blouse_albedo=passes.GREY,
        length=float(cloth.fabric[:, 0].max()),
        width=float(cloth.fabric[:, 1].max()),
        k=drawn.samples,
        m=1,
    )
