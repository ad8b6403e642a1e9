"""
The one decode gate: every photo enters through it, every artifact leaves through it.

Importing this module loads no NumPy; only `decode` and the PNG functions do.
"""

from __future__ import annotations

import hashlib
import io
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import ImageFile, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

from chalicelib.imaging.decoding.containers import Anatomy, Format, broken, truncated
from chalicelib.imaging.decoding.exif import read_exif
from chalicelib.imaging.decoding.gates import Limits, admitted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any

    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image, ImageCms

    from chalicelib.imaging.image import Rgb8

__all__ = ["Limits", "PhotoFacts", "decode", "decode_png", "encode_png", "inspect"]

_OPENERS: dict[Format, Callable[[io.BytesIO], ImageFile.ImageFile]] = {
    "jpeg": JpegImagePlugin.JpegImageFile,
    "png": PngImagePlugin.PngImageFile,
    "webp": WebPImagePlugin.WebPImageFile,
}

# Rows that are converted at once; bounds what decoding needs besides the picture itself.
_BAND_ROWS = 256


@dataclass(frozen=True, slots=True)
class PhotoFacts:
    """What is known of a photo that passed the gate; width and height are upright."""

    format: Format
    width: int
    height: int
    bytes: int
    sha256: str
    focal_35mm: float | None


