"""What holds for every route: request ids, CORS, problems, the OpenAPI document."""

import json
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from chalice.test import HTTPResponse
from hypothesis import given
from hypothesis import strategies as st
from openapi_spec_validator import validate

from chalicelib.web.openapi import OPERATIONS, document
from tests.app.site import ORIGIN, MemorySite

PLACES = [(operation.method, operation.path) for operation in OPERATIONS]


@pytest.fixture
def site() -> MemorySite:
    return MemorySite()


@pytest.mark.parametrize("given_id", ["a", "A-1.b_2", "x" * 128])
def test_a_well_formed_request_id_is_given_back(site: MemorySite, given_id: str) -> None:
    answer = site.get(f"/api/sarees/{uuid4().hex}", X_Request_Id=given_id)

    assert answer.headers["X-Request-Id"] == given_id
    assert answer.json_body["request_id"] == given_id


@pytest.mark.parametrize("given_id", ["", "x" * 129, "a b", "a\r\nSet-Cookie: b", "<script>"])
def test_any_other_request_id_is_replaced(site: MemorySite, given_id: str) -> None:
    first = site.get("/health", X_Request_Id=given_id).headers["X-Request-Id"]
    second = site.get("/health", X_Request_Id=given_id).headers["X-Request-Id"]

    assert given_id not in (first, second)
    assert first != second


def test_requests_in_parallel_keep_to_themselves(site: MemorySite) -> None:
    def ask(number: int) -> HTTPResponse:
        return site.get(f"/api/sarees/{number}", X_Request_Id=f"request-{number}")

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(200)))

    for number, answer in enumerate(answers):
        assert answer.json_body["request_id"] == f"request-{number}"


@pytest.mark.parametrize("path", sorted({path for _, path in PLACES}))
def test_browsers_may_ask_before_they_send(site: MemorySite, path: str) -> None:
    answer = site.request("OPTIONS", path, headers={"Origin": ORIGIN})

    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert "Idempotency-Key" in answer.headers["Access-Control-Allow-Headers"]
    assert "Location" in answer.headers["Access-Control-Expose-Headers"]


@pytest.mark.parametrize(("method", "path"), PLACES)
def test_another_method_is_refused_as_a_problem(site: MemorySite, method: str, path: str) -> None:
    other = "DELETE" if method == "GET" else "PUT"

    answer = _unchecked(site, other, path)

    assert (answer.status_code, answer.json_body["code"]) == (405, "method_not_allowed")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert answer.headers["Allow"] == method
    assert answer.json_body["request_id"] == answer.headers["X-Request-Id"]


def test_a_location_keeps_the_path_that_the_gateway_serves_below() -> None:
    site = MemorySite()
    event = {
        "requestContext": {
            "httpMethod": "POST",
            "resourcePath": "/api/uploads",
            "path": "/stage/api/uploads",
            "requestId": "from-the-gateway",
        },
        "headers": {"content-type": "application/json"},
        "pathParameters": {},
        "stageVariables": {},
        "multiValueQueryStringParameters": None,
        "body": json.dumps({"content_type": "image/png", "bytes": 900}),
    }

    answer = site.app(event, None)

    saree = json.loads(answer["body"])["saree_id"]
    assert answer["headers"]["Location"] == f"/stage/api/sarees/{saree}"
    assert answer["headers"]["X-Request-Id"] == "from-the-gateway"


def test_the_document_is_valid_openapi(site: MemorySite) -> None:
    answer = site.get("/openapi.json")

    assert answer.json_body["openapi"].startswith("3.1.")
    validate(answer.json_body)


def test_the_document_and_the_routes_say_the_same(site: MemorySite) -> None:
    routed = {(method, path) for path, methods in site.app.routes.items() for method in methods}
    described = {
        (method.upper(), path)
        for path, methods in document()["paths"].items()
        for method in methods
    }

    assert routed == described


def test_every_schema_of_an_answer_is_closed() -> None:
    schemas = document()["components"]["schemas"]

    for name, schema in schemas.items():
        if schema.get("type") == "object" and name not in ("Problem", "OpenApi"):
            assert schema["additionalProperties"] is False, name


@given(
    body=st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    ),
    path=st.sampled_from(["/api/generate", "/api/uploads"]),
)
def test_arbitrary_json_is_never_our_fault(body: object, path: str) -> None:
    site = MemorySite()

    answer = site.post(path, json.dumps(body).encode(), content_type="application/json")

    assert answer.status_code in (400, 404)
    assert site.stored() == []


def _unchecked(site: MemorySite, method: str, path: str) -> HTTPResponse:
    """Ask what the document does not describe."""
    event_path = path.replace("{", "").replace("}", "")
    response = site.gateway.handle_request(method, event_path, {}, b"")
    return HTTPResponse.create_from_dict(response)
