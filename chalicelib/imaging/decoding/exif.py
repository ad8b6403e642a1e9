"""The two facts of a photo's EXIF that matter here, read without trusting it."""

import struct
from dataclasses import dataclass

_ORIENTATION = 0x0112
_EXIF_DIRECTORY = 0x8769
_FOCAL_LENGTH_35MM = 0xA405

_SHORT, _LONG = 3, 4

# A directory of a real camera has a few dozen entries; a hostile one has 65,535 that each
# claim megabytes. Only single numbers that stand inside their entry are ever read.
_MOST_ENTRIES = 512


@dataclass(frozen=True, slots=True)
class Exif:
    """What the camera said of how it was held and how wide it saw."""

    orientation: int = 1
    focal_35mm: float | None = None


def read_exif(block: bytes) -> Exif:
    """
    Read orientation and focal length out of an EXIF block.

    Never fails: a block that is broken says nothing, as if it were absent.

    Parameters
    ----------
    block : bytes
        A TIFF structure, with or without the ``Exif`` prefix that JPEG puts before it.

    Returns
    -------
    Exif
        `orientation` is 1..8 as in the standard; `focal_35mm` is in millimeters of a
        35 mm film camera, or None where the camera did not say.

    References
    ----------
    CIPA DC-008-2019, "Exchangeable image file format", sections 4.6.3 to 4.6.5.
    """
    tiff = block.removeprefix(b"Exif\x00\x00")
    order = {b"II*\x00": "<", b"MM\x00*": ">"}.get(tiff[:4])
    if order is None or len(tiff) < 8:
        return Exif()
    first = _numbers(tiff, order, struct.unpack_from(f"{order}I", tiff, 4)[0])
    orientation = first.get(_ORIENTATION, 1)
    second = _numbers(tiff, order, first.get(_EXIF_DIRECTORY, len(tiff)))
    focal = second.get(_FOCAL_LENGTH_35MM, 0)
    return Exif(
        orientation=orientation if 1 <= orientation <= 8 else 1,
        focal_35mm=float(focal) if 0 < focal < 10_000 else None,
    )


def _numbers(tiff: bytes, order: str, offset: int) -> dict[int, int]:
    """Collect the entries of one directory that are a single whole number."""
    if offset + 2 > len(tiff):
        return {}
    (count,) = struct.unpack_from(f"{order}H", tiff, offset)
    found: dict[int, int] = {}
    for entry in range(min(count, _MOST_ENTRIES)):
        start = offset + 2 + 12 * entry
        if start + 12 > len(tiff):
            break
        tag, kind, values = struct.unpack_from(f"{order}HHI", tiff, start)
        if values == 1 and kind in (_SHORT, _LONG):
            layout = f"{order}H" if kind == _SHORT else f"{order}I"
            found.setdefault(tag, struct.unpack_from(layout, tiff, start + 8)[0])
    return found
