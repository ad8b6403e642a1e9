from io import BytesIO

import numpy as np
from PIL import Image

from chalicelib.imaging.cloth import REGIONS, Cloth, Parts
from chalicelib.imaging.placement import FabricLayer, PlacementMap
from chalicelib.imaging.preview import (
    encode_jpeg,
    seen_and_continued,
    seen_in_view,
    seen_shares,
)

PARTS = Parts(10.0, 40.0, 20.0, 5.0, 5.0, 10.0, None, None, None, (), 0.0, 0.0, 0.0, 0.5, {}, ())


def a_cloth() -> Cloth:
    """A red strip of 20 by 40 m, ten pixels a meter, seen in its right half."""
    pixels = np.full((200, 400, 3), (200, 20, 20), np.uint8)
    seen = np.zeros((200, 400), np.bool_)
    seen[:, 200:] = True
    return Cloth(pixels, seen, np.zeros((200, 400), np.float32), PARTS)


def a_map(points: list[tuple[float, float, float]], *, reverse: bool = False) -> PlacementMap:
    """One pixel for each point (s, t, coverage)."""
    s, t, coverage = (np.array(each, np.float32) for each in zip(*points, strict=True))
    count = len(points)
    one = np.ones(count, np.float32)
    layer = FabricLayer(
        np.arange(count, dtype=np.int32),
        s,
        t,
        coverage,
        one,
        one,
        np.full(count, reverse),
        np.zeros((count, 2, 2), np.float32),
    )
    return PlacementMap(1, count, (layer,), np.zeros((1, count, 3), np.uint8), 40.0, 20.0)


def test_a_jpeg_is_the_picture_and_the_same_bytes_each_time() -> None:
    picture = np.full((8, 8, 3), (120, 60, 30), np.uint8)

    first, second = encode_jpeg(picture, 80), encode_jpeg(picture, 80)

    shown = np.asarray(Image.open(BytesIO(first)))
    assert first == second
    assert np.abs(shown.astype(int) - picture).max() <= 3


def test_continued_cloth_is_paled_and_hatched_and_seen_cloth_is_left_alone() -> None:
    cloth = a_cloth()

    shown = seen_and_continued(cloth, 400)

    assert np.array_equal(shown[:, 200:], cloth.pixels[:, 200:])
    assert (shown[:, :200] != cloth.pixels[:, :200]).any(axis=2).all()
    assert len(np.unique(shown[:, :200].reshape(-1, 3), axis=0)) == 2


def test_shares_are_those_of_each_part() -> None:
    shares = seen_shares(a_cloth())

    # The pallu is the last 10 m of 40; of the body's 30 m the last 10 are seen.
    assert shares == {
        "body": round(1 / 3, 4),
        "pallu": 1.0,
        "border_top": 0.5,
        "border_bottom": 0.5,
    }


def test_what_is_in_view_counts_by_its_area_in_the_picture() -> None:
    placement = a_map([(5.0, 10.0, 1.0), (25.0, 10.0, 0.5), (35.0, 10.0, 1.0)])

    seen = seen_in_view(a_cloth(), placement)

    assert seen == {"body": round(0.5 / 1.5, 4), "pallu": 1.0, **dict.fromkeys(REGIONS[2:])}


def test_the_top_of_the_strip_is_the_upper_border() -> None:
    seen = seen_in_view(a_cloth(), a_map([(5.0, 19.9, 1.0), (35.0, 0.1, 1.0)]))

    assert (seen["border_top"], seen["border_bottom"]) == (0.0, 1.0)


def test_the_reverse_side_is_not_in_view() -> None:
    seen = seen_in_view(a_cloth(), a_map([(35.0, 10.0, 1.0)], reverse=True))

    assert seen == dict.fromkeys(REGIONS)
