"""The designs by name."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from chalicelib.imaging.cloth import Cloth
from tools.designs.silk import bridal_silk

DESIGNS: Final[Mapping[str, Callable[..., Cloth]]] = MappingProxyType(
    {
        "bridal_silk": bridal_silk,
    }
)
"""Each takes a `seed` and returns a cloth whose facts are exact."""
