"""Whether what we depend on answers."""

from collections.abc import Callable

from chalicelib.errors import UnavailableError
from chalicelib.ports import ObjectStore, WorkQueue
from chalicelib.service.answers import Health

_NOTHING = "health/"


class HealthCheck:
    """Really asks the store and the queues."""

    def __init__(self, store: ObjectStore, queue: WorkQueue) -> None:
        self._checks: dict[str, Callable[[], object]] = {
            "store": lambda: store.list(_NOTHING),
            "queues": queue.check,
        }

    def check(self) -> Health:
        """Ask each; what does not answer is named, with nothing internal said."""
        checks = {name: _asked(check) for name, check in self._checks.items()}
        return Health(all(answer == "ok" for answer in checks.values()), checks)


def _asked(check: Callable[[], object]) -> str:
    try:
        check()
    except UnavailableError:
        return "unavailable"
    return "ok"
