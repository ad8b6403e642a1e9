"""
What works on pixels, chosen by the settings.

Its modules are loaded when a function first needs them: answering HTTP loads no NumPy.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from chalicelib.errors import SettingsError
from chalicelib.imaging.decoding.codec import Limits as PhotoLimits

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.domain.stage import Stage
    from chalicelib.ports import ComposeAdapter, ObjectStore, Segmenter
    from chalicelib.service.certificate import Illustrator
    from chalicelib.service.pictures import Tools
    from chalicelib.service.recipes import Recipe
    from chalicelib.settings import Settings


@dataclass(frozen=True, slots=True)
class Workshop:
    """What works on pixels, made when a function first needs it."""

    recipes: Callable[[], dict[Stage, Recipe]]
    tools: Callable[[], Tools]
    illustrator: Callable[[], Illustrator]


def workshop(settings: Settings, store: ObjectStore | None = None) -> Workshop:
    """
    Choose what works on pixels, by the settings; nothing of it is loaded yet.

    `store` is where a segmenter's model is that the settings name by key.
    """
    return Workshop(
        partial(_recipes, settings, store),
        partial(_tools, settings),
        partial(_illustrator, settings),
    )


def photo_limits(settings: Settings) -> PhotoLimits:
    """Say which photos are taken in."""
    return PhotoLimits(
        max_bytes=settings.max_upload_bytes,
        max_pixels=round(settings.max_upload_megapixels * 1e6),
        min_side_pixels=settings.min_upload_side_pixels,
    )


def _recipes(settings: Settings, store: ObjectStore | None) -> dict[Stage, Recipe]:
    from chalicelib.adapters.flatteners.rectify import RectifyingFlattener
    from chalicelib.service.recipes import recipes

    return recipes(_segmenter(settings, store), RectifyingFlattener(), photo_limits(settings))


def _tools(settings: Settings) -> Tools:
    from chalicelib.domain.verdict import LIMITS
    from chalicelib.service.illustration import examined
    from chalicelib.service.pictures import Tools
    from chalicelib.service.staging import asset_of, place

    return Tools(
        _composer(settings),
        place,
        asset_of,
        examined,
        LIMITS.name,
        settings.composer_faults if settings.composer == "simulated" else "",
    )


def _illustrator(settings: Settings) -> Illustrator:
    from chalicelib.service.illustration import illustrator

    return illustrator(photo_limits(settings))


def _segmenter(settings: Settings, store: ObjectStore | None) -> Segmenter:
    match settings.segmenter:
        case "grabcut":
            from chalicelib.adapters.segmenters.grabcut import GrabCutSegmenter

            return GrabCutSegmenter()
        case "onnx":
            return _onnx_segmenter(settings.segmenter_model, store)
        case unknown:
            raise SettingsError(f"PALLU_SEGMENTER is {unknown!r}; use grabcut or onnx")


def _onnx_segmenter(model: str, store: ObjectStore | None) -> Segmenter:
    from chalicelib.adapters.segmenters.onnx import OnnxSegmenter

    key = model.removeprefix("store:")
    if not key:
        raise SettingsError("PALLU_SEGMENTER_MODEL names no model for the onnx segmenter")
    if key == model:
        return OnnxSegmenter.from_file(model)
    if store is None:
        raise SettingsError(f"PALLU_SEGMENTER_MODEL is {model!r}, and there is no store to ask")
    return OnnxSegmenter.from_store(store, key)


def _composer(settings: Settings) -> ComposeAdapter:
    match settings.composer:
        case "drape":
            from chalicelib.adapters.composers.drape import DrapeComposer

            return DrapeComposer()
        case "simulated":
            from chalicelib.adapters.composers.simulated import SimulatedComposer

            return SimulatedComposer.from_text(settings.composer_faults)
        case unknown:
            raise SettingsError(f"PALLU_COMPOSER is {unknown!r}; use drape or simulated")
