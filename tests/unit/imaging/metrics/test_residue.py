import cv2
import numpy as np
import pytest

from chalicelib.imaging.metrics.kinds import Plane
from chalicelib.imaging.metrics.residue import COLOR, LIGHTNESS, Residue, Residues

SHAPE = (200, 200)
SEEN = np.ones(SHAPE, np.float32)


def pattern(seed: int = 0, strength: float = 8.0) -> Plane:
    """Blots about a motif's size, in lightness and color."""
    noise = np.random.default_rng(seed).normal(size=(*SHAPE, 3)).astype(np.float32)
    smooth = cv2.GaussianBlur(noise, (0, 0), 2.0)
    lab: Plane = np.float32(50) + np.float32(strength) * smooth / smooth.std()
    return lab


def of(render: Plane) -> Residue:
    return Residues(SEEN).of(pattern(), render, LIGHTNESS)


def test_a_faithful_pattern_is_all_there_and_leaves_nothing() -> None:
    found = of(pattern())

    assert found.contrast() == pytest.approx(1, abs=0.01)
    assert found.sharpness() == pytest.approx(1, abs=0.01)
    assert found.added() == pytest.approx(0, abs=0.01)


def test_a_paler_pattern_is_paler_and_as_sharp() -> None:
    found = of(np.float32(50) + np.float32(0.5) * (pattern() - np.float32(50)))

    assert found.contrast() == pytest.approx(0.5, abs=0.03)
    assert found.sharpness() == pytest.approx(1, abs=0.12)
    assert found.added() < 0.1


def test_a_blurred_pattern_is_less_sharp() -> None:
    found = of(cv2.GaussianBlur(pattern(), (0, 0), 1.5))

    sharpness = found.sharpness()
    assert sharpness is not None
    assert sharpness < 0.75


@pytest.mark.parametrize("strength", [0.0, 8.0], ids=["plain", "patterned"])
def test_what_comes_on_top_is_told_on_plain_cloth_and_on_patterned(strength: float) -> None:
    cloth, other = pattern(strength=strength), pattern(seed=1, strength=3.0) - np.float32(50)

    found = Residues(SEEN).of(cloth, cloth + other, LIGHTNESS)

    assert found.added() > 0.6


def test_another_pattern_in_its_stead_is_missing_not_added() -> None:
    found = of(pattern(seed=1))

    assert found.most_missing() > 2
    assert found.added() < found.most_missing()
    assert found.sharpness() is None


def test_a_pattern_that_is_gone_in_one_place_is_told_there() -> None:
    render = pattern()
    render[60:120, 60:120] = 50

    found = of(render)

    assert found.contrast() == pytest.approx(1, abs=0.02)
    least = found.least_kept()
    assert least is not None
    assert least < 0.5


def test_color_has_a_residue_of_its_own() -> None:
    render = pattern()
    render[..., 1] += pattern(seed=2, strength=6.0)[..., 1] - np.float32(50)

    assert Residues(SEEN).of(pattern(), render, COLOR).added() > 1
    assert of(render).added() < 0.01


def test_plain_cloth_has_no_pattern_to_lose() -> None:
    plain = np.full((*SHAPE, 3), 50, np.float32)

    found = Residues(SEEN).of(plain, plain, LIGHTNESS)

    assert found.contrast() is None
    assert found.least_kept() is None
    assert found.least_sharp() is None


def test_what_is_replaced_is_told_from_what_comes_on_top() -> None:
    other = pattern(seed=1)

    instead = of(other).replaced()
    on_top = of(pattern() + other - np.float32(50)).replaced()

    assert instead is not None
    assert on_top is not None
    assert instead > 0.9
    # Two patterns that happen to cancel in a window look like one that was replaced.
    assert on_top < 0.1


def test_plain_cloth_has_no_pattern_to_replace() -> None:
    plain = pattern(strength=0.0)

    assert Residues(SEEN).of(plain, pattern(), LIGHTNESS).replaced() is None


def test_a_sharpened_pattern_is_all_there() -> None:
    soft = cv2.GaussianBlur(pattern(), (0, 0), 1.5)

    found = of(pattern() + np.float32(1.5) * (pattern() - soft))

    contrast, sharpness = found.contrast(), found.sharpness()
    assert contrast is not None
    assert contrast > 1
    assert sharpness is not None
    assert sharpness > 1.3


def test_a_pattern_that_slipped_in_one_place_is_missing_there_not_added() -> None:
    render = pattern()
    render[40:160, 40:160] = np.roll(pattern(), 3, axis=1)[40:160, 40:160]

    found = of(render)

    assert found.most_missing() > found.most_added()


def test_a_pattern_without_fine_detail_has_none_to_lose() -> None:
    row, column = np.indices(SHAPE).astype(np.float32)
    waves = (50 + 14 * np.sin(row / 7) * np.sin(column / 7))[..., np.newaxis].repeat(3, axis=2)

    found = Residues(SEEN).of(waves, cv2.GaussianBlur(waves, (0, 0), 2.0), LIGHTNESS)

    assert found.contrast() is not None
    assert found.sharpness() is None
