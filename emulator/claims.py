"""What a lone picture says of itself, and whether the certificate beside it agrees."""

import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import PngImagePlugin

from emulator.proof_folder import METRICS, digests

_TOLD = ("ProvenanceId", "Pose", "Seed", "StripSha256", "Code")


def claims(picture: Path) -> int:
    """Print what a picture claims; return 0 unless the certificate beside it disagrees."""
    try:
        body = picture.read_bytes()
        with PngImagePlugin.PngImageFile(str(picture)) as opened:
            told = {name: opened.info[name] for name in _TOLD if name in opened.info}
    except (OSError, SyntaxError, ValueError) as error:
        sys.stdout.write(f"{picture}: not a PNG that can be read: {error}\n")
        return 1
    if "ProvenanceId" not in told:
        sys.stdout.write(f"{picture}: claims nothing; it was not published by Pallu as it is\n")
        return 1
    sys.stdout.write(f"{picture} claims, which anyone can write:\n")
    for name, value in told.items():
        sys.stdout.write(f"  {name:<13}  {value}\n")
    certificate = picture.parent / METRICS
    if not certificate.is_file():
        return 0
    return _held_against(json.loads(certificate.read_bytes()), body)


def _held_against(metrics: dict[str, Any], body: bytes) -> int:
    """Tell which picture of a certificate this is, byte for byte."""
    digest = hashlib.sha256(body).hexdigest()
    for name in _named(metrics, digest):
        sys.stdout.write(
            f"The certificate beside it names it: {name}, saree {metrics['saree_id']}.\n"
        )
        return 0
    sys.stdout.write(f"The certificate beside it names no such picture (sha256 {digest}).\n")
    return 1


def _named(metrics: dict[str, Any], digest: str) -> Iterator[str]:
    return (name for name, made in digests(metrics).items() if made == digest)
