"""An operation of the API: declared once, registered as a route and described as OpenAPI."""

import functools
import logging
from collections.abc import Callable
from dataclasses import dataclass

from chalice.app import Blueprint, Request, Response
from pydantic import BaseModel

from chalicelib.errors import PalluError, UnavailableError
from chalicelib.web.conduct import request_id
from chalicelib.web.problems import problem

log = logging.getLogger(__name__)

View = Callable[..., Response]


@dataclass(frozen=True, slots=True)
class Operation:
    """
    One method on one path.

    `errors` are what its service raises; that dependencies fail goes without saying.
    `content_types` are those of the request's body.
    """

    name: str
    method: str
    path: str
    summary: str
    status: int
    answer: type[BaseModel] | None
    errors: tuple[type[PalluError], ...] = ()
    request: type[BaseModel] | None = None
    content_types: tuple[str, ...] = ("application/json",)
    asks: tuple[str, ...] = ()
    """Request headers with a meaning of their own."""
    tells: tuple[str, ...] = ()
    """Response headers with a meaning of their own."""
    otherwise: tuple[int, ...] = ()
    """Statuses besides the usual one that are no errors: the same body, or none at 304."""

    def on(self, blueprint: Blueprint) -> Callable[[View], View]:
        """
        Register a view for this operation; it is handed the ids in its path.

        The framework hides a view's exceptions from middleware, so they are answered here.
        """

        def register(view: View) -> View:
            @functools.wraps(view)
            def answered(**ids: str) -> Response:
                try:
                    return view(**ids)
                except Exception as error:
                    return _answer(error, blueprint.current_request)

            route = blueprint.route(
                self.path, methods=[self.method], content_types=list(self.content_types)
            )
            route(answered)
            return view

        return register


def _answer(error: Exception, request: Request) -> Response:
    named = request_id(request)
    if not isinstance(error, PalluError):
        log.exception("request.raised", extra={"request": named, "route": request.path})
    elif isinstance(error, UnavailableError):
        log.warning(
            "request.unavailable",
            extra={"request": named, "route": request.path, "reason": str(error)},
        )
    return problem(error, named)
