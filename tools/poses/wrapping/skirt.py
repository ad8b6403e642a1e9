"""The part of the wrap below the waist: once round the hip, then the pleats."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tools.poses.wrapping.form import Form
    from tools.poses.wrapping.recipe import Recipe

_WRAP_STEPS = 320
_PLEAT_STEPS = 9
_FITTING = 4


@dataclass(frozen=True, slots=True, eq=False)
class Skirt:
    """Places along every row of the cloth, from the plain end to the last pleat."""

    path: NDArray[np.float64]
    """Shape (steps, rows, 3), meters."""

    run: NDArray[np.float64]
    """Shape (steps, rows): cloth used up from the plain end, meters."""

    folds: NDArray[np.int64]
    """Steps at which the cloth turns: left and right folds of each pleat in turn."""

    leave_arc: NDArray[np.float64]
    """Where each row comes out from under the pleats, along the hip; shape (rows,)."""

    depth: NDArray[np.float64]
    """How far each row is below the waist: 0 at the tie, 1 at the hem; shape (rows,)."""

    height: NDArray[np.float64]
    """Height of each row, meters; tucked rows lie at the waist. Shape (rows,)."""


def smooth(share: NDArray[np.float64]) -> NDArray[np.float64]:
    """Ease from 0 to 1 without a kink; beyond both ends it stays."""
    held = np.clip(share, 0.0, 1.0)
    return np.asarray(held * held * (3 - 2 * held))


def angle_at(form: Form, arc: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn arc length along the hip, which may go round more than once, into an angle."""
    lengths, angles = form.girth()
    turns = np.floor(arc / lengths[-1])
    return np.interp(arc - turns * lengths[-1], lengths, angles) + 2 * np.pi * turns


def layer_gap(depth: NDArray[np.float64]) -> NDArray[np.float64]:
    """Distance between two layers of the pleat stack, meters: pressed at the waist."""
    return 0.0016 + 0.0008 * np.clip(depth / 0.25, 0.0, 1.0)


def stack_base(depth: NDArray[np.float64]) -> NDArray[np.float64]:
    """Distance of the stack's lowest layer from the form, meters."""
    return 0.006 + 0.006 * np.clip(depth / 0.08, 0.0, 1.0)


def skirt(form: Form, recipe: Recipe) -> Skirt:
    """
    Lay every row of the cloth round the hip once and into pleats.

    The layers of the stack have strictly ordered distances from the form, so that the
    cloth cannot cross itself.

    Parameters
    ----------
    form : Form
        Body and petticoat.
    recipe : Recipe
        The first pleat is outermost, each further one shows to the wearer's left of it.

    Returns
    -------
    Skirt
    """
    height = np.minimum(recipe.hem + recipe.rows(), form.waist_m)
    depth = (form.waist_m - height) / (form.waist_m - recipe.hem)
    # Folds that lie on threads of the grid stay sharp; others would be cut off.
    pleat = max(1, round(recipe.pleat / recipe.spacing)) * recipe.spacing
    wanted = np.full_like(depth, 2 * recipe.pleats * pleat)
    deep = np.full_like(depth, pleat)
    # The outer layers lie on a wider arc than the hip: fit the depth to the cloth there is.
    for _ in range(_FITTING):
        arcs = _fold_arcs(recipe, depth, deep)
        pleats = _on_form(form, height, *_pleats(recipe, arcs, depth))
        deep = deep * wanted / _length(pleats)
    wrap = _on_form(form, height, *_wrap(form, recipe, arcs[0], depth))
    path = np.concatenate([wrap, pleats])
    folds = len(wrap) - 1 + _PLEAT_STEPS * np.arange(2 * recipe.pleats + 1)
    once = form.girth()[0][-1] * recipe.ease + arcs[0].mean() - recipe.start
    once = round(once / recipe.grain) * recipe.grain + 0 * depth
    turn = np.arange(1, len(pleats) + 1)[:, np.newaxis] / _PLEAT_STEPS
    run = np.concatenate([_run(wrap, once), once + turn * pleat])
    return Skirt(path, run, folds, arcs[-1], depth, height)


