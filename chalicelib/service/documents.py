"""JSON documents: one spelling for one value, so that equal values are equal bytes."""

import json
from functools import cache
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter, ValidationError

from chalicelib.errors import IntegrityError

T = TypeVar("T")


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def plain(value: object) -> Any:
    """Turn a dataclass into what JSON knows."""
    return _adapter(cast("Any", type(value))).dump_python(value, mode="json")


def dump(value: object) -> bytes:
    """Write a dataclass or plain value as JSON, its names in order."""
    return json.dumps(plain(value), sort_keys=True, ensure_ascii=False, allow_nan=False).encode()


def load(kind: type[T], body: bytes) -> T:
    """Read a value of `kind` back, or raise `IntegrityError`: only we write documents."""
    try:
        return cast("T", _adapter(cast("Any", kind)).validate_json(body))
    except ValidationError as error:
        raise IntegrityError(f"not a {kind.__name__}: {error.error_count()} faults") from error
