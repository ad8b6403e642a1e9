"""The events that Lambda hands to a function, in Lambda's own shapes."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from emulator.declaration import ACCOUNT

Message = dict[str, Any]
"""A message as boto3's `receive_message` gives it."""

Event = dict[str, Any]


def sqs_event(queue_arn: str, messages: Sequence[Message]) -> Event:
    """
    The event of one batch.

    References
    ----------
    AWS Lambda Developer Guide, "Using Lambda with Amazon SQS", standard queue message event.
    """
    return {"Records": [_record(queue_arn, message) for message in messages]}


def scheduled_event(function: str, region: str, now: datetime) -> Event:
    """
    The event of one firing of a schedule.

    References
    ----------
    Amazon EventBridge User Guide, "Events", scheduled event.
    """
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": ACCOUNT,
        "time": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": region,
        "resources": [f"arn:aws:events:{region}:{ACCOUNT}:rule/{function}"],
        "detail": {},
    }


def _record(queue_arn: str, message: Message) -> Event:
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message.get("Attributes", {}),
        "messageAttributes": {
            name: {
                "stringValue": value.get("StringValue"),
                "stringListValues": [],
                "binaryListValues": [],
                "dataType": value["DataType"],
            }
            for name, value in message.get("MessageAttributes", {}).items()
        },
        "md5OfBody": message.get("MD5OfBody", ""),
        "eventSource": "aws:sqs",
        "eventSourceARN": queue_arn,
        "awsRegion": queue_arn.split(":")[3],
    }
