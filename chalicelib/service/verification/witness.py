"""What a check read, what it compared, and what was not as it should be."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NoReturn

from chalicelib.domain.keys import SareeKeys
from chalicelib.domain.proof import CheckResult, Difference
from chalicelib.ports import ObjectFacts, ObjectStore, StoredObject, UploadForm
from chalicelib.service.manifest import Content
from chalicelib.service.publish import digest, find
from chalicelib.service.versions import code_version, library_versions

_INTERNAL = "/retry.json"


class Witness:
    """
    A store that a check works on: it remembers what was read, and refuses every write.

    It stands where the stages' own functions have their store, so that what is verified is
    made by the very code that made it first.
    """

    def __init__(self, store: ObjectStore, saree: SareeKeys) -> None:
        self._store = store
        self._prefix = saree.prefix
        self.read: dict[str, str] = {}

    def get(self, key: str) -> bytes:
        """Read an object, and remember its digest."""
        body = self._store.get(key)
        self.read[key.removeprefix(self._prefix)] = digest(body)
        return body

    def list(self, prefix: str) -> tuple[StoredObject, ...]:
        """List, as the port promises."""
        return self._store.list(prefix)

    def facts(self, key: str) -> ObjectFacts:
        """Tell what is known of an object, as the port promises."""
        return self._store.facts(key)

    def put_new(self, key: str, body: bytes, *, content_type: str) -> None:  # noqa: ARG002
        """Refuse."""
        self._refuse(key)

    def delete(self, key: str) -> None:
        """Refuse."""
        self._refuse(key)

    def url(self, key: str, *, filename: str) -> str:  # noqa: ARG002
        """Refuse."""
        self._refuse(key)

    def upload_form(
        self,
        key: str,
        *,
        content_type: str,  # noqa: ARG002
        size: int,  # noqa: ARG002
        expires_at: datetime,  # noqa: ARG002
    ) -> UploadForm:
        """Refuse."""
        self._refuse(key)

    def _refuse(self, key: str) -> NoReturn:
        raise AssertionError(f"a check changes nothing: {key}")


class Findings:
    """Holds what is stored against what it should be, and collects what differs."""

    def __init__(self, store: ObjectStore, saree: SareeKeys, check: str) -> None:
        self._store = store
        self._prefix = saree.prefix
        self._check = check
        self._proved: dict[str, str] = {}
        self._differences: list[Difference] = []
        self._versions: list[str] = []

    @property
    def clean(self) -> bool:
        """Whether nothing differed so far."""
        return not self._differences

    def compare(self, stage: str, key: str, expected: bytes) -> bool:
        """Hold what is stored at `key` against what it should be."""
        stored = find(self._store, key)
        name = key.removeprefix(self._prefix)
        if stored == expected:
            self._proved[name] = digest(expected)
            return True
        detail = "is missing" if stored is None else "is not what the same work gives"
        self.differ(stage, name, digest(expected), _digest(stored), detail)
        return False

    def hold(self, stage: str, contents: Iterable[Content]) -> None:
        """Hold what is stored against the digests that were written down of it."""
        for each in contents:
            stored = _digest(find(self._store, f"{self._prefix}{each.name}"))
            if stored != each.sha256:
                detail = "is missing" if stored is None else "is not what was written down of it"
                self.differ(stage, each.name, each.sha256, stored, detail)

    def refuse(self, stage: str, keys: Iterable[str]) -> None:
        """Name what is stored and should not be there."""
        for key in keys:
            name = key.removeprefix(self._prefix)
            found = _digest(find(self._store, key))
            self.differ(stage, name, None, found, "should not be there")

    def differ(
        self, stage: str, artifact: str, expected: str | None, found: str | None, detail: str
    ) -> None:
        """Note a difference; of what is internal no digest is told."""
        if artifact.endswith(_INTERNAL):
            artifact = artifact.removesuffix(_INTERNAL) + ", instructions for the next attempt,"
            expected = found = None
        self._differences.append(Difference(stage, artifact, expected, found, detail))

    def other_version(self, told: Iterable[str]) -> None:
        """Note how what made the artifacts differs from what checks them."""
        self._versions += told

    def result(self, read: Mapping[str, str]) -> CheckResult:
        """Close the check."""
        return CheckResult(
            self._check,
            dict(read),
            self._proved,
            tuple(self._differences),
            tuple(dict.fromkeys(self._versions)),
        )


def versions_told(code: str, libraries: Mapping[str, str]) -> list[str]:
    """Say how a version of code and libraries differs from ours; nothing if it is ours."""
    ours = library_versions()
    told = changed("code", code, code_version())
    for name in sorted({*libraries, *ours}):
        told += changed(name, libraries.get(name, "none"), ours.get(name, "none"))
    return told


def changed(what: str, then: str, now: str) -> list[str]:
    """Say that something is not what it was."""
    return [] if then == now else [f"{what} was {then or 'none'}, is {now or 'none'}"]


def _digest(body: bytes | None) -> str | None:
    return None if body is None else digest(body)
