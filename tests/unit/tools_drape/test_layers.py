"""The order of the layers, as the wrap decides it."""

import numpy as np

from tools.poses.layers import layers_of

S = np.linspace(0, 5.5, 221)
FOLDS = np.linspace(1.05, 2.8, 15)
SHOULDER = np.linspace(4.8, 4.1, 47)
STACK = np.linspace(9, 0, 47)
LAYERS = layers_of(S, FOLDS, 3.2, SHOULDER, STACK)


def order_at(s, row=20):
    return LAYERS.points[np.argmin(np.abs(S - s)), row]


def cell(s, row=20):
    return np.array([np.argmin(np.abs(S - s)) * 47 + row])


def test_the_first_pleat_is_outermost_and_the_next_wrap_lowest():
    places = [order_at(s) for s in (1.0, 1.2, 1.7, 2.5, 2.95)]

    assert places == sorted(places, reverse=True)
    assert order_at(0.3) < order_at(2.95)


def test_the_fan_lies_over_the_pleats():
    assert order_at(3.5) > order_at(1.0)


def test_every_other_face_of_a_pleat_looks_inwards():
    faces = [LAYERS.faces_outward(cell(1.05 + 0.125 * (k + 0.5)))[0] for k in range(6)]

    assert faces == [-1, 1, -1, 1, -1, 1]


def test_a_point_of_an_upper_layer_under_a_lower_one_is_misplaced():
    over, under = cell(1.0)[0], cell(2.95)[0]
    pairs = np.array([[over, 0], [over, 0]])

    wrong = LAYERS.misplaced(pairs, np.array([-0.001, 0.001]), np.array([under]))

    assert wrong.tolist() == [0]


def test_where_nothing_is_known_nothing_is_misplaced():
    climbing, under = cell(0.9)[0], cell(2.95)[0]
    pairs = np.array([[climbing, 0]])

    wrong = LAYERS.misplaced(pairs, np.array([-0.001]), np.array([under]))

    assert len(wrong) == 0


def test_a_point_far_on_the_other_side_lies_beside_and_not_beyond():
    over, under = cell(1.0)[0], cell(2.95)[0]

    wrong = LAYERS.misplaced(np.array([[over, 0]]), np.array([-0.02]), np.array([under]))

    assert len(wrong) == 0
