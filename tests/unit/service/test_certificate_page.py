"""The certificate for people: it holds all it shows, asks for nothing, and says what is true."""

import json
import re
from copy import deepcopy
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.constraints import INSTRUCTIONS
from chalicelib.domain.verdict import LIMITS, REGIONS
from chalicelib.service.certificate_page import words
from chalicelib.service.certificate_page.page import PagePictures, PosePictures, page
from tests.simulation.world import Judge, World

PICTURE = PosePictures(b"\xff\xd8 picture", b"\xff\xd8 difference")


def a_certificate(*, stubborn: bool = False) -> dict[str, Any]:
    world = World(Judge(lenient=False, stubborn=stubborn))
    saree = world.upload()
    world.generate(saree)
    world.run()
    told: dict[str, Any] = json.loads(
        world.store.get(f"sarees/{saree}/gen_01_standard/metrics.json")
    )
    return told


GOOD, BAD = a_certificate(), a_certificate(stubborn=True)


def pictures() -> PagePictures:
    poses = {f"pose_0{number}": PICTURE for number in range(1, 5)}
    return PagePictures(b"\xff\xd8 photo", b"\xff\xd8 strip", poses)


def shown(certificate: dict[str, Any]) -> str:
    return page(certificate, pictures()).decode()


class Tags(HTMLParser):
    """Every tag with its attributes, and whether each was closed in turn."""

    VOID = ("meta", "img", "br", "rect", "image")

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("certificate", [GOOD, BAD], ids=["passed", "failed"])
def test_the_page_runs_nothing_and_asks_for_nothing(certificate: dict[str, Any]) -> None:
    html = shown(certificate)

    tags = Tags(html)

    links = [
        value
        for _, attributes in tags.found
        for name, value in attributes.items()
        if name in ("src", "href", "srcset", "action", "data", "poster")
    ]
    assert tags.open == []
    assert not {tag for tag, _ in tags.found} & {"script", "link", "iframe", "object", "base"}
    assert not [name for _, attributes in tags.found for name in attributes if name[:2] == "on"]
    assert len(links) == 2 + 2 * 4
    assert all(str(link).startswith("data:image/jpeg;base64,") for link in links)
    assert "url(" not in html
    assert "@import" not in html
    policy = [each["content"] for tag, each in tags.found if "http-equiv" in each]
    assert policy == ["default-src 'none'; img-src data:; style-src 'unsafe-inline'"]


def test_tables_name_their_columns_rows_and_what_they_hold() -> None:
    tags = Tags(shown(GOOD)).found

    tables = [tag for tag, _ in tags].count("table")
    scopes = {attributes.get("scope") for tag, attributes in tags if tag == "th"}
    described = [attributes.get("alt") for tag, attributes in tags if tag == "img"]
    assert tables == [tag for tag, _ in tags].count("caption")
    assert scopes == {"col", "row"}
    assert all(described)


@given(name=st.text(min_size=1, max_size=80))
def test_no_name_gets_out_of_its_place(name: str) -> None:
    certificate = {**GOOD, "photo": {**GOOD["photo"], "name": name}}

    html = page(certificate, pictures()).decode(errors="strict")

    plain = Tags(shown(GOOD)).found
    assert [tag for tag, _ in Tags(html).found] == [tag for tag, _ in plain]


def test_markup_in_a_name_is_text() -> None:
    name = "<script>alert('x')</script> \"Kanjivaram\" & co"
    certificate = {**GOOD, "photo": {**GOOD["photo"], "name": name}}

    tags = Tags(shown(certificate))

    assert tags.text.count(f"Certificate of {name}") == 2
    assert [tag for tag, _ in tags.found] == [tag for tag, _ in Tags(shown(GOOD)).found]


def test_the_same_certificate_gives_the_same_bytes() -> None:
    again = json.loads(json.dumps(GOOD))

    assert page(again, pictures()) == page(GOOD, pictures())


