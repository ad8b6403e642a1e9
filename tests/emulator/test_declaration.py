import json
from pathlib import Path
from typing import Any

import pytest

from emulator.declaration import Functions, UnknownDeclarationError, read_cloud, read_functions
from tests.emulator.places import ROOT, SMALL


def declared(tmp_path: Path, resources: dict[str, Any], **more: Any) -> Path:
    path = tmp_path / "resources.json"
    path.write_text(json.dumps({"Resources": resources, **more}))
    return path


def test_references_are_resolved_for_this_machine(tmp_path: Path) -> None:
    path = declared(
        tmp_path,
        {
            "Dead": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "dead"}},
            "Work": {
                "Type": "AWS::SQS::Queue",
                "Properties": {
                    "QueueName": {"Fn::Sub": "${Prefix}-work"},
                    "RedrivePolicy": {"deadLetterTargetArn": {"Fn::GetAtt": ["Dead", "Arn"]}},
                },
            },
        },
        Parameters={"Prefix": {"Default": "first"}},
    )

    queues = read_cloud(path, "eu-west-1", {"Prefix": "second"}).of("AWS::SQS::Queue")

    assert queues["Work"]["QueueName"] == "second-work"
    assert queues["Work"]["RedrivePolicy"] == {
        "deadLetterTargetArn": "arn:aws:sqs:eu-west-1:123456789012:dead"
    }


@pytest.mark.parametrize(
    ("resource", "complaint"),
    [
        pytest.param(
            {"Type": "AWS::DynamoDB::Table", "Properties": {}},
            "AWS::DynamoDB::Table",
            id="a type that is not emulated",
        ),
        pytest.param(
            {"Type": "AWS::S3::BucketPolicy", "Properties": {"Bucket": {"Fn::If": []}}},
            "Fn::If",
            id="a function that is not understood",
        ),
        pytest.param(
            {"Type": "AWS::S3::BucketPolicy", "Properties": {"Bucket": {"Ref": "Nobody"}}},
            "Nobody",
            id="a name that nothing has",
        ),
    ],
)
def test_what_is_not_understood_is_refused(
    tmp_path: Path, resource: dict[str, Any], complaint: str
) -> None:
    path = declared(tmp_path, {"One": resource})

    with pytest.raises(UnknownDeclarationError, match=complaint):
        read_cloud(path, "us-east-1", {})


def test_a_function_without_settings_of_its_own_has_the_stage_s() -> None:
    functions = read_functions(SMALL / "config.json")

    assert functions.of("work").timeout_seconds == 1
    assert functions.environment == {"PALLU_BUCKET": "small"}


def test_every_function_of_the_app_has_its_own_settings() -> None:
    functions: Functions = read_functions(ROOT / ".chalice" / "config.json")

    assert functions.of("compose").timeout_seconds == 300
    assert functions.of("retry").memory_megabytes == 512
