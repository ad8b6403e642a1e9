import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import keys
from chalicelib.domain.ids import known_form
from chalicelib.domain.keys import GenerationName, SareeKeys
from chalicelib.domain.modes import Mode
from chalicelib.domain.saree import DetailPart
from chalicelib.domain.stage import Stage
from chalicelib.errors import NotFoundError

SAREE = "a" * 12 + "4" + "b" * 3 + "8" + "c" * 15

generation_names = st.builds(
    GenerationName, st.integers(min_value=1, max_value=2000), st.sampled_from(Mode)
)


@given(generation_names)
def test_a_generation_name_survives_being_written_down(name: GenerationName) -> None:
    assert GenerationName.parse(str(name)) == name


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("gen_1_standard", id="unpadded number"),
        pytest.param("gen_001_standard", id="padded too far"),
        pytest.param("gen_01_sideways", id="no such mode"),
        pytest.param("gen_01_standard\n", id="trailing newline"),
        pytest.param("gen_01_standard/../x", id="path traversal"),
    ],
)
def test_anything_else_is_no_generation(text: str) -> None:
    with pytest.raises(ValueError, match=r"not a generation|not a valid Mode"):
        GenerationName.parse(text)


@given(st.text(max_size=40))
def test_only_uuids_become_part_of_a_key(text: str) -> None:
    try:
        known = known_form("saree", text)
    except NotFoundError:
        return

    assert set(known) <= set("0123456789abcdef")
    assert len(known) == 32


def test_the_keys_are_those_of_the_reference() -> None:
    saree = SareeKeys(SAREE)
    generation = saree.generation(GenerationName(1, Mode.STANDARD))

    assert saree.incoming == f"incoming/{SAREE}"
    assert saree.original("jpg") == f"sarees/{SAREE}/original.jpg"
    assert saree.record == f"sarees/{SAREE}/saree.json"
    assert (
        saree.prepared("f" * 16, Stage.FLATTEN).output("strip.png")
        == f"sarees/{SAREE}/prepared/{'f' * 16}/flatten/strip.png"
    )
    assert generation.record == f"sarees/{SAREE}/gen_01_standard/generation.json"
    assert generation.attempt(1).picture("pose_01").endswith("/attempts/1/pose_01.png")
    assert generation.attempt(1).verdicts("pose_01").endswith("/attempts/1/pose_01.json")
    assert generation.attempt(1).retry.endswith("/attempts/1/retry.json")
    assert generation.published("pose_01").endswith("gen_01_standard/pose_01.png")
    assert generation.certificate.endswith("gen_01_standard/metrics.json")
    assert keys.event(SAREE, 1) == f"jobs/{SAREE}/events/000001.json"


def test_the_saree_of_a_direct_upload_is_read_off_any_of_its_keys() -> None:
    saree = SareeKeys(SAREE)

    read = {
        keys.saree_of_incoming(key)
        for key in (saree.incoming, *map(saree.incoming_detail, DetailPart))
    }

    assert read == {SAREE}
