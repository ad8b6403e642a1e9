"""What a published picture says of itself, in its own metadata."""

import hashlib

from chalicelib.service.manifest import Content
from chalicelib.service.versions import code_version

# The IPTC's term for a picture that software composed out of captured elements.
_SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeSynthetic"


def provenance(inputs: tuple[Content, ...], pose: str, seed: int) -> dict[str, str]:
    """
    Derive the provenance id of a picture from everything that determined it.

    The same photo, version, pose and seed give the same id, wherever it is made again.
    """
    told = "\n".join(each.sha256 for each in inputs)
    text = f"{told}\n{pose}\n{seed}\n{code_version()}"
    return {
        "Software": "Pallu",
        "DigitalSourceType": _SOURCE_TYPE,
        "ProvenanceId": hashlib.sha256(text.encode()).hexdigest()[:32],
    }
