"""What every work queue promises."""

from collections.abc import Callable, Iterator

import boto3
import pytest
from moto import mock_aws

from chalicelib.adapters.memory import MemoryWorkQueue
from chalicelib.adapters.sqs import SqsWorkQueue
from chalicelib.errors import QueueUnavailableError
from chalicelib.ports import WorkQueue

Received = Callable[[str], list[str]]


class WorkQueueContract:
    def test_a_message_waits_on_the_queue_of_its_function(
        self, queue: WorkQueue, received: Received
    ) -> None:
        queue.send("isolate", "one", group="saree")
        queue.send("dead_letters", "two", group="saree")

        assert received("isolate") == ["one"]
        assert received("dead_letters") == ["two"]

    def test_queues_that_are_there_pass_the_check(
        self, queue: WorkQueue, received: Received
    ) -> None:
        del received
        queue.check()


class TestMemoryWorkQueue(WorkQueueContract):
    @pytest.fixture
    def queue(self) -> MemoryWorkQueue:
        return MemoryWorkQueue()

    @pytest.fixture
    def received(self, queue: MemoryWorkQueue) -> Received:
        return lambda function: list(queue.waiting[function])


class TestSqsWorkQueue(WorkQueueContract):
    @pytest.fixture
    def queue(self) -> Iterator[SqsWorkQueue]:
        with mock_aws():
            client = boto3.client("sqs", region_name="us-east-1")
            for name in ("pallu-isolate", "pallu-dead-letters"):
                client.create_queue(QueueName=name)
            yield SqsWorkQueue(client)

    @pytest.fixture
    def received(self, queue: SqsWorkQueue) -> Received:
        def receive(function: str) -> list[str]:
            url = queue._url(function)
            answer = queue._client.receive_message(QueueUrl=url, MaxNumberOfMessages=10)
            return [message["Body"] for message in answer.get("Messages", [])]

        return receive

    def test_a_missing_queue_is_unavailable(self, queue: SqsWorkQueue) -> None:
        with pytest.raises(QueueUnavailableError, match="nowhere"):
            queue.send("nowhere", "one", group="saree")
