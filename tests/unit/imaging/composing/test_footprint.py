import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from chalicelib.imaging.composing.footprint import FabricPoints, footprints

HEIGHT, WIDTH = 9, 7


def points(s: NDArray[np.floating], t: NDArray[np.floating]) -> FabricPoints:
    index = np.flatnonzero(~np.isnan(s)).astype(np.int32)
    return FabricPoints(index, (s + 1j * t).ravel()[index].astype(np.complex64))


@given(*[st.floats(-0.004, 0.004).filter(lambda step: abs(step) > 1e-4) for _ in range(4)])
def test_on_even_cloth_the_footprint_is_its_slope(
    s_down: float, s_right: float, t_down: float, t_right: float
) -> None:
    row, column = np.indices((HEIGHT, WIDTH))
    cloth = points(row * s_down + column * s_right, row * t_down + column * t_right)

    measured = footprints(cloth, [cloth], HEIGHT, WIDTH)

    np.testing.assert_allclose(
        measured,
        np.broadcast_to([[s_down, s_right], [t_down, t_right]], measured.shape),
        atol=1e-6,
    )


def test_a_fold_is_not_measured_across() -> None:
    row, column = np.indices((HEIGHT, WIDTH))
    jump = np.where(column > 3, 0.2, 0)
    cloth = points(column * 0.001 + jump, row * 0.001)

    measured = footprints(cloth, [cloth], HEIGHT, WIDTH)

    np.testing.assert_allclose(measured[:, 0, 1], 0.001, rtol=1e-2)


def test_the_last_pixel_of_a_row_does_not_look_into_the_next() -> None:
    row, column = np.indices((HEIGHT, WIDTH))
    # The end of one row and the start of the next are nearer on this cloth than neighbors are.
    cloth = points(column * 0.002 - row * 0.002 * WIDTH, row * 0.001)

    measured = footprints(cloth, [cloth], HEIGHT, WIDTH)

    np.testing.assert_allclose(measured[:, 0, 1], 0.002, rtol=1e-3)


def test_an_edge_piece_finds_its_neighbors_in_the_other_layer() -> None:
    row, column = np.indices((HEIGHT, WIDTH))
    front = points(np.where(column < 4, np.nan, column * 0.001), row * 0.001)
    edge = points(np.where(column == 3, 0.003, np.nan), row * 0.001)

    measured = footprints(edge, [front, edge], HEIGHT, WIDTH)

    np.testing.assert_allclose(measured[:, 0, 1], 0.001, rtol=1e-3)


def test_where_one_direction_is_unknown_it_is_as_wide_as_the_other() -> None:
    row, column = np.indices((HEIGHT, WIDTH))
    line = points(np.where(column == 2, 0.5, np.nan), row * 0.001)

    measured = footprints(line, [line], HEIGHT, WIDTH)

    lengths = np.hypot(measured[:, 0], measured[:, 1])
    np.testing.assert_allclose(lengths, 0.001, rtol=1e-3)


@given(
    shown=st.lists(st.integers(0, HEIGHT * WIDTH - 1), unique=True, min_size=1),
    seed=st.integers(0, 999),
)
def test_points_among_themselves_are_measured_as_among_others(shown: list[int], seed: int) -> None:
    near = np.random.default_rng(seed).uniform(0, 0.02, (2, len(shown))).astype(np.float32)
    cloth = FabricPoints(np.array(sorted(shown), np.int32), near[0] + 1j * near[1])
    nothing = FabricPoints(np.zeros(0, np.int32), np.zeros(0, np.complex64))

    alone = footprints(cloth, [cloth], HEIGHT, WIDTH)

    among_two = footprints(cloth, [cloth, nothing], HEIGHT, WIDTH)
    np.testing.assert_array_equal(alone, among_two)
