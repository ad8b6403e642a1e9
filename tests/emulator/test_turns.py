import io
import json
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from emulator.cloud.requests import Environ, StartResponse
from emulator.cloud.turns import REQUESTS_PATH, Turns


class Crowd:
    """An app that notices how many requests it has at a time."""

    def __init__(self) -> None:
        self.now = 0
        self.most = 0
        self.bodies: list[bytes] = []

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        self.now += 1
        self.most = max(self.most, self.now)
        time.sleep(0.002)
        self.bodies.append(environ["wsgi.input"].read())
        self.now -= 1
        return [b"answered"]


def asked(turns: Turns, method: str, path: str, body: bytes = b"", **more: Any) -> bytes:
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        **more,
    }
    return b"".join(turns(environ, lambda *_: None))


def test_requests_take_turns() -> None:
    crowd = Crowd()
    turns = Turns(crowd, ())

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: asked(turns, "PUT", f"/b/{number}"), range(16)))

    assert crowd.most == 1


def test_what_was_asked_is_counted() -> None:
    turns = Turns(Crowd(), ())

    asked(turns, "PUT", "/bucket/key")
    asked(turns, "GET", "/bucket")
    asked(turns, "GET", "/bucket")
    counted = asked(turns, "GET", REQUESTS_PATH)

    assert json.loads(counted) == {"s3 PutObject": 1, "s3 GetBucket": 2}
