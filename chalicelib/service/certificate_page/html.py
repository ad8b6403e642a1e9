"""The few pieces of HTML that the certificate is made of."""

import base64
from collections.abc import Iterable
from html import escape

_NUMBER = ' class="number"'


def table(
    caption: str, head: tuple[str, ...], rows: Iterable[tuple[str, ...]], numbers_from: int = 99
) -> str:
    """Write a table; its cells are HTML already, its caption and head are not."""
    names = "".join(
        f'<th scope="col"{_NUMBER * (numbers_from <= at)}>{escape(each)}</th>'
        for at, each in enumerate(head)
    )
    lines = "".join(
        f'<tr><th scope="row">{first}</th>'
        + "".join(_cell(each, numbers_from <= at) for at, each in enumerate(rest, start=1))
        + "</tr>"
        for first, *rest in rows
    )
    return (
        f'<div class="scroll"><table><caption>{escape(caption)}</caption>'
        f"<thead><tr>{names}</tr></thead><tbody>{lines}</tbody></table></div>"
    )


def _cell(html: str, number: bool) -> str:
    return f"<td{_NUMBER * number}>{html}</td>"


def number(value: float | None) -> str:
    """Write a number as short as it can be, or a dash where there is none."""
    return "–" if value is None else f"{value:g}"


def measured(value: float | None) -> str:
    """Write a measured number as exactly as its neighbors in a column, or a dash."""
    return "–" if value is None else f"{value:.3f}"


def code(value: object) -> str:
    """Write what is for machines."""
    return f"<code>{escape(str(value))}</code>"


def image(jpeg: bytes, told: str) -> str:
    """Put a picture into the page, with words for those who cannot see it."""
    return f'<img src="{data(jpeg)}" alt="{escape(told)}">'


def data(jpeg: bytes) -> str:
    """Put a JPEG into a link."""
    return f"data:image/jpeg;base64,{base64.b64encode(jpeg).decode('ascii')}"
