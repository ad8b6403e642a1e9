import numpy as np
import pytest

from chalicelib.imaging.flattening.doubt import geometry_doubt
from chalicelib.imaging.flattening.floor import floor_under
from chalicelib.imaging.flattening.rectification import Camera, transform
from chalicelib.imaging.flattening.spread import Spread, find_spread
from chalicelib.imaging.strip import FloorLines
from tests.unit.imaging.spreads import (
    FOCAL_35MM,
    LENGTH_M,
    WIDTH_M,
    Shot,
    a_shot,
    tiles_around,
)


def laid(shot: Shot, lines: FloorLines, focal_35mm: float | None = FOCAL_35MM) -> Spread:
    found = find_spread(shot.cutout, WIDTH_M, focal_35mm, lines)
    assert found is not None
    return found


def halves(spread: Spread, shot: Shot) -> float:
    """How long a spread has the strip's farther half for its nearer one."""
    fabric = np.array([[share * LENGTH_M, WIDTH_M / 2] for share in (0.05, 0.5, 0.95)])
    seen = (transform(shot.to_photo, fabric) + 0.5) * spread.scale - 0.5
    far, near = np.linalg.norm(np.diff(spread.plane.to_fabric(seen), axis=0), axis=1)
    return float(far / near)


def test_tiles_tell_how_the_floor_lies_where_the_cloth_tapers() -> None:
    shot = a_shot(taper_m=0.02)

    assert abs(halves(laid(shot, ()), shot) - 1) > 0.008
    assert abs(halves(laid(shot, tiles_around(shot)), shot) - 1) < 0.001


def test_boards_tell_only_what_their_one_direction_shows() -> None:
    shot = a_shot()
    ahead = tiles_around(shot, turn_deg=5, long_m=9, wide_m=0.2)
    aside = tiles_around(shot, turn_deg=5, long_m=0.2, wide_m=9)
    alone = laid(shot, ()).plane

    along, across = laid(shot, ahead).plane, laid(shot, aside).plane

    assert (along.tilt_known, along.roll_doubt) == (True, alone.roll_doubt)
    assert not across.tilt_known
    assert across.roll_doubt < alone.roll_doubt


def test_lines_that_are_no_floor_change_nothing() -> None:
    shot = a_shot()
    random = np.random.default_rng(3).uniform(0, 900, (60, 4))
    other_floor = 3 * tiles_around(a_shot(pitch_deg=50))

    alone = laid(shot, ()).plane.homography

    for lines in (tuple(map(tuple, random.tolist())), other_floor, other_floor[:5]):
        assert np.array_equal(laid(shot, lines).plane.homography, alone)


def test_a_floor_far_from_where_the_cloth_seems_to_lie_is_another_one() -> None:
    shot = a_shot()
    lines = np.array(3 * tiles_around(shot))
    height, width = shot.cutout.shape[:2]
    camera = Camera.of(height, width, FOCAL_35MM)
    along, across = (camera.to_rays @ shot.to_photo[:, k] for k in (0, 1))
    along, normal = (axis / np.linalg.norm(axis) for axis in (along, np.cross(across, along)))
    off = normal + np.tan(np.radians(3)) * np.cross(normal, along)

    assert floor_under(lines, camera, normal, along) is not None
    assert floor_under(lines, camera, off / np.linalg.norm(off), along) is None


@pytest.mark.parametrize("focal_35mm", [23.0, 29.0])
@pytest.mark.parametrize(
    "wide_m", [pytest.param(0.4, id="squares"), pytest.param(0.2, id="oblongs that fill squares")]
)
def test_square_tiles_tell_an_unknown_focal_length(focal_35mm: float, wide_m: float) -> None:
    shot = a_shot(focal_35mm=focal_35mm, pitch_deg=58)
    diagonal = np.hypot(*shot.cutout.shape[:2])

    spread = laid(shot, tiles_around(shot, wide_m=wide_m), None)

    found = spread.plane.focal / spread.scale / diagonal * 43.27
    assert abs(found / focal_35mm - 1) < 0.02
    assert spread.focal_known


@pytest.mark.parametrize(
    ("long_m", "wide_m"),
    [pytest.param(0.5, 0.37, id="oblongs"), pytest.param(1.5, 1.5, id="few large slabs")],
)
def test_other_floors_leave_the_focal_length_open(long_m: float, wide_m: float) -> None:
    shot = a_shot(focal_35mm=23.0)
    lines = 4 * tiles_around(shot, turn_deg=4, long_m=long_m, wide_m=wide_m)

    assert not laid(shot, lines, None).focal_known


def test_a_floor_that_shows_its_tiles_leaves_less_in_doubt() -> None:
    shot = a_shot(taper_m=0.02, focal_35mm=23.0)

    doubts = [
        geometry_doubt(laid(shot, lines, None), turned=False) for lines in ((), tiles_around(shot))
    ]

    assert doubts[1] < 0.5 * doubts[0]
