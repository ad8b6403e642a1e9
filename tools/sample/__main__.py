"""
Make the demo photo, its true strip and the truth of what it shows.

    python -m tools.sample samples [--height 2667] [--design bridal_silk]
"""

import argparse
import json
from dataclasses import replace
from pathlib import Path
from typing import Final

import cv2
from PIL import Image

from chalicelib.imaging.image import Rgb8
from tools.designs.collection import DESIGNS
from tools.sample.camera import Camera
from tools.sample.photo import make_photo
from tools.sample.shot import Shot

_EXIF_IFD: Final = 0x8769
_FOCAL_LENGTH: Final = 0x920A
_FOCAL_LENGTH_35MM: Final = 0xA405
_TO_REAL_FOCAL: Final = 5.4 / 26
"""A phone's lens of 26 mm equivalent is about 5.4 mm long."""


def write_jpeg(path: Path, pixels: Rgb8, focal_35mm: float, *, quality: int = 90) -> None:
    """Write a photo as phones do, with the focal length in its EXIF."""
    exif = Image.Exif()
    ifd = exif.get_ifd(_EXIF_IFD)
    ifd[_FOCAL_LENGTH] = round(focal_35mm * _TO_REAL_FOCAL, 2)
    ifd[_FOCAL_LENGTH_35MM] = round(focal_35mm)
    Image.fromarray(pixels).save(path, quality=quality, subsampling=2, exif=exif)


def main() -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(description="Make the demo photo.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--height", type=int, default=2667, help="4000 for 12 megapixels")
    parser.add_argument("--design", choices=[*DESIGNS], default="bridal_silk")
    arguments = parser.parse_args()
    camera = Camera(height=arguments.height, width=round(arguments.height * 3 / 4))
    cloth = DESIGNS[arguments.design]()
    photo = make_photo(cloth, replace(Shot(), camera=camera))
    arguments.out.mkdir(parents=True, exist_ok=True)
    write_jpeg(arguments.out / "saree.jpg", photo.pixels, camera.focal_35mm)
    cv2.imwrite(str(arguments.out / "saree-strip.png"), _half(cloth.pixels)[..., ::-1])
    truth = json.dumps(photo.truth | {"strip_pixels_per_meter": 500})
    (arguments.out / "saree-truth.json").write_text(truth + "\n")


def _half(strip: Rgb8) -> Rgb8:
    """The strip at 500 pixels a meter: small enough to keep beside the photo."""
    size = (strip.shape[1] // 2, strip.shape[0] // 2)
    halved: Rgb8 = cv2.resize(strip, size, interpolation=cv2.INTER_AREA)
    return halved


if __name__ == "__main__":
    main()
