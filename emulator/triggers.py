"""What the app registered to be run by the cloud: read from the app, never listed here."""

import re
from dataclasses import dataclass

from chalice.app import (
    Chalice,
    ScheduledEventConfig,
    ScheduleExpression,
    SQSEventConfig,
)

_RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_SECONDS = {"minute": 60, "hour": 3600, "day": 86_400}


class UnknownTriggerError(Exception):
    """The app registered a trigger that this emulator cannot pull."""


@dataclass(frozen=True, slots=True)
class QueueTrigger:
    """A function that Lambda runs for the messages of a queue."""

    function: str
    queue: str
    batch_size: int
    maximum_concurrency: int | None


@dataclass(frozen=True, slots=True)
class ScheduleTrigger:
    """A function that is run again and again."""

    function: str
    expression: str
    every_seconds: int


@dataclass(frozen=True, slots=True)
class Triggers:
    """Everything that runs without an HTTP request, in the order of registration."""

    queues: tuple[QueueTrigger, ...]
    schedules: tuple[ScheduleTrigger, ...]

    @classmethod
    def of(cls, app: Chalice) -> "Triggers":
        """Read them from the app, or raise `UnknownTriggerError`."""
        queues, schedules = [], []
        for source in app.event_sources:
            match source:
                case SQSEventConfig():
                    queues.append(_queue(source))
                case ScheduledEventConfig():
                    schedules.append(_schedule(source))
                case _:
                    kind = type(source).__name__
                    raise UnknownTriggerError(f"{source.name}: {kind} is not emulated")
        return cls(tuple(queues), tuple(schedules))


def _queue(source: SQSEventConfig) -> QueueTrigger:
    if source.maximum_batching_window_in_seconds:
        raise UnknownTriggerError(f"{source.name}: batching windows are not emulated")
    queue = source.queue or str(source.queue_arn).rpartition(":")[2]
    return QueueTrigger(source.name, queue, source.batch_size, source.maximum_concurrency)


def _schedule(source: ScheduledEventConfig) -> ScheduleTrigger:
    expression = source.schedule_expression
    text = expression.to_string() if isinstance(expression, ScheduleExpression) else expression
    rate = _RATE.fullmatch(text)
    if rate is None:
        raise UnknownTriggerError(f"{source.name}: {text} is not emulated")
    return ScheduleTrigger(source.name, text, int(rate[1]) * _SECONDS[rate[2]])
