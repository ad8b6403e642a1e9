"""The decode gate."""

import hashlib
import io
import resource
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from functools import partial
from typing import TypeVar

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

from chalicelib.errors import (
    PalluError,
    TooLargeError,
    UndecodableImageError,
    UnsupportedImageError,
)
from chalicelib.imaging.decoding.codec import Limits, decode, decode_png, encode_png, inspect
from tests import images

T = TypeVar("T")

LIMITS = Limits()


@pytest.mark.parametrize("make", [images.a_jpeg, images.a_png, images.a_webp])
def test_a_photo_that_passes_is_described(make: Callable[..., bytes]) -> None:
    photo = make(640, 300)

    facts = inspect(photo, LIMITS)

    assert (facts.width, facts.height) == (640, 300)
    assert facts.format == make.__name__.removeprefix("a_")
    assert facts.bytes == len(photo)
    assert facts.sha256 == hashlib.sha256(photo).hexdigest()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_applied_once(kind: str, orientation: int) -> None:
    photo = images.turned(kind, orientation)
    reference = ImageOps.exif_transpose(Image.open(io.BytesIO(photo))).convert("RGB")

    facts, upright = inspect(photo, LIMITS), decode(photo, LIMITS)

    np.testing.assert_array_equal(upright, np.asarray(reference))
    assert upright.shape == (facts.height, facts.width, 3)


def test_the_focal_length_is_told() -> None:
    photo = images.with_focal_length(26)

    facts = inspect(photo, LIMITS)

    assert facts.focal_35mm == 26.0
    assert inspect(images.a_jpeg(), LIMITS).focal_35mm is None


def test_a_profile_is_converted_to_srgb() -> None:
    red_called_blue = images.a_profile(red="b", blue="r")
    photo = images.a_png(icc_profile=red_called_blue)
    plain = decode(images.a_png(), LIMITS)

    converted = decode(photo, LIMITS)

    difference = converted.astype(int) - plain[..., ::-1].astype(int)
    # The two curves, 2.2 and that of sRGB, part by a few steps in the shadows.
    assert np.abs(difference).max() < 10
    assert np.abs(converted.astype(int) - plain.astype(int)).max() > 100


def test_a_gray_profile_is_converted_to_srgb() -> None:
    linear = images.a_gray_profile(gamma=1.0)
    photo = images.saved(Image.new("L", (256, 256), 128), "PNG", icc_profile=linear)

    converted = decode(photo, LIMITS)

    assert 186 <= converted[0, 0, 0] <= 190


@pytest.mark.parametrize(
    "profile",
    [
        pytest.param(b"not a profile at all", id="broken"),
        pytest.param(images.a_gray_profile(1.0), id="for gray images"),
        pytest.param(images.a_profile()[:200], id="cut short"),
    ],
)
def test_a_profile_that_says_nothing_of_the_image_counts_as_absent(profile: bytes) -> None:
    photo = images.a_png(icc_profile=profile)

    converted = decode(photo, LIMITS)

    np.testing.assert_array_equal(converted, decode(images.a_png(), LIMITS))


@pytest.mark.parametrize(
    ("kind", "options"), [("PNG", {}), ("WEBP", {"lossless": True}), ("WEBP", {"quality": 95})]
)
def test_what_is_transparent_is_white(kind: str, options: dict[str, object]) -> None:
    clear = Image.new("RGBA", (256, 300), (255, 0, 0, 0))
    clear.paste((0, 0, 255, 255), (0, 0, 100, 100))
    photo = images.saved(clear, kind, **options)

    flattened = decode(photo, LIMITS)

    assert np.abs(flattened[50, 50].astype(int) - [0, 0, 255]).max() < 5
    assert flattened[299, 255].tolist() == [255, 255, 255]


@pytest.mark.parametrize("make", [images.an_rgb_jpeg, images.an_oddly_named_jpeg])
def test_the_markers_that_name_the_colors_are_kept(make: Callable[[], bytes]) -> None:
    photo = make()

    decoded = decode(photo, LIMITS)

    reference = Image.open(io.BytesIO(photo)).convert("RGB")
    np.testing.assert_array_equal(decoded, np.asarray(reference))
    assert np.abs(decoded[5, 5].astype(int) - [20, 120, 40]).max() < 12


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_every_kind_of_png_is_decoded(mode: str) -> None:
    image = images.picture().convert(mode)
    photo = images.saved(image, "PNG")

    decoded = decode(photo, LIMITS)

    np.testing.assert_array_equal(decoded, np.asarray(image.convert("RGB")))


