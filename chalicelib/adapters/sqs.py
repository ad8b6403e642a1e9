"""The work queues on SQS: one for each function, named after it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.domain.stage import queue_of
from chalicelib.errors import QueueUnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chalicelib.domain.messages import StageMessage

_SOME_FUNCTION = "isolate"


class SqsWorkQueue:
    """Sends to the queue of each function."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._urls: dict[str, str] = {}

    def send(self, message: StageMessage) -> None:
        """Send, as the port promises."""
        with _errors_about(message.stage):
            self._client.send_message(
                QueueUrl=self._url(message.stage),
                MessageBody=message.to_json(),
                # On a standard queue this shares the workers fairly between sarees.
                MessageGroupId=message.saree_id,
            )

    def check(self) -> None:
        """Ask one queue for its attributes, as the port promises."""
        with _errors_about(_SOME_FUNCTION):
            self._client.get_queue_attributes(
                QueueUrl=self._url(_SOME_FUNCTION), AttributeNames=["QueueArn"]
            )

    def _url(self, function: str) -> str:
        if function not in self._urls:
            answer = self._client.get_queue_url(QueueName=queue_of(function))
            self._urls[function] = answer["QueueUrl"]
        return self._urls[function]


@contextmanager
def _errors_about(function: str) -> Iterator[None]:
    """Let nothing of botocore's out of this module."""
    try:
        yield
    except (ClientError, BotoCoreError) as error:
        raise QueueUnavailableError(f"the queue of {function} did not answer") from error
