"""What a photo may be: the checks that stand before any decoding."""

from dataclasses import dataclass

from chalicelib.errors import TooLargeError, UndecodableImageError
from chalicelib.imaging.decoding.containers import Anatomy, anatomy, broken


@dataclass(frozen=True, slots=True)
class Limits:
    """What a photo may be, checked before a pixel of it is decoded."""

    max_bytes: int = 20_000_000
    max_pixels: int = 50_000_000
    min_side_pixels: int = 256
    max_aspect: float = 16.0


def admitted(data: bytes, limits: Limits) -> Anatomy:
    """
    Read the headers of a photo and refuse it where it is outside the limits.

    Raises
    ------
    TooLargeError, UnsupportedImageError, UndecodableImageError
        `code` says why, the sentence says what to do about it.
    """
    if len(data) > limits.max_bytes:
        raise TooLargeError(
            f"the photo is larger than {limits.max_bytes // 1_000_000} MB; "
            "save it with a lower quality or size"
        )
    parts = anatomy(data)
    _refuse_kind(parts)
    _refuse_size(parts, limits)
    return parts


def _refuse_kind(parts: Anatomy) -> None:
    if parts.frames != 1:
        raise UndecodableImageError(
            "the image is animated; send a single picture", code="image_animated"
        )
    if parts.cmyk:
        raise UndecodableImageError(
            "the image is in CMYK, which is for printing; save the photo again as RGB",
            code="image_cmyk",
        )
    if parts.bit_depth > 8:
        raise UndecodableImageError(
            "the image has more than 8 bits a channel; save the photo again with 8 bits",
            code="image_16_bit",
        )


def _refuse_size(parts: Anatomy, limits: Limits) -> None:
    short, long = sorted((parts.width, parts.height))
    if short == 0:
        raise broken()
    if short * long > limits.max_pixels:
        raise UndecodableImageError(
            f"the image is {parts.width} by {parts.height} pixels; "
            f"send a photo of at most {limits.max_pixels // 1_000_000} megapixels",
            code="image_too_many_pixels",
        )
    if short < limits.min_side_pixels:
        raise UndecodableImageError(
            f"the image is {parts.width} by {parts.height} pixels; "
            f"send a photo of at least {limits.min_side_pixels} pixels on its shorter side",
            code="image_too_small",
        )
    if long > limits.max_aspect * short:
        raise UndecodableImageError(
            f"the image is {parts.width} by {parts.height} pixels, too narrow for a photo "
            "of a saree; send the uncropped photo",
            code="image_too_narrow",
        )
