import pytest

from chalicelib import workshop
from chalicelib.adapters.memory import ManualClock, MemoryObjectStore
from chalicelib.domain.stage import Stage
from chalicelib.errors import SettingsError
from chalicelib.settings import Settings


def test_a_model_named_by_key_is_one_of_the_store() -> None:
    settings = Settings(segmenter="onnx", segmenter_model="store:models/u2net.onnx")
    store = MemoryObjectStore(ManualClock())

    made = workshop.workshop(settings, store).recipes()

    assert Stage.ISOLATE in made


def test_a_model_named_by_path_needs_no_store() -> None:
    settings = Settings(segmenter="onnx", segmenter_model="models/u2net.onnx")

    assert Stage.ISOLATE in workshop.workshop(settings).recipes()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        pytest.param(
            Settings(segmenter="sam"), "PALLU_SEGMENTER is 'sam'", id="an unknown segmenter"
        ),
        pytest.param(
            Settings(segmenter="onnx"), "PALLU_SEGMENTER_MODEL names no model", id="no model"
        ),
        pytest.param(
            Settings(segmenter="onnx", segmenter_model="store:"),
            "PALLU_SEGMENTER_MODEL names no model",
            id="no key",
        ),
        pytest.param(
            Settings(segmenter="onnx", segmenter_model="store:a.onnx"),
            "there is no store",
            id="a key and no store",
        ),
    ],
)
def test_a_segmenter_that_cannot_be_had_is_an_error_never_another_one(
    settings: Settings, message: str
) -> None:
    with pytest.raises(SettingsError, match=message):
        workshop.workshop(settings).recipes()
