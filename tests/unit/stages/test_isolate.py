import cv2
import numpy as np
import pytest

from chalicelib.errors import UnreadablePhotoError
from chalicelib.imaging.isolating.garment import Wearer
from chalicelib.imaging.isolating.segmentation import Segmentation
from chalicelib.imaging.isolating.view import View
from chalicelib.stages.isolate import isolate
from tests.unit.imaging import scenes


class Knows:
    """A segmenter that is told the answer."""

    name, version = "knows", "1"

    def __init__(self, mask: np.ndarray, confidence: float = 0.9) -> None:
        self.mask, self.confidence = mask.astype(np.float32), confidence

    def segment(self, photo: np.ndarray) -> Segmentation:
        mask = self.mask[: photo.shape[0]]
        return Segmentation(mask, self.confidence, View.of(photo, mask), Wearer.found_in(photo))


def test_the_cutout_is_the_photo_under_the_segmenters_matte():
    photo, mask = scenes.a_spread_saree()

    cutout = isolate(photo, Knows(mask)).cutout

    assert np.array_equal(cutout[..., 3] == 255, mask)
    assert np.array_equal(cutout[mask][:, :3], photo[mask])


def test_the_reading_says_what_the_photo_is_and_how_far_to_believe_it():
    photo, mask = scenes.a_spread_saree()

    reading = isolate(photo, Knows(mask, confidence=0.83)).reading

    assert reading.kind == "flat_spread"
    assert reading.confidence == 0.83
    assert reading.cloth_share == pytest.approx(mask.mean(), abs=1e-4)
    assert reading.assumptions == ()


def test_a_worn_saree_is_taken_with_its_assumptions():
    photo, mask = scenes.a_worn_saree()

    reading = isolate(photo, Knows(mask)).reading

    assert reading.kind == "worn"
    assert "photograph the pallu" in reading.assumptions[0]


@pytest.mark.parametrize(
    ("photo", "mask"),
    [
        pytest.param(scenes.a_floor(320, 240), np.zeros((320, 240)), id="nothing found"),
        pytest.param(scenes.a_floor(320, 240), np.ones((320, 240)), id="a bare floor"),
    ],
)
def test_a_photo_without_a_saree_is_refused_with_a_remedy(photo, mask):
    with pytest.raises(UnreadablePhotoError, match="Photograph the saree") as refusal:
        isolate(photo, Knows(mask))

    assert refusal.value.code == "no_cloth"


def test_an_outline_that_is_expected_to_be_wrong_is_refused():
    photo, mask = scenes.a_spread_saree()

    with pytest.raises(UnreadablePhotoError, match="of another color") as refusal:
        isolate(photo, Knows(mask, confidence=0.4))

    assert refusal.value.code == "no_cloth"


def a_small_shirt():
    """A checked shirt on a pale floor: woven, and of no shape that a saree is photographed in."""
    photo = scenes.a_floor(640, 480)
    outline = [(205, 220), (275, 220), (350, 290), (320, 320), (290, 295)]
    outline += [(290, 440), (190, 440), (190, 295), (160, 320), (130, 290)]
    mask = cv2.fillPoly(np.zeros(photo.shape[:2], np.uint8), [np.array(outline)], 1) > 0
    checks = (np.indices(mask.shape) // 6).sum(axis=0) % 2
    photo[mask] = np.where(checks[..., np.newaxis] > 0, (150, 40, 60), (230, 200, 90))[mask]
    return photo, mask


def test_cloth_that_looks_like_no_one_kind_of_photo_of_a_saree_is_refused():
    photo, mask = a_small_shirt()

    with pytest.raises(UnreadablePhotoError, match="No saree was found"):
        isolate(photo, Knows(mask))


def test_bars_around_a_photo_are_not_looked_at_and_stay_out_of_the_cutout():
    photo, mask = scenes.a_spread_saree()
    barred = np.pad(photo, ((80, 80), (0, 0), (0, 0)))
    seen = []

    class Watched(Knows):
        def segment(self, photo: np.ndarray) -> Segmentation:
            seen.append(photo.shape)
            return super().segment(photo)

    isolated = isolate(barred, Watched(mask))

    assert seen[0][0] < 640
    assert isolated.cutout.shape == (800, 480, 4)
    assert not isolated.cutout[:80].any()
    assert not isolated.cutout[-80:].any()
    assert isolated.reading.kind == "flat_spread"


def test_lines_of_the_floor_are_told_where_the_whole_photo_has_them():
    photo, mask = scenes.a_spread_saree()
    photo[[300, 301, 302]] = np.where(mask[300, :, None], photo[300], (120, 110, 100))
    barred = np.pad(photo, ((80, 80), (0, 0), (0, 0)))

    found = isolate(barred, Knows(mask)).reading.floor_lines

    assert len(found) > 1
    assert all(abs(y - 381) < 3 and abs(v - 381) < 3 for _, y, _, v in found)


def test_only_cloth_that_lies_flat_has_its_floor_looked_at():
    photo, mask = scenes.a_worn_saree()
    photo[[700, 701, 702]] = np.where(mask[700, :, None], photo[700], (60, 60, 60))

    assert isolate(photo, Knows(mask)).reading.floor_lines == ()
