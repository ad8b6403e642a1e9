import pytest
from chalice.app import Chalice, Cron, Rate

from app import app as deployed
from emulator.declaration import read_cloud
from emulator.triggers import Triggers, UnknownTriggerError
from tests.emulator.places import ROOT


def test_every_queue_that_the_app_listens_to_is_declared_and_the_other_way_round() -> None:
    cloud = read_cloud(ROOT / ".chalice" / "resources.json", "us-east-1", {})

    listened = {trigger.queue for trigger in Triggers.of(deployed).queues}

    assert listened == {queue["QueueName"] for queue in cloud.of("AWS::SQS::Queue").values()}


def test_triggers_are_read_in_the_order_in_which_they_were_registered() -> None:
    app = Chalice(app_name="some")
    app.on_sqs_message(queue="first-queue", batch_size=7, name="first")(_nothing)
    app.on_sqs_message(queue_arn="arn:aws:sqs:us-east-1:1:second-queue", name="second")(_nothing)
    app.schedule(Rate(2, unit=Rate.HOURS), name="third")(_nothing)

    triggers = Triggers.of(app)

    assert [(one.function, one.queue, one.batch_size) for one in triggers.queues] == [
        ("first", "first-queue", 7),
        ("second", "second-queue", 1),
    ]
    assert [(one.function, one.every_seconds) for one in triggers.schedules] == [("third", 7200)]


def test_a_bucket_event_is_refused() -> None:
    app = Chalice(app_name="some")
    app.on_s3_event(bucket="some", name="first")(_nothing)

    with pytest.raises(UnknownTriggerError, match="S3EventConfig"):
        Triggers.of(app)


def test_a_schedule_by_calendar_is_refused() -> None:
    app = Chalice(app_name="some")
    app.schedule(Cron(0, 3, "*", "*", "?", "*"), name="first")(_nothing)

    with pytest.raises(UnknownTriggerError, match="cron"):
        Triggers.of(app)


def test_a_batching_window_is_refused() -> None:
    app = Chalice(app_name="some")
    app.on_sqs_message(queue="q", maximum_batching_window_in_seconds=5, name="first")(_nothing)

    with pytest.raises(UnknownTriggerError, match="windows"):
        Triggers.of(app)


def _nothing(event: object) -> None:
    del event