def test_what_stands_behind_a_jpeg_is_not_looked_at() -> None:
    photo = images.a_jpeg()
    noise = np.random.default_rng(1).bytes(200_000)

    facts = inspect(photo + b"PK\x03\x04" + noise, LIMITS)

    assert (facts.width, facts.height) == (320, 256)
    np.testing.assert_array_equal(decode(photo + noise, LIMITS), decode(photo, LIMITS))


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (images.a_cmyk_jpeg, "image_cmyk"),
        (images.a_16_bit_gray_png, "image_16_bit"),
        (images.a_16_bit_rgb_png, "image_16_bit"),
        (lambda: images.an_animation("PNG"), "image_animated"),
        (lambda: images.an_animation("WEBP"), "image_animated"),
        (lambda: images.a_jpeg(255, 400), "image_too_small"),
        (lambda: images.a_png(4200, 257), "image_too_narrow"),
        (images.a_bomb_of_400_megapixels, "image_too_many_pixels"),
        (images.a_profile_bomb, "image_profile_too_large"),
        (images.a_jpeg_profile_bomb, "image_profile_too_large"),
        (images.a_scan_bomb, "image_undecodable"),
        (images.a_chunk_bomb, "image_undecodable"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_own_code(
    make: Callable[..., bytes], code: str
) -> None:
    photo = make()

    with pytest.raises(UndecodableImageError) as refused:
        inspect(photo, LIMITS)

    assert refused.value.code == code
    assert len(str(refused.value)) > 20


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (b"", "not an image"),
        (b"hello", "not an image"),
        (b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n", "EPS"),
        (b"8BPS\x00\x01", "Photoshop"),
        (b"GIF89a\x01\x00", "GIF"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00", "HEIC"),
        (b"\x00\x00\x00\x18ftypavif\x00\x00", "AVIF"),
        (b"II*\x00\x08\x00\x00\x00", "TIFF"),
        (b"BM\x00\x00", "BMP"),
        (b"%PDF-1.7", "PDF"),
    ],
)
def test_other_formats_are_refused_by_name(data: bytes, named: str) -> None:
    with pytest.raises(UnsupportedImageError, match=named):
        inspect(data, LIMITS)


def test_too_many_bytes_are_refused() -> None:
    photo = images.a_jpeg()

    with pytest.raises(TooLargeError, match="larger than"):
        inspect(photo, Limits(max_bytes=len(photo) - 1))


@pytest.mark.parametrize("make", [images.a_jpeg, images.a_png, images.a_webp])
@pytest.mark.parametrize("share", [0.02, 0.3, 0.5, 0.9, 0.99])
def test_a_file_that_is_cut_short_is_refused(make: Callable[..., bytes], share: float) -> None:
    photo = make()
    cut = photo[: int(len(photo) * share)]

    with pytest.raises(UndecodableImageError) as refused:
        inspect(cut, LIMITS)

    assert refused.value.code == "image_truncated"


@pytest.mark.parametrize("make", [images.an_exif_bomb, images.a_text_bomb])
def test_metadata_is_not_unpacked(make: Callable[..., bytes]) -> None:
    photo = make()

    facts = inspect(photo, LIMITS)

    assert (facts.width, facts.height) == (320, 256)


def test_a_directory_is_not_read_to_an_absurd_end() -> None:
    photo = images.with_orientation_at_entry(600)

    facts = inspect(photo, LIMITS)

    assert (facts.width, facts.height) == (320, 256)
    assert inspect(images.with_orientation_at_entry(60), LIMITS).width == 256


@pytest.mark.parametrize("make", [images.a_text_bomb, images.a_profile_bomb])
def test_what_is_packed_is_unpacked_to_its_limit_only(make: Callable[[], bytes]) -> None:
    photo = make()
    tracemalloc.start()

    _outcome(partial(inspect, photo, LIMITS))

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 12_000_000


def test_hostile_files_cost_little_time_and_memory() -> None:
    files = list(images.hostile())
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.monotonic()

    for _, data in files:
        for gate in (inspect, decode):
            _outcome(partial(gate, data, LIMITS))

    grown_mb = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert time.monotonic() - began < 10
    # The largest is a picture of 49 megapixels: four bytes a pixel at the decoder, three here.
    assert grown_mb < 400


def test_the_gate_opens_without_numpy() -> None:
    program = (
        "import sys; from chalicelib.imaging.decoding.codec import Limits, inspect;"
        "inspect(sys.stdin.buffer.read(), Limits());"
        "sys.exit('numpy' in sys.modules or 'cv2' in sys.modules)"
    )

    ended = subprocess.run([sys.executable, "-c", program], input=images.a_jpeg(), check=False)

    assert ended.returncode == 0


SEEDS = [
    images.a_jpeg(256, 256),
    images.a_jpeg(256, 256, progressive=True),
    images.turned("JPEG", 6),
    images.a_png(256, 256, icc_profile=images.a_profile()),
    images.turned("PNG", 3),
    images.a_webp(256, 256),
    images.a_webp(256, 256, lossless=False, quality=40),
    images.saved(images.picture().convert("RGBA"), "WEBP", quality=30),
]


@settings(max_examples=300)
@given(st.data())
def test_mutated_files_pass_or_are_refused_and_nothing_else(data: st.DataObject) -> None:
    photo = bytearray(data.draw(st.sampled_from(SEEDS)))
    # Damage in the headers reaches more of the gate than damage in the pixels.
    reach = data.draw(st.sampled_from([64, 700, len(photo)]))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, min(reach, len(photo)) - 1))
        photo[at] = data.draw(st.integers(0, 255))
    if data.draw(st.booleans()):
        del photo[data.draw(st.integers(0, len(photo))) :]

    passed = _outcome(lambda: inspect(bytes(photo), LIMITS))

    if passed is not None:
        upright = _outcome(lambda: decode(bytes(photo), LIMITS))
        assert upright is None or upright.shape == (passed.height, passed.width, 3)


