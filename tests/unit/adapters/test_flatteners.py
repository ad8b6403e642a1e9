"""Cloth is laid flat tile by tile: no seam shows, and each is averaged as much as it needs."""

import numpy as np

from chalicelib.adapters.flatteners.rectify import RectifyingFlattener
from chalicelib.imaging.flattening.rectification import PhotoMap
from chalicelib.imaging.image import Rgba8


def a_picture(height: int, width: int) -> Rgba8:
    picture: Rgba8 = np.random.default_rng(6).integers(0, 256, (height, width, 4), np.uint8)
    return picture


def places(height: int, width: int, step: float = 1.0) -> PhotoMap:
    """Where the photo shows each pixel of a strip that is `step` times as coarse."""
    columns, rows = np.meshgrid(np.arange(width), np.arange(height))
    return (np.stack([columns, rows], axis=-1) * step + (step - 1) / 2).astype(np.float32)


def flattened(picture: Rgba8, where: PhotoMap) -> Rgba8:
    return RectifyingFlattener().run(picture, where, 0, (), ())


def test_a_strip_of_many_tiles_that_lies_as_in_the_photo_is_the_photo() -> None:
    picture = a_picture(300, 530)

    assert np.array_equal(flattened(picture, places(300, 530)), picture)


def test_what_is_finer_than_the_strip_is_averaged_and_what_is_not_stays_sharp() -> None:
    picture = a_picture(1024, 1280)
    where = places(256, 512)
    where[:, 256:] = places(256, 256, step=4.0)

    strip = flattened(picture, where)

    near, far = strip[8:-8, 8:248], strip[8:-8, 264:-8].astype(np.float64)
    assert np.array_equal(near, picture[8:248, 8:248])
    blocks = picture[:, :1024].reshape(256, 4, 256, 4, 4).mean(axis=(1, 3))[8:-8, 8:-8]
    assert np.abs(far - blocks).mean() < 8
    assert np.corrcoef(far.ravel(), blocks.ravel())[0, 1] > 0.9


def test_where_the_photo_shows_nothing_the_strip_is_empty() -> None:
    where = places(300, 300)
    where[280:] = np.nan

    strip = flattened(a_picture(300, 300), where)

    assert not strip[282:].any()
    assert strip[:278].any(axis=2).mean() > 0.99
