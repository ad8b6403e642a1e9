from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from chalicelib.imaging.flattening.weave import drift, over_strip
from chalicelib.imaging.image import Rgb8
from chalicelib.imaging.pattern.lattice import Lattice, find_lattice

PPM = 250.0
PERIOD = (0.15, 0.11)


def dotted(
    period_s: float,
    period_t: float,
    *,
    half_drop: bool,
    stretch: Callable[[NDArray[np.float64]], NDArray[np.float64]] | None = None,
) -> Rgb8:
    """A body of dots; `stretch` moves columns by so many meters, a function of s."""
    s, t = np.meshgrid((np.arange(260) + 0.5) / PPM, (np.arange(200) + 0.5) / PPM)
    if stretch is not None:
        s = s + stretch(s)
    body = np.full((200, 260, 3), (150, 24, 40), np.uint8)
    for drop in (0.0, 0.5) if half_drop else (0.0,):
        ds = (s - drop * period_s + period_s / 2) % period_s - period_s / 2
        dt = (t - drop * period_t + period_t / 2) % period_t - period_t / 2
        body[ds**2 + dt**2 < 0.012**2] = (214, 170, 80)
    return body


@settings(max_examples=25)
@given(
    st.floats(0.07, 0.2),
    st.floats(0.07, 0.2),
    st.booleans(),
)
def test_any_period_is_found_to_one_percent(
    period_s: float, period_t: float, half_drop: bool
) -> None:
    found = find_lattice(dotted(period_s, period_t, half_drop=half_drop), PPM)

    assert found.period_s_m == pytest.approx(period_s, rel=0.01)
    assert found.period_t_m == pytest.approx(period_t, rel=0.01)
    assert found.kind == ("half_drop" if half_drop else "straight")


def test_plain_cloth_has_no_repeat() -> None:
    found = find_lattice(np.full((200, 260, 3), 120, np.uint8), PPM)

    assert (found.period_s_m, found.period_t_m, found.kind) == (None, None, None)
    assert found.confidence == 0


def test_a_row_of_teeth_along_the_body_does_not_hide_its_repeat() -> None:
    body = dotted(*PERIOD, half_drop=True)
    body[:6] = (214, 170, 80)

    found = find_lattice(body, PPM)

    assert found.period_s_m == pytest.approx(PERIOD[0], rel=0.01)
    assert found.period_t_m == pytest.approx(PERIOD[1], rel=0.01)


def test_a_repeat_is_found_where_the_body_is_calm() -> None:
    body = dotted(*PERIOD, half_drop=True)
    swirl = np.random.default_rng(3).integers(0, 255, (100, 13, 3), np.uint8)
    body[:, 130:] = np.kron(swirl[:, :13], np.ones((2, 10, 1), np.uint8))
    calm = np.zeros(body.shape[:2], np.bool_)
    calm[:, :130] = True

    found = find_lattice(body, PPM, calm)

    assert found.period_s_m == pytest.approx(PERIOD[0], rel=0.01)
    assert found.period_t_m == pytest.approx(PERIOD[1], rel=0.01)


def turn_about(share: float) -> Rgb8:
    """Motifs a period of 10 cm apart, every other one between gold and silver by a share."""
    gold, silver = np.array((214, 170, 80)), np.array((200, 200, 200))
    rows = np.arange(200) % 20 < 8
    body = np.full((200, 260, 3), (150, 24, 40), np.uint8)
    for place, color in ((0, gold), (25, gold + share * (silver - gold))):
        columns = (np.arange(260) - place) % 50 < 8
        body[np.ix_(rows, columns)] = color
    grain = np.random.default_rng(4).normal(0, 8, body.shape)
    return np.clip(body + grain, 0, 255).astype(np.uint8)


@pytest.mark.parametrize(
    ("share", "period_m"),
    [
        pytest.param(0.0, 0.1, id="alike"),
        pytest.param(0.1, 0.1, id="but for a nuance"),
        pytest.param(1.0, 0.2, id="in two colors by turns"),
    ],
)
def test_a_part_of_a_repeat_that_repeats_only_almost_is_none(
    share: float, period_m: float
) -> None:
    found = find_lattice(turn_about(share), PPM)

    assert found.period_s_m == pytest.approx(period_m, rel=0.01)
    assert found.period_t_m == pytest.approx(0.08, rel=0.01)


def test_a_gathered_weave_is_found_to_have_drifted_by_as_much() -> None:
    body = dotted(*PERIOD, half_drop=True, stretch=lambda s: 0.012 * np.sin(7 * s))
    lattice = find_lattice(dotted(*PERIOD, half_drop=True), PPM)

    found = drift(body, np.ones(body.shape[:2], np.bool_), PPM, lattice)
    assert found is not None

    s = (np.arange(found.s.shape[1]) + 0.5) / found.s.shape[1] * 260 / PPM
    true = 0.012 * np.sin(7 * s)
    line = np.polyfit(s, true - found.s.mean(axis=0), 1)
    rest = true - found.s.mean(axis=0) - np.polyval(line, s)
    assert np.abs(rest[20:-20]).max() < 0.004
    assert found.sure > 0.9


