"""Small cloths that fall: repeatable, true to their lengths, out of the body."""

import numpy as np
import pytest

pytest.importorskip("numba", reason="the drape is simulated where numba is installed")

from tools.poses.physics.carrying import Carrying, Grip
from tools.poses.physics.crossings import find_crossings
from tools.poses.physics.simulate import STEP_S, Phase, cloth_of, run
from tools.poses.wrapping.distance import DistanceField
from tools.poses.wrapping.wrap import Wrap

BALL_M = 0.08


def ball():
    """A ball round (0, 0, 0.2)."""
    origin = np.array([-0.2, -0.2, 0.0])
    cells = np.stack(np.meshgrid(*[np.arange(51)] * 3, indexing="ij"), axis=-1) * 0.008 + origin
    distances = np.linalg.norm(cells - [0, 0, 0.2], axis=-1) - BALL_M
    return DistanceField(distances.astype(np.float32), origin, 0.008)


def kerchief(height=0.29, size=17):
    """A square cloth of 20 cm lying level."""
    s = t = np.linspace(0, 0.2, size)
    u, v = np.meshgrid(s, t, indexing="ij")
    places = np.stack([u - 0.1, v - 0.1, np.full_like(u, height)], axis=-1)
    nowhere, even = np.zeros((size, size), bool), np.ones((size, size))
    return Wrap(
        s=s,
        t=t,
        places=places,
        rest=np.full((size - 1, size), s[1]),
        shear=np.zeros((size - 1, size - 1)),
        pinned=nowhere,
        tucked=nowhere,
        stitched=nowhere,
        thickness=0.003 * even,
        crease_s=even,
        crease_t=even,
        fold_s=np.zeros((1, size)),
        shoulder_s=np.zeros(size),
        shoulder_folds=9,
        untuck_s=0.0,
    )


def fallen(steps=400):
    cloth = cloth_of(kerchief(), np.zeros((17, 17)))
    run(cloth, ball(), Phase("fall", steps))
    return cloth


def test_the_same_fall_ends_in_the_same_bytes():
    first, second = fallen(), fallen()

    assert first.x.tobytes() == second.x.tobytes()


def test_cloth_comes_to_lie_on_a_ball_and_not_in_it():
    cloth = fallen()

    away = np.linalg.norm(cloth.x - [0, 0, 0.2], axis=1) - BALL_M
    assert away.min() > 0.002
    assert cloth.x[:, 2].min() < 0.25


def test_threads_keep_their_length():
    cloth = fallen()

    ends = cloth.x[cloth.threads[:, 0]] - cloth.x[cloth.threads[:, 1]]
    ratio = np.linalg.norm(ends, axis=1) / cloth.thread_rest
    assert np.percentile(np.abs(ratio - 1), 95) < 0.03


def test_a_grip_carries_the_cloth_to_the_end_of_its_way():
    laid = kerchief()
    cloth = cloth_of(laid, np.zeros((17, 17)))
    grip = Grip(0.1, 0.1, ((0.0, 0.05, 0.5), (0.0, 0.0, 0.6)))

    carrying = Carrying(cloth, laid, (grip,), 5.0 * STEP_S)
    run(cloth, ball(), Phase("carry", carrying.steps, fastest=5.0, homing=1.0), carrying)

    held = grip.points(laid)
    assert len(held) > 0
    np.testing.assert_allclose(cloth.homes[held].mean(axis=0), [0.0, 0.0, 0.6], atol=1e-9)
    np.testing.assert_allclose(cloth.x[held].mean(axis=0), [0.0, 0.0, 0.6], atol=0.002)
    assert carrying.astray(cloth) < 0.002


def test_a_longer_way_takes_more_steps_so_that_no_grip_falls_behind():
    laid = kerchief()
    near, far = (
        Carrying(cloth_of(laid, np.zeros((17, 17))), laid, (Grip(0.1, 0.1, (end,)),), STEP_S)
        for end in ((0.0, 0.05, 0.5), (0.0, 0.05, 1.5))
    )

    assert far.steps > 2 * near.steps


def test_cloth_falls_from_a_hand_that_lets_go():
    laid = kerchief()
    cloth = cloth_of(laid, np.zeros((17, 17)))
    grip = Grip(0.1, 0.1, ((0.0, 0.0, 0.6),))
    carrying = Carrying(cloth, laid, (grip,), 5.0 * STEP_S)
    run(cloth, ball(), Phase("carry", carrying.steps, fastest=5.0, homing=1.0), carrying)

    carrying.let_go(cloth)
    run(cloth, ball(), Phase("fall", 300, fastest=5.0))

    assert carrying.astray(cloth) > 0.2


def test_an_anchor_brings_cloth_home():
    laid = kerchief()
    cloth = cloth_of(laid, np.ones((17, 17)))

    run(cloth, ball(), Phase("hang", 200, anchor=(0.2, 0.2)))

    assert np.abs(cloth.grid() - laid.places).max() < 0.001


def test_a_cloth_that_falls_on_a_folded_one_does_not_pass_through_it():
    laid = kerchief(size=9)
    cloth = cloth_of(laid, np.zeros((9, 9)))
    above = cloth.grid()
    above[5:, :, 2] += 0.004
    above[5:, :, 0] -= 0.11

    run(cloth, ball(), Phase("fall", 60, reach=0.004))

    assert len(find_crossings(cloth.x, cloth.triangles)) == 0
