"""What the embedded cloud promises beyond moto."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import urllib3
from botocore.exceptions import ClientError

from emulator.declaration import Cloud, read_cloud
from emulator.embedded import EmbeddedCloud
from emulator.provision import provision
from tests.emulator.places import ROOT, client

REGION = "us-east-1"


@pytest.fixture(scope="module")
def declared() -> Cloud:
    return read_cloud(ROOT / ".chalice" / "resources.json", REGION, {})


@pytest.fixture(scope="module")
def s3(cloud: EmbeddedCloud) -> Any:
    return client("s3", cloud.url)


@pytest.fixture(scope="module")
def sqs(cloud: EmbeddedCloud) -> Any:
    return client("sqs", cloud.url)


@pytest.fixture(scope="module", autouse=True)
def provisioned(declared: Cloud, s3: Any, sqs: Any) -> Iterator[None]:
    provision(declared, s3, sqs)
    yield
    s3.close()
    sqs.close()


def url_of(sqs: Any, name: str) -> str:
    return str(sqs.get_queue_url(QueueName=name)["QueueUrl"])


def status_of(raised: pytest.ExceptionInfo[ClientError]) -> str:
    return str(raised.value.response["Error"]["Code"])


def test_everything_declared_is_there_and_making_it_again_changes_nothing(
    declared: Cloud, s3: Any, sqs: Any
) -> None:
    provision(declared, s3, sqs)

    compose = sqs.get_queue_attributes(
        QueueUrl=url_of(sqs, "pallu-compose"), AttributeNames=["All"]
    )["Attributes"]
    told = s3.get_bucket_notification_configuration(Bucket="pallu")["QueueConfigurations"]
    rules = s3.get_bucket_lifecycle_configuration(Bucket="pallu")["Rules"]

    assert compose["VisibilityTimeout"] == "1800"
    assert json.loads(compose["RedrivePolicy"])["maxReceiveCount"] == 5
    assert told[0]["QueueArn"].endswith(":pallu-ingest")
    assert told[0]["Filter"]["Key"]["FilterRules"][0]["Value"] == "incoming/"
    assert {"Days": 1} in [rule.get("Expiration") for rule in rules]
    assert s3.get_public_access_block(Bucket="pallu")


def test_the_bucket_policy_refuses_a_write_without_a_condition(s3: Any) -> None:
    with pytest.raises(ClientError) as raised:
        s3.put_object(Bucket="pallu", Key="sarees/a/saree.json", Body=b"x")

    assert status_of(raised) == "AccessDenied"
    s3.put_object(Bucket="pallu", Key="incoming/a", Body=b"x")


def test_a_policy_that_would_not_be_enforced_is_refused(s3: Any) -> None:
    statement = {
        "Sid": "OnlyFromHome",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:PutObject",
        "Resource": "*",
        "Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}},
    }

    with pytest.raises(ClientError, match="OnlyFromHome"):
        s3.put_bucket_policy(Bucket="pallu", Policy=json.dumps({"Statement": [statement]}))


def test_of_sixteen_writers_of_one_new_key_one_wins(s3: Any) -> None:
    def written(number: int) -> str:
        try:
            s3.put_object(Bucket="pallu", Key="jobs/race", Body=b"%d" % number, IfNoneMatch="*")
        except ClientError as error:
            return str(error.response["Error"]["Code"])
        return "won"

    with ThreadPoolExecutor(16) as pool:
        outcomes = sorted(pool.map(written, range(16)))

    assert outcomes == ["PreconditionFailed"] * 15 + ["won"]


def test_no_message_is_lost_between_senders_and_receivers(sqs: Any) -> None:
    sqs.create_queue(QueueName="busy")
    queue = url_of(sqs, "busy")

    def send(number: int) -> None:
        sqs.send_message(QueueUrl=queue, MessageBody=str(number))

    def receive(_: int) -> list[str]:
        taken = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=1).get("Messages", [])
        for message in taken:
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
        return [message["Body"] for message in taken]

    with ThreadPoolExecutor(8) as pool:
        sent = pool.map(send, range(100))
        received = [body for batch in pool.map(receive, range(100)) for body in batch]

    assert list(sent) == [None] * 100
    assert sorted(received, key=int) == [str(number) for number in range(100)]


class TestDirectUpload:
    """A form that was signed for one key, one type and at most ten bytes."""

    @pytest.fixture
    def form(self, s3: Any) -> dict[str, Any]:
        signed: dict[str, Any] = s3.generate_presigned_post(
            "pallu",
            "incoming/direct",
            Fields={"Content-Type": "image/png"},
            Conditions=[{"Content-Type": "image/png"}, ["content-length-range", 1, 10]],
            ExpiresIn=60,
        )
        return signed

    def post(self, form: dict[str, Any], body: bytes, **fields: str) -> urllib3.BaseHTTPResponse:
        given = {**form["fields"], **fields, "file": ("photo", body)}
        return urllib3.request("POST", form["url"], fields=given)

    def test_what_keeps_to_the_form_is_stored_and_reported(
        self, form: dict[str, Any], s3: Any, sqs: Any
    ) -> None:
        sqs.purge_queue(QueueUrl=url_of(sqs, "pallu-ingest"))

        answered = self.post(form, b"12345")
        told = sqs.receive_message(QueueUrl=url_of(sqs, "pallu-ingest"), WaitTimeSeconds=2)

        stored = s3.get_object(Bucket="pallu", Key="incoming/direct")
        assert answered.status == 204
        assert stored["Body"].read() == b"12345"
        assert stored["ContentType"] == "image/png"
        assert "incoming%2Fdirect" in told["Messages"][0]["Body"]

    @pytest.mark.parametrize(
        ("body", "fields", "code"),
        [
            pytest.param(b"1" * 11, {}, "EntityTooLarge", id="too many bytes"),
            pytest.param(b"", {}, "EntityTooSmall", id="no bytes"),
            pytest.param(b"1", {"Content-Type": "image/gif"}, "AccessDenied", id="other type"),
            pytest.param(b"1", {"key": "sarees/x"}, "AccessDenied", id="other key"),
            pytest.param(b"1", {"acl": "public-read"}, "AccessDenied", id="extra field"),
            pytest.param(b"1", {"policy": "bm9uZQ=="}, "AccessDenied", id="other policy"),
        ],
    )
    def test_what_breaks_the_form_is_refused(
        self, form: dict[str, Any], body: bytes, fields: dict[str, str], code: str
    ) -> None:
        answered = self.post(form, body, **fields)

        assert answered.status in (400, 403)
        assert f"<Code>{code}</Code>".encode() in answered.data

    def test_a_form_that_ran_out_is_refused(self, s3: Any) -> None:
        form = s3.generate_presigned_post("pallu", "incoming/late", ExpiresIn=-1)

        answered = self.post(form, b"1")

        assert b"Policy expired" in answered.data


@pytest.mark.parametrize("signature", ["s3", "s3v4"])
def test_a_link_that_ran_out_is_refused(cloud: EmbeddedCloud, signature: str) -> None:
    s3 = client("s3", cloud.url, signature_version=signature)
    s3.put_object(Bucket="pallu", Key="incoming/linked", Body=b"x")
    asked = {"Bucket": "pallu", "Key": "incoming/linked"}

    fresh = urllib3.request("GET", s3.generate_presigned_url("get_object", asked))
    late = urllib3.request("GET", s3.generate_presigned_url("get_object", asked, ExpiresIn=-1))

    assert (fresh.status, fresh.data) == (200, b"x")
    assert late.status == 403
    s3.close()
