import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from chalicelib.adapters.memory import ManualClock, MemoryObjectStore
from chalicelib.adapters.segmenters.grabcut import GrabCutSegmenter
from chalicelib.adapters.segmenters.onnx import OnnxSegmenter
from chalicelib.errors import ModelUnavailableError
from tests.unit.imaging import scenes

_MODEL = "application/octet-stream"


def a_model(*, side: int = 64, outputs: int = 7, flat: bool = False) -> bytes:
    """A model of U²-Net's shape that finds what is red: seven maps, the first one fused."""
    onnx = pytest.importorskip("onnx", reason="needs the onnx extra to build a model")
    helper, tensor = onnx.helper, onnx.TensorProto.FLOAT
    weights = np.array([3, -3, -3], np.float32).reshape(1, 3, 1, 1) * (0 if flat else 1)
    nodes = []
    for index in range(outputs):
        nodes.append(helper.make_node("Conv", ["picture", "weights"], [f"sum{index}"]))
        nodes.append(helper.make_node("Sigmoid", [f"sum{index}"], [f"map{index}"]))
    graph = helper.make_graph(
        nodes,
        "red",
        [helper.make_tensor_value_info("picture", tensor, [1, 3, side, side])],
        [
            helper.make_tensor_value_info(f"map{index}", tensor, [1, 1, side, side])
            for index in range(outputs)
        ],
        [onnx.numpy_helper.from_array(weights, "weights")],
    )
    opset = [helper.make_opsetid("", 13)]
    return bytes(helper.make_model(graph, opset_imports=opset, ir_version=8).SerializeToString())


@pytest.fixture
def model_file(tmp_path: Path) -> Path:
    pytest.importorskip("onnxruntime", reason="needs the onnx extra to run a model")
    path = tmp_path / "red.onnx"
    path.write_bytes(a_model())
    return path


def a_red_square() -> tuple[np.ndarray, np.ndarray]:
    ground = np.full((300, 200, 3), (90, 120, 110), np.uint8)
    cloth = np.full((300, 200, 3), (200, 30, 40), np.uint8)
    return scenes.lay(ground, cloth, [(50, 60), (150, 60), (150, 240), (50, 240)])


def test_the_grabcut_segmenter_answers_at_the_photos_size():
    photo, truth = scenes.a_spread_saree(360, 270)

    found = GrabCutSegmenter().segment(photo)

    assert scenes.overlap(found.matte, truth) > 0.97


def test_the_models_first_map_becomes_a_matte_at_the_photos_size(model_file):
    photo, truth = a_red_square()

    found = OnnxSegmenter.from_file(model_file).segment(photo)

    assert found.matte.shape == (300, 200)
    assert scenes.overlap(found.matte, truth) > 0.97
    assert 0 < found.confidence <= 1


def test_a_model_may_come_from_a_store(model_file):
    photo, _ = a_red_square()

    from_file = OnnxSegmenter.from_file(model_file).segment(photo)
    store = MemoryObjectStore(ManualClock())
    store.put_new("models/red.onnx", model_file.read_bytes(), content_type=_MODEL)

    from_store = OnnxSegmenter.from_store(store, "models/red.onnx").segment(photo)

    assert np.array_equal(from_file.matte, from_store.matte)


def test_a_model_that_is_not_in_the_store_is_unavailable_and_named():
    segmenter = OnnxSegmenter.from_store(MemoryObjectStore(ManualClock()), "models/none.onnx")

    with pytest.raises(ModelUnavailableError, match=r"models/none\.onnx in the store"):
        segmenter.segment(a_red_square()[0])


@pytest.mark.usefixtures("model_file")
def test_a_model_that_finds_nothing_gives_no_nonsense(tmp_path):
    flat = tmp_path / "flat.onnx"
    flat.write_bytes(a_model(flat=True))

    found = OnnxSegmenter.from_file(flat).segment(a_red_square()[0])

    assert np.isfinite(found.matte).all()


def test_a_missing_model_file_is_unavailable_and_named(tmp_path):
    segmenter = OnnxSegmenter.from_file(tmp_path / "nowhere.onnx")

    with pytest.raises(ModelUnavailableError, match=r"nowhere\.onnx"):
        segmenter.segment(a_red_square()[0])


def test_a_broken_model_file_is_unavailable(tmp_path):
    pytest.importorskip("onnxruntime", reason="needs the onnx extra to run a model")
    broken = tmp_path / "broken.onnx"
    broken.write_bytes(b"not a model")

    with pytest.raises(ModelUnavailableError, match="could not be loaded"):
        OnnxSegmenter.from_file(broken).segment(a_red_square()[0])


def test_without_onnx_runtime_the_error_says_how_to_get_it(tmp_path, monkeypatch):
    nothing: Any = None
    monkeypatch.setitem(sys.modules, "onnxruntime", nothing)
    present = tmp_path / "model.onnx"
    present.write_bytes(b"any")

    with pytest.raises(ModelUnavailableError, match="pip install onnxruntime"):
        OnnxSegmenter.from_file(present).segment(a_red_square()[0])
