"""The drapes of the Nivi set: how each is wrapped, moved and brought to rest."""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tools.poses.cloth import DrapedCloth
from tools.poses.figure.body import Body
from tools.poses.finishing import lifted
from tools.poses.measuring import measure
from tools.poses.physics.carrying import Carrying, Grip
from tools.poses.physics.crossings import find_crossings
from tools.poses.physics.refining import doubled
from tools.poses.physics.simulate import STEP_S, Cloth, Phase, cloth_of, run
from tools.poses.physics.untangling import untangled
from tools.poses.wrapping.form import form_of
from tools.poses.wrapping.recipe import Recipe
from tools.poses.wrapping.skirt import smooth
from tools.poses.wrapping.stacking import loose
from tools.poses.wrapping.wrap import Wrap, wrap

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from tools.poses.wrapping.form import Form


@dataclass(frozen=True, slots=True)
class Drape:
    """One way to wear the saree."""

    recipe: Recipe = field(default_factory=Recipe)
    guard_right_hand: bool = True
    """Whether the right arm hangs where the cloth on the hip could swallow its hand."""

    grips: Callable[[Body], tuple[Grip, ...]] = lambda _: ()


def _on_the_left_arm(body: Body) -> tuple[Grip, ...]:
    """Spread the pallu: its upper border goes behind the arm to the left hand."""
    hand = _beyond(body, "L", 0.06)
    return (Grip(0.66, 1.135, (_moved(hand, -0.12, 0.28, 0.10), _moved(hand, 0.0, 0.03, 0.015))),)


def _over_the_left_forearm(body: Body) -> tuple[Grip, ...]:
    """Bring the pallu round the outside of the arm and lay it over the forearm."""
    elbow, wrist = body.joints["lowerarm01.L"], body.joints["wrist.L"]
    grips = []
    for t, share, past in ((0.02, 0.92, 0.52), (0.58, 0.62, 0.48), (1.13, 0.30, 0.46)):
        rest = elbow + share * (wrist - elbow)
        out = _moved(tuple(rest), 0.20, 0.10, 0.06)
        behind = _moved(tuple(elbow), 0.16, 0.26, 0.02)
        grips.append(Grip(past, t, (behind, out, _moved(tuple(rest), 0.0, 0.0, 0.055))))
    return tuple(grips)


def _to_the_right_hand(body: Body) -> tuple[Grip, ...]:
    """Bring the pallu's upper border round the back and forward to the right hand."""
    hand = _beyond(body, "R", 0.07)
    way = (
        (-0.15, 0.34, 1.0),
        (-0.55, 0.30, 1.0),
        (-0.50, -0.20, 1.02),
        _moved(hand, -0.015, -0.02, 0.02),
    )
    return (Grip(0.98, 1.135, way),)


def _beyond(body: Body, side: str, reach: float) -> tuple[float, float, float]:
    """Find the middle of a hand: past the wrist, in the forearm's direction."""
    elbow, wrist = body.joints[f"lowerarm01.{side}"], body.joints[f"wrist.{side}"]
    place = wrist + reach * (wrist - elbow) / np.linalg.norm(wrist - elbow)
    return (float(place[0]), float(place[1]), float(place[2]))


def _moved(
    place: tuple[float, ...], right: float, back: float, up: float
) -> tuple[float, float, float]:
    return (float(place[0]) + right, float(place[1]) + back, float(place[2]) + up)


def _edge_at_the_waist(form: Form) -> Grip:
    """Smooth the edge of the chest drape back round the wearer's left side."""
    height = np.full(3, form.waist_m)
    x, y, z = form.contour(height, np.array([0.7, 1.0, 1.3]), np.array([0.25, 0.20, 0.04])).T
    way = tuple((float(x[k]), float(y[k]), float(z[k])) for k in range(3))
    return Grip(-0.45, 0.03, way)


_OPENED = Recipe(stack_fall=0.06)

DRAPES = {
    "A": Drape(),
    "B": Drape(_OPENED, grips=_on_the_left_arm),
    "C": Drape(Recipe(stack_fall=0.13), grips=_over_the_left_forearm),
    "D": Drape(_OPENED, grips=_to_the_right_hand, guard_right_hand=False),
}

