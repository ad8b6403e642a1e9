"""Photos in: through the route, or by a form that goes straight to the store."""

from collections.abc import Callable

from chalice.app import Blueprint, Request, Response

from chalicelib import errors
from chalicelib.service.answers import PromisedUpload
from chalicelib.service.said import Said
from chalicelib.service.sarees import PromisedPhoto
from chalicelib.web.asked import json_body, named_values, query, raw_body, refuse_query
from chalicelib.web.models import (
    DetailForm,
    SareeRegistered,
    SareeWords,
    UploadForm,
    UploadPromised,
    UploadWanted,
)
from chalicelib.web.multipart import PhotoForm, read_form
from chalicelib.web.operations import Operation
from chalicelib.web.replies import location, reply
from chalicelib.web.services import Services

UPLOAD_PHOTO = Operation(
    name="upload_photo",
    method="POST",
    path="/api/upload",
    summary="Register a saree by its photo, sent as a form or as the raw body.",
    status=201,
    answer=SareeRegistered,
    request=SareeWords,
    # Everything is taken here and told by its first bytes, so that the refusal can name it.
    content_types=("*/*",),
    errors=(
        errors.MissingFileError,
        errors.TooLargeError,
        errors.UnsupportedImageError,
        errors.UndecodableImageError,
    ),
    tells=("Location",),
)

PROMISE_UPLOAD = Operation(
    name="promise_upload",
    method="POST",
    path="/api/uploads",
    summary="Ask for a form with which one photo may be posted straight to the store.",
    status=201,
    answer=UploadPromised,
    request=UploadWanted,
    errors=(errors.InvalidInputError, errors.TooLargeError, errors.UnsupportedImageError),
    tells=("Location",),
)

OPERATIONS = (UPLOAD_PHOTO, PROMISE_UPLOAD)


def uploads(services: Callable[[], Services]) -> Blueprint:
    """Make the surface that takes photos in."""
    surface = Blueprint(__name__)

    @UPLOAD_PHOTO.on(surface)
    def upload_photo() -> Response:
        request = surface.current_request
        form, words = _form(request)
        saree = services().uploads.register(form.file, _said(words), form.details)
        there = location(request, f"/api/sarees/{saree.saree_id}")
        return reply(SareeRegistered.model_validate(saree), status=201, Location=there)

    @PROMISE_UPLOAD.on(surface)
    def promise_upload() -> Response:
        request = surface.current_request
        wanted = json_body(request, UploadWanted)
        details = [
            PromisedPhoto(each.part, each.content_type, each.bytes) for each in wanted.details
        ]
        promised = services().uploads.promise(
            wanted.content_type, wanted.bytes, _said(wanted), details
        )
        there = location(request, f"/api/sarees/{promised.saree_id}")
        return reply(_told(promised), status=201, Location=there)

    return surface


def _said(words: SareeWords) -> Said:
    return Said(words.length_m, words.width_m, words.name, words.fabric)


def _told(promised: PromisedUpload) -> UploadPromised:
    return UploadPromised(
        saree_id=promised.saree_id,
        upload=UploadForm(url=promised.url, fields=promised.fields),
        expires_at=promised.expires_at,
        details=tuple(
            DetailForm(part=form.part, upload=UploadForm(url=form.url, fields=form.fields))
            for form in promised.details
        ),
    )


def _form(request: Request) -> tuple[PhotoForm, SareeWords]:
    """Read the photos and what is said of them, from a form or from body and query."""
    content_type = request.headers.get("content-type", "")
    body = raw_body(request)
    if content_type.lower().startswith("multipart/form-data"):
        refuse_query(request)
        form = read_form(content_type, body, SareeWords.model_fields)
        return form, named_values(form.fields, SareeWords)
    words = named_values(query(request), SareeWords)
    if not body:
        raise errors.MissingFileError("send the photo as the body, or in the field 'file'")
    return PhotoForm(body, {}, {}), words
