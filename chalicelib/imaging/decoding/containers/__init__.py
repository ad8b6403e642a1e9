"""
What stands in a JPEG, PNG or WebP file, read from its headers alone.

A decoder is only ever shown `Anatomy.pixels`: the file without everything that makes no
pixels. Metadata that would cost memory or time to parse never reaches it.
"""

import struct

from chalicelib.errors import UnsupportedImageError
from chalicelib.imaging.decoding.containers.anatomy import Anatomy, Format, broken, truncated
from chalicelib.imaging.decoding.containers.jpeg import read_jpeg
from chalicelib.imaging.decoding.containers.png import SIGNATURE, read_png
from chalicelib.imaging.decoding.containers.webp import read_webp

__all__ = ["Anatomy", "Format", "anatomy", "broken", "truncated"]


def anatomy(data: bytes) -> Anatomy:
    """
    Tell the format of an image by its first bytes and read its headers.

    Time and memory are linear in the length of `data`; nothing is decoded.

    Raises
    ------
    UnsupportedImageError
        The first bytes are not those of a JPEG, PNG or WebP file.
    UndecodableImageError
        The headers are broken, cut short, or outside what real files have.
    """
    try:
        if data.startswith(b"\xff\xd8\xff"):
            return read_jpeg(data)
        if data.startswith(SIGNATURE):
            return read_png(data)
        if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
            return read_webp(data)
    except (struct.error, IndexError) as error:
        raise truncated() from error
    raise UnsupportedImageError(
        f"this is {_guess(data)}; send the photo as a JPEG, PNG or WebP file"
    )


def _guess(data: bytes) -> str:
    """Name what the bytes seem to be, for the sentence of a refusal."""
    head = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head[4:8] == b"ftyp":
        return "an AVIF image" if head[8:12] in (b"avif", b"avis") else "a HEIC image or a video"
    if b"<svg" in head.lower():
        return "an SVG drawing"
    kinds = {
        b"GIF8": "a GIF image",
        b"BM": "a BMP image",
        b"II*\x00": "a TIFF image",
        b"MM\x00*": "a TIFF image",
        b"8BPS": "a Photoshop document",
        b"%!PS": "an EPS drawing",
        b"\xc5\xd0\xd3\xc6": "an EPS drawing",
        b"%PDF": "a PDF document",
        b"PK\x03\x04": "a ZIP archive",
    }
    return next((name for magic, name in kinds.items() if head.startswith(magic)), "not an image")
