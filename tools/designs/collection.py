"""The designs by name."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from chalicelib.imaging.cloth import Cloth
from tools.designs.cotton import checked_cotton
from tools.designs.ikat import ikat_silk
from tools.designs.plain import kasavu, plain_chiffon
from tools.designs.prints import floral_print
from tools.designs.ruler import ruler_cloth
from tools.designs.silk import bridal_silk

DESIGNS: Final[Mapping[str, Callable[..., Cloth]]] = MappingProxyType(
    {
        "bridal_silk": bridal_silk,
        "checked_cotton": checked_cotton,
        "floral_print": floral_print,
        "kasavu": kasavu,
        "plain_chiffon": plain_chiffon,
        "ikat_silk": ikat_silk,
        "ruler_cloth": ruler_cloth,
    }
)
"""Each takes a `seed` and returns a cloth whose facts are exact."""
