"""What every work queue promises."""

from collections.abc import Callable, Iterator

import boto3
import pytest
from moto import mock_aws

from chalicelib.adapters.memory import MemoryWorkQueue
from chalicelib.adapters.sqs import SqsWorkQueue
from chalicelib.domain.messages import StageMessage
from chalicelib.domain.stage import Stage
from chalicelib.errors import QueueUnavailableError
from chalicelib.ports import WorkQueue

Received = Callable[[str], list[str]]

MESSAGE = StageMessage(Stage.ISOLATE, "saree", "fingerprint")


class WorkQueueContract:
    def test_a_message_waits_on_the_queue_of_its_stage(
        self, queue: WorkQueue, received: Received
    ) -> None:
        again = MESSAGE.at(Stage.RETRY, attempt=1)

        queue.send(MESSAGE)
        queue.send(again)

        assert received("isolate") == [MESSAGE.to_json()]
        assert received("retry") == [again.to_json()]

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
            for name in ("pallu-isolate", "pallu-retry"):
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
        with pytest.raises(QueueUnavailableError, match="compose"):
            queue.send(MESSAGE.at(Stage.COMPOSE, pose="pose_01", attempt=1))
