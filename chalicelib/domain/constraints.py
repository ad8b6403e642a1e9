"""
Strict instructions that a failed attempt earns the next one. Internal: never served.

Each reason of a verdict has one sentence; an adapter that understands text can read it, and
one that does not can look its code up.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from chalicelib.domain.verdict import Verdict

INSTRUCTIONS: Mapping[str, str] = MappingProxyType(
    {
        "color_shift": (
            "Previous output failed due to color shift. Preserve every color of the cloth exactly."
        ),
        "border_distortion": (
            "Previous output failed due to border distortion. Preserve border geometry exactly."
        ),
        "border_broken": (
            "Previous output failed due to a broken border. "
            "Preserve the border as one unbroken band with its own design."
        ),
        "pattern_scale": (
            "Previous output failed due to pattern scale. "
            "Preserve the size of every motif and the distance between motifs exactly."
        ),
        "pattern_rotation": (
            "Previous output failed due to pattern rotation. "
            "Preserve the direction of every motif along the weave exactly."
        ),
        "pattern_drift": (
            "Previous output failed due to pattern drift. "
            "Preserve the position of every motif on the cloth exactly."
        ),
        "motif_lost": (
            "Previous output failed due to lost motifs. "
            "Preserve every motif as it is in the photo; replace and remove none."
        ),
        "texture_invented": (
            "Previous output failed due to invented texture. "
            "Preserve plain cloth as plain cloth; add no pattern."
        ),
        "texture_smeared": (
            "Previous output failed due to smeared texture. "
            "Preserve the sharpness of the weave everywhere."
        ),
        "seam": (
            "Previous output failed due to a visible seam. "
            "Preserve the cloth as one piece without joints."
        ),
    }
)
"""One sentence for each reason that a verdict can give."""

FORBIDDEN_CHANGES = (
    "Change no pixel outside the cloth.",
    "Move no point of the cloth away from where the placement map puts it.",
)
"""What no adapter may do, on any attempt; the first is enforced whatever an adapter does."""

_CODES = MappingProxyType({sentence: code for code, sentence in INSTRUCTIONS.items()})


@dataclass(frozen=True, slots=True)
class Constraint:
    """What the next attempt must preserve, and where the last one failed to."""

    code: str
    region: str
    instruction: str

    def to_json(self) -> dict[str, str]:
        """Write the constraint down."""
        return {"code": self.code, "region": self.region, "instruction": self.instruction}

    @classmethod
    def from_json(cls, written: Mapping[str, str]) -> Self:
        """Read a constraint back."""
        return cls(written["code"], written["region"], written["instruction"])


def constraints_for(verdicts: Iterable[Verdict]) -> tuple[Constraint, ...]:
    """Give each reason of each failed region its instruction, in the order of the verdicts."""
    found = [
        Constraint(reason.code, verdict.region, INSTRUCTIONS[reason.code])
        for verdict in verdicts
        for reason in verdict.reasons
    ]
    # Two metrics may name one reason: an instruction is given once.
    return tuple(dict.fromkeys(found))


def strict_instructions(constraints: Iterable[Constraint]) -> tuple[str, ...]:
    """List the sentences for an adapter, each once, in the order of the constraints."""
    return tuple(dict.fromkeys(constraint.instruction for constraint in constraints))


def code_of(instruction: str) -> str | None:
    """Look up the reason that an instruction answers, or None if it is not one of ours."""
    return _CODES.get(instruction)
