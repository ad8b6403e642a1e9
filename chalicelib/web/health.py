"""Whether the service can do its work."""

from collections.abc import Callable

from chalice.app import Blueprint, Response

from chalicelib.web.models import HealthTold
from chalicelib.web.operations import Operation
from chalicelib.web.replies import reply
from chalicelib.web.services import Services

CHECK_HEALTH = Operation(
    name="check_health",
    method="GET",
    path="/health",
    summary="Ask the store and the queues whether they answer.",
    status=200,
    answer=HealthTold,
    otherwise=(503,),
)

CHECK_API_HEALTH = Operation(
    name="check_api_health",
    method="GET",
    path="/api/health",
    summary="The same as `/health`, below the path of the API.",
    status=200,
    answer=HealthTold,
    otherwise=(503,),
)

OPERATIONS = (CHECK_HEALTH, CHECK_API_HEALTH)


def health(services: Callable[[], Services]) -> Blueprint:
    """Make the surface that tells how the service is."""
    surface = Blueprint(__name__)

    @CHECK_HEALTH.on(surface)
    def check_health() -> Response:
        return _checked(services())

    @CHECK_API_HEALTH.on(surface)
    def check_api_health() -> Response:
        return _checked(services())

    return surface


def _checked(services: Services) -> Response:
    found = services.health.check()
    status = "ok" if found.ok else "unavailable"
    told = HealthTold.model_validate({"status": status, "checks": found.checks})
    return reply(told, status=200 if found.ok else 503)
