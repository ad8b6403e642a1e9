"""Bones turn as told, and skin goes with them."""

import numpy as np

from tools.poses.figure.makehuman import Figure
from tools.poses.figure.posing import Aim, Move, Turn, pose


def an_arm() -> Figure:
    """Two bones along +x with one vertex at each end."""
    places = np.array([[0.0, 0, 0], [1, 0, 0], [2, 0, 0]])
    whole = np.ones(1)
    return Figure(
        vertices=places,
        faces=np.zeros((0, 4), np.int32),
        parents={"upper": None, "fore": "upper", "tip": "fore"},
        heads={"upper": places[0], "fore": places[1], "tip": places[2]},
        weights={
            "upper": (np.array([0]), whole),
            "fore": (np.array([1]), whole),
            "tip": (np.array([2]), whole),
        },
    )


def test_a_bone_points_where_it_is_aimed_whatever_its_parent_did() -> None:
    moves: dict[str, Move] = {"upper": Turn(y=37.0), "fore": Aim((0, 0, 1), "tip")}

    posed = pose(an_arm(), moves)

    np.testing.assert_allclose(posed.heads["tip"] - posed.heads["fore"], [0, 0, 1], atol=1e-12)


def test_no_bone_changes_its_length() -> None:
    moves: dict[str, Move] = {
        "upper": Aim((1, 2, 3), "fore", 20.0),
        "fore": Turn(x=10, y=20, z=30),
    }

    moved = pose(an_arm(), moves).vertices

    np.testing.assert_allclose(np.linalg.norm(np.diff(moved, axis=0), axis=1), [1, 1])


def test_a_figure_that_is_not_told_to_move_stands_still() -> None:
    arm = an_arm()

    posed = pose(arm, {})

    np.testing.assert_array_equal(posed.vertices, arm.vertices)
