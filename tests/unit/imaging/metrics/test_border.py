import numpy as np
import pytest
from numpy.typing import NDArray

from chalicelib.imaging.metrics.border import Course, follow
from chalicelib.imaging.metrics.cells import Grid
from chalicelib.imaging.metrics.observation import Observation
from tests.unit.imaging.metrics.scenes import a_cloth

CELL_M = 0.004
BORDER = 15
HEIGHT, WIDTH = 120, 400
GREEN, RED = (35, -25, 10), (45, 50, 25)


def strip() -> NDArray[np.float32]:
    """Red cloth with a plain green border along its top."""
    lab: NDArray[np.float32] = np.full((HEIGHT, WIDTH, 3), RED, np.float32)
    lab[:BORDER] = GREEN
    return lab


def course_of(render: NDArray[np.float32]) -> Course:
    grid = Grid(CELL_M, HEIGHT, WIDTH, (BORDER, HEIGHT - BORDER, WIDTH - 50))
    known = np.ones((HEIGHT, WIDTH)).astype(np.float32)
    found = follow(
        Observation(grid, known, known, known, strip(), render, a_cloth(ppm=50)), "border_top"
    )
    assert found is not None
    return found


@pytest.mark.parametrize("change", [(20, 0, 0), (0, -30, 15)], ids=["paler", "another hue"])
def test_a_body_of_another_color_is_not_its_borders_fault(change: tuple[int, ...]) -> None:
    render = strip()
    render[BORDER:] += np.array(change, np.float32)

    course = course_of(render)

    assert course.continuity() == pytest.approx(1)
    assert course.shift() == course.widening_of_most() == course.cut() == 0


@pytest.mark.parametrize("change", [(20, 0, 0), (0, 30, 15)], ids=["paler", "another hue"])
def test_a_border_of_another_color_is_in_its_place(change: tuple[int, ...]) -> None:
    render = strip()
    render[:BORDER] += np.array(change, np.float32)

    course = course_of(render)

    assert course.shift() == course.widening_of_most() == course.cut() == course.gap() == 0


def test_a_plain_border_that_moved_is_found_where_it_is() -> None:
    render = strip()
    render[: BORDER + 3] = GREEN

    assert course_of(render).shift() + CELL_M * BORDER * course_of(
        render
    ).widening_of_most() == pytest.approx(3 * CELL_M, abs=CELL_M)


def test_a_border_that_is_most_alike_at_the_end_of_the_search_was_not_found() -> None:
    render = strip()
    render[:8] = RED
    render[8] = np.average([GREEN, RED], axis=0, weights=[0.7, 0.3])
    render[9 : BORDER + 8] = GREEN
    render[BORDER + 8] = np.average([GREEN, RED], axis=0, weights=[0.3, 0.7])

    course = course_of(render)

    assert course.shift() == 0
    assert course.recognized() == 0


def test_teeth_of_the_body_in_a_border_are_known_by_their_depth() -> None:
    render = strip()
    for column in range(0, WIDTH, 16):
        render[BORDER - 5 : BORDER, column : column + 8] = RED

    assert course_of(render).cut() == pytest.approx(5 * CELL_M, abs=CELL_M / 2)


def test_a_border_that_is_gone_is_not_one_that_is_cut() -> None:
    render = strip()
    render[:BORDER] = RED

    assert course_of(render).cut() == 0