def _on_form(
    form: Form,
    height: NDArray[np.float64],
    arc: NDArray[np.float64],
    offset: NDArray[np.float64],
) -> NDArray[np.float64]:
    return form.contour(np.broadcast_to(height, arc.shape), angle_at(form, arc), offset)


def _length(path: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.linalg.norm(np.diff(path, axis=0), axis=2).sum(axis=0))


def _run(path: NDArray[np.float64], wanted: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share the cloth `wanted` of each row out along its path, meters."""
    steps = np.linalg.norm(np.diff(path, axis=0), axis=2)
    run = np.concatenate([np.zeros((1, path.shape[1])), np.cumsum(steps, axis=0)])
    return np.asarray(run * (wanted / run[-1]))


def _fold_arcs(
    recipe: Recipe, depth: NDArray[np.float64], deep: NDArray[np.float64]
) -> list[NDArray[np.float64]]:
    """Place the folds of each row along the hip: left, right, left … of each pleat."""
    chance = np.random.default_rng(recipe.seed)
    count = recipe.pleats
    shift = recipe.shift + (recipe.shift_hem - recipe.shift) * depth
    first = recipe.first_fold - recipe.spread_right * (count - 1) * (shift - recipe.shift)
    uneven = np.cumsum(1 + 0.25 * chance.uniform(-1, 1, count))
    uneven = np.concatenate([[0.0], uneven * count / uneven[-1]])
    arcs = []
    for pleat in range(count + 1):
        stray = _stray(chance, recipe.unevenness * (0 < pleat < count), depth)
        # Unevenness is the hand's below the waist; at the waist the pleats are pressed.
        place = pleat + (uneven[pleat] - pleat) * np.minimum(1, depth / 0.3)
        arcs.append(first + place * shift + stray)
        if pleat < count:
            stray = _stray(chance, recipe.unevenness, depth)
            arcs.append(first + place * shift - deep + shift / 2 + stray)
    return arcs


def _stray(
    chance: np.random.Generator, amount: float, depth: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Let a fold wander slowly on its way down, meters; not at all at the waist."""
    lean, wave = chance.normal(0.0, 1.0, 2)
    phase = chance.uniform(0.0, 2 * np.pi)
    swing = np.sin(phase + 4.5 * depth) - np.sin(phase)
    return np.asarray(amount * (0.7 * lean * depth + 0.5 * wave * swing))


def _wrap(
    form: Form, recipe: Recipe, end: NDArray[np.float64], depth: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Go once round, then climb onto the stack before the first fold on the right."""
    hip = form.girth()[0][-1]
    share = np.linspace(0.0, 1.0, _WRAP_STEPS + 1)[:, np.newaxis]
    start = recipe.start + recipe.start_hem * depth
    arc = start + (hip + end - start) * share
    right = hip + end - recipe.pleat - 0.015
    climb = smooth((arc - (right - 0.11)) / 0.11)
    top = stack_base(depth) + 2 * recipe.pleats * layer_gap(depth)
    return arc, 0.0045 + climb * (top - 0.0045)


def _pleats(
    recipe: Recipe, arcs: list[NDArray[np.float64]], depth: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Go from fold to fold, one layer down at each turn."""
    share = np.arange(1, _PLEAT_STEPS + 1)[:, np.newaxis] / _PLEAT_STEPS
    arc, offset = [], []
    for fold in range(2 * recipe.pleats):
        layer = 2 * recipe.pleats - fold - share
        arc.append(arcs[fold] + (arcs[fold + 1] - arcs[fold]) * share)
        offset.append(stack_base(depth) + layer * layer_gap(depth))
    return np.concatenate(arc), np.concatenate(offset)
