"""The certificate for people: one HTML page that holds all it shows and asks for nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.resources import files

from chalicelib.service.certificate_page import words
from chalicelib.service.certificate_page.experts import for_experts
from chalicelib.service.certificate_page.html import data, image, measured, table
from chalicelib.service.certificate_page.words import Json

_COLORS = {
    "body": "#3f7fd9",
    "pallu": "#d9483f",
    "border_top": "#c98a00",
    "border_bottom": "#2fa36b",
}
_METRICS = (
    ("ssim", "structure", "1 is equal"),
    ("delta_e", "color difference", "CIEDE2000, mean"),
    ("delta_e_p95", "worst color", "CIEDE2000, 95 of 100 are below"),
    ("pattern_score", "pattern", "1 is equal"),
    ("border_continuity", "border", "1 is unbroken"),
)


@dataclass(frozen=True, slots=True)
class PosePictures:
    """A pose's picture and the map of its differences, as JPEG."""

    picture: bytes
    difference: bytes


@dataclass(frozen=True, slots=True)
class PagePictures:
    """What the page shows, as JPEG; the poses by their names."""

    photo: bytes
    strip: bytes
    poses: Mapping[str, PosePictures]


def page(certificate: Json, pictures: PagePictures) -> bytes:
    """
    Write the page of a certificate; the same certificate and pictures give the same bytes.

    It runs no script and reaches for nothing outside itself, and its policy forbids both.
    """
    title = f"Certificate of {_name(certificate)}"
    policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
    body = "\n".join(
        (
            _opening(certificate, title),
            _cloth(certificate, pictures),
            _poses(certificate, pictures),
            for_experts(certificate),
        )
    )
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{escape(title)}</title>\n<style>\n{_style()}</style>\n</head>\n"
        f"<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    ).encode()


@cache
def _style() -> str:
    return files("chalicelib.service.certificate_page").joinpath("style.css").read_text("utf-8")


def _name(certificate: Json) -> str:
    return str(certificate["photo"].get("name") or "a saree")


def _opening(certificate: Json, title: str) -> str:
    good = all(pose["status"] == "published" for pose in certificate["poses"])
    points = "".join(f"<li>{escape(each)}</li>" for each in words.findings(certificate))
    scope = "".join(f"<p>{escape(each)}</p>" for each in words.SCOPE)
    return (
        f"<header><h1>{escape(title)}</h1>"
        f'<p class="result {"good" if good else "bad"}">{escape(words.headline(certificate))}</p>'
        f"<ul>{points}</ul></header>\n<section><h2>What this proves</h2>{scope}</section>"
    )


def _cloth(certificate: Json, pictures: PagePictures) -> str:
    parts, seen = certificate["parts"], certificate["seen"]
    rows = [
        (
            f'<span class="swatch" style="border-color:{_COLORS[part]}"></span>'
            f"{escape(words.PARTS[part])}",
            escape(_extent(parts, part)),
            words.share(seen[part]),
            words.share(max(0.0, 1 - seen[part])),
        )
        for part in words.PARTS
    ]
    head = ("part", "size", "seen in a photo", "continued")
    assumptions = "".join(f"<li>{escape(each)}</li>" for each in parts["assumptions"])
    return (
        "<section><h2>Your photo, and the saree laid flat</h2>"
        f'<figure class="photo">{image(pictures.photo, "The photo as it was sent")}'
        f"<figcaption>Your photo, sha256 <code>{escape(certificate['photo']['sha256'])}</code>"
        f"</figcaption></figure>\n<figure>{_strip(certificate, pictures.strip)}"
        "<figcaption>The whole strip, pallu at the right. Pale and hatched: continued, in no "
        "photo. Outlined: the parts.</figcaption></figure>\n"
        + table("What was seen and what was continued", head, rows)
        + (f"<p>What was assumed:</p><ul>{assumptions}</ul>" if assumptions else "")
        + "</section>"
    )


def _extent(parts: Json, part: str) -> str:
    if part == "body":
        return f"{parts['length_m'] - parts['pallu_m']:.2f} m long"
    if part == "pallu":
        return f"{parts['pallu_m']:.2f} m long"
    return f"{100 * parts[f'{part}_m']:.1f} cm wide"


