"""Answers that are no errors."""

from chalice.app import Request, Response
from pydantic import BaseModel


def reply(told: BaseModel, *, status: int = 200, **headers: str) -> Response:
    """Answer with a model as JSON; a header's name is written with underscores."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(
        told.model_dump_json(),
        headers={"Content-Type": "application/json", **named},
        status_code=status,
    )


def unchanged(etag: str) -> Response:
    """Answer that the caller has this version already."""
    return Response("", headers={"ETag": etag, "Cache-Control": "no-cache"}, status_code=304)


def elsewhere(url: str) -> Response:
    """Send the caller to where the bytes are."""
    return Response("", headers={"Location": url}, status_code=302)


def location(request: Request, path: str) -> str:
    """Name another path of this API as the caller sees it: the gateway may serve it below one."""
    seen = str(request.context.get("path", ""))
    return seen.removesuffix(request.path) + path if seen.endswith(request.path) else path
