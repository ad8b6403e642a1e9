"""Idempotency keys: the same key leads to the same job, and to no other request."""

import hashlib
from dataclasses import dataclass

from chalicelib.domain import keys
from chalicelib.errors import IdempotencyError, KeyTakenError
from chalicelib.ports import Ids, ObjectStore
from chalicelib.service import documents
from chalicelib.service.publish import JSON


@dataclass(frozen=True, slots=True)
class FirstRequest:
    """The request that first came with an idempotency key; `asked` says for what."""

    saree_id: str
    asked: str
    job_id: str


class FirstRequests:
    """Names the job of a request."""

    def __init__(self, store: ObjectStore, ids: Ids) -> None:
        self._store = store
        self._ids = ids

    def job_for(self, saree_id: str, asked: str, idempotency_key: str | None) -> str:
        """
        Name the job of a request: a new one, or the one that the same key named first.

        Raises
        ------
        IdempotencyError
            The key came before with another request.
        """
        if idempotency_key is None:
            return self._ids.new()
        name = hashlib.sha256(idempotency_key.encode()).hexdigest()
        first = FirstRequest(saree_id, asked, self._ids.new())
        try:
            self._store.put_new(keys.idempotency(name), documents.dump(first), content_type=JSON)
        except KeyTakenError:
            first = documents.load(FirstRequest, self._store.get(keys.idempotency(name)))
        if (first.saree_id, first.asked) != (saree_id, asked):
            raise IdempotencyError(
                "this Idempotency-Key was used for another request; use a new key"
            )
        return first.job_id
