"""
Build pose assets: body, drape, passes and packing, on a CPU, without a screen.

    python -m tools.poses build pose_01 --mannequin PATH

The poses are named in views.py; without a name all are built. The same inputs give the
same drape and labels; the light carries the path tracer's noise, which its seed fixes.
"""

from __future__ import annotations

import argparse
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tools.poses.cloth import DrapedCloth
from tools.poses.figure import mannequin
from tools.poses.picture import cloth_mesh, pack
from tools.poses.picture.views import VIEWS
from tools.poses.wrapping.form import form_of
from tools.poses.wrapping.petticoat import petticoat

if TYPE_CHECKING:
    from collections.abc import Iterator

_REFINED = 4
"""Pieces that each side of the simulated grid's cells is cut into for the picture."""


def main() -> None:
    """Build what the command line names."""
    parser = argparse.ArgumentParser(prog="python -m tools.poses", description=__doc__)
    parser.add_argument("task", choices=["build"])
    parser.add_argument("poses", nargs="*", metavar="pose", help="pose_01 and so on")
    parser.add_argument("--mannequin", type=Path, required=True, help="folder of the base mesh")
    parser.add_argument("--assets", type=Path, default=Path("chalicelib/poses/nivi_v1"))
    parser.add_argument("--work", type=Path, default=Path("out/poses"))
    parser.add_argument("--keep-drapes", action="store_true", help="use drapes found in --work")
    parser.add_argument("--rays", type=int, default=4, help="paths for each sample of light")
    arguments = parser.parse_args()
    poses = arguments.poses or sorted(VIEWS)
    if unknown := set(poses) - set(VIEWS):
        parser.error(f"no such pose: {', '.join(sorted(unknown))}")
    arguments.work.mkdir(parents=True, exist_ok=True)
    for stance in sorted({VIEWS[pose].stance for pose in poses}):
        build(stance, [pose for pose in poses if VIEWS[pose].stance == stance], arguments)


def build(stance: str, poses: list[str], options: argparse.Namespace) -> None:
    """Drape the mannequin in one stance, then render and pack its poses."""
    # The renderer is slow to load, and a wrong command line should be told at once.
    from tools.poses.picture import raw

    with _timed(f"body {stance}"):
        body, model = mannequin.stand(options.mannequin, stance)
        body.save(options.work / f"body_{stance}.npz")
    draped = options.work / f"cloth_{stance}.npz"
    if not (options.keep_drapes and draped.exists()):
        from tools.poses.drapes import drape

        with _timed(f"drape {stance}"):
            drape(body, stance).save(draped)
    lining = petticoat(form_of(body))
    cloth = DrapedCloth.load(draped)
    cloth.must_be_fit()
    mesh = cloth_mesh.refined(cloth.places, cloth.s, cloth.t, cloth.shown, times=_REFINED)
    for pose in poses:
        passes = (options.work / f"raw_{pose}.npz", options.work / f"under_{pose}.npz")
        with _timed(f"passes {pose}"):
            raw.render(VIEWS[pose], model, lining, mesh, passes, rays=options.rays)
        with _timed(f"packing {pose}"):
            shown, under = (pack.packed(*pack.read_raw(path)) for path in passes)
            pack.write(options.assets / pose, *shown, pack.VERSION, under)


@contextmanager
def _timed(step: str) -> Iterator[None]:
    started = time.perf_counter()
    yield
    print(f"{step}: {time.perf_counter() - started:.1f} s", flush=True)


if __name__ == "__main__":
    main()
