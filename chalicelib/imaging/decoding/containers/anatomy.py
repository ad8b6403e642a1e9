"""What the readers of the containers have in common: their result and their refusals."""

from dataclasses import dataclass
from typing import Literal

from chalicelib.errors import UndecodableImageError

Format = Literal["jpeg", "png", "webp"]

MOST_CHUNKS = 20_000
"""A 20 MB PNG in pieces of 4 kB has 5,000 chunks."""

MOST_PROFILE_BYTES = 2 * 1024 * 1024
"""Published profiles of cameras and screens stay under this; press profiles are larger."""


@dataclass(frozen=True, slots=True)
class Anatomy:
    """The facts of an image file before anything is decoded; sizes are as stored."""

    format: Format
    width: int
    height: int
    bit_depth: int
    cmyk: bool
    frames: int
    exif: bytes
    profile: bytes
    pixels: bytes


def truncated() -> UndecodableImageError:
    """The refusal of a file that ends too early."""
    return UndecodableImageError(
        "the image file is cut short; send the whole file again", code="image_truncated"
    )


def broken() -> UndecodableImageError:
    """The refusal of a file that says it is an image but cannot be read as one."""
    return UndecodableImageError(
        "the image file is damaged and cannot be read; save the photo again and send that file"
    )


def bounded_profile(profile: bytes) -> bytes:
    """Pass a color profile on, or refuse one that only costs time."""
    if len(profile) > MOST_PROFILE_BYTES:
        raise UndecodableImageError(
            "the image carries an oversized color profile; save the photo again as sRGB",
            code="image_profile_too_large",
        )
    return profile
