"""What is to be set right when the whole machine was stopped at once."""

from typing import Any


def forget_trials(s3: Any, bucket: str) -> None:
    """
    Remove the marks of work that was running when everything here was last stopped.

    The service takes such a mark for a photo that killed its function. After a stop of this
    machine it only says that the function was running, as were all the others.
    """
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="sarees/")
    for page in pages:
        for stored in page.get("Contents", ()):
            if "/trials/" in stored["Key"]:
                s3.delete_object(Bucket=bucket, Key=stored["Key"])
