import numpy as np

from chalicelib.imaging.cloth import Cloth
from chalicelib.imaging.composing.draping import drape
from chalicelib.imaging.damage import tint
from chalicelib.imaging.image import Rgb8
from chalicelib.imaging.metrics.error_map import error_map
from chalicelib.imaging.placement import PlacementMap


def redness(picture: Rgb8) -> float:
    return float(np.mean(picture[..., 0].astype(float) - picture[..., 1]))


def test_a_faithful_render_is_all_gray(faithful: Rgb8, placement: PlacementMap) -> None:
    shown = error_map(faithful, faithful, placement)

    assert (shown == shown[..., :1]).all()
    assert shown.shape == faithful.shape


def test_what_differs_more_is_redder(
    cloth: Cloth, faithful: Rgb8, placement: PlacementMap
) -> None:
    little, much = (drape(tint(cloth, "body", by), placement) for by in (2.0, 8.0))

    assert redness(error_map(little, faithful, placement)) > 0
    assert redness(error_map(little, faithful, placement)) < redness(
        error_map(much, faithful, placement)
    )


def test_nothing_is_shown_outside_the_cloth(faithful: Rgb8, placement: PlacementMap) -> None:
    bare = placement.coverage() == 0
    painted = faithful.copy()
    painted[bare] = 0

    shown = error_map(painted, faithful, placement)[bare]

    assert (shown == shown[..., :1]).all()
