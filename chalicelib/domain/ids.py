"""Identifiers that come from outside: checked once, before they become part of a key."""

import re

from chalicelib.errors import NotFoundError

_UUID4_HEX = re.compile(r"[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}")


def known_form(kind: str, text: str) -> str:
    """Give `text` back if it can be an id, or raise `NotFoundError`: it names nothing of ours."""
    if _UUID4_HEX.fullmatch(text) is None:
        raise NotFoundError(f"there is no such {kind}", code=f"{kind}_not_found")
    return text
