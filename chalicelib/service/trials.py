"""Counting the beginnings of work that a killed process leaves behind."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from chalicelib.domain.keys import PreparedKeys
from chalicelib.errors import KeyTakenError, StorageUnavailableError, UnreadablePhotoError
from chalicelib.ports import ObjectStore
from chalicelib.service.publish import JSON

MAX_TRIALS = 3
"""How often work may be begun that then kills its process."""

_UNMARK_TRIES = 5


@contextmanager
def trial(store: ObjectStore, folder: PreparedKeys) -> Iterator[None]:
    """
    Mark work as begun, and unmark it when it ends, well or badly.

    Only a killed process leaves its mark. A photo that kills three times, say for lack of
    memory, is refused: it would kill again until the dead-letter queue has it.

    Raises
    ------
    UnreadablePhotoError
        The work was begun too often and never ended.
    """
    number = len(store.list(folder.trials)) + 1
    if number > MAX_TRIALS:
        raise UnreadablePhotoError(
            "this photo could not be worked on; send it in a smaller size",
            code="photo_too_demanding",
        )
    try:
        store.put_new(folder.trial(number), b"{}", content_type=JSON)
    except KeyTakenError:
        # The same message is being worked on elsewhere; its mark will do.
        yield
        return
    try:
        yield
    finally:
        _unmark(store, folder.trial(number))


def _unmark(store: ObjectStore, key: str) -> None:
    """Take a mark away; throttling must not make it look as if the work had killed."""
    for _ in range(_UNMARK_TRIES):
        with suppress(StorageUnavailableError):
            store.delete(key)
            return
