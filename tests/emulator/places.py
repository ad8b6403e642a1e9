"""Clients of a cloud under test, and waiting for what will be true in a moment."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import boto3
from botocore.config import Config

SMALL = Path(__file__).parent / "small"
ROOT = Path(__file__).parent.parent.parent

T = TypeVar("T")


def client(service: str, url: str, **config: Any) -> Any:
    return boto3.client(
        service,
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id="emulator",
        aws_secret_access_key="emulator",
        config=Config(**config),
    )


class Store:
    """The small app's bucket, as a test looks at it."""

    def __init__(self, url: str) -> None:
        self._s3 = client("s3", url)

    def keys(self, prefix: str = "") -> list[str]:
        found = self._s3.list_objects_v2(Bucket="small", Prefix=prefix)
        return [one["Key"] for one in found.get("Contents", [])]

    def has(self, key: str) -> bool:
        return key in self.keys(key)


class Queue:
    """One queue, as a test fills it and looks at it."""

    def __init__(self, url: str, name: str) -> None:
        self._sqs = client("sqs", url)
        self._url = self._sqs.get_queue_url(QueueName=name)["QueueUrl"]

    def send(self, body: str) -> None:
        self._sqs.send_message(QueueUrl=self._url, MessageBody=body)

    def messages(self) -> int:
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        counted = self._sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=names)
        return sum(int(count) for count in counted["Attributes"].values())


def eventually(look: Callable[[], T], within_seconds: float = 15) -> T:
    """Look until there is something true to see; the last look is returned in any case."""
    deadline = time.monotonic() + within_seconds
    while not (seen := look()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return seen