def test_a_seller_reads_first_what_the_numbers_mean() -> None:
    text = Tags(shown(GOOD)).text

    first = text.index("The border on the model is your border")
    assert "continuity 0.40 of 1, color difference 0.0" in text[first : first + 120]
    assert first < text.index("For experts")


def test_every_attempt_and_its_reason_is_told_in_words() -> None:
    text = Tags(shown(GOOD)).text

    assert "Attempt 1: upper border: the border is bent, moved, or of another width." in text
    assert "Attempt 2: every part that shows passed." in text


def test_what_failed_is_told_as_failed() -> None:
    text = Tags(shown(BAD)).text

    assert "No picture was faithful enough to be published." in text
    assert "is your border" not in text
    assert "Front was not published after 4 attempts: upper border" in text
    assert "likeness along the border 0.4, at least 0.9" in text


def test_of_each_reason_the_measure_that_tells_it_best_is_told_and_the_others_on_request() -> None:
    certificate = deepcopy(BAD)
    verdicts = certificate["poses"][0]["attempts"][-1]["verdicts"]
    failed = next(verdict for verdict in verdicts if verdict["status"] == "failed")
    shift = {"metric": "border_shift_m", "measured": 0.0142, "limit": 0.0035}
    failed["reasons"].insert(0, failed["reasons"][0] | shift)

    html = shown(certificate)

    assert "of another width: border out of place 14.2 mm, at most 3.5 mm</p><details>" in html
    assert "<summary>1 more</summary><ul><li>likeness along the border 0.4" in html


def test_where_some_failed_the_findings_speak_of_what_was_published() -> None:
    certificate = deepcopy(GOOD)
    certificate["poses"][0] = deepcopy(BAD["poses"][0])

    assert "In what was published, the border on the model is your border" in shown(certificate)


def test_what_was_seen_and_what_was_continued_is_told_for_each_part() -> None:
    certificate = {**GOOD, "seen": {**dict.fromkeys(REGIONS, 1.0), "body": 0.312}}

    text = re.sub(r"\s+", " ", Tags(shown(certificate)).text)

    assert "body3.00 m long31 %69 %" in text
    assert "pallu1.00 m long100 %0 %" in text


def test_every_digest_and_provenance_id_is_on_the_page() -> None:
    text = Tags(shown(GOOD)).text

    contents = [each for stage in GOOD["stages"] for each in stage["inputs"] + stage["outputs"]]
    contents += [
        each
        for pose in GOOD["poses"]
        for attempt in pose["attempts"]
        for each in attempt["inputs"] + attempt["outputs"] + attempt["measured"]
    ]
    assert all(each["sha256"] in text for each in contents)
    assert all(pose["provenance"] in text for pose in GOOD["poses"])
    assert GOOD["limits"]["name"] in text


def test_every_reason_that_a_verdict_can_give_has_words() -> None:
    assert set(INSTRUCTIONS) <= set(words.REASONS)


def test_every_measure_that_a_limit_is_on_has_words() -> None:
    assert {limit.metric for limit in LIMITS.limits} == set(words.MEASURES)


def test_what_is_out_of_place_is_told_in_millimeters() -> None:
    reason = {"metric": "border_shift_m", "measured": 0.0142, "limit": 0.0035}

    assert words.excess_in_words(reason) == "border out of place 14.2 mm, at most 3.5 mm"


@given(value=st.floats(0, 1))
def test_a_little_is_never_told_as_nothing_and_almost_all_never_as_all(value: float) -> None:
    told = words.share(value)

    assert (told == "0 %") == (value == 0)
    assert (told == "100 %") == (value == 1)


def test_what_was_measured_is_as_exact_in_every_row() -> None:
    html = shown(GOOD)

    told = re.findall(r'<td class="number">([\d.]+)</td>', html.partition("For experts")[0])

    assert told
    assert all(re.fullmatch(r"\d+\.\d{3}", value) for value in told)
