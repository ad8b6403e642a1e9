"""Batches of messages between the queues and the workers."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from emulator.events import Message
from emulator.triggers import QueueTrigger

log = logging.getLogger("emulator.batches")

Backoff = Callable[[int], int]
"""Receive count → seconds until a message that failed is visible again."""

_LONG_POLL_SECONDS = 1
"""Short enough that a stop is not kept waiting."""


def doubling(receives: int) -> int:
    """One second after the first failure, then twice as long each time, at most a minute."""
    return int(min(2 ** (receives - 1), 60))


@dataclass(frozen=True, slots=True)
class Batch:
    """Messages that were received together and are handed to one invocation."""

    trigger: QueueTrigger
    messages: Sequence[Message]
    received_at: float = field(default_factory=time.monotonic)


class Source:
    """One queue as Lambda's event source mapping uses it."""

    def __init__(self, trigger: QueueTrigger, sqs: Any, backoff: Backoff) -> None:
        self.trigger = trigger
        self._sqs = sqs
        self._backoff = backoff
        self._url = sqs.get_queue_url(QueueName=trigger.queue)["QueueUrl"]
        attributes = sqs.get_queue_attributes(
            QueueUrl=self._url, AttributeNames=["VisibilityTimeout", "QueueArn"]
        )["Attributes"]
        self._visibility_seconds = int(attributes["VisibilityTimeout"])
        self.arn = str(attributes["QueueArn"])

    def receive(self) -> Batch | None:
        """Wait a moment for a batch."""
        answer = self._sqs.receive_message(
            QueueUrl=self._url,
            MaxNumberOfMessages=min(self.trigger.batch_size, 10),
            WaitTimeSeconds=_LONG_POLL_SECONDS,
            AttributeNames=["All"],
            MessageAttributeNames=["All"],
        )
        messages = answer.get("Messages", [])
        return Batch(self.trigger, messages) if messages else None

    def hide_again(self, batch: Batch) -> None:
        """Start the messages' hidden time anew, after they waited for a worker."""
        if time.monotonic() - batch.received_at > 1:
            self._show_in(batch.messages, lambda _: self._visibility_seconds)

    def delete(self, batch: Batch) -> None:
        """Tell the queue that the batch is done with."""
        for message in batch.messages:
            self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])

    def give_back(self, batch: Batch) -> None:
        """Let a batch that failed be received again, later each time."""
        self._show_in(batch.messages, self._backoff)

    def release(self, batch: Batch) -> None:
        """Let a batch that nobody took be received again at once."""
        self._show_in(batch.messages, lambda _: 0)

    def _show_in(self, messages: Sequence[Message], seconds: Callable[[int], int]) -> None:
        for message in messages:
            receives = int(message["Attributes"]["ApproximateReceiveCount"])
            self._sqs.change_message_visibility(
                QueueUrl=self._url,
                ReceiptHandle=message["ReceiptHandle"],
                VisibilityTimeout=seconds(receives),
            )


class Shelf:
    """
    The next batch of each function, waiting for a worker.

    A worker takes from the function that was registered last: in a pipeline that is the
    one nearest the end, so work that was begun is finished before more is begun.
    """

    def __init__(self, order: Sequence[str]) -> None:
        self._order = tuple(reversed(order))
        self._waiting: dict[str, Batch | None] = {}
        self._running: dict[str, int] = dict.fromkeys(order, 0)
        self._changed = threading.Condition()
        self._closed = False

    def put(self, function: str, batch: Batch | None) -> bool:
        """Offer work, None for an invocation without messages; False once closed."""
        with self._changed:
            if not self._closed:
                self._waiting[function] = batch
                self._changed.notify_all()
            return not self._closed

    def wait_for_room(self, function: str, limit: int | None) -> bool:
        """Wait until one more batch may be fetched; False once the shelf is closed."""
        with self._changed:
            self._changed.wait_for(
                lambda: (
                    self._closed
                    or (
                        function not in self._waiting
                        and (limit is None or self._running[function] < limit)
                    )
                )
            )
            return not self._closed

    def take(self) -> tuple[str, Batch | None] | None:
        """Wait for work; None once the shelf is closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._waiting)
            if self._closed:
                return None
            function = next(name for name in self._order if name in self._waiting)
            self._running[function] += 1
            batch = self._waiting.pop(function)
            self._changed.notify_all()
            return function, batch

    def done(self, function: str) -> None:
        """Tell that what was taken has ended."""
        with self._changed:
            self._running[function] -= 1
            self._changed.notify_all()

    def close(self) -> list[Batch]:
        """Hand out no more work, and return what nobody took."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
            left = [batch for batch in self._waiting.values() if batch is not None]
            self._waiting.clear()
            return left


def poll(source: Source, shelf: Shelf) -> None:
    """Fetch batch after batch until the shelf is closed."""
    trigger = source.trigger
    while shelf.wait_for_room(trigger.function, trigger.maximum_concurrency):
        try:
            batch = source.receive()
        except (ClientError, BotoCoreError) as error:
            log.warning("queue.unreachable", extra={"queue": trigger.queue, "error": str(error)})
            time.sleep(1)
            continue
        if batch and not shelf.put(trigger.function, batch):
            source.release(batch)
