"""The object store on S3, or anything that speaks its protocol."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.errors import KeyTakenError, NotFoundError, StorageUnavailableError
from chalicelib.ports import ObjectFacts, StoredObject, UploadForm
from chalicelib.service.publish import digest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from chalicelib.ports import Clock

_TRIES = 4


class S3ObjectStore:
    """Write-once storage in one bucket."""

    def __init__(
        self, client: Any, bucket: str, clock: Clock, *, link_lifetime_seconds: int
    ) -> None:
        self._client = client
        self._bucket = bucket
        self._clock = clock
        self._link_lifetime = link_lifetime_seconds

    def put_new(self, key: str, body: bytes, *, content_type: str) -> None:
        """Write unless something is there, as the port promises."""
        for _ in range(_TRIES - 1):
            # Not 412: the other write may yet fail, so nothing is known about the key.
            with suppress(_WriteInFlightError):
                self._put(key, body, content_type)
                return
        self._put(key, body, content_type)

    def get(self, key: str) -> bytes:
        """Read an object, as the port promises."""
        with _errors_about(key):
            answer = self._client.get_object(Bucket=self._bucket, Key=key)
            body: bytes = answer["Body"].read()
            return body

    def facts(self, key: str) -> ObjectFacts:
        """Tell what the store was told at writing, as the port promises."""
        with _errors_about(key):
            answer = self._client.head_object(Bucket=self._bucket, Key=key)
            return ObjectFacts(
                answer["Metadata"].get("sha256"),
                answer["ContentType"],
                answer["ContentLength"],
                answer["LastModified"],
            )

    def list(self, prefix: str) -> tuple[StoredObject, ...]:
        """List in the order of the keys, as the port promises."""
        with _errors_about(prefix):
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=prefix
            )
            return tuple(
                StoredObject(each["Key"], each["Size"], each["LastModified"])
                for page in pages
                for each in page.get("Contents", ())
            )

    def delete(self, key: str) -> None:
        """Remove an object, as the port promises."""
        with _errors_about(key):
            self._client.delete_object(Bucket=self._bucket, Key=key)

    def url(self, key: str, *, filename: str) -> str:
        """Sign a link; browsers save what it gives instead of showing it."""
        with _errors_about(key):
            signed: str = self._client.generate_presigned_url(
                "get_object",
                Params={
                    "Bucket": self._bucket,
                    "Key": key,
                    "ResponseContentDisposition": f'attachment; filename="{filename}"',
                },
                ExpiresIn=self._link_lifetime,
            )
            return signed

    def upload_form(
        self, key: str, *, content_type: str, size: int, expires_at: datetime
    ) -> UploadForm:
        """Sign a form for exactly this key, type and size."""
        lifetime = max(1, round((expires_at - self._clock.now()).total_seconds()))
        with _errors_about(key):
            form = self._client.generate_presigned_post(
                self._bucket,
                key,
                Fields={"Content-Type": content_type},
                Conditions=[
                    {"Content-Type": content_type},
                    ["content-length-range", size, size],
                ],
                ExpiresIn=lifetime,
            )
            return UploadForm(form["url"], form["fields"])

    def _put(self, key: str, body: bytes, content_type: str) -> None:
        with _errors_about(key):
            self._client.put_object(
                Bucket=self._bucket,
                Key=key,
                Body=body,
                ContentType=content_type,
                Metadata={"sha256": digest(body)},
                IfNoneMatch="*",
            )


def _code(error: ClientError) -> str:
    return str(error.response["Error"]["Code"])


@contextmanager
def _errors_about(key: str) -> Iterator[None]:
    """Let nothing of botocore's out of this module."""
    try:
        yield
    except ClientError as error:
        match _code(error):
            case "PreconditionFailed":
                raise KeyTakenError(key) from error
            # HEAD has no body to name the error in, so S3 answers it with a bare "404".
            case "NoSuchKey" | "404":
                raise NotFoundError(key) from error
            case "ConditionalRequestConflict":
                raise _WriteInFlightError(key) from error
            case code:
                raise StorageUnavailableError(f"{key}: {code}") from error
    except BotoCoreError as error:
        raise StorageUnavailableError(f"{key}: {error}") from error


class _WriteInFlightError(StorageUnavailableError):
    """Another conditional write of the key is in flight."""
