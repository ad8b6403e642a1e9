from typing import Any

from emulator.restart import forget_trials


class Bucket:
    """As much of a client as listing and deleting takes."""

    def __init__(self, *keys: str) -> None:
        self.keys = list(keys)

    def get_paginator(self, operation: str) -> "Bucket":
        assert operation == "list_objects_v2"
        return self

    def paginate(self, **asked: str) -> list[dict[str, Any]]:
        found = [{"Key": key} for key in self.keys if key.startswith(asked["Prefix"])]
        return [{"Contents": found}, {}]

    def delete_object(self, **asked: str) -> None:
        self.keys.remove(asked["Key"])


def test_a_restart_forgets_which_work_was_running_and_nothing_else() -> None:
    bucket = Bucket("sarees/a/original.jpg", "sarees/a/prepared/f/isolate/trials/1", "open/jobs/b")

    forget_trials(bucket, "pallu")

    assert bucket.keys == ["sarees/a/original.jpg", "open/jobs/b"]
