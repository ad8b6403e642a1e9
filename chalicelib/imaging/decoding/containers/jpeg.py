"""JPEG headers, after ITU-T T.81, annex B."""

import re
import struct
from collections.abc import Iterator
from typing import TypeAlias

from chalicelib.imaging.decoding.containers.anatomy import (
    Anatomy,
    bounded_profile,
    broken,
    truncated,
)

# A progressive photo has about ten scans. Each is a pass over all blocks, whatever its size.
_MOST_SCANS = 32

_FRAME_HEADERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
# Baseline, extended, progressive. Lossless, hierarchical and arithmetic files are not photos.
_DECODABLE_FRAME_HEADERS = frozenset({0xC0, 0xC1, 0xC2})
_ICC = b"ICC_PROFILE\x00"
_Segment: TypeAlias = tuple[int, int, int]
_SCAN, _END = 0xDA, 0xD9
# In compressed data 0xFF is followed by 0x00 or a restart marker, or it begins a segment.
_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")


def read_jpeg(data: bytes) -> Anatomy:
    """Read the segments before the first scan; count the scans; leave out all metadata."""
    segments = list(_segments(data))
    if not segments or segments[-1][0] != _SCAN:
        raise truncated()
    depth, height, width, components = _frame(data, segments)
    start = segments.pop()[1]
    bodies = [(marker, data[begin + 4 : end]) for marker, begin, end in segments]
    exif = (body for marker, body in bodies if marker == 0xE1 and body.startswith(b"Exif\x00\x00"))
    profile = (body[14:] for marker, body in bodies if marker == 0xE2 and body.startswith(_ICC))
    kept = (
        data[begin:end]
        for marker, begin, end in segments
        if _makes_pixels(marker, data[begin + 4 : end])
    )
    return Anatomy(
        format="jpeg",
        width=width,
        height=height,
        bit_depth=depth,
        cmyk=components == 4,
        frames=1,
        exif=next(exif, b""),
        profile=bounded_profile(b"".join(profile)),
        pixels=b"".join([b"\xff\xd8", *kept, data[start : _end_of_scans(data, start)]]),
    )


def _frame(data: bytes, segments: list[_Segment]) -> tuple[int, int, int, int]:
    """Read depth, height, width and components from the one frame header there may be."""
    headers = [(marker, begin) for marker, begin, _ in segments if marker in _FRAME_HEADERS]
    if len(headers) != 1 or headers[0][0] not in _DECODABLE_FRAME_HEADERS:
        raise broken()
    depth, height, width, components = struct.unpack_from(">BHHB", data, headers[0][1] + 4)
    return depth, height, width, components


def _makes_pixels(marker: int, body: bytes) -> bool:
    """Whether a segment before the first scan has a say in the decoded pixels."""
    # The JFIF and Adobe segments tell whether the components are YCbCr.
    if marker == 0xE0:
        return body.startswith(b"JFIF\x00")
    if marker == 0xEE:
        return body.startswith(b"Adobe")
    return not 0xE0 <= marker <= 0xEF and marker != 0xFE


def _segments(data: bytes) -> Iterator[_Segment]:
    """Walk the segments up to and with the first scan header: marker, begin, end."""
    at = 2
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            raise broken()
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        (length,) = struct.unpack_from(">H", data, at + 2)
        if length < 2:
            raise broken()
        if at + 2 + length > len(data):
            raise truncated()
        yield marker, at, at + 2 + length
        if marker == _SCAN:
            return
        at += 2 + length


def _end_of_scans(data: bytes, start: int) -> int:
    """Find where the picture ends, however much stands behind it, and count its passes."""
    at, scans = start, 0
    while (found := _MARKER.search(data, at)) is not None:
        at, marker = found.start(), data[found.start() + 1]
        if marker == _END:
            return at + 2
        scans += marker == _SCAN
        if scans > _MOST_SCANS:
            raise broken()
        (length,) = struct.unpack_from(">H", data, at + 2)
        at += 2 + max(length, 2)
    return len(data)