_LOOSE_M = 0.02
"""How far past the shoulder cloth hangs loose."""

_MORPH = Phase(
    "morph",
    400,
    gravity=4.0,
    damping=10.0,
    fastest=0.4,
    friction=0.02,
    morph=True,
    anchor=(0.02, 0.02),
    bending=1e-4,
)
_FALL = Phase("fall", 300, bending=1e-4, anchor=(0.02, 0.006), reach=0.006)
_CARRY = Phase(
    "carry",
    0,
    gravity=4.0,
    bending=1e-4,
    fastest=0.9,
    # A hand shakes the folds open; rubbing, the border would crumple on its way along the arm.
    friction=0.02,
    homing=1.0,
    reach=0.010,
    anchor=(0.01, 0.006),
)
_DROP = replace(_FALL, steps=400, friction=0.05, anchor=(0.006, 0.006))
_SETTLE = Phase(
    "settle", 250, bending=1e-4, damping=12.0, fastest=0.3, anchor=(0.006, 0.004), reach=0.006
)
_FINE = (
    Phase(
        "refine",
        140,
        bending=6e-5,
        damping=8.0,
        fastest=0.3,
        anchor=(0.006, 0.004),
        reach=0.003,
        morph=True,
    ),
    Phase(
        "settle finely",
        100,
        bending=6e-5,
        damping=12.0,
        fastest=0.3,
        anchor=(0.004, 0.002),
        reach=0.003,
    ),
    Phase(
        "rest", 60, bending=6e-5, damping=120.0, fastest=0.2, anchor=(0.002, 0.002), reach=0.003
    ),
)


def drape(
    body: Body, name: str, spacing: float = 0.0125, said: Callable[[str], None] = print
) -> DrapedCloth:
    """
    Drape a saree on a body.

    The cloth first falls on a grid of twice the spacing and is then refined.

    Parameters
    ----------
    body : Body
        Posed for this drape.
    name : str
        One of `DRAPES`.
    spacing : float
        Meters between two threads of the finished grid.
    said : callable
        Takes a line of the report at a time.

    Returns
    -------
    DrapedCloth
        The same for the same body, on one kind of machine.
    """
    clock = _Clock(said)
    how = DRAPES[name]
    form = form_of(body, guard_right_hand=how.guard_right_hand)
    coarse_wrap = wrap(form, replace(how.recipe, spacing=2 * spacing))
    coarse = _start(form, replace(how.recipe, spacing=2 * spacing), coarse_wrap)
    clock.crossings("start", coarse)
    _fall(form, how, body, coarse_wrap, coarse, clock)
    fine_wrap = wrap(form, replace(how.recipe, spacing=spacing))
    _untangle(coarse)
    clock.crossings("untangled", coarse)
    fine = _refined(coarse, fine_wrap, how.grips(body))
    for phase in _FINE:
        run(fine, form.solid, phase)
        clock.after(phase, fine)
    places = lifted(fine.grid(), fine_wrap, form.skin)
    facts = measure(places, fine_wrap, form, how.recipe.pleats, fine.speed())
    for line in [*facts.lines(), *facts.faults()]:
        said(line)
    return DrapedCloth(
        places.astype(np.float32),
        fine_wrap.s.astype(np.float32),
        fine_wrap.t.astype(np.float32),
        ~fine_wrap.tucked,
        {"drape": name, "faults": facts.faults(), **facts.as_facts()},
    )


def _start(form: Form, recipe: Recipe, laid: Wrap) -> Cloth:
    """Lay the coarse cloth with its folds wide apart except under the pin."""
    cloth = cloth_of(laid, _anchored(laid))
    cloth.x[:] = loose(form, recipe, laid).reshape(-1, 3)
    _untangle(cloth)
    cloth.homes[:] = cloth.x
    return cloth


def _untangle(cloth: Cloth) -> None:
    """Lead cloth that crosses itself, most of it in the stack on the shoulder, back out."""
    cloth.x[:] = untangled(cloth.grid(), cloth.shown.reshape(cloth.shape)).reshape(-1, 3)


