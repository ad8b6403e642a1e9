import http.client
import json
from concurrent.futures import ThreadPoolExecutor

import pytest
import urllib3

from emulator.gateway import MAX_BODY_BYTES
from emulator.serving import Serving

EVERY_BYTE = bytes(range(256)) * 40


def test_many_requests_at_a_time_each_get_their_own_answer(serving: Serving) -> None:
    pool = urllib3.PoolManager(maxsize=16)

    def asked(word: str) -> tuple[str, str]:
        told = pool.request("GET", f"{serving.url}/echo/{word}?word={word}").json()
        return told["word"], told["asked"]

    words = [f"word-{number}" for number in range(120)]
    with ThreadPoolExecutor(16) as threads:
        told = list(threads.map(asked, words))

    assert told == [(word, word) for word in words]
    pool.clear()


@pytest.mark.parametrize(
    "content_type",
    [
        pytest.param("image/png", id="registered as binary"),
        pytest.param("image/png; name=photo", id="with a parameter"),
        pytest.param("IMAGE/PNG", id="in capitals"),
    ],
)
def test_binary_bodies_arrive_byte_for_byte(serving: Serving, content_type: str) -> None:
    answered = urllib3.request(
        "POST", f"{serving.url}/size", body=EVERY_BYTE, headers={"Content-Type": content_type}
    )

    assert answered.json() == {"bytes": len(EVERY_BYTE), "last": 255}


def test_what_is_not_registered_as_binary_arrives_as_text_like_on_aws(serving: Serving) -> None:
    answered = urllib3.request(
        "POST",
        f"{serving.url}/size",
        body=EVERY_BYTE,
        headers={"Content-Type": "multipart/form-data; boundary=x"},
    )

    assert answered.json()["bytes"] > len(EVERY_BYTE)


def test_an_unknown_route_is_answered_as_the_template_says(serving: Serving) -> None:
    answered = urllib3.request("GET", f"{serving.url}/nowhere")

    assert answered.status == 404
    assert answered.headers["Content-Type"] == "application/problem+json"
    assert answered.json()["request_id"] == answered.headers["X-Request-Id"]


def test_a_body_that_no_route_takes_is_refused_after_it_was_sent(serving: Serving) -> None:
    answered = urllib3.request(
        "POST",
        f"{serving.url}/size",
        body=bytes(MAX_BODY_BYTES + 1),
        headers={"Content-Type": "image/png"},
    )

    assert answered.status == 413


def test_a_head_request_leaves_nothing_behind_on_its_connection(serving: Serving) -> None:
    connection = http.client.HTTPConnection(serving.url.removeprefix("http://"))

    connection.request("HEAD", "/nowhere")
    headed = connection.getresponse()
    headed.read()
    connection.request("GET", "/echo/again?word=again")
    after = json.load(connection.getresponse())

    assert headed.status == 404
    assert after["word"] == "again"
    connection.close()