def inspect(data: bytes, limits: Limits) -> PhotoFacts:
    """
    Let a photo pass or refuse it, having decoded it once to see that it is whole.

    Parameters
    ----------
    data : bytes
        The file as it came. Its name and declared type are not trusted, its first bytes are.
    limits : Limits
        What is taken. Checked on the headers, before anything is decoded.

    Raises
    ------
    TooLargeError
        More bytes than are taken.
    UnsupportedImageError
        Not JPEG, PNG or WebP.
    UndecodableImageError
        Broken, cut short, animated, CMYK, 16 bits a channel, or outside the limits;
        `code` says which.
    """
    parts = admitted(data, limits)
    with _refusals(), _opened(parts) as picture:
        # JPEG can be decoded at an eighth of its size: every byte is read all the same.
        picture.draft("RGB", (parts.width // 8, parts.height // 8))
        picture.load()
    exif = read_exif(parts.exif)
    turned = exif.orientation >= 5
    return PhotoFacts(
        format=parts.format,
        width=parts.height if turned else parts.width,
        height=parts.width if turned else parts.height,
        bytes=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        focal_35mm=exif.focal_35mm,
    )


def decode(data: bytes, limits: Limits) -> Rgb8:
    """
    Decode a photo, upright and in sRGB.

    The EXIF orientation is applied once. An embedded color profile is converted to sRGB; a
    profile that cannot be read, or that is for another kind of image, counts as absent, as in
    browsers. Transparent pixels are laid over white as viewers do it, on encoded values.

    Parameters
    ----------
    data : bytes
        The file as it came.
    limits : Limits
        What is taken. Checked on the headers, before anything is decoded.

    Returns
    -------
    ndarray of uint8, shape (H, W, 3)
        sRGB, 0..255, upright.

    Raises
    ------
    TooLargeError, UnsupportedImageError, UndecodableImageError
        As `inspect`.
    """
    import numpy as np

    parts = admitted(data, limits)
    with _refusals(), _opened(parts) as picture:
        picture.load()
        orientation = read_exif(parts.exif).orientation
        turned = orientation >= 5
        size = (parts.width, parts.height) if turned else (parts.height, parts.width)
        upright = np.empty((*size, 3), np.uint8)
        stored = _as_stored(upright, orientation)
        to_srgb = _srgb_converter(parts.profile, picture)
        for top in range(0, parts.height, _BAND_ROWS):
            bottom = min(top + _BAND_ROWS, parts.height)
            band = picture.crop((0, top, parts.width, bottom))
            stored[top:bottom] = np.asarray(to_srgb(band))
    return upright


def encode_png(image: NDArray[np.generic], text: Mapping[str, str] | None = None) -> bytes:
    """
    Encode an artifact; the same array gives the same bytes.

    Parameters
    ----------
    image : ndarray of uint8 or uint16
        uint8 of shape (H, W), (H, W, 3) or (H, W, 4), or uint16 of shape (H, W).
    text : mapping of str to str, optional
        Written as text chunks, in its own order. Nothing else is written besides the pixels.

    Raises
    ------
    ValueError
        The array is of another shape or dtype.
    """
    import numpy as np
    from PIL import Image

    channels = 1 if image.ndim == 2 else image.shape[-1]
    if (image.dtype, image.ndim, channels) not in {
        (np.dtype(np.uint8), 2, 1),
        (np.dtype(np.uint8), 3, 3),
        (np.dtype(np.uint8), 3, 4),
        (np.dtype(np.uint16), 2, 1),
    }:
        raise ValueError(f"not an image that PNG can hold: {image.dtype} of shape {image.shape}")
    chunks = PngImagePlugin.PngInfo()
    for keyword, value in (text or {}).items():
        chunks.add_text(keyword, value)
    written = io.BytesIO()
    picture = Image.fromarray(np.ascontiguousarray(image))
    picture.save(written, "PNG", compress_level=1, pnginfo=chunks)
    return written.getvalue()


def decode_png(data: bytes) -> NDArray[Any]:
    """
    Decode an artifact that `encode_png` made.

    Returns
    -------
    ndarray of uint8 or uint16
        With the shape and dtype that were encoded.

    Raises
    ------
    UndecodableImageError
        The bytes are not such a file.
    """
    import numpy as np

    with _refusals(), PngImagePlugin.PngImageFile(io.BytesIO(data)) as picture:
        picture.load()
        if picture.mode not in {"L", "RGB", "RGBA", "I;16"}:
            raise broken()
        return np.array(picture, np.uint16 if picture.mode == "I;16" else np.uint8)


def _opened(parts: Anatomy) -> ImageFile.ImageFile:
    """Open the bare pixels with the one decoder for their format."""
    picture = _OPENERS[parts.format](io.BytesIO(parts.pixels))
    if picture.size != (parts.width, parts.height):
        raise broken()
    return picture


@contextmanager
def _refusals() -> Iterator[None]:
    """Let nothing of Pillow's out of this module."""
    try:
        yield
    except OSError as error:
        raise truncated() if "truncated" in str(error) else broken() from error
    # Pillow tells of broken files by whatever its parsers stumble over.
    except (SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError) as error:
        raise broken() from error


def _as_stored(upright: NDArray[np.uint8], orientation: int) -> NDArray[np.uint8]:
    """View an upright array the way its pixels stand in the file."""
    # Values 5 to 8 exchange rows and columns; what remains is a choice of mirrored axes.
    view = upright.swapaxes(0, 1) if orientation >= 5 else upright
    rows = -1 if orientation in (3, 4, 7, 8) else 1
    columns = -1 if orientation in (2, 3, 6, 7) else 1
    if orientation >= 5:
        rows, columns = columns, rows
    return view[::rows, ::columns]


def _srgb_converter(profile: bytes, picture: Image.Image) -> Callable[[Image.Image], Image.Image]:
    """Choose how a band of the picture becomes opaque sRGB."""
    transform = _transform(profile, gray=picture.getbands()[0] in ("1", "L")) if profile else None
    transparent = picture.has_transparency_data
    return lambda band: _over_white(band, transform) if transparent else _srgb(band, transform)


def _srgb(band: Image.Image, transform: ImageCms.ImageCmsTransform | None) -> Image.Image:
    if transform is None:
        return band.convert("RGB")
    return transform.apply(band.convert(transform.input_mode))


def _over_white(band: Image.Image, transform: ImageCms.ImageCmsTransform | None) -> Image.Image:
    from PIL import Image

    straight = band.convert("RGBA")
    color = _srgb(straight.convert("RGB"), transform)
    return Image.composite(color, Image.new("RGB", band.size, "white"), straight.getchannel("A"))


def _transform(profile: bytes, *, gray: bool) -> ImageCms.ImageCmsTransform | None:
    """Build the conversion from an embedded profile to sRGB, or None where there is none."""
    from PIL import ImageCms

    try:
        embedded = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        space = embedded.profile.xcolor_space.strip()
        if space not in ("RGB", "GRAY") or (space == "GRAY" and not gray):
            return None
        if "sRGB" in (embedded.profile.profile_description or ""):
            return None
        return ImageCms.buildTransform(
            embedded,
            ImageCms.createProfile("sRGB"),
            "L" if space == "GRAY" else "RGB",
            "RGB",
            renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
            flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None
