import numpy as np
import pytest

from chalicelib.imaging.cloth import REGIONS, Cloth
from chalicelib.imaging.color import to_lab
from chalicelib.imaging.damage import DAMAGES, box
from chalicelib.imaging.metrics.difference import ciede2000
from tests.unit.imaging.metrics.scenes import BORDER_M, a_cloth

BORDER_DAMAGES = ("displace", "bend", "widen", "sever")
STRENGTHS = {
    "tint": 6.0,
    "cool": 6.0,
    "darken": 6.0,
    "rescale": 0.1,
    "rotate": 5.0,
    "drift": 0.01,
    "smear": 0.006,
    "erase": 1.0,
    "invent": 12.0,
    "seam": 6.0,
    "mirror": 1.0,
    "displace": 0.01,
    "bend": 0.01,
    "widen": 0.2,
    "sever": 0.05,
}
PLACES = [
    (name, region)
    for name in DAMAGES
    for region in REGIONS
    if name not in BORDER_DAMAGES or region.startswith("border")
]


@pytest.fixture(scope="module")
def cloth() -> Cloth:
    return a_cloth(ppm=300)


@pytest.mark.parametrize(("name", "region"), PLACES)
def test_a_damage_changes_its_part_and_hardly_any_other(
    name: str, region: str, cloth: Cloth
) -> None:
    before = cloth.pixels.copy()

    damaged = DAMAGES[name](cloth, region, STRENGTHS[name])

    changed = (damaged.pixels != before).any(axis=2)
    # A border that is moved or widened covers a little of what lies beside it.
    rows, columns = box(cloth, region)
    reach = round(0.03 * cloth.parts.pixels_per_meter) if name in BORDER_DAMAGES else 0
    near = np.zeros_like(changed)
    near[max(rows.start - reach, 0) : rows.stop + reach, columns] = True
    assert changed[rows, columns].mean() > 0.01
    assert not changed[~near].any()
    np.testing.assert_array_equal(cloth.pixels, before)


@pytest.mark.parametrize(
    "name", [name for name in DAMAGES if name not in ("smear", "mirror")], ids=str
)
def test_no_strength_is_no_damage(name: str, cloth: Cloth) -> None:
    damaged = DAMAGES[name](cloth, "border_top", 0.0)

    assert np.abs(damaged.pixels.astype(int) - cloth.pixels).max() <= 1


@pytest.mark.parametrize("name", ["tint", "cool", "darken"])
def test_a_cast_is_as_strong_as_it_says(name: str, cloth: Cloth) -> None:
    where = box(cloth, "border_bottom")

    damaged = DAMAGES[name](cloth, "border_bottom", 5.0)

    means = [to_lab(c.pixels[where]).mean(axis=(0, 1))[np.newaxis] for c in (cloth, damaged)]
    assert ciede2000(means[0], means[1])[0] == pytest.approx(5, abs=1.2)


def test_a_border_is_moved_by_as_much_as_it_says(cloth: Cloth) -> None:
    ppm = cloth.parts.pixels_per_meter
    step, width = round(0.01 * ppm), round(BORDER_M * ppm)

    damaged = DAMAGES["displace"](cloth, "border_top", 0.01)

    np.testing.assert_array_equal(damaged.pixels[step : width + step], cloth.pixels[:width])


@pytest.mark.parametrize("name", BORDER_DAMAGES[:3])
def test_only_a_border_can_be_out_of_its_line(name: str, cloth: Cloth) -> None:
    with pytest.raises(ValueError, match="not a border: 'body'"):
        DAMAGES[name](cloth, "body", 0.01)
