"""The order of the layers, as the wrap decides it."""

from types import SimpleNamespace
from typing import Any

import numpy as np

from tools.poses.wrapping.layers import order_of

S = np.linspace(0, 5.5, 221)
FOLDS = np.linspace(1.05, 2.8, 15)
LAID: Any = SimpleNamespace(
    s=S,
    t=np.linspace(0, 1.15, 47),
    fold_s=np.repeat(FOLDS[:, np.newaxis], 47, axis=1),
    untuck_s=3.2,
)
ORDER = order_of(LAID)


def order_at(s, row=20):
    return ORDER[np.argmin(np.abs(S - s)), row]


def test_the_first_pleat_is_outermost_and_the_next_wrap_lowest():
    places = [order_at(s) for s in (1.0, 1.2, 1.7, 2.5, 2.95)]

    assert places == sorted(places, reverse=True)
    assert order_at(0.3) < order_at(2.95)


def test_the_fan_lies_over_the_pleats():
    assert order_at(3.5) >= order_at(1.1)


def test_the_lower_a_row_of_the_fan_the_farther_out_it_lies():
    rows = [order_at(4.0, row) for row in range(47)]

    assert rows == sorted(rows, reverse=True)


def test_the_order_grows_steadily_through_every_fold():
    through = ORDER[(S > 1.06) & (S < 2.79), 20]

    assert (np.diff(through) < 0).all()