def _strip(certificate: Json, strip: bytes) -> str:
    """Draw the parts' outlines over the strip, in millimeters."""
    parts = certificate["parts"]
    length, width = 1000 * parts["length_m"], 1000 * parts["width_m"]
    top, bottom = 1000 * parts["border_top_m"], 1000 * parts["border_bottom_m"]
    pallu = 1000 * parts["pallu_m"]
    boxes = {
        "body": (0.0, top, length - pallu, width - top - bottom),
        "pallu": (length - pallu, top, pallu, width - top - bottom),
        "border_top": (0.0, 0.0, length, top),
        "border_bottom": (0.0, width - bottom, length, bottom),
    }
    drawn = "".join(
        f'<rect fill="none" stroke="{_COLORS[part]}" stroke-width="12" '
        f'x="{x + 6:.0f}" y="{y + 6:.0f}" '
        f'width="{max(0.0, w - 12):.0f}" height="{max(0.0, h - 12):.0f}"/>'
        for part, (x, y, w, h) in boxes.items()
        if w > 0 and h > 0
    )
    return (
        f'<svg viewBox="0 0 {length:.0f} {width:.0f}" role="img" '
        'aria-label="The saree laid flat, with its parts outlined and continued cloth hatched">'
        f'<image href="{data(strip)}" width="{length:.0f}" height="{width:.0f}" '
        f'preserveAspectRatio="none"/>{drawn}</svg>'
    )


def _poses(certificate: Json, pictures: PagePictures) -> str:
    shown = "\n".join(
        _pose(pose, pictures.poses[str(pose["pose"])]) for pose in certificate["poses"]
    )
    return f"<section><h2>The pictures</h2>\n{shown}</section>"


def _pose(pose: Json, pictures: PosePictures) -> str:
    label, published = str(pose["label"]), pose["status"] == "published"
    mark = "good" if published else "bad"
    state = "published" if published else "not published"
    attempts = "".join(f"<li>{escape(each)}</li>" for each in words.attempts_in_words(pose))
    wrong = "Where it differs: gray is equal, the redder the further off."
    return (
        f'<article class="pose"><h3>{escape(label)} · <span class="{mark}">{state}</span></h3>'
        f'<div class="pair"><figure>{image(pictures.picture, f"The picture: {label}")}'
        f"<figcaption>{escape(words.in_view(pose['attempts'][-1]))}</figcaption></figure>"
        f"<figure>{image(pictures.difference, f'Where {label} differs from your saree')}"
        f"<figcaption>{wrong}</figcaption></figure></div>"
        f"{_verdicts(label, pose['attempts'][-1])}<ul>{attempts}</ul></article>"
    )


def _verdicts(label: str, attempt: Json) -> str:
    head = (
        "part",
        "verdict",
        "share of the cloth in view",
        "of it in your photo",
        *(f"{name} ({of})" for _, name, of in _METRICS),
    )
    rows = [
        (
            escape(words.PARTS[verdict["region"]]),
            _status(verdict),
            words.share(verdict["coverage"]),
            _share(attempt["seen"].get(verdict["region"]) if _shows(verdict) else None),
            *(measured(verdict[metric]) for metric, _, _ in _METRICS),
        )
        for verdict in attempt["verdicts"]
    ]
    return table(f"{label}: each part, measured", head, rows, numbers_from=2)


def _status(verdict: Json) -> str:
    status = str(verdict["status"])
    mark = {"passed": "good", "failed": "bad"}.get(status, "quiet")
    told = f'<span class="{mark}">{escape(words.STATUSES[status])}</span>'
    broken: dict[str, list[str]] = {}
    for each in verdict["reasons"]:
        broken.setdefault(each["code"], []).append(words.excess_in_words(each))
    return told + "".join(_reason(code, excesses) for code, excesses in broken.items())


def _reason(code: str, excesses: list[str]) -> str:
    """What is wrong and the measure that tells it best; the others on request."""
    best, *others = map(escape, excesses)
    listed = "".join(f"<li>{each}</li>" for each in others)
    more = f"<details><summary>{len(others)} more</summary><ul>{listed}</ul></details>"
    return f"<p>{escape(words.reason_in_words(code))}: {best}</p>{more if others else ''}"


def _shows(verdict: Json) -> bool:
    return str(verdict["status"]) != "not_visible"


def _share(value: float | None) -> str:
    return "–" if value is None else words.share(value)
