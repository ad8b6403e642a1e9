"""The one multipart form that is taken: a photo, those of its parts, and what is said of it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from chalicelib.domain.saree import DetailPart
from chalicelib.errors import InvalidInputError, MissingFileError
from chalicelib.web.asked import repeated

_FILE = "file"
_MOST_PARTS = 16
_LONGEST_FIELD_BYTES = 2_000


@dataclass(frozen=True, slots=True)
class PhotoForm:
    """What a form brought."""

    file: bytes
    details: Mapping[DetailPart, bytes]
    fields: Mapping[str, str]


def read_form(content_type: str, body: bytes, known: Collection[str]) -> PhotoForm:
    """
    Read a form that has the photo in its field `file`; only `known` fields are looked into.

    The fields that are named after parts may hold their photos; left empty they count as absent.

    Raises
    ------
    InvalidInputError
        The body is not such a form, or a field comes twice.
    MissingFileError
        No field is called `file`.
    """
    named: dict[str, _Part] = {}
    for part in _parts(content_type, body):
        if part.name in named:
            raise repeated(part.name)
        named[part.name] = part
    photo = named.pop(_FILE, _Part()).body
    # Whoever picks poses is told that first: a photo would not help.
    if not photo and not any("pose" in name for name in named):
        raise MissingFileError(f"send the photo in the field {_FILE!r} of the form")
    details = {part: named.pop(part, _Part()).body for part in DetailPart}
    fields = {name: part.text() if name in known else "" for name, part in named.items()}
    given = {part: photo for part, photo in details.items() if photo}
    return PhotoForm(photo, given, fields)


@dataclass(slots=True)
class _Part:
    """One part of a form while it is read."""

    disposition: bytes = b""
    pieces: list[bytes] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The field's name, empty where the part has none."""
        _, options = parse_options_header(self.disposition)
        return options.get(b"name", b"").decode("utf-8", "replace")

    @property
    def body(self) -> bytes:
        """The field's bytes."""
        return b"".join(self.pieces)

    def text(self) -> str:
        """Read a field that holds text."""
        if sum(map(len, self.pieces)) > _LONGEST_FIELD_BYTES:
            raise InvalidInputError(f"{self.name[:40]!r} is too long", code="field_invalid")
        try:
            return self.body.decode("utf-8").strip()
        except UnicodeDecodeError as error:
            sentence = f"{self.name[:40]!r} is not UTF-8 text"
            raise InvalidInputError(sentence, code="field_invalid") from error


def _parts(content_type: str, body: bytes) -> list[_Part]:
    _, options = parse_options_header(content_type)
    reader = _Reader()
    try:
        reader.read(options[b"boundary"], body)
    except (FormParserError, KeyError, ValueError) as error:
        raise _malformed() from error
    if not reader.ended:
        raise _malformed()
    return reader.parts


class _Reader:
    """Collects the parts that the parser comes upon."""

    def __init__(self) -> None:
        self.parts: list[_Part] = []
        self.ended = False
        self._header = b""
        self._value = b""

    def read(self, boundary: bytes, body: bytes) -> None:
        parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin_part,
                "on_header_begin": self._begin_header,
                "on_header_field": self._name_header,
                "on_header_value": self._value_header,
                "on_header_end": self._end_header,
                "on_part_data": self._take,
                "on_end": self._end,
            },
        )
        parser.write(body)
        parser.finalize()

    def _begin_part(self) -> None:
        if len(self.parts) == _MOST_PARTS:
            raise _malformed()
        self.parts.append(_Part())

    def _begin_header(self) -> None:
        self._header = self._value = b""

    def _name_header(self, read: bytes, start: int, end: int) -> None:
        self._header += read[start:end]

    def _value_header(self, read: bytes, start: int, end: int) -> None:
        self._value += read[start:end]

    def _end_header(self) -> None:
        if self._header.lower() == b"content-disposition":
            self.parts[-1].disposition = self._value

    def _take(self, read: bytes, start: int, end: int) -> None:
        self.parts[-1].pieces.append(read[start:end])

    def _end(self) -> None:
        self.ended = True


def _malformed() -> InvalidInputError:
    return InvalidInputError(
        "the body is not the multipart form that its content type announces",
        code="malformed_multipart",
    )
