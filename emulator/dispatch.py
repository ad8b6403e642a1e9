"""Runs every trigger of an app in worker processes, by Lambda's rules."""

import logging
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from emulator.batches import Backoff, Batch, Shelf, Source, doubling, poll
from emulator.declaration import Functions
from emulator.environments import Environment, Outcome
from emulator.events import scheduled_event, sqs_event
from emulator.triggers import ScheduleTrigger, Triggers

log = logging.getLogger("emulator.dispatch")


@dataclass(frozen=True, slots=True)
class Work:
    """What is to be run, and how."""

    triggers: Triggers
    functions: Functions
    region: str
    app: str = "app"
    workers: int = 2
    backoff: Backoff = doubling


class Dispatcher:
    """
    Pollers that fetch, workers that run, clocks that fire.

    A batch is deleted when its function returns. When the function raises, runs out of
    time or takes its process down, the batch is visible again after a backoff, and the
    queue's own redrive policy moves it to the dead letters once it was received too often.
    """

    def __init__(self, work: Work, sqs: Any, environ: Mapping[str, str]) -> None:
        self._work = work
        names = [trigger.function for trigger in work.triggers.queues]
        names += [trigger.function for trigger in work.triggers.schedules]
        self._shelf = Shelf(names)
        self._sources = {
            trigger.function: Source(trigger, sqs, work.backoff)
            for trigger in work.triggers.queues
        }
        self._environments = [Environment(work.app, environ) for _ in range(work.workers)]
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Begin to fetch and to run; schedules fire at once."""
        for source in self._sources.values():
            self._spawn(poll, source, self._shelf)
        for environment in self._environments:
            self._spawn(self._serve, environment)
        for schedule in self._work.triggers.schedules:
            self._spawn(self._fire, schedule)

    def stop(self) -> None:
        """Let what is running end, give back what is not, and end the workers."""
        self._stopping.set()
        for batch in self._shelf.close():
            self._sources[batch.trigger.function].release(batch)
        for thread in self._threads:
            thread.join()
        for environment in self._environments:
            environment.end()

    @property
    def worker_pids(self) -> Sequence[int]:
        """The processes that are warm now."""
        return [one.pid for one in self._environments if one.pid is not None]

    def _spawn(self, run: Any, *arguments: object) -> None:
        thread = threading.Thread(target=run, args=arguments, daemon=True)
        thread.start()
        self._threads.append(thread)

    def _fire(self, schedule: ScheduleTrigger) -> None:
        while True:
            self._shelf.put(schedule.function, None)
            if self._stopping.wait(schedule.every_seconds):
                return

    def _serve(self, environment: Environment) -> None:
        environment.prepare()
        while taken := self._shelf.take():
            function, batch = taken
            try:
                self._run(environment, function, batch)
            except (ClientError, BotoCoreError) as error:
                # The messages stay hidden for now and are delivered again: at least once.
                log.warning("queue.unreachable", extra={"queue": function, "error": str(error)})
            finally:
                self._shelf.done(function)

    def _run(self, environment: Environment, function: str, batch: Batch | None) -> None:
        settings = self._work.functions.of(function)
        if batch is None:
            event = scheduled_event(function, self._work.region, datetime.now(UTC))
            _report(function, environment.invoke(function, event, settings), receives=None)
            return
        source = self._sources[function]
        source.hide_again(batch)
        event = sqs_event(source.arn, batch.messages)
        outcome = environment.invoke(function, event, settings)
        receives = int(batch.messages[0]["Attributes"]["ApproximateReceiveCount"])
        _report(function, outcome, receives)
        if outcome.succeeded:
            source.delete(batch)
        else:
            source.give_back(batch)


def _report(function: str, outcome: Outcome, receives: int | None) -> None:
    """Lambda's REPORT line."""
    facts = {
        "function": function,
        "ending": outcome.ending,
        "error": outcome.error,
        "receives": receives,
        "milliseconds": outcome.milliseconds,
        "cpu_milliseconds": outcome.cpu_milliseconds,
        "peak_megabytes": outcome.peak_megabytes,
    }
    known = {name: value for name, value in facts.items() if value is not None}
    if outcome.succeeded:
        log.info("invocation.finished", extra=known)
    else:
        log.warning("invocation.failed", extra=known)
