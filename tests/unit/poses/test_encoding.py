import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from chalicelib.poses.encoding import ROOT_LEVELS, fold, from_roots, to_roots, unfold

planes = arrays.arrays(np.uint16, arrays.array_shapes(min_dims=2, max_dims=2, max_side=12))


@given(planes)
def test_any_plane_survives_folding(plane: NDArray[np.uint16]) -> None:
    assert (unfold(fold(plane)) == plane).all()


def test_an_even_slope_folds_to_nearly_nothing() -> None:
    row, column = np.indices((40, 30))
    slope = (500 + 13 * row + 7 * column).astype(np.uint16)

    folded = fold(slope)

    assert not folded[:, 1:, 1:].any()


@given(st.floats(0, 3, width=32), st.floats(3, 8))
def test_light_is_kept_to_a_step_of_its_root(value: float, scale: float) -> None:
    values = np.array([value], np.float32)

    restored = from_roots(to_roots(values, scale), scale)

    assert abs(restored[0] ** 0.5 - value**0.5) <= 0.51 * scale**0.5 / ROOT_LEVELS + 1e-6


def test_the_brightest_value_is_not_clipped() -> None:
    values = np.array([0.25, 4.4], np.float32)

    restored = from_roots(to_roots(values, 4.4), 4.4)

    np.testing.assert_allclose(restored, values, rtol=2e-3)
