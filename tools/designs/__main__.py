"""
Write the designs as strips, on the poses one by one, or together on a sheet.

    python -m tools.designs strips OUT [--designs NAME ...]
    python -m tools.designs pictures OUT [--designs NAME ...] [--poses POSE ...]
    python -m tools.designs sheet OUT [--designs NAME ...] [--photos FILE ...] [--width 480]
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import cv2

from chalicelib.poses.asset import available
from tools.designs.collection import DESIGNS
from tools.designs.photographed import photographed
from tools.designs.sheet import sheet, write_pictures


def main() -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(description="Write the project's own saree designs.")
    parser.add_argument("what", choices=["strips", "pictures", "sheet"])
    parser.add_argument("out", type=Path)
    parser.add_argument("--designs", nargs="*", default=[*DESIGNS], choices=[*DESIGNS])
    parser.add_argument("--photos", nargs="+", default=[], type=Path, help="for the sheet, too")
    parser.add_argument("--poses", nargs="+", default=[*available()])
    parser.add_argument("--width", type=int, default=480, help="of each picture on the sheet")
    parser.add_argument("--crop", type=float, default=0.13, help="share cut off at each side")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    match arguments.what:
        case "strips":
            _write_strips(arguments.designs, arguments.out)
        case "pictures":
            for name in arguments.designs:
                write_pictures(DESIGNS[name](), name, arguments.poses, arguments.out)
        case _:
            cloths = [DESIGNS[name]() for name in arguments.designs]
            cloths += [photographed(path) for path in arguments.photos]
            whole = sheet(cloths, arguments.poses, arguments.width, arguments.crop)
            cv2.imwrite(str(arguments.out / "sheet.png"), whole[..., ::-1])


def _write_strips(names: Sequence[str], out: Path) -> None:
    for name in names:
        cloth = DESIGNS[name]()
        cv2.imwrite(str(out / f"{name}.png"), cloth.pixels[..., ::-1])
        facts = json.dumps(asdict(cloth.parts), indent=1)
        (out / f"{name}.json").write_text(facts + "\n")


if __name__ == "__main__":
    main()
