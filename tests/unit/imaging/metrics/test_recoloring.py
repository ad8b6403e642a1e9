import numpy as np
import pytest

from chalicelib.imaging.metrics.kinds import Plane
from chalicelib.imaging.metrics.recoloring import Difference, recolored

SEEN = np.ones((120, 160), np.float32)


def motifs() -> Plane:
    """A blue ground with broad green motifs on a fifth of it."""
    lab = np.full((*SEEN.shape, 3), (35, 10, -40), np.float32)
    lab[:, 128:] = (60, -45, 30)
    return lab


def test_motifs_of_another_color_on_a_ground_that_stayed_are_told() -> None:
    changed = motifs()
    changed[:, 128:, 1] += 10

    found = Difference.between(motifs(), changed, SEEN).recoloring()

    assert found > 3


def test_a_stain_that_follows_no_color_is_no_recoloring() -> None:
    changed = motifs()
    changed[:20, :20, 2] += 10

    assert Difference.between(motifs(), changed, SEEN).recoloring() < 1


def test_the_same_colors_are_no_recoloring() -> None:
    assert Difference.between(motifs(), motifs(), SEEN).recoloring() == 0


def test_a_part_that_is_hardly_seen_tells_nothing() -> None:
    hardly = np.zeros_like(SEEN)
    hardly[:8, :8] = 1

    assert Difference.between(motifs(), motifs() + 20, hardly).recoloring() == 0


def test_what_follows_the_color_and_what_does_not_make_up_the_change() -> None:
    changed = motifs() * np.float32(0.9)

    found = Difference.between(motifs(), changed, SEEN)

    np.testing.assert_allclose(found.by_color, found.change, atol=0.6)
    assert np.abs(found.change).max() == pytest.approx(6, abs=0.1)


def test_colors_that_went_another_way_together_are_followed() -> None:
    turned = motifs()
    hue = (turned[..., 1] + 1j * turned[..., 2]) * np.exp(1j * np.radians(40))
    turned[..., 1], turned[..., 2] = hue.real, hue.imag

    followed = recolored(motifs(), turned, SEEN)

    assert np.abs(turned - motifs()).max() > 25
    np.testing.assert_allclose(followed, turned, atol=1.5)


def test_what_follows_from_no_color_stays_as_new_as_it_was() -> None:
    noisy = motifs()
    noisy[..., 1:] += np.random.default_rng(0).normal(0, 8, (*SEEN.shape, 2)).astype(np.float32)

    followed = recolored(motifs(), noisy, SEEN)

    assert np.abs(followed - motifs()).max() < 0.5
