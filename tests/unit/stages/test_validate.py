from collections.abc import Callable

import cv2
import numpy as np
import pytest

from chalicelib.adapters.composers.drape import DrapeComposer
from chalicelib.adapters.composers.simulated import FAULTS, SimulatedComposer
from chalicelib.domain.constraints import INSTRUCTIONS, constraints_for
from chalicelib.domain.verdict import REGIONS, Status, Verdict, failed
from chalicelib.imaging.cloth import Cloth
from chalicelib.imaging.image import Rgb8
from chalicelib.imaging.placement import PlacementMap
from chalicelib.stages.compose import compose
from chalicelib.stages.validate import validate
from tests.unit.imaging.metrics.scenes import a_cloth, a_placement


@pytest.fixture(scope="module")
def cloth() -> Cloth:
    return a_cloth(ppm=500)


@pytest.fixture(scope="module")
def placement() -> PlacementMap:
    return a_placement(millimeters=1.6)


@pytest.fixture(scope="module")
def faithful(cloth: Cloth, placement: PlacementMap) -> Rgb8:
    return compose(cloth, placement, DrapeComposer(), 1, ())


def test_every_part_has_its_verdict_in_one_order(
    faithful: Rgb8, cloth: Cloth, placement: PlacementMap
) -> None:
    verdicts = validate(faithful, cloth, placement)

    assert tuple(verdict.region for verdict in verdicts) == REGIONS


@pytest.mark.parametrize("motifs", [True, False], ids=["with buttas", "plain"])
def test_a_faithful_render_passes_with_full_marks(motifs: bool, placement: PlacementMap) -> None:
    cloth = a_cloth(ppm=500, motifs=motifs)
    render = compose(cloth, placement, DrapeComposer(), 1, ())

    verdicts = validate(render, cloth, placement)

    assert all(verdict.passed for verdict in verdicts)
    assert all(verdict.delta_e == 0 and verdict.ssim == 1 for verdict in verdicts)


def as_jpeg(picture: Rgb8) -> Rgb8:
    _, packed = cv2.imencode(".jpg", picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 85])
    decoded = cv2.imdecode(packed, cv2.IMREAD_COLOR_RGB)
    assert decoded is not None
    return np.asarray(decoded, np.uint8)


def brighter(picture: Rgb8) -> Rgb8:
    bright: Rgb8 = np.clip(np.rint(picture * 1.03), 0, 255).astype(np.uint8)
    return bright


def resized(picture: Rgb8) -> Rgb8:
    small = cv2.resize(picture, None, fx=0.75, fy=0.75, interpolation=cv2.INTER_AREA)
    size = (picture.shape[1], picture.shape[0])
    back: Rgb8 = cv2.resize(small, size, interpolation=cv2.INTER_CUBIC)
    return back


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(as_jpeg, id="JPEG quality 85"),
        pytest.param(brighter, id="three percent more exposure"),
        pytest.param(resized, id="to three quarters and back"),
    ],
)
def test_what_does_the_cloth_no_harm_raises_no_alarm(
    change: Callable[[Rgb8], Rgb8], faithful: Rgb8, cloth: Cloth, placement: PlacementMap
) -> None:
    assert not failed(validate(change(faithful), cloth, placement))


@pytest.mark.parametrize("code", INSTRUCTIONS)
def test_each_fault_is_blamed_by_its_name_and_its_constraint_stops_it(
    code: str, cloth: Cloth, placement: PlacementMap, faithful: Rgb8
) -> None:
    model = SimulatedComposer({code: 1.0})

    first = validate(compose(cloth, placement, model, 1, ()), cloth, placement)
    constraints = constraints_for(first)
    second = compose(cloth, placement, model, 2, constraints)

    assert code in FAULTS
    assert blamed(first) == {code}
    assert code in {constraint.code for constraint in constraints}
    np.testing.assert_array_equal(second, faithful)


def blamed(verdicts: tuple[Verdict, ...]) -> set[str]:
    """What the first reason of each failed part says."""
    return {verdict.reasons[0].code for verdict in verdicts if verdict.status is Status.FAILED}


def test_a_stubborn_fault_fails_again_whatever_it_is_told(
    cloth: Cloth, placement: PlacementMap
) -> None:
    model = SimulatedComposer.from_text("stubborn:border_distortion=1")

    first = validate(compose(cloth, placement, model, 1, ()), cloth, placement)
    second = validate(
        compose(cloth, placement, model, 2, constraints_for(first)), cloth, placement
    )

    assert blamed(first) == blamed(second) == {"border_distortion"}
