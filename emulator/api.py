"""A client of the HTTP API, for any place where it is served."""

import json
import mimetypes
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import urllib3

Json = Any
"""What `json.loads` gives; the shapes are in the OpenAPI document."""

ROUTE_BYTES = 4_500_000
"""Larger photos do not fit through a function once they are base64, and go to the store."""

_ENDED = {"success", "failed"}


class RefusedError(Exception):
    """The API said no; the text is its own sentence."""


@dataclass(frozen=True, slots=True)
class Made:
    """One generation as the API tells of it: the gallery's entry and the artifacts."""

    generation: Mapping[str, Json]
    artifacts: tuple[Mapping[str, Json], ...]

    def own(self) -> list[Mapping[str, Json]]:
        """The artifacts of this generation and of its saree."""
        own = (None, self.generation["generation"])
        return [artifact for artifact in self.artifacts if artifact["generation"] in own]

    def named(self, name: str) -> str | None:
        """The id of the newest artifact of that name that belongs to this generation."""
        found = [artifact for artifact in self.own() if artifact["name"] == name]
        newest = max(found, key=lambda artifact: str(artifact["created_at"]), default=None)
        return None if newest is None else str(newest["artifact_id"])


class Api:
    """The routes that making pictures needs."""

    def __init__(self, url: str, poll_seconds: float = 0.3) -> None:
        self._url = url if url.endswith("/") else f"{url}/"
        self._poll_seconds = poll_seconds
        self._http = urllib3.PoolManager(retries=urllib3.Retry(3, backoff_factor=0.2))

    def upload(self, photo: Path, details: Mapping[str, Path]) -> str:
        """Register a saree by its photo and those of its parts, and return its id."""
        photos = {"file": photo, **details}
        fields = {name: (path.name, path.read_bytes()) for name, path in photos.items()}
        if sum(len(body) for _, body in fields.values()) > ROUTE_BYTES:
            return self._upload_directly(fields)
        told = self._answered("POST", "api/upload", fields=fields)
        return str(told["saree_id"])

    def generate(self, saree_id: str, mode: str) -> str:
        """Start a generation and return its job's id."""
        told = self._answered("POST", "api/generate", json={"saree_id": saree_id, "mode": mode})
        return str(told["job_id"])

    def follow(self, job_id: str) -> Iterator[Mapping[str, Json]]:
        """The job's status, again and again until it has ended."""
        while True:
            status = self._answered("GET", f"api/status/{job_id}")
            yield status
            if status["status"] in _ENDED:
                return
            time.sleep(self._poll_seconds)

    def made(self, saree_id: str, job_id: str) -> Made:
        """What a job has made."""
        gallery = self._answered("GET", f"api/gallery/{saree_id}")
        listed = self._answered("GET", f"api/artifacts/{saree_id}")
        generation = next(one for one in gallery["generations"] if one["job_id"] == job_id)
        return Made(generation, tuple(listed["artifacts"]))

    def artifact(self, saree_id: str, artifact_id: str) -> bytes:
        """One artifact's bytes."""
        return self.download(urljoin(self._url, f"api/artifacts/{saree_id}/{artifact_id}"))

    def download(self, url: str) -> bytes:
        """Whatever a link leads to."""
        answer = self._http.request("GET", url)
        if answer.status != 200:
            raise RefusedError(f"a link answered with status {answer.status}")
        return bytes(answer.data)

    def _upload_directly(self, photos: Mapping[str, tuple[str, bytes]]) -> str:
        announced = {
            name: {"content_type": _content_type(file), "bytes": len(body)}
            for name, (file, body) in photos.items()
        }
        details = [{"part": part, **facts} for part, facts in announced.items() if part != "file"]
        wanted = {**announced["file"], "details": details}
        told = self._answered("POST", "api/uploads", json=wanted)
        self._post(told["upload"], photos["file"])
        for detail in told["details"]:
            self._post(detail["upload"], photos[detail["part"]])
        return self._registered(str(told["saree_id"]))

    def _post(self, upload: Mapping[str, Json], photo: tuple[str, bytes]) -> None:
        file, body = photo
        # The file comes last: S3 ignores every field after it.
        fields = {**upload["fields"], "file": (file, body, _content_type(file))}
        posted = self._http.request("POST", upload["url"], fields=fields)
        if posted.status >= 300:
            raise RefusedError(f"the store refused {file} with status {posted.status}")

    def _registered(self, saree_id: str) -> str:
        """Wait until the store has told of what was posted."""
        while (saree := self._answered("GET", f"api/sarees/{saree_id}"))["status"] == (
            "awaiting_upload"
        ):
            time.sleep(self._poll_seconds)
        if saree["status"] == "rejected":
            raise RefusedError(saree["reason"]["detail"])
        return saree_id

    def _answered(self, method: str, path: str, **asked: Any) -> Json:
        answer = self._http.request(method, urljoin(self._url, path), **asked)
        told = json.loads(answer.data)
        if answer.status >= 400:
            raise RefusedError(told.get("detail", f"status {answer.status}"))
        return told


def _content_type(file: str) -> str:
    return mimetypes.guess_type(file)[0] or "application/octet-stream"
