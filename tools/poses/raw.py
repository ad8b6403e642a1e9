"""One view's passes in one file, as the packing takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tools.poses import passes
from tools.poses.trimming import trimmed

if TYPE_CHECKING:
    from pathlib import Path

    from tools.poses.cloth_mesh import ClothMesh
    from tools.poses.mannequin import Mannequin
    from tools.poses.views import View


def render(view: View, model: Mannequin, cloth: ClothMesh, path: Path, *, rays: int) -> None:
    """
    Render `view` and write its passes to `path`.

    Parameters
    ----------
    view : View
    model : Mannequin
    cloth : ClothMesh
        The whole saree; its ends give the nominal length and width.
    path : Path
        An archive with `object`, `s`, `t` at `k` samples along a pixel's side, and
        `light_object`, `light_s`, `light_t`, `light`, `sheen` and `plate` at one.
    rays : int
        Paths traced for each sample of light.
    """
    cloth = trimmed(
        cloth,
        lambda mesh: passes.labels(view, model, mesh, samples=1),
        (passes.FRONT, passes.REVERSE),
        boldly=view.trim_boldly,
    )
    drawn = passes.labels(view, model, cloth, samples=passes.LABEL_SAMPLES)
    lit = passes.lit(view, model, cloth, rays=rays)
    what = passes.doubtful(drawn, lit)
    saree = (what == passes.FRONT) | (what == passes.REVERSE)
    middle = slice(drawn.samples // 2, None, drawn.samples)
    np.savez(
        path,
        object=drawn.what,
        s=drawn.s,
        t=drawn.t,
        light_object=what,
        light_s=drawn.s[middle, middle],
        light_t=drawn.t[middle, middle],
        light=np.where(saree | (what == passes.BLOUSE), lit[..., 0] / passes.GREY, 0),
        sheen=np.where(saree, lit[..., 1], 0),
        plate=np.where(saree[..., None], 0, lit),
        blouse_albedo=passes.GREY,
        length=float(cloth.fabric[:, 0].max()),
        width=float(cloth.fabric[:, 1].max()),
        k=drawn.samples,
        m=1,
    )
