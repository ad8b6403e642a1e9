import boto3
from moto import mock_aws

from emulator.restart import forget_trials


def test_a_restart_forgets_which_work_was_running_and_nothing_else() -> None:
    with mock_aws():
        s3 = boto3.client("s3", region_name="us-east-1")
        s3.create_bucket(Bucket="pallu")
        keys = ["sarees/a/original.jpg", "sarees/a/prepared/f/isolate/trials/1"]
        for key in keys:
            s3.put_object(Bucket="pallu", Key=key, Body=b"")

        forget_trials(s3, "pallu")

        left = s3.list_objects_v2(Bucket="pallu")["Contents"]
        assert [each["Key"] for each in left] == keys[:1]
