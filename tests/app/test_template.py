"""The template that is deployed is the one that the rest of the tests run against."""

import json
from typing import Any

import pytest

from app import app
from emulator.triggers import Triggers
from tools.deploy.images import Template, with_images
from tools.deploy.template import packaged

FUNCTION = "AWS::Serverless::Function"
TRIGGERS = Triggers.of(app)


@pytest.fixture(scope="module")
def template() -> Template:
    return with_images(packaged())


def of_type(template: Template, kind: str) -> dict[str, dict[str, Any]]:
    return {
        name: declared["Properties"]
        for name, declared in template["Resources"].items()
        if declared["Type"] == kind
    }


def named(function: str) -> str:
    return "".join(part.title() for part in function.split("_"))


def test_every_function_runs_its_own_handler_of_the_one_image(template: Template) -> None:
    functions = of_type(template, FUNCTION)

    handlers = {function["ImageConfig"]["Command"][0] for function in functions.values()}

    assert handlers == {"app.app", *(f"app.{source.name}" for source in app.event_sources)}
    assert all(function["PackageType"] == "Image" for function in functions.values())
    assert not any(
        {"Runtime", "Handler", "CodeUri"} & function.keys() for function in functions.values()
    )


@pytest.mark.parametrize("trigger", TRIGGERS.queues, ids=lambda trigger: trigger.function)
def test_every_queue_hides_a_message_for_six_times_its_functions_time(
    template: Template, trigger: Any
) -> None:
    function = of_type(template, FUNCTION)[named(trigger.function)]
    (event,) = function["Events"].values()

    logical, attribute = event["Properties"]["Queue"]["Fn::GetAtt"]
    queue = template["Resources"][logical]["Properties"]

    assert attribute == "Arn"
    assert queue["QueueName"] == trigger.queue
    assert queue["VisibilityTimeout"] == 6 * function["Timeout"]


def test_every_queue_but_the_last_gives_up_after_five_receives(template: Template) -> None:
    queues = of_type(template, "AWS::SQS::Queue")

    redriven = {name: queue.get("RedrivePolicy") for name, queue in queues.items()}

    assert redriven.pop("DeadLettersQueue") is None
    assert set(map(json.dumps, redriven.values())) == {
        json.dumps(
            {
                "deadLetterTargetArn": {"Fn::GetAtt": ["DeadLettersQueue", "Arn"]},
                "maxReceiveCount": 5,
            }
        )
    }


def test_the_schedule_fires_each_minute(template: Template) -> None:
    (event,) = of_type(template, FUNCTION)["Sweep"]["Events"].values()

    assert event["Properties"]["Schedule"] == "rate(1 minute)"


def test_a_write_without_a_condition_is_denied_everywhere_but_under_incoming(
    template: Template,
) -> None:
    (policy,) = of_type(template, "AWS::S3::BucketPolicy").values()
    (statement,) = policy["PolicyDocument"]["Statement"]

    assert statement["Effect"] == "Deny"
    assert statement["Principal"] == "*"
    assert statement["Action"] == "s3:PutObject"
    assert statement["NotResource"]["Fn::Sub"].endswith(":s3:::${BucketName}/incoming/*")
    assert statement["Condition"]["Null"] == {"s3:if-none-match": "true"}


def test_uploads_are_told_to_the_ingest_queue_and_expire_after_a_day(template: Template) -> None:
    (bucket,) = of_type(template, "AWS::S3::Bucket").values()
    (told,) = bucket["NotificationConfiguration"]["QueueConfigurations"]

    expiring = {
        rule["Prefix"]: rule["ExpirationInDays"]
        for rule in bucket["LifecycleConfiguration"]["Rules"]
        if "ExpirationInDays" in rule
    }

    assert told["Queue"] == {"Fn::GetAtt": ["IngestQueue", "Arn"]}
    assert told["Filter"]["S3Key"]["Rules"] == [{"Name": "prefix", "Value": "incoming/"}]
    assert expiring == {"incoming/": 1}
    assert all(bucket["PublicAccessBlockConfiguration"].values())


def test_every_function_has_a_role_of_its_own_that_allows_no_more_than_it_names(
    template: Template,
) -> None:
    roles = [
        function["Role"]["Fn::GetAtt"][0] for function in of_type(template, FUNCTION).values()
    ]

    statements = [
        statement
        for role in of_type(template, "AWS::IAM::Role").values()
        for policy in role["Policies"]
        for statement in policy["PolicyDocument"]["Statement"]
    ]

    assert len(set(roles)) == len(roles)
    assert not any("*" in action for one in statements for action in actions(one))
    assert not any(resource == "*" for one in statements for resource in resources(one))


def test_no_function_may_delete_what_was_published(template: Template) -> None:
    deletable = [
        resource["Fn::Sub"].partition("${BucketName}")[2]
        for role in of_type(template, "AWS::IAM::Role").values()
        for policy in role["Policies"]
        for statement in policy["PolicyDocument"]["Statement"]
        if "s3:DeleteObject" in actions(statement)
        for resource in resources(statement)
    ]

    assert set(deletable) == {"/incoming/*", "/open/*", "/sarees/*/trials/*"}


def test_the_api_may_write_in_every_folder_that_it_writes_to(template: Template) -> None:
    (api,) = (
        role["Policies"][0]["PolicyDocument"]["Statement"]
        for name, role in of_type(template, "AWS::IAM::Role").items()
        if name == "ApiHandlerRole"
    )

    writable = {
        resource["Fn::Sub"].partition("${BucketName}/")[2]
        for statement in api
        if "s3:PutObject" in actions(statement)
        for resource in resources(statement)
    }

    assert {"sarees/*", "jobs/*", "open/*", "idempotency/*"} <= writable


def test_what_the_gateway_itself_refuses_is_a_problem_with_cors(template: Template) -> None:
    responses = template["Resources"]["RestAPI"]["Properties"]["GatewayResponses"]

    for response in responses.values():
        headers = response["ResponseParameters"]["Headers"]
        body = json.loads(response["ResponseTemplates"]["application/json"])
        assert headers["Access-Control-Allow-Origin"] == "'*'"
        assert headers["Content-Type"] == "'application/problem+json'"
        assert body["status"] == response["StatusCode"]
        assert {"type", "title", "detail", "code", "category", "request_id"} <= body.keys()


def actions(statement: dict[str, Any]) -> list[str]:
    given = statement["Action"]
    return [given] if isinstance(given, str) else given


def resources(statement: dict[str, Any]) -> list[Any]:
    given = statement["Resource"]
    return given if isinstance(given, list) else [given]
