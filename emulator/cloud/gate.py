"""
What S3 refuses and moto does not.

Presigned requests that expired, direct uploads that break the policy they were signed
with, and writes that the bucket policy denies.
"""

import base64
import binascii
import json
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from io import BytesIO
from typing import Any

from werkzeug.formparser import parse_form_data

from emulator.cloud.requests import Environ, Refusal, Request, StartResponse, WsgiApp, answer

_UNSIGNED_FIELDS = {"policy", "file", "x-amz-signature", "awsaccesskeyid", "signature"}

_LINK_SIGNATURES = {"Signature", "X-Amz-Signature"}


class Gate:
    """WSGI middleware in front of moto's S3."""

    def __init__(self, app: WsgiApp) -> None:
        self._app = app
        self._policies: dict[str, bytes] = {}
        self._lock = threading.Lock()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a bucket policy or a refusal here; pass on everything else."""
        request = Request.read(environ)
        if request.sqs_action is None:
            if "policy" in request.query and not request.key:
                return self._policy(request, start_response)
            if refusal := self._refusal(request):
                return refusal.answer(start_response)
        return self._app(request.environ, start_response)

    def _policy(self, request: Request, start_response: StartResponse) -> Iterable[bytes]:
        # moto does not know the condition keys and would deny every write, so it is not told.
        with self._lock:
            if request.method == "PUT":
                if refusal := _not_understood(request.body):
                    return refusal.answer(start_response)
                self._policies[request.bucket] = request.body
                return answer(start_response, "204 No Content", "application/xml", b"")
            policy = self._policies.get(request.bucket)
        if policy is None:
            missing = Refusal("404 Not Found", "NoSuchBucketPolicy", "There is no bucket policy")
            return missing.answer(start_response)
        return answer(start_response, "200 OK", "application/json", policy)

    def _refusal(self, request: Request) -> Refusal | None:
        now = datetime.now(UTC)
        if _LINK_SIGNATURES & request.query.keys() and _expired(request.query, now):
            return Refusal("403 Forbidden", "AccessDenied", "Request has expired")
        write = _Write.read(request)
        if write is None:
            return None
        if write.form is not None and (fault := write.form.fault(request.bucket, now)):
            return fault
        policy = self._policies.get(request.bucket)
        if policy and any(write.is_denied_by(one) for one in json.loads(policy)["Statement"]):
            return Refusal("403 Forbidden", "AccessDenied", "Access Denied by the bucket policy")
        return None


@dataclass(frozen=True, slots=True)
class _Form:
    """A direct upload from a browser: the fields of a presigned POST."""

    fields: Mapping[str, str]
    file_bytes: int

    @classmethod
    def parse(cls, request: Request) -> "_Form":
        environ = request.environ | {"wsgi.input": BytesIO(request.body)}
        _, form, files = parse_form_data(environ)
        fields = {name.lower(): value for name, value in form.items()}
        file = files.get("file")
        return cls(fields, len(file.read()) if file else len(fields.get("file", "").encode()))

    def fault(self, bucket: str, now: datetime) -> Refusal | None:
        """The first thing in which the upload breaks its policy."""
        try:
            policy = json.loads(base64.b64decode(self.fields["policy"], validate=True))
            expires = datetime.fromisoformat(policy["expiration"])
        except (KeyError, ValueError, binascii.Error):
            return Refusal("403 Forbidden", "AccessDenied", "Access Denied")
        if expires < now:
            return _broken("Policy expired.")
        signed = {"bucket"}
        for condition in policy["conditions"]:
            if fault := self._broken_condition(condition, bucket, signed):
                return fault
        extra = sorted(
            name
            for name in self.fields.keys() - signed - _UNSIGNED_FIELDS
            if not name.startswith("x-ignore-")
        )
        return _broken(f"Extra input fields: {', '.join(extra)}") if extra else None

    def _broken_condition(self, condition: Any, bucket: str, signed: set[str]) -> Refusal | None:
        if isinstance(condition, list) and condition[0] == "content-length-range":
            return self._wrong_size(int(condition[1]), int(condition[2]))
        for operator, name, value in _wanted(condition):
            signed.add(name)
            given = bucket if name == "bucket" else self.fields.get(name, "")
            holds = given.startswith(value) if operator == "starts-with" else given == value
            if not holds:
                return _broken(f'Policy Condition failed: ["{operator}", "${name}", "{value}"]')
        return None

    def _wrong_size(self, smallest: int, largest: int) -> Refusal | None:
        if self.file_bytes > largest:
            sentence = "Your proposed upload exceeds the maximum allowed size"
            return Refusal("400 Bad Request", "EntityTooLarge", sentence)
        if self.file_bytes < smallest:
            sentence = "Your proposed upload is smaller than the minimum allowed size"
            return Refusal("400 Bad Request", "EntityTooSmall", sentence)
        return None


@dataclass(frozen=True, slots=True)
class _Write:
    """A request that makes an object, or a part of one."""

    resource: str
    creates: bool
    conditional: bool
    form: _Form | None

    @classmethod
    def read(cls, request: Request) -> "_Write | None":
        key, form = request.key, None
        content_type = str(request.environ.get("CONTENT_TYPE", ""))
        if request.method == "POST" and content_type.startswith("multipart/form-data"):
            form = _Form.parse(request)
            key = form.fields.get("key", "")
        elif not key or not _writes_content(request):
            return None
        return cls(
            resource=f"arn:aws:s3:::{request.bucket}/{key}",
            creates="partNumber" not in request.query and "uploads" not in request.query,
            conditional=request.header("If-None-Match") is not None,
            form=form,
        )

    def is_denied_by(self, statement: Mapping[str, Any]) -> bool:
        """Whether one `Deny` statement of the bucket policy holds for this write."""
        if "NotResource" in statement:
            concerned = not _any_matches(statement["NotResource"], self.resource)
        else:
            concerned = _any_matches(statement["Resource"], self.resource)
        return concerned and all(
            self._holds(operator, key, value)
            for operator, keys in statement.get("Condition", {}).items()
            for key, value in keys.items()
        )

    def _holds(self, operator: str, key: str, value: str) -> bool:
        facts = {
            ("Null", "s3:if-none-match"): not self.conditional,
            ("Bool", "s3:ObjectCreationOperation"): self.creates,
        }
        return str(facts[operator, key]).lower() == str(value).lower()


_CONDITIONS = {("Null", "s3:if-none-match"), ("Bool", "s3:ObjectCreationOperation")}


def _not_understood(policy: bytes) -> Refusal | None:
    """Refuse a policy that would not be enforced as written, rather than half of it."""
    for statement in json.loads(policy)["Statement"]:
        conditions = {
            (operator, key)
            for operator, keys in statement.get("Condition", {}).items()
            for key in keys
        }
        understood = (
            statement["Effect"] == "Deny"
            and statement["Principal"] in ("*", {"AWS": "*"})
            and statement["Action"] in ("s3:PutObject", ["s3:PutObject"])
            and conditions <= _CONDITIONS
        )
        if not understood:
            sentence = f"statement {statement.get('Sid')} is not one that this cloud enforces"
            return Refusal("400 Bad Request", "MalformedPolicy", sentence)
    return None


def _writes_content(request: Request) -> bool:
    if request.method == "PUT":
        return not {"tagging", "acl", "retention", "legal-hold"} & request.query.keys()
    return request.method == "POST" and bool({"uploads", "uploadId"} & request.query.keys())


def _any_matches(patterns: str | list[str], resource: str) -> bool:
    listed = [patterns] if isinstance(patterns, str) else patterns
    return any(fnmatchcase(resource, pattern) for pattern in listed)


def _wanted(condition: dict[str, str] | list[str]) -> list[tuple[str, str, str]]:
    """Either way to write a condition, as (operator, field, value)."""
    if isinstance(condition, dict):
        return [("eq", name.lower(), value) for name, value in condition.items()]
    operator, name, value = condition
    return [(operator.lower(), name.removeprefix("$").lower(), value)]


def _expired(query: Mapping[str, list[str]], now: datetime) -> bool:
    """Whether a signed link ran out, by either version of the signature."""
    try:
        if "Expires" in query:
            return datetime.fromtimestamp(int(query["Expires"][0]), UTC) < now
        signed = datetime.strptime(query["X-Amz-Date"][0], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        lifetime = timedelta(seconds=int(query["X-Amz-Expires"][0]))
    except (KeyError, ValueError):
        return True
    return signed + lifetime < now


def _broken(sentence: str) -> Refusal:
    return Refusal("403 Forbidden", "AccessDenied", f"Invalid according to Policy: {sentence}")
