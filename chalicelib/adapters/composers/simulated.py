"""A seeded imperfect composer, for tests and demonstrations of the way back from a failure."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Self

import numpy as np

from chalicelib.domain.constraints import FORBIDDEN_CHANGES, INSTRUCTIONS, code_of
from chalicelib.errors import SettingsError
from chalicelib.imaging.composing.draping import drape
from chalicelib.imaging.damage import DAMAGES, box

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.imaging.cloth import Cloth
    from chalicelib.imaging.image import Rgb8
    from chalicelib.imaging.placement import PlacementMap

_STUBBORN: Final = "stubborn:"
_PARTS: Final = ("body", "pallu")
_BORDERS: Final = ("border_bottom", "border_top")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing the model gets wrong: which damage, how strong, and to which parts."""

    damage: str
    strength: float
    regions: tuple[str, ...]
    needs_pattern: bool


FAULTS: Final[Mapping[str, Fault]] = MappingProxyType(
    {
        "color_shift": Fault("tint", 8.0, _PARTS, needs_pattern=False),
        "border_distortion": Fault("bend", 0.02, _BORDERS, needs_pattern=False),
        "border_broken": Fault("sever", 0.08, _BORDERS, needs_pattern=False),
        "pattern_scale": Fault("rescale", 0.1, _PARTS, needs_pattern=True),
        "pattern_rotation": Fault("rotate", 6.0, _PARTS, needs_pattern=True),
        "pattern_drift": Fault("drift", 0.015, _PARTS, needs_pattern=True),
        "motif_lost": Fault("erase", 1.0, _PARTS, needs_pattern=True),
        "texture_invented": Fault("invent", 20.0, _PARTS, needs_pattern=False),
        "texture_smeared": Fault("smear", 0.006, _PARTS, needs_pattern=True),
        "seam": Fault("seam", 8.0, _PARTS, needs_pattern=False),
    }
)
"""For each reason that a verdict can give, what brings it about."""


class SimulatedComposer:
    """
    Drapes faithfully, except for its faults.

    `faults` gives each fault, named as the reason that it earns, the share of pictures in
    which it happens. A strict instruction that speaks of a fault stops it, unless the fault
    is among the `stubborn` ones. The same seed gives the same faults.
    """

    name = "simulated"
    version = "1"

    def __init__(
        self, faults: Mapping[str, float], *, stubborn: frozenset[str] = frozenset()
    ) -> None:
        unknown = set(faults) - set(FAULTS)
        if unknown:
            raise SettingsError(f"no such fault: {', '.join(sorted(unknown))}")
        self._faults = dict(faults)
        self._stubborn = stubborn
        self.honors = frozenset(
            sentence for code, sentence in INSTRUCTIONS.items() if code not in stubborn
        ) | frozenset(FORBIDDEN_CHANGES)

    @classmethod
    def from_text(cls, text: str) -> Self:
        """
        Read faults as a setting writes them: "color_shift=0.5,stubborn:border_distortion=1".

        Raises
        ------
        SettingsError
            A fault is unknown, or its rate is not a number from 0 to 1.
        """
        faults: dict[str, float] = {}
        stubborn: set[str] = set()
        for entry in filter(None, (part.strip() for part in text.split(","))):
            written, _, rate = entry.partition("=")
            code = written.removeprefix(_STUBBORN)
            faults[code] = _rate(entry, rate)
            if code != written:
                stubborn.add(code)
        return cls(faults, stubborn=frozenset(stubborn))

    def run(
        self,
        image: Cloth,
        placement_map: PlacementMap,
        seed: int,
        strict_instructions: tuple[str, ...],
        forbidden_changes: tuple[str, ...],  # noqa: ARG002
    ) -> Rgb8:
        """Drape `image` with whatever faults the seed brings and no instruction stops."""
        stopped = {code_of(sentence) for sentence in strict_instructions} - self._stubborn
        cloth = image
        for number, (code, fault) in enumerate(FAULTS.items()):
            happens = np.random.default_rng((seed, number)).random() < self._faults.get(code, 0)
            if happens and code not in stopped:
                region = _most_telling_region(image, placement_map, fault)
                cloth = DAMAGES[fault.damage](cloth, region, fault.strength)
        return drape(cloth, placement_map)


def _rate(entry: str, written: str) -> float:
    try:
        rate = float(written)
    except ValueError as error:
        raise SettingsError(f"a fault needs a rate: {entry!r}") from error
    if not 0 <= rate <= 1:
        raise SettingsError(f"a rate lies between 0 and 1: {entry!r}")
    return rate


def _most_telling_region(cloth: Cloth, placement: PlacementMap, fault: Fault) -> str:
    """Choose the part in which a fault would show the most."""
    shares = {region: _visible_share(cloth, placement, region) for region in fault.regions}
    if not fault.needs_pattern:
        return max(fault.regions, key=lambda region: shares[region])
    return max(fault.regions, key=lambda region: shares[region] * _pattern(cloth, region))


def _visible_share(cloth: Cloth, placement: PlacementMap, region: str) -> float:
    """Share of the front layer's pixels that show a part."""
    front = placement.layers[0]
    ppm = cloth.parts.pixels_per_meter
    rows, columns = box(cloth, region)
    row, column = (cloth.parts.width_m - front.t) * ppm, front.s * ppm
    inside = (row >= rows.start) & (row < rows.stop)
    inside &= (column >= columns.start) & (column < columns.stop)
    return float(np.mean(inside)) if len(inside) else 0.0


def _pattern(cloth: Cloth, region: str) -> float:
    """How far a part's colors vary, 0..255."""
    return float(cloth.pixels[box(cloth, region)][::5, ::5].std(axis=(0, 1)).mean())
