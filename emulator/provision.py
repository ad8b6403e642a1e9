"""Makes what `resources.json` declares through the service APIs of any S3 and SQS endpoint."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import ClientError

from emulator.declaration import Cloud, Json, UnknownDeclarationError

Client = Any
"""A boto3 client; boto3 carries no types."""


def provision(cloud: Cloud, s3: Client, sqs: Client) -> None:
    """
    Make every declared queue, bucket and policy, or bring an existing one to its declaration.

    Safe to run again. CloudFormation itself is left out: moto's ignores bucket
    notifications and lifecycle rules.
    """
    for properties in _dead_letter_queues_first(cloud):
        _make_queue(sqs, properties)
    for properties in cloud.of("AWS::SQS::QueuePolicy").values():
        _set_queue_policy(sqs, properties)
    for properties in cloud.of("AWS::S3::Bucket").values():
        _make_bucket(s3, cloud.region, properties)
    for properties in cloud.of("AWS::S3::BucketPolicy").values():
        s3.put_bucket_policy(
            Bucket=properties["Bucket"], Policy=json.dumps(properties["PolicyDocument"])
        )


def account_of(cloud: Cloud, sqs: Client) -> str:
    """Find out which account the endpoint stands for, from a queue that is made anyway."""
    first = next(iter(_dead_letter_queues_first(cloud)))["QueueName"]
    sqs.create_queue(QueueName=first)
    told = sqs.get_queue_attributes(QueueUrl=_queue_url(sqs, first), AttributeNames=["QueueArn"])
    return str(told["Attributes"]["QueueArn"]).split(":")[4]


def _dead_letter_queues_first(cloud: Cloud) -> list[Mapping[str, Json]]:
    """A queue can only name a dead-letter queue that exists."""
    return sorted(cloud.of("AWS::SQS::Queue").values(), key=lambda queue: "RedrivePolicy" in queue)


def _make_queue(sqs: Client, properties: Mapping[str, Json]) -> None:
    attributes = {
        name: json.dumps(value) if isinstance(value, dict) else str(value)
        for name, value in properties.items()
        if name != "QueueName"
    }
    # Creating a queue that exists with other attributes is an error; setting them is not.
    sqs.create_queue(QueueName=properties["QueueName"])
    if attributes:
        sqs.set_queue_attributes(
            QueueUrl=_queue_url(sqs, properties["QueueName"]), Attributes=attributes
        )


def _set_queue_policy(sqs: Client, properties: Mapping[str, Json]) -> None:
    for name in properties["Queues"]:
        sqs.set_queue_attributes(
            QueueUrl=_queue_url(sqs, name),
            Attributes={"Policy": json.dumps(properties["PolicyDocument"])},
        )


def _queue_url(sqs: Client, name: str) -> str:
    return str(sqs.get_queue_url(QueueName=name)["QueueUrl"])


def _make_bucket(s3: Client, region: str, properties: Mapping[str, Json]) -> None:
    bucket = properties["BucketName"]
    where = (
        {}
        if region == "us-east-1"
        else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    )
    try:
        s3.create_bucket(Bucket=bucket, **where)
    except ClientError as error:
        if error.response["Error"]["Code"] != "BucketAlreadyOwnedByYou":
            raise
    for name, value in properties.items():
        if name == "BucketName":
            continue
        if name not in _BUCKET_PROPERTIES:
            raise UnknownDeclarationError(f"bucket {bucket}: unknown property {name}")
        _BUCKET_PROPERTIES[name](s3, bucket, value)


def _notify(s3: Client, bucket: str, value: Json) -> None:
    _only(value, {"QueueConfigurations"}, "NotificationConfiguration")
    s3.put_bucket_notification_configuration(
        Bucket=bucket,
        NotificationConfiguration={
            "QueueConfigurations": [
                {
                    "QueueArn": one["Queue"],
                    "Events": [one["Event"]],
                    "Filter": {"Key": {"FilterRules": one["Filter"]["S3Key"]["Rules"]}},
                }
                for one in value["QueueConfigurations"]
            ]
        },
    )


def _expire(s3: Client, bucket: str, value: Json) -> None:
    s3.put_bucket_lifecycle_configuration(
        Bucket=bucket,
        LifecycleConfiguration={"Rules": [_lifecycle_rule(rule) for rule in value["Rules"]]},
    )


def _lifecycle_rule(rule: Mapping[str, Json]) -> dict[str, Json]:
    known = {"Id", "Status", "Prefix", "ExpirationInDays", "AbortIncompleteMultipartUpload"}
    _only(rule, known, "lifecycle rule")
    made: dict[str, Json] = {
        "ID": rule["Id"],
        "Status": rule["Status"],
        "Filter": {"Prefix": rule.get("Prefix", "")},
    }
    if "ExpirationInDays" in rule:
        made["Expiration"] = {"Days": rule["ExpirationInDays"]}
    if "AbortIncompleteMultipartUpload" in rule:
        made["AbortIncompleteMultipartUpload"] = rule["AbortIncompleteMultipartUpload"]
    return made


def _allow_browsers(s3: Client, bucket: str, value: Json) -> None:
    s3.put_bucket_cors(
        Bucket=bucket,
        CORSConfiguration={
            "CORSRules": [
                {
                    "MaxAgeSeconds" if name == "MaxAge" else name: entry
                    for name, entry in rule.items()
                }
                for rule in value["CorsRules"]
            ]
        },
    )


def _block_public_access(s3: Client, bucket: str, value: Json) -> None:
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=value)


def _own(s3: Client, bucket: str, value: Json) -> None:
    s3.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls=value)


_BUCKET_PROPERTIES: Mapping[str, Callable[[Client, str, Json], None]] = {
    "NotificationConfiguration": _notify,
    "LifecycleConfiguration": _expire,
    "CorsConfiguration": _allow_browsers,
    "PublicAccessBlockConfiguration": _block_public_access,
    "OwnershipControls": _own,
}


def _only(value: Mapping[str, Json], known: set[str], what: str) -> None:
    if unknown := set(value) - known:
        raise UnknownDeclarationError(f"{what}: unknown {', '.join(sorted(unknown))}")
