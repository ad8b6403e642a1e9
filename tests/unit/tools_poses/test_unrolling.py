import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tools.poses.figure.unrolling import COLUMNS, ROWS, around, looked_up, ring_at, unrolled


@given(
    place=st.floats(0.01, 1.95),
    angle=st.floats(-3.1, 3.1),
    radius=st.floats(0.04, 0.11),
)
def test_a_point_of_a_ring_is_found_there_again(place: float, angle: float, radius: float) -> None:
    ring = ring_at(place)
    point = ring.origin + ring.ways(np.array([angle])) * radius

    found = [float(each[0]) for each in around(point)]

    np.testing.assert_allclose(found, [place, angle, radius], atol=1e-6)


def test_of_two_surfaces_the_outer_one_is_measured() -> None:
    rings = [ring_at(place) for place in np.linspace(0, 1.98, 40)]
    ways = np.linspace(-np.pi, np.pi, 60, endpoint=False)
    index = np.arange(40 * 60).reshape(40, 60)
    right = np.roll(index, -1, axis=1)
    lower = np.stack([index[:-1], index[1:], right[1:]], axis=-1).reshape(-1, 3)
    upper = np.stack([index[:-1], right[1:], right[:-1]], axis=-1).reshape(-1, 3)
    near, far = (
        np.concatenate([ring.origin + ring.ways(ways) * radius for ring in rings])
        for radius in (0.05, 0.08)
    )
    faces = np.concatenate([lower, upper])

    radii = unrolled(np.concatenate([near, far]), np.concatenate([faces, faces + len(near)]))

    assert radii.shape == (ROWS, COLUMNS)
    measured = looked_up(np.where(radii > 0, radii, 0.08), 0.5, np.array([-2.0, 0.0, 1.0]))
    np.testing.assert_allclose(measured, 0.08, atol=0.0005)
