"""WebP headers, after RFC 9649, sections 2.3 to 2.7."""

import struct
from collections.abc import Iterator

from chalicelib.imaging.decoding.containers.anatomy import (
    MOST_CHUNKS,
    Anatomy,
    bounded_profile,
    broken,
    truncated,
)


def read_webp(data: bytes) -> Anatomy:
    """Read the chunks; wrap the one picture alone."""
    found = dict[bytes, bytes]()
    for name, body in _webp_chunks(data):
        found.setdefault(name, body)
    frames = 2 if b"ANIM" in found or b"ANMF" in found else 1
    width, height, pixels = _webp_picture(found) if frames == 1 else (0, 0, b"")
    return Anatomy(
        format="webp",
        width=width,
        height=height,
        bit_depth=8,
        cmyk=False,
        frames=frames,
        exif=found.get(b"EXIF", b""),
        profile=bounded_profile(found.get(b"ICCP", b"")),
        pixels=pixels,
    )


def _webp_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    (size,) = struct.unpack_from("<I", data, 4)
    if size + 8 > len(data):
        raise truncated()
    at, end = 12, size + 8
    for _ in range(MOST_CHUNKS):
        if at + 8 > end:
            return
        name, length = struct.unpack_from("<4sI", data, at)
        if at + 8 + length > end:
            raise truncated()
        yield name, data[at + 8 : at + 8 + length]
        at += 8 + length + length % 2
    raise broken()


def _webp_picture(found: dict[bytes, bytes]) -> tuple[int, int, bytes]:
    """Read the size of the one picture and wrap it alone into a file."""
    if b"VP8L" in found:
        body = found[b"VP8L"]
        (bits,) = struct.unpack_from("<I", body, 1)
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        return width, height, _riff((b"VP8L", body))
    if b"VP8 " not in found:
        raise broken()
    body = found[b"VP8 "]
    width, height = (side & 0x3FFF for side in struct.unpack_from("<HH", body, 6))
    if b"ALPH" not in found:
        return width, height, _riff((b"VP8 ", body))
    # A flag byte for the coverage, three reserved, and both sides less one in 24 bits each.
    canvas = struct.pack("<I", 0x10) + b"".join(
        (side - 1 & 0xFFFFFF).to_bytes(3, "little") for side in (width, height)
    )
    return width, height, _riff((b"VP8X", canvas), (b"ALPH", found[b"ALPH"]), (b"VP8 ", body))


def _riff(*chunks: tuple[bytes, bytes]) -> bytes:
    body = b"WEBP" + b"".join(
        name + struct.pack("<I", len(part)) + part + b"\x00" * (len(part) % 2)
        for name, part in chunks
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body