@given(st.binary(max_size=400))
def test_arbitrary_bytes_behind_each_magic_are_refused(tail: bytes) -> None:
    for magic in (b"\xff\xd8\xff", images.PNG_SIGNATURE, b"RIFF\x40\x00\x00\x00WEBP", b""):
        with pytest.raises(PalluError):
            inspect(magic + tail, LIMITS)


@pytest.mark.parametrize(
    "shape",
    [
        pytest.param((30, 41), id="gray"),
        pytest.param((30, 41, 3), id="rgb"),
        pytest.param((30, 41, 4), id="rgba"),
    ],
)
def test_an_artifact_survives_being_written(shape: tuple[int, ...]) -> None:
    image = np.random.default_rng(5).integers(0, 256, shape, np.uint8)

    read = decode_png(encode_png(image))

    np.testing.assert_array_equal(read, image)
    assert read.dtype == image.dtype


def test_an_artifact_of_16_bits_survives_being_written() -> None:
    image = np.arange(30 * 41, dtype=np.uint16).reshape(30, 41) * 50

    read = decode_png(encode_png(image))

    np.testing.assert_array_equal(read, image)
    assert read.dtype == np.uint16


def test_the_same_array_gives_the_same_bytes_in_another_process() -> None:
    image = np.random.default_rng(5).integers(0, 9, (200, 300, 3), np.uint8)
    program = (
        "import sys, numpy as np; from chalicelib.imaging.decoding.codec import encode_png;"
        "image = np.random.default_rng(5).integers(0, 9, (200, 300, 3), np.uint8);"
        "sys.stdout.buffer.write(encode_png(image, {'Source': 'x'}))"
    )

    other = subprocess.run([sys.executable, "-c", program], stdout=subprocess.PIPE, check=True)

    assert other.stdout == encode_png(image, {"Source": "x"})


def test_an_artifact_carries_only_pixels_and_the_text_it_was_given() -> None:
    image = np.zeros((4, 5, 3), np.uint8)

    plain, told = encode_png(image), encode_png(image, {"Source": "pallu"})

    assert _chunks(plain) == ["IHDR", "IDAT", "IEND"]
    assert _chunks(told) == ["IHDR", "tEXt", "IDAT", "IEND"]
    assert Image.open(io.BytesIO(told)).info == {"Source": "pallu"}


def test_what_png_cannot_hold_is_not_written() -> None:
    with pytest.raises(ValueError, match="float32"):
        encode_png(np.zeros((4, 5, 3), np.float32))


def test_an_artifact_that_is_none_is_refused() -> None:
    for data in (b"", b"nonsense", images.a_jpeg(), encode_png(np.zeros((9, 9), np.uint8))[:45]):
        with pytest.raises(UndecodableImageError):
            decode_png(data)


def _outcome(work: Callable[[], T]) -> T | None:
    try:
        return work()
    except (TooLargeError, UnsupportedImageError, UndecodableImageError):
        return None


def _chunks(png: bytes) -> list[str]:
    names, at = [], 8
    while at < len(png):
        names.append(png[at + 4 : at + 8].decode())
        at += 12 + int.from_bytes(png[at : at + 4], "big")
    return names
