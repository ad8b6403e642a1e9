"""The form that brings a photo."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.saree import DetailPart
from chalicelib.errors import InvalidInputError
from chalicelib.web.multipart import read_form
from tests.app.site import multipart

words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40).map(str.strip)


@given(photo=st.binary(min_size=1, max_size=3000), name=words)
def test_a_form_brings_what_was_put_in(photo: bytes, name: str) -> None:
    body, kind = multipart(("name", name), ("file", photo), boundary="b0undary-never-in-photos")

    form = read_form(kind, body, {"name"})

    assert form.file == photo
    assert form.fields == {"name": name}


def test_a_photo_may_hold_what_looks_like_the_frontier() -> None:
    photo = b"\r\n--frontie\r\n--\r\n--front" + b"\r\n\r\n--" * 500
    body, kind = multipart(("file", photo))

    form = read_form(kind, body, ())

    assert form.file == photo


def test_fields_that_are_not_known_are_named_but_not_read() -> None:
    body, kind = multipart(("file", b"photo"), ("other", b"\xff" * 9000))

    form = read_form(kind, body, {"name"})

    assert form.fields == {"other": ""}


def test_the_photos_of_parts_stand_beside_the_photo() -> None:
    body, kind = multipart(("pallu", b"the pallu"), ("file", b"photo"), ("border", b""))

    form = read_form(kind, body, {"name"})

    assert form.details == {DetailPart.PALLU: b"the pallu"}
    assert form.fields == {}


@pytest.mark.parametrize("kind", ["multipart/form-data", "multipart/form-data; boundary=other"])
def test_a_form_needs_its_frontier(kind: str) -> None:
    body, _ = multipart(("file", b"photo"))

    with pytest.raises(InvalidInputError) as refused:
        read_form(kind, body, ())

    assert refused.value.code == "malformed_multipart"
