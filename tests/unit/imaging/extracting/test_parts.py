import numpy as np
import pytest

from chalicelib.imaging.extracting.parts import find_borders, find_pallu, measuring_copy
from chalicelib.imaging.image import Lab, Mask, Rgb8
from tests.unit.imaging.spreads import (
    BOTTOM_M,
    GOLD,
    GREEN,
    GROUND,
    LENGTH_M,
    PALLU_M,
    PPM,
    TOP_M,
    a_strip,
)


def measured(strip: Rgb8) -> tuple[Lab, Mask, float]:
    return measuring_copy(strip, np.ones(strip.shape[:2], np.bool_), PPM)


def with_a_row_of_motifs(strip: Rgb8) -> Rgb8:
    """Large motifs, two thirds of the width, close before the pallu."""
    start = round((LENGTH_M - PALLU_M - 0.16) * PPM)
    changed = strip.copy()
    for row in range(50, 300, 36):
        changed[row : row + 22, start : start + 33] = GREEN
    return changed


def with_teeth(strip: Rgb8) -> Rgb8:
    """A border's inner edge set with triangles two centimeters high."""
    changed = strip.copy()
    edge = round(TOP_M * PPM)
    for row in range(6):
        near = (np.arange(strip.shape[1]) % 6) < 6 - row
        changed[edge + row, near] = GOLD
    return changed


def test_the_pallu_starts_at_its_first_stripe() -> None:
    found = find_pallu(*measured(a_strip()))

    assert found is not None
    assert found.start_m == pytest.approx(LENGTH_M - PALLU_M, abs=0.008)
    assert found.confidence > 0.8


def test_a_row_of_large_motifs_before_the_pallu_belongs_to_the_body() -> None:
    found = find_pallu(*measured(with_a_row_of_motifs(a_strip())))

    assert found is not None
    assert found.start_m == pytest.approx(LENGTH_M - PALLU_M, abs=0.01)
    assert found.body_end_m < LENGTH_M - PALLU_M - 0.14


def test_cloth_that_is_alike_all_along_has_no_pallu() -> None:
    body = a_strip()[:, : round((LENGTH_M - PALLU_M) * PPM)]

    assert find_pallu(*measured(body)) is None


@pytest.mark.parametrize(("side", "width_m"), [(0, TOP_M), (1, BOTTOM_M)])
def test_borders_are_measured_on_each_side(side: int, width_m: float) -> None:
    found = find_borders(*measured(a_strip()), LENGTH_M - PALLU_M)[side]

    assert found is not None
    assert found.width_m == pytest.approx(width_m, abs=0.005)
    assert found.confidence > 0.8


def test_teeth_are_not_counted_to_the_border() -> None:
    found, _ = find_borders(*measured(with_teeth(a_strip())), LENGTH_M - PALLU_M)

    assert found is not None
    assert found.width_m == pytest.approx(TOP_M, abs=0.008)


def test_plain_cloth_has_no_border() -> None:
    plain = np.full((345, 600, 3), GROUND, np.uint8)

    assert find_borders(*measured(plain), 2.0) == (None, None)


def test_what_is_unseen_is_not_measured() -> None:
    strip = a_strip()
    seen = np.ones(strip.shape[:2], np.bool_)
    seen[:120, -150:] = False
    lab, shown, ppm = measuring_copy(np.where(seen[..., None], strip, 0), seen, PPM)

    found = find_pallu(lab, shown, ppm)

    assert found is not None
    assert found.start_m == pytest.approx(LENGTH_M - PALLU_M, abs=0.008)


def test_a_border_hardly_paler_than_the_body_is_measured() -> None:
    plain = np.empty((345, 600, 3), np.uint8)
    plain[:] = (196, 112, 128)
    plain[: round(0.03 * PPM)] = (206, 126, 140)

    top, bottom = find_borders(*measured(plain), 2.0)

    assert top is not None
    assert top.width_m == pytest.approx(0.03, abs=0.005)
    assert top.confidence < 0.5
    assert bottom is None


def test_a_plain_pallu_begins_at_its_first_quiet_stripe() -> None:
    plain = np.empty((345, 700, 3), np.uint8)
    plain[:] = (196, 112, 128)
    plain[:, 520:526] = (168, 84, 104)
    plain[:, -8:] = (168, 84, 104)

    found = find_pallu(*measured(plain))

    assert found is not None
    assert found.start_m == pytest.approx(520 / PPM, abs=0.01)
    assert found.confidence < 0.5


def test_a_pallu_of_the_body_s_own_colors_begins_at_the_line_that_opens_it() -> None:
    rows, columns = np.mgrid[0:345, 0:700]
    checks = ((rows // 9 + columns // 9) % 2).astype(np.bool_)
    cloth = np.where(checks[..., None], GREEN, GROUND).astype(np.uint8)
    cloth[:, 470:476] = GOLD
    cloth[:, 520:] = GOLD

    found = find_pallu(*measured(cloth))

    assert found is not None
    assert found.start_m == pytest.approx(470 / PPM, abs=0.015)


def test_a_border_is_measured_where_its_selvedge_is_in_the_photo() -> None:
    strip = a_strip().copy()
    lab, seen, ppm = measured(strip)
    # Where the frame cuts the cloth, it was stretched and looks wider than it is.
    wide = round((TOP_M + 0.04) * PPM)
    lab[:wide, :300] = lab[round(0.5 * TOP_M * PPM), :300][None]
    seen[:10, :300] = False

    found, _ = find_borders(lab, seen, ppm, LENGTH_M - PALLU_M)

    assert found is not None
    assert found.width_m == pytest.approx(TOP_M, abs=0.006)
