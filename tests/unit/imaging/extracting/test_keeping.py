"""What was seen, laid back over what continues it."""

import numpy as np

from chalicelib.imaging.extracting.keeping import kept
from chalicelib.imaging.image import Rgb8

PPM = 600.0


def ground() -> Rgb8:
    return np.full((120, 150, 3), (120, 30, 40), np.uint8)


def test_good_cloth_stays_at_its_own_place_and_the_rest_is_continued() -> None:
    seen = ground()
    seen[:, 75:] += 20
    good = np.zeros(seen.shape[:2], np.bool_)
    good[:, 75:] = True

    cloth, own = kept(ground(), seen, good, PPM)

    assert (cloth[:, 100:] == seen[:, 100:]).all()
    assert (cloth[:, :75] == ground()[:, :75]).all()
    assert own[:, 100:].all()
    assert not own[:, :75].any()


def test_a_motif_at_the_cut_is_taken_whole_from_one_of_the_two() -> None:
    continued = ground()
    continued[48:60, 52:62] = (230, 200, 80)
    good = np.zeros(continued.shape[:2], np.bool_)
    good[:, 50:] = True

    cloth, _ = kept(continued, ground(), good, PPM)

    motif = cloth[50:58, 54:60, 1]
    assert (motif == 200).all() or (motif == 30).all()


def test_a_scrap_of_good_cloth_is_not_worth_a_seam() -> None:
    good = np.zeros((120, 150), np.bool_)
    good[50:54, 50:54] = True

    _, own = kept(ground(), ground(), good, PPM)

    assert not own.any()
