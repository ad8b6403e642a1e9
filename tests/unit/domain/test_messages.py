import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.keys import GenerationName
from chalicelib.domain.messages import StageMessage
from chalicelib.domain.modes import Mode
from chalicelib.domain.stage import Stage
from chalicelib.errors import InvalidInputError

messages = st.builds(
    StageMessage,
    stage=st.sampled_from(Stage),
    saree_id=st.text(),
    fingerprint=st.text(),
    job_id=st.none() | st.text(),
    generation=st.none() | st.builds(GenerationName, st.integers(1, 99), st.sampled_from(Mode)),
    pose=st.none() | st.text(),
    attempt=st.none() | st.integers(1, 4),
)


@given(messages)
def test_a_message_survives_being_written_down(message: StageMessage) -> None:
    assert StageMessage.from_json(message.to_json()) == message


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("[]", id="not an object"),
        pytest.param("{}", id="no fields"),
        pytest.param('{"stage": "launder"}', id="no such stage"),
        pytest.param('"{"', id="text"),
    ],
)
def test_anything_else_is_a_poison_message(text: str) -> None:
    with pytest.raises(InvalidInputError, match="not a stage message"):
        StageMessage.from_json(text)
