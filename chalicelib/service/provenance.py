"""What a published picture says of itself, in its own metadata."""

import hashlib
from collections.abc import Iterable

from chalicelib.service.manifest import Content
from chalicelib.service.versions import code_version

# The IPTC's term for a picture that software composed out of captured elements.
_SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeSynthetic"

_STRIP = "/extract/whole.png"


def provenance(
    inputs: tuple[Content, ...], pose: str, seed: int, code: str | None = None
) -> dict[str, str]:
    """
    Derive the provenance id of a picture from everything that determined it.

    The same photo, version, pose and seed give the same id, wherever it is made again. Beside
    it stands what the picture claims: its pose, its seed, the digest of its strip, our code.
    """
    code = code or code_version()
    told = "\n".join(each.sha256 for each in inputs)
    text = f"{told}\n{pose}\n{seed}\n{code}"
    return {
        "Software": "Pallu",
        "DigitalSourceType": _SOURCE_TYPE,
        "ProvenanceId": hashlib.sha256(text.encode()).hexdigest()[:32],
        "Pose": pose,
        "Seed": str(seed),
        "StripSha256": _strip(inputs),
        "Code": code,
    }


def _strip(inputs: Iterable[Content]) -> str:
    return next((each.sha256 for each in inputs if each.name.endswith(_STRIP)), "")