def test_motifs_that_stand_closer_on_a_part_of_the_body_have_not_drifted() -> None:
    wide, close = dotted(0.2, 0.11, half_drop=True), dotted(0.1, 0.11, half_drop=True)
    body = np.concatenate([wide[:, :130], close[:, :130]], axis=1)

    assert drift(body, np.ones(body.shape[:2], np.bool_), PPM, find_lattice(body, PPM)) is None


def test_drift_fades_toward_the_selvedges_and_in_the_pallu() -> None:
    body = dotted(*PERIOD, half_drop=True, stretch=lambda s: 0.012 * np.sin(7 * s))
    lattice = find_lattice(dotted(*PERIOD, half_drop=True), PPM)
    found = drift(body, np.ones(body.shape[:2], np.bool_), PPM, lattice)
    assert found is not None

    carried = over_strip(found, (0.1, 0.9, 0.0, 1.04), (1.0, 1.6))

    assert np.abs(carried[:, -10:]).max() == 0
    assert np.abs(carried[[0, -1], :, 1]).max() < np.abs(found.t).max() * 0.2 + 1e-6


def test_cloth_without_a_repeat_has_no_drift() -> None:
    plain = np.full((200, 260, 3), 120, np.uint8)

    assert drift(plain, np.ones((200, 260), np.bool_), PPM, find_lattice(plain, PPM)) is None


def checked(stretch: Callable[[NDArray[np.float64]], NDArray[np.float64]]) -> Rgb8:
    """A chessboard of fields of 5 cm."""
    s, t = np.meshgrid((np.arange(260) + 0.5) / PPM, (np.arange(200) + 0.5) / PPM)
    s = s + stretch(s)
    dark = (s % 0.1 < 0.05) ^ (t % 0.1 < 0.05)
    return np.where(dark[..., None], (60, 70, 120), (225, 220, 200)).astype(np.uint8)


def test_a_pattern_that_leaves_no_ground_is_followed_by_its_lightness() -> None:
    straight = np.zeros_like
    lattice = find_lattice(checked(straight), PPM)

    found = drift(
        checked(lambda s: 0.01 * np.sin(7 * s)), np.ones((200, 260), np.bool_), PPM, lattice
    )

    assert found is not None
    assert np.ptp(found.s.mean(axis=0)) > 0.008


def test_scraps_of_calm_cloth_that_meet_after_several_repeats_do_not_hide_the_first() -> None:
    body = checked(np.zeros_like)
    calm = np.zeros(body.shape[:2], np.bool_)
    for row, column in ((20, 20), (20, 95), (20, 170), (95, 20), (95, 170)):
        calm[row : row + 18, column : column + 18] = True

    found = find_lattice(body, PPM, calm)

    assert found.period_s_m == pytest.approx(0.1, rel=0.01)
    assert found.period_t_m == pytest.approx(0.1, rel=0.01)


def test_a_few_gathered_scraps_do_not_outvote_the_whole_body() -> None:
    body = dotted(0.1, 0.1, half_drop=False)
    calm = np.zeros(body.shape[:2], np.bool_)
    calm[10:110, 10:130] = True
    grain = np.random.default_rng(0).integers(-65, 66, (100, 130, 1)).repeat(2, 0).repeat(2, 1)
    gathered = np.clip(dotted(0.093, 0.1, half_drop=False) + grain, 0, 255).astype(np.uint8)
    body[calm] = gathered[calm]

    found = find_lattice(body, PPM, calm)

    assert found.period_s_m == pytest.approx(0.1, rel=0.01)


def test_a_scrap_too_small_to_know_the_body_is_not_heard() -> None:
    body = dotted(0.1, 0.1, half_drop=False)
    calm = np.zeros(body.shape[:2], np.bool_)
    calm[60:130, 60:130] = True
    body[calm] = dotted(0.06, 0.06, half_drop=False)[calm]

    found = find_lattice(body, PPM, calm)

    assert found.period_s_m == pytest.approx(0.1, rel=0.01)
    assert found.period_t_m == pytest.approx(0.1, rel=0.01)


def test_what_comes_but_once_is_no_repeat_to_follow() -> None:
    body = dotted(0.16, 0.12, half_drop=True)
    once = Lattice(0.5, 0.4, "straight", 0.9)

    assert drift(body, np.ones(body.shape[:2], np.bool_), PPM, once) is None
