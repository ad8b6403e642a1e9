import cv2
import numpy as np

from chalicelib.imaging.extracting.ironing import ironed, mended
from chalicelib.imaging.image import Rgb8
from chalicelib.imaging.pattern.lattice import Lattice

PPM = 200.0
GROUND, MOTIF = (150, 40, 60), (220, 180, 70)


def a_body(*, stripes: bool = False) -> Rgb8:
    """80 cm x 100 cm of ground with a motif of 2 cm every 10 cm."""
    body = np.full((160, 200, 3), GROUND, np.uint8)
    if stripes:
        body[:, ::20] = body[:, 1::20] = (60, 60, 160)
    for row in range(10, 160, 20):
        for column in range(10, 200, 20):
            body[row - 2 : row + 2, column - 2 : column + 2] = MOTIF
    return body


def folded(body: Rgb8) -> Rgb8:
    """Let a fold of 12 cm darken it along a slope, and turn its hue."""
    rows, columns = np.mgrid[0 : body.shape[0], 0 : body.shape[1]]
    depth = 0.45 * np.exp(-(((columns - 60 - rows / 2) / 12) ** 2))[..., None]
    tint = np.array([1.0, 0.7, 1.0])
    darker: Rgb8 = np.rint(body * (1 - depth * tint)).astype(np.uint8)
    return darker


def everywhere(body: Rgb8) -> np.ndarray:
    return np.ones(body.shape[:2], np.bool_)


def test_a_fold_is_taken_off_the_ground_and_off_the_motifs() -> None:
    body = a_body()

    flat = ironed(folded(body), everywhere(body), PPM).pixels

    off = np.abs(flat.astype(int) - body).max(axis=2)
    before = np.abs(folded(body).astype(int) - body).max(axis=2)
    motifs = (body == MOTIF).all(axis=2)
    assert np.percentile(before, 95) > 50
    assert np.percentile(off, 95) < 8
    assert np.median(off[motifs]) < 10


def test_a_body_without_folds_stays_as_it_is() -> None:
    body = a_body()

    flat = ironed(body, everywhere(body), PPM)

    assert np.abs(flat.pixels.astype(int) - body).max() <= 2
    assert flat.lost.max() < 0.05


def test_woven_stripes_are_no_creases() -> None:
    body = a_body(stripes=True)

    flat = ironed(body, everywhere(body), PPM).pixels

    off = np.abs(flat.astype(int) - body).max(axis=2)
    assert np.percentile(off, 98) < 10


def test_a_crease_is_filled_with_ground_and_said_to_be_lost() -> None:
    body = a_body()
    creased = body.copy()
    creased[60, 50:130] = creased[61, 50:130] = (40, 10, 20)

    flat = ironed(creased, everywhere(body), PPM)

    assert np.abs(flat.pixels[60:62, 60:120].astype(int) - GROUND).max() < 12
    assert flat.lost[60:62, 60:120].min() > 0.5


def woven_checks() -> Rgb8:
    """Soft bands of 2 cm every 6.5 cm, both ways, that stray by half a centimeter."""
    rows, columns = np.mgrid[0:160, 0:200]
    stray = 1.2 * np.sin(columns / 35), 1.2 * np.sin(rows / 30)
    bands = [((at + by) % 13 < 4) for at, by in zip((rows, columns), stray, strict=True)]
    share = (bands[0] * 0.5 + bands[1] * 0.5)[..., None]
    checks = np.rint((1 - share) * (235, 225, 195) + share * (60, 80, 150)).astype(np.uint8)
    soft: Rgb8 = cv2.GaussianBlur(checks, (0, 0), 1.5)
    return soft


def test_the_colors_of_checks_are_no_folds_of_one_ground() -> None:
    checks = woven_checks()

    assert np.array_equal(ironed(checks, everywhere(checks), PPM).pixels, checks)


def test_a_print_without_even_ground_is_left_alone() -> None:
    print_ = np.random.default_rng(0).integers(0, 256, (40, 50, 3)).astype(np.uint8)
    print_ = print_.repeat(4, axis=0).repeat(4, axis=1)

    flat = ironed(print_, everywhere(print_), PPM)

    assert np.array_equal(flat.pixels, print_)


def test_a_print_is_left_alone_though_none_of_its_colors_is_far_from_the_mean() -> None:
    """Spots of two colors that nowhere repeat."""
    colors = np.array([(120, 110, 50), (185, 175, 135)], np.uint8)
    places = np.random.default_rng(4).integers(0, 2, (40, 50))
    print_ = colors[places].repeat(4, axis=0).repeat(4, axis=1)

    np.testing.assert_array_equal(ironed(print_, everywhere(print_), PPM).pixels, print_)


def test_a_motif_under_a_crease_comes_back_from_a_repeat_away() -> None:
    body = a_body()
    creased = body.copy()
    creased[67:74, 50:130] = (40, 10, 20)
    lattice = Lattice(0.1, 0.1, "straight", 1.0)

    smooth = mended(ironed(creased, everywhere(body), PPM), lattice, PPM)

    motifs = (body == MOTIF).all(axis=2)
    motifs[:60] = motifs[80:] = motifs[:, :60] = motifs[:, 120:] = False
    assert np.abs(smooth.pixels[motifs].astype(int) - MOTIF).max() < 20
    assert smooth.lost[67:74, 60:120].max() < 0.1