def _anchored(laid: Wrap) -> NDArray[np.float64]:
    """Hold skirt and shoulder near their first shape; the hold fades on the way to the fan."""
    v = 1 - laid.t / laid.t[-1]
    past = laid.s[:, np.newaxis] - (laid.fold_s[-1] + 0.05)
    return np.maximum(1 - np.clip(past / (0.35 + 0.45 * v), 0, 1), _on_shoulder(laid))


def _on_shoulder(laid: Wrap) -> NDArray[np.float64]:
    """Say of every point whether it lies pressed on the shoulder, 0..1."""
    return smooth((0.14 - np.abs(laid.s[:, np.newaxis] - laid.shoulder_s)) / 0.08)


def _fall(form: Form, how: Drape, body: Body, laid: Wrap, cloth: Cloth, clock: _Clock) -> None:
    """Let the coarse cloth fall, and carry the pallu to where it is held."""

    def moved(phase: Phase, carrying: Carrying | None = None) -> None:
        run(cloth, form.solid, phase, carrying)
        clock.after(phase, cloth)

    moved(_MORPH)
    smoothing = Carrying(cloth, laid, (_edge_at_the_waist(form),), _CARRY.fastest * STEP_S)
    moved(replace(_CARRY, name="smooth", steps=smoothing.steps), smoothing)
    smoothing.let_go(cloth)
    grips = how.grips(body)
    moved(_FALL)
    if grips:
        carrying = Carrying(cloth, laid, grips, _CARRY.fastest * STEP_S)
        watched = cloth.stacked.copy()
        # A hand opens the folds that the pallu fell in; watched, they would hold each other.
        cloth.stacked |= (laid.s[:, np.newaxis] > laid.shoulder_s + _LOOSE_M).ravel()
        moved(replace(_CARRY, steps=carrying.steps), carrying)
        cloth.stacked[:] = watched
        clock.said(f"grips are {1000 * carrying.astray(cloth):.0f} mm from where they belong")
        moved(_DROP)
    moved(_SETTLE)


def _refined(coarse: Cloth, laid: Wrap, grips: tuple[Grip, ...]) -> Cloth:
    """Make a fine cloth of the coarse one's shape; what was held stays where it is."""
    fine = cloth_of(laid, _anchored(laid))
    fine.x[:] = doubled(coarse.grid()).reshape(-1, 3)
    fine.homes[:] = doubled(coarse.homes.reshape(*coarse.shape, 3)).reshape(-1, 3)
    for grip in grips:
        gripped = grip.points(laid)
        fine.mobility[gripped], fine.held[gripped] = 0.0, True
    fine.homes[fine.held] = fine.x[fine.held]
    fine.stacked[:] = False
    return fine


class _Clock:
    """Says after each phase how long it took and how the cloth is."""

    def __init__(self, said: Callable[[str], None]) -> None:
        self.said, self._before = said, time.perf_counter()

    def after(self, phase: Phase, cloth: Cloth) -> None:
        """Say how long the phase took, how fast the cloth is and how stretched."""
        now = time.perf_counter()
        ends = cloth.x[cloth.threads[:, 0]] - cloth.x[cloth.threads[:, 1]]
        ratio = np.linalg.norm(ends, axis=1) / cloth.thread_rest
        low, high = np.percentile(ratio, [5, 95])
        self.said(
            f"{phase.name}: {now - self._before:.1f} s, speed {1000 * cloth.speed():.1f} mm/s, "
            f"threads {low:.3f} to {high:.3f}"
        )
        self.crossings(phase.name, cloth)
        self._before = time.perf_counter()

    def crossings(self, when: str, cloth: Cloth) -> None:
        """Say how often the cloth passes through itself."""
        triangles = cloth.triangles[cloth.shown[cloth.triangles].all(axis=1)]
        self.said(f"{when}: {len(find_crossings(cloth.x, triangles))} crossings")


def main() -> None:
    """Drape one saree, print what was measured on it, and fail if that is over a limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=sorted(DRAPES))
    parser.add_argument("--body", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--spacing", type=float, default=0.0125)
    given = parser.parse_args()
    draped = drape(Body.load(given.body), given.name, given.spacing)
    draped.save(given.out)
    if draped.facts["faults"]:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
