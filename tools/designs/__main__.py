"""
Write the designs as strips, or as a sheet on the poses that exist.

    python -m tools.designs strips OUT [NAME ...]
"""

import argparse
import json
from dataclasses import asdict
from pathlib import Path

import cv2

from tools.designs.collection import DESIGNS


def main() -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(description="Write the project's own saree designs.")
    parser.add_argument("what", choices=["strips"])
    parser.add_argument("out", type=Path)
    parser.add_argument("names", nargs="*", choices=[[], *DESIGNS])
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name in arguments.names or DESIGNS:
        cloth = DESIGNS[name]()
        cv2.imwrite(str(arguments.out / f"{name}.png"), cloth.pixels[..., ::-1])
        facts = json.dumps(asdict(cloth.parts), indent=1)
        (arguments.out / f"{name}.json").write_text(facts + "\n")


if __name__ == "__main__":
    main()
