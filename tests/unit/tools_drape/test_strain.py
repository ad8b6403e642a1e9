"""How strain and shear are read off a draped grid."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.poses.physics.strain import shear_degrees, strain_along, strain_figures

S = np.linspace(0.0, 0.5, 21)
T = np.linspace(0.0, 0.25, 11)
EVERYWHERE = np.ones((20, 10), bool)


def flat(stretch=1.0, lean=0.0):
    """A grid in a plane, `stretch` along s, leaning by `lean` radians along t."""
    s, t = np.meshgrid(S, T, indexing="ij")
    return np.stack([s * stretch + t * np.sin(lean), t * np.cos(lean), 0 * s], axis=-1)


def rolled(radius):
    """The same grid round a cylinder."""
    s, t = np.meshgrid(S, T, indexing="ij")
    return np.stack([radius * np.sin(s / radius), t, radius * np.cos(s / radius)], axis=-1)


def test_a_flat_cloth_has_no_strain():
    figures = strain_figures(flat(), S, T, EVERYWHERE)

    assert figures.median == pytest.approx(0, abs=1e-12)
    assert figures.p95 == pytest.approx(0, abs=1e-12)


@given(st.floats(0.2, 2.0))
def test_a_rolled_cloth_has_none_but_what_its_chords_cut_off(radius):
    along = strain_along(rolled(radius), S, 0)

    chord = 2 * radius * np.sin(0.0125 / radius) / 0.025 - 1
    np.testing.assert_allclose(along, chord, atol=1e-9)


@given(st.floats(0.8, 1.2))
def test_a_stretch_along_s_is_found_there_and_not_along_t(stretch):
    cloth = flat(stretch=stretch)

    np.testing.assert_allclose(strain_along(cloth, S, 0), stretch - 1, atol=1e-9)
    np.testing.assert_allclose(strain_along(cloth, T, 1), 0, atol=1e-9)


@given(st.floats(-1.2, 1.2))
def test_shear_is_an_angle_and_no_strain(lean):
    cloth = flat(lean=lean)

    np.testing.assert_allclose(shear_degrees(cloth), np.degrees(lean), atol=1e-6)
    assert strain_figures(cloth, S, T, EVERYWHERE).p95 == pytest.approx(0, abs=1e-9)


def test_only_the_cells_of_the_area_count():
    cloth = flat()
    cloth[10:] += [0.1, 0.0, 0.0]
    left = EVERYWHERE.copy()
    left[8:] = False

    assert strain_figures(cloth, S, T, left).p95 == pytest.approx(0, abs=1e-12)
    assert strain_figures(cloth, S, T, EVERYWHERE).p95 > 0.09
