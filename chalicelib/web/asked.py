"""What a request asks for, read with suspicion."""

import re
from collections.abc import Mapping
from typing import TypeVar

from chalice.app import Request
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from chalicelib.errors import InvalidInputError

Asked = TypeVar("Asked", bound=BaseModel)

_PRINTABLE = re.compile(r"[ -~]{1,255}")
_LONGEST_ECHO = 40


def json_body(request: Request, kind: type[Asked]) -> Asked:
    """Read a JSON body, or raise `InvalidInputError` saying which field is wrong."""
    refuse_query(request)
    try:
        return kind.model_validate_json(raw_body(request), strict=True)
    except ValidationError as error:
        raise _refusal(error) from error


def raw_body(request: Request) -> bytes:
    """Read the body as it was sent."""
    body = request.raw_body
    return body.encode() if isinstance(body, str) else body


def named_values(values: Mapping[str, str], kind: type[Asked]) -> Asked:
    """Read form fields or a query; a field left blank counts as not given."""
    try:
        return kind.model_validate({name: text or None for name, text in values.items()})
    except ValidationError as error:
        raise _refusal(error) from error


def query(request: Request) -> dict[str, str]:
    """Read the query, in which every name may stand once."""
    asked = request.query_params
    if asked is None:
        return {}
    for name in asked:
        if len(asked.getlist(name)) > 1:
            raise repeated(name)
    return {name: asked[name] for name in asked}


def refuse_query(request: Request) -> None:
    """Refuse a query where none has a meaning."""
    for name in query(request):
        raise _unknown(name)


def idempotency_key(request: Request) -> str | None:
    """Read the key that makes a repeated request the same request, None without one."""
    key = request.headers.get("idempotency-key")
    if key is None:
        return None
    if _PRINTABLE.fullmatch(key) is None:
        raise InvalidInputError(
            "an Idempotency-Key is 1 to 255 printable ASCII characters",
            code="idempotency_key_invalid",
        )
    return str(key)


def names_version(request: Request, etag: str) -> bool:
    """Whether the caller says that it has this version already."""
    asked = request.headers.get("if-none-match", "")
    offered = [tag.strip().removeprefix("W/") for tag in asked.split(",")]
    return etag in offered or offered == ["*"]


def repeated(name: str) -> InvalidInputError:
    """The refusal of a field that was given twice."""
    return InvalidInputError(f"{_quoted(name)} was given more than once", code="field_repeated")


def _refusal(error: ValidationError) -> InvalidInputError:
    """Say the one thing that is most wrong, in our words."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    # Whoever sends something that is never taken should not first fix everything else.
    worst = next((each for each in found if each["type"] == "extra_forbidden"), found[0])
    name = str(worst["loc"][0]) if worst["loc"] else ""
    if worst["type"] == "extra_forbidden":
        return _unknown(name)
    if not name:
        return InvalidInputError("the body is not a JSON object", code="malformed_json")
    if worst["type"] == "missing":
        return InvalidInputError(f"{name} is missing", code="field_missing")
    return _wrong(name, worst)


def _wrong(name: str, found: ErrorDetails) -> InvalidInputError:
    code = "unknown_mode" if name == "mode" else "field_invalid"
    return InvalidInputError(f"{name} is wrong: {found['msg'].lower()}", code=code)


def _unknown(name: str) -> InvalidInputError:
    if "pose" in name.lower():
        return InvalidInputError(
            "poses cannot be chosen; they follow from the mode", code="poses_not_accepted"
        )
    return InvalidInputError(f"there is no field {_quoted(name)}", code="unknown_field")


def _quoted(name: str) -> str:
    return repr(name[:_LONGEST_ECHO])
