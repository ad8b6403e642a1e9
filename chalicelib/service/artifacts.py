"""The public artifacts of a saree. What is not recognized as public stays hidden."""

import hashlib
import re

from chalicelib.domain.ids import known_form
from chalicelib.domain.keys import SareeKeys
from chalicelib.errors import NotFoundError
from chalicelib.ports import ObjectStore, StoredObject
from chalicelib.service.answers import Artifact
from chalicelib.service.sarees import Sarees

_PUBLIC = re.compile(
    r"(?P<original>(?:original|detail_[a-z]+)\.(?:jpg|png|webp))"
    r"|prepared/[0-9a-f]{16}/(?P<stage>isolate|flatten|extract)/(?P<part>[a-z_]+\.(?:png|json))"
    r"|(?P<generation>gen_\d+_[a-z_]+)/(?P<made>"
    r"pose_\d\d\.png|metrics\.json|certificate\.html"
    r"|attempts/\d/pose_\d\d\.(?:png|json|difference\.jpg)"
    r"|verifications/[0-9a-f]{32}/verification\.json)"
)
_INTERNAL = {"manifest.json", "refused.json"}


class Artifacts:
    """Lists artifacts, and signs links to them."""

    def __init__(self, store: ObjectStore, sarees: Sarees) -> None:
        self._store = store
        self._sarees = sarees

    def of(self, saree_id: str) -> tuple[Artifact, ...]:
        """List the public artifacts of a saree, or raise `NotFoundError`."""
        self._sarees.state(known_form("saree", saree_id))
        return tuple(self._described(match, stored) for match, stored in self._public(saree_id))

    def url(self, saree_id: str, artifact_id: str) -> str:
        """Sign a link to one public artifact, or raise `NotFoundError`."""
        known_form("saree", saree_id)
        for match, stored in self._public(saree_id):
            if _id(stored.key) == artifact_id:
                return self._store.url(stored.key, filename=_name(match).replace("/", "-"))
        raise NotFoundError("there is no such artifact", code="artifact_not_found")

    def _public(self, saree_id: str) -> list[tuple[re.Match[str], StoredObject]]:
        prefix = SareeKeys(saree_id).prefix
        found = [
            (_PUBLIC.fullmatch(stored.key.removeprefix(prefix)), stored)
            for stored in self._store.list(prefix)
        ]
        return [
            (match, stored)
            for match, stored in found
            if match is not None and match["part"] not in _INTERNAL
        ]

    def _described(self, match: re.Match[str], stored: StoredObject) -> Artifact:
        facts = self._store.facts(stored.key)
        return Artifact(
            _id(stored.key),
            _name(match),
            match["stage"],
            match["generation"],
            facts.content_type,
            facts.size,
            facts.sha256 or "",
            facts.modified_at,
        )


def _id(key: str) -> str:
    """Name an artifact for the API without telling its key."""
    return hashlib.sha256(key.encode()).hexdigest()[:24]


def _name(match: re.Match[str]) -> str:
    return str(match["original"] or match["part"] or match["made"])
