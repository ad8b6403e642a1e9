"""What every object store promises."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from chalicelib.adapters.clock import SystemClock
from chalicelib.adapters.memory import MemoryObjectStore
from chalicelib.adapters.s3 import S3ObjectStore
from chalicelib.errors import KeyTakenError, NotFoundError, StorageUnavailableError
from chalicelib.ports import ObjectStore
from chalicelib.service.publish import digest


class ObjectStoreContract:
    def test_what_was_written_is_read(self, store: ObjectStore) -> None:
        store.put_new("a/b", b"body", content_type="text/plain")

        assert store.get("a/b") == b"body"

    def test_a_key_is_written_once(self, store: ObjectStore) -> None:
        store.put_new("a", b"first", content_type="text/plain")

        with pytest.raises(KeyTakenError, match="a"):
            store.put_new("a", b"second", content_type="text/plain")

        assert store.get("a") == b"first"

    def test_of_many_writers_at_once_exactly_one_wins(self, store: ObjectStore) -> None:
        def write(number: int) -> bool:
            try:
                store.put_new("contested", str(number).encode(), content_type="text/plain")
            except KeyTakenError:
                return False
            return True

        with ThreadPoolExecutor(16) as pool:
            won = list(pool.map(write, range(16)))

        assert won.count(True) == 1
        assert store.get("contested") == str(won.index(True)).encode()

    def test_facts_are_those_of_the_writing(self, store: ObjectStore) -> None:
        store.put_new("a", b"body", content_type="text/plain")

        facts = store.facts("a")

        assert (facts.sha256, facts.content_type, facts.size) == (
            digest(b"body"),
            "text/plain",
            4,
        )

    def test_a_listing_is_in_the_order_of_the_keys_and_below_its_prefix(
        self, store: ObjectStore
    ) -> None:
        for key in ("b/2", "a/1", "b/10", "c"):
            store.put_new(key, b"", content_type="text/plain")

        assert [stored.key for stored in store.list("b/")] == ["b/10", "b/2"]

    def test_a_listing_is_complete_beyond_one_page(self, store: ObjectStore) -> None:
        for number in range(1001):
            store.put_new(f"many/{number:04d}", b"", content_type="text/plain")

        assert len(store.list("many/")) == 1001

    @pytest.mark.parametrize("read", ["get", "facts"])
    def test_what_is_not_there_is_not_found(self, store: ObjectStore, read: str) -> None:
        with pytest.raises(NotFoundError, match="nowhere"):
            getattr(store, read)("nowhere")

    def test_deleting_makes_room_and_deleting_nothing_is_fine(self, store: ObjectStore) -> None:
        store.put_new("open/a", b"1", content_type="text/plain")

        store.delete("open/a")
        store.delete("open/a")

        store.put_new("open/a", b"2", content_type="text/plain")
        assert store.get("open/a") == b"2"

    def test_a_link_tells_a_download_name(self, store: ObjectStore) -> None:
        store.put_new("a", b"body", content_type="text/plain")

        assert "saree.png" in store.url("a", filename="saree.png")

    def test_a_form_is_for_its_key_and_type(self, store: ObjectStore) -> None:
        expires_at = SystemClock().now() + timedelta(minutes=15)

        form = store.upload_form(
            "incoming/a", content_type="image/png", size=4, expires_at=expires_at
        )

        assert form.fields["key"] == "incoming/a"
        assert form.fields["Content-Type"] == "image/png"


class TestMemoryObjectStore(ObjectStoreContract):
    @pytest.fixture
    def store(self) -> MemoryObjectStore:
        return MemoryObjectStore(SystemClock())


class TestS3ObjectStore(ObjectStoreContract):
    @pytest.fixture
    def store(self) -> Iterator[S3ObjectStore]:
        with mock_aws():
            client = boto3.client("s3", region_name="us-east-1")
            client.create_bucket(Bucket="pallu")
            yield S3ObjectStore(client, "pallu", SystemClock(), link_lifetime_seconds=60)

    def test_a_missing_bucket_is_unavailable_not_an_error_of_the_client(
        self, store: S3ObjectStore
    ) -> None:
        nowhere = S3ObjectStore(
            store._client, "no-such-bucket", SystemClock(), link_lifetime_seconds=60
        )

        with pytest.raises(StorageUnavailableError, match="NoSuchBucket"):
            nowhere.get("a")

    def test_a_conflict_in_flight_is_tried_again_and_is_no_taken_key(self) -> None:
        client = _Conflicting(times=2)
        store = S3ObjectStore(client, "pallu", SystemClock(), link_lifetime_seconds=60)

        store.put_new("a", b"body", content_type="text/plain")

        assert client.puts == 3

    def test_a_conflict_that_stays_says_nothing_about_the_key(self) -> None:
        client = _Conflicting(times=99)
        store = S3ObjectStore(client, "pallu", SystemClock(), link_lifetime_seconds=60)

        with pytest.raises(StorageUnavailableError):
            store.put_new("a", b"body", content_type="text/plain")


class _Conflicting:
    """A client that answers 409 so many times."""

    def __init__(self, times: int) -> None:
        self.puts = 0
        self._times = times

    def put_object(self, **named: Any) -> None:
        self.puts += 1
        if self.puts <= self._times:
            answer = {"Error": {"Code": "ConditionalRequestConflict", "Message": "in flight"}}
            raise ClientError(answer, "PutObject")
