import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage.metrics import structural_similarity

from chalicelib.imaging.metrics.kinds import Plane
from chalicelib.imaging.metrics.structure import ssim_map


def a_texture(seed: int, *, side: int = 96) -> Plane:
    noise = np.random.default_rng(seed).random((side, side), dtype=np.float32)
    smooth = cv2.GaussianBlur(noise, (0, 0), 1 + seed % 3)
    return np.asarray((smooth - smooth.min()) / np.ptp(smooth), np.float32)


def scikit_images(first: Plane, second: Plane) -> Plane:
    _, similarity = structural_similarity(
        first.astype(np.float64),
        second.astype(np.float64),
        gaussian_weights=True,
        sigma=1.5,
        use_sample_covariance=False,
        data_range=1,
        full=True,
    )
    return np.asarray(similarity)


@given(st.integers(0, 1000), st.floats(0, 1))
@settings(max_examples=25)
def test_it_is_scikit_images_to_a_ten_thousandth(seed: int, share: float) -> None:
    first = a_texture(seed)
    second = ((1 - share) * first + share * a_texture(seed + 1)).astype(np.float32)

    np.testing.assert_allclose(ssim_map(first, second), scikit_images(first, second), atol=1e-4)


def test_weights_of_one_change_nothing() -> None:
    first, second = a_texture(1), a_texture(2)

    weighted = ssim_map(first, second, np.ones_like(first))

    np.testing.assert_allclose(weighted, ssim_map(first, second), atol=1e-4)


def test_what_is_not_known_does_not_count() -> None:
    first, second = a_texture(1), a_texture(2)
    weight = np.ones_like(first)
    weight[:, 48:] = 0
    elsewhere = second.copy()
    elsewhere[:, 48:] = 0.9

    seen = ssim_map(first, second, weight)[:, :48]
    changed = ssim_map(first, elsewhere, weight)[:, :48]

    np.testing.assert_array_equal(seen, changed)


@pytest.mark.parametrize("amount", [0.02, 0.1, 0.3])
def test_it_falls_as_noise_grows(amount: float) -> None:
    first = a_texture(5)
    noise = np.random.default_rng(1).standard_normal(first.shape, np.float32)

    less = ssim_map(first, first + np.float32(amount / 2) * noise).mean()
    more = ssim_map(first, first + np.float32(amount) * noise).mean()

    assert more < less < 1
