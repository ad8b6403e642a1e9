"""The stages of the pipeline, in the order in which a saree passes them."""

from enum import StrEnum


class Stage(StrEnum):
    """One step; each has a queue and a function of this name."""

    ISOLATE = "isolate"
    FLATTEN = "flatten"
    EXTRACT = "extract"
    COMPOSE = "compose"
    VALIDATE = "validate"
    RETRY = "retry"
    VERIFY = "verify"


PREPARATION = (Stage.ISOLATE, Stage.FLATTEN, Stage.EXTRACT)
"""What is done once per saree, whatever poses are made of it."""

AFTER: dict[Stage, Stage] = {
    Stage.ISOLATE: Stage.FLATTEN,
    Stage.FLATTEN: Stage.EXTRACT,
    Stage.EXTRACT: Stage.COMPOSE,
    Stage.COMPOSE: Stage.VALIDATE,
}
"""Where a stage hands on to; after `validate`, the attempt's decision says what comes."""


def queue_of(function: str) -> str:
    """Name the queue that triggers a function."""
    return f"pallu-{function.replace('_', '-')}"
