"""PNG headers, after W3C Portable Network Graphics, third edition, section 5."""

import struct
import zlib
from collections.abc import Iterator

from chalicelib.imaging.decoding.containers.anatomy import (
    MOST_CHUNKS,
    MOST_PROFILE_BYTES,
    Anatomy,
    bounded_profile,
    broken,
    truncated,
)

SIGNATURE = b"\x89PNG\r\n\x1a\n"

_PNG_PIXELS = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})


def read_png(data: bytes) -> Anatomy:
    """Read the chunks; keep those that make pixels."""
    kept, found = [SIGNATURE], dict[bytes, bytes]()
    for name, begin, end in _png_chunks(data):
        if name in _PNG_PIXELS:
            kept.append(data[begin:end])
        if name not in found and name != b"IDAT":
            found[name] = data[begin + 8 : end - 4]
    if b"IHDR" not in found or not kept[1].startswith(b"\x00\x00\x00\rIHDR"):
        raise broken()
    width, height, depth = struct.unpack_from(">IIB", found[b"IHDR"])
    frames = struct.unpack_from(">I", found[b"acTL"])[0] if b"acTL" in found else 1
    return Anatomy(
        format="png",
        width=width,
        height=height,
        bit_depth=depth,
        cmyk=False,
        frames=frames,
        exif=found.get(b"eXIf", b""),
        profile=_png_profile(found.get(b"iCCP", b"")),
        pixels=b"".join(kept),
    )


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Walk the chunks up to and with the last: name, begin, end."""
    at = len(SIGNATURE)
    for _ in range(MOST_CHUNKS):
        length, name = struct.unpack_from(">I4s", data, at)
        end = at + 12 + length
        if end > len(data):
            raise truncated()
        yield name, at, end
        if name == b"IEND":
            return
        at = end
    raise broken()


def _png_profile(chunk: bytes) -> bytes:
    """Unpack a color profile, up to the size that is taken."""
    _, _, packed = chunk.partition(b"\x00")
    try:
        return bounded_profile(zlib.decompressobj().decompress(packed[1:], MOST_PROFILE_BYTES + 1))
    except zlib.error:
        return b""
