import numpy as np
import pytest

from tools.bench.photo_variants import ALWAYS, ANY_WAY_UP, variants


def a_photo() -> tuple[np.ndarray, np.ndarray]:
    """A white square on black, and where it is."""
    mask = np.zeros((120, 90), np.uint8)
    mask[30:80, 20:60] = 255
    return np.repeat(mask[..., None], 3, axis=2), mask


def test_the_first_version_is_the_photo_itself() -> None:
    photo, mask = a_photo()

    name, first, truth = next(variants(photo, mask, lying=True))

    assert name == "as it is"
    assert np.array_equal(first, photo)
    assert np.array_equal(truth, mask)


@pytest.mark.parametrize("name", [*ALWAYS, *ANY_WAY_UP])
def test_the_mask_goes_where_the_photo_goes(name: str) -> None:
    photo, mask = a_photo()

    changed, truth = (ALWAYS | ANY_WAY_UP)[name](photo, mask)

    bright = changed.mean(axis=2) > 100
    rows, columns = (round(np.flatnonzero(bright.any(axis=axis)).mean()) for axis in (1, 0))
    true = truth > 127
    scale = len(truth) / len(changed)
    assert rows * scale == pytest.approx(np.flatnonzero(true.any(axis=1)).mean(), abs=2)
    assert columns * scale == pytest.approx(np.flatnonzero(true.any(axis=0)).mean(), abs=2)


def test_a_photo_of_a_person_is_never_turned() -> None:
    names = [name for name, _, _ in variants(*a_photo(), lying=False)]

    assert not set(names) & set(ANY_WAY_UP)
