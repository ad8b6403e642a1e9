import pytest

from chalicelib.adapters.memory import ManualClock, MemoryObjectStore
from chalicelib.errors import IntegrityError
from chalicelib.service import documents
from chalicelib.service.publish import publish
from chalicelib.service.versions import code_version


def test_publishing_the_same_bytes_again_is_success() -> None:
    store = MemoryObjectStore(ManualClock())
    publish(store, "a", b"one", content_type="text/plain")

    publish(store, "a", b"one", content_type="text/plain")

    assert store.get("a") == b"one"


def test_publishing_other_bytes_is_a_fault_and_leaves_the_first() -> None:
    store = MemoryObjectStore(ManualClock())
    publish(store, "a", b"one", content_type="text/plain")

    with pytest.raises(IntegrityError, match="other bytes"):
        publish(store, "a", b"two", content_type="text/plain")

    assert store.get("a") == b"one"


def test_equal_documents_are_equal_bytes() -> None:
    assert documents.dump({"b": 1, "a": [2.5]}) == documents.dump({"a": [2.5], "b": 1})


def test_a_document_of_another_kind_is_a_fault_of_ours() -> None:
    with pytest.raises(IntegrityError, match="not a int"):
        documents.load(int, b'"text"')


def test_the_code_version_is_a_short_digest() -> None:
    assert len(code_version()) == 16
    assert code_version() == code_version()
