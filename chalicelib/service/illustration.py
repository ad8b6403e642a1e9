"""Drawing what a certificate shows, out of stored files."""

import numpy as np

from chalicelib.domain.verdict import LIMITS
from chalicelib.imaging.cloth import Cloth, Parts
from chalicelib.imaging.decoding.codec import Limits, decode, decode_png
from chalicelib.imaging.image import Rgb8
from chalicelib.imaging.placement import PlacementMap
from chalicelib.imaging.preview import (
    encode_jpeg,
    seen_and_continued,
    seen_in_view,
    seen_shares,
)
from chalicelib.imaging.resizing import shrink
from chalicelib.service import documents
from chalicelib.service.certificate import Illustrator
from chalicelib.service.pictures import Examined
from chalicelib.stages.examine import examine

_PHOTO_PIXELS = 900
_STRIP_PIXELS = 2000
_PICTURE_PIXELS = 720
_QUALITY = 80


def illustrator(limits: Limits) -> Illustrator:
    """Draw with the photo limits of a deployment."""
    return Illustrator(
        photo=lambda body: _small(decode(body, limits), _PHOTO_PIXELS),
        strip=lambda files: _small(seen_and_continued(_cloth(files), _STRIP_PIXELS)),
        picture=lambda body: _small(decode_png(body), _PICTURE_PIXELS),
        seen=lambda files: seen_shares(_cloth(files)),
    )


def examined(picture: Rgb8, cloth: Cloth, placement: PlacementMap) -> Examined:
    """Measure a picture by the limits in force, and draw where it differs."""
    found = examine(picture, cloth, placement, LIMITS)
    difference = _small(found.difference, _PICTURE_PIXELS)
    return Examined(found.verdicts, difference, seen_in_view(cloth, placement))


def _small(picture: Rgb8, long_side: int = _STRIP_PIXELS) -> bytes:
    return encode_jpeg(shrink(picture, long_side), _QUALITY)


def _cloth(files: dict[str, bytes]) -> Cloth:
    """Read of a cloth what is drawn of it, which its zari is not."""
    pixels = decode_png(files["whole.png"])
    seen = decode_png(files["seen.png"]) > 127
    zari = np.zeros(seen.shape, np.float32)
    return Cloth(pixels, seen, zari, documents.load(Parts, files["parts.json"]))
