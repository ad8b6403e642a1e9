"""The segmenter that asks a model: U²-Net's shape of input and output, from ONNX."""

from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.errors import ModelUnavailableError, NotFoundError
from chalicelib.imaging.image import Matte, Rgb8
from chalicelib.imaging.isolating.garment import Wearer
from chalicelib.imaging.isolating.matting import soften
from chalicelib.imaging.isolating.segmentation import Segmentation
from chalicelib.imaging.isolating.view import VIEW_SIDE, View
from chalicelib.imaging.resizing import shrink

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.ports import ObjectStore

_MEAN: Final = np.array([0.485, 0.456, 0.406], dtype=np.float32)
_DEVIATION: Final = np.array([0.229, 0.224, 0.225], dtype=np.float32)
_SIDE: Final = 320
"""Pixels on each side that the model takes where its file does not say."""


class OnnxSegmenter:
    """
    Tells cloth from its surroundings by a saliency model.

    The model takes one picture (1, 3, S, S), standardized by ImageNet's mean and deviation, and
    gives first the map (1, 1, S, S) that fuses the others, as U²-Net does.

    References
    ----------
    Qin et al., "U²-Net: going deeper with nested U-structure", Pattern Recognition 2020.
    """

    name = "onnx"

    def __init__(self, model: "Callable[[], bytes]", *, version: str = "1") -> None:
        self._model = model
        self.version = version

    @classmethod
    def from_file(cls, path: Path | str) -> "OnnxSegmenter":
        """Take the model of a file, read when the first photo comes."""
        return cls(partial(_read, Path(path)))

    @classmethod
    def from_store(cls, store: "ObjectStore", key: str) -> "OnnxSegmenter":
        """Take the model at a key of a store, read when the first photo comes."""
        return cls(partial(_fetch, store, key))

    @classmethod
    def from_bytes(cls, body: bytes) -> "OnnxSegmenter":
        """Take a model that was read already."""
        return cls(lambda: body)

    def segment(self, photo: Rgb8) -> Segmentation:
        """
        Find the cloth's matte, at the photo's own size.

        Raises
        ------
        ModelUnavailableError
            There is no model, it is not one of this shape, or ONNX Runtime is not installed.
        """
        likely = self._ask(_standardized(photo, self._side))
        view = shrink(photo, VIEW_SIDE)
        matte = soften(photo, view, likely)
        person = Wearer.found_in(view)
        return Segmentation(matte, _decidedness(likely), View.of(view, matte), person)

    @cached_property
    def _session(self) -> Any:
        return _open(self._model())

    @property
    def _side(self) -> int:
        side = self._session.get_inputs()[0].shape[-1]
        return side if isinstance(side, int) else _SIDE

    def _ask(self, picture: NDArray[np.float32]) -> Matte:
        entry = self._session.get_inputs()[0].name
        first, *_ = self._session.run(None, {entry: picture})
        if np.ndim(first) != 4 or first.shape[:2] != (1, 1):
            raise ModelUnavailableError(
                f"The model answers with an array of shape {np.shape(first)}, not (1, 1, S, S)."
            )
        return _stretched(np.asarray(first[0, 0], dtype=np.float32))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ModelUnavailableError(f"There is no model at {path}.") from error


def _fetch(store: "ObjectStore", key: str) -> bytes:
    try:
        return store.get(key)
    except NotFoundError as error:
        raise ModelUnavailableError(f"There is no model at {key} in the store.") from error


def _open(body: bytes) -> Any:
    try:
        import onnxruntime
    except ImportError as error:
        raise ModelUnavailableError(
            "The onnx segmenter needs ONNX Runtime: pip install onnxruntime, "
            "or set the segmenter to grabcut."
        ) from error
    options = onnxruntime.SessionOptions()
    # With more threads, sums are taken in another order and the same photo gives other bytes.
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    opened: Callable[..., Any] = onnxruntime.InferenceSession
    try:
        return opened(body, options, providers=["CPUExecutionProvider"])
    except Exception as error:
        # ONNX Runtime raises types of its own that share no base but Exception.
        raise ModelUnavailableError(f"The model could not be loaded: {error}") from error


def _standardized(photo: Rgb8, side: int) -> NDArray[np.float32]:
    """The picture as the model was trained on it, shape (1, 3, side, side)."""
    small = cv2.resize(photo, (side, side), interpolation=cv2.INTER_AREA).astype(np.float32)
    small /= max(float(small.max()), 1.0)
    return np.ascontiguousarray(((small - _MEAN) / _DEVIATION).transpose(2, 0, 1)[None])


def _stretched(saliency: Matte) -> Matte:
    """Stretch to 0..1, as U²-Net's authors do; a flat answer is left as it is."""
    low, high = float(saliency.min()), float(saliency.max())
    if high - low < 1e-6:
        return np.clip(saliency, 0, 1)
    return (saliency - low) / np.float32(high - low)


def _decidedness(likely: Matte) -> float:
    """Expected overlap with the truth, if the model's probabilities are to be believed."""
    chosen = likely > 0.5
    hit, missed = float(likely[chosen].sum()), float(likely[~chosen].sum())
    return hit / max(float(chosen.sum()) + missed, 1e-9)
