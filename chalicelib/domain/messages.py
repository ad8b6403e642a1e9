"""The one message that passes between stages: which work, never its pixels."""

import json
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

from chalicelib.domain.keys import GenerationName
from chalicelib.domain.stage import Stage
from chalicelib.errors import InvalidInputError


@dataclass(frozen=True, slots=True)
class StageMessage:
    """
    One piece of work.

    Without `job_id` a saree is only prepared; `pose` and `attempt` come with `compose`,
    `validate` and, but for the pose, `retry`; `check` comes with `verify`, but for its first
    message.
    """

    stage: Stage
    saree_id: str
    fingerprint: str
    job_id: str | None = None
    generation: GenerationName | None = None
    pose: str | None = None
    attempt: int | None = None
    check: str | None = None

    def at(
        self,
        stage: Stage,
        *,
        pose: str | None = None,
        attempt: int | None = None,
        check: str | None = None,
    ) -> "StageMessage":
        """Write the message that hands this job on to `stage`."""
        return replace(self, stage=stage, pose=pose, attempt=attempt, check=check)

    def to_json(self) -> str:
        """Write the message down."""
        fields = asdict(self)
        fields["generation"] = None if self.generation is None else str(self.generation)
        return json.dumps(fields, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read a message back, or raise `InvalidInputError`: a poison message."""
        try:
            return cls._from_fields(json.loads(text))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            sentence = f"not a stage message: {text[:200]!r}"
            raise InvalidInputError(sentence, code="message_malformed") from error

    @classmethod
    def _from_fields(cls, fields: dict[str, Any]) -> Self:
        if not all(isinstance(fields[name], str) for name in ("saree_id", "fingerprint")):
            raise ValueError("ids are text")
        generation = fields["generation"]
        return cls(
            stage=Stage(fields["stage"]),
            saree_id=fields["saree_id"],
            fingerprint=fields["fingerprint"],
            job_id=fields["job_id"],
            generation=None if generation is None else GenerationName.parse(generation),
            pose=fields["pose"],
            attempt=None if fields["attempt"] is None else int(fields["attempt"]),
            check=fields.get("check"),
        )
