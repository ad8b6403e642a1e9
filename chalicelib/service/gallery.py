"""Every generation of a saree with its published pictures, derived from the store."""

from typing import Any

from chalicelib.domain.catalog import LABELS
from chalicelib.domain.ids import known_form
from chalicelib.domain.job import PosePhase, PoseState
from chalicelib.domain.keys import GenerationKeys, SareeKeys
from chalicelib.errors import NotFoundError
from chalicelib.ports import ObjectStore
from chalicelib.service.answers import Gallery, GalleryGeneration, GalleryImage, RegionSummary
from chalicelib.service.generate import Generation, Generations
from chalicelib.service.history import History
from chalicelib.service.publish import find
from chalicelib.service.sarees import Sarees
from chalicelib.service.verdict_files import read_document


class Galleries:
    """Shows what was published."""

    def __init__(
        self, store: ObjectStore, sarees: Sarees, generations: Generations, history: History
    ) -> None:
        self._store = store
        self._sarees = sarees
        self._generations = generations
        self._history = history

    def of(self, saree_id: str) -> Gallery:
        """Show every generation of a saree, oldest first, or raise `NotFoundError`."""
        self._sarees.state(known_form("saree", saree_id))
        generations = self._generations.of(saree_id)
        return Gallery(saree_id, tuple(self._shown(each) for each in generations))

    def _shown(self, generation: Generation) -> GalleryGeneration:
        keys = SareeKeys(generation.saree_id).generation(generation.name)
        status, poses = self._progress(generation)
        certified = find(self._store, keys.certificate) is not None
        published = [pose for pose in poses if pose.phase is PosePhase.PUBLISHED]
        return GalleryGeneration(
            str(generation.name),
            generation.name.mode,
            status,
            generation.job_id,
            generation.created_at,
            self._store.url(keys.page, filename="certificate.html") if certified else None,
            tuple(self._image(keys, pose.pose, pose.attempt) for pose in published),
        )

    def _progress(self, generation: Generation) -> tuple[str, tuple[PoseState, ...]]:
        try:
            state = self._history.state(generation.job_id)
        except NotFoundError:
            # The generation has its number, and is about to write its first event.
            return "queued", ()
        return state.phase, state.poses

    def _image(self, keys: GenerationKeys, pose: str, attempt: int) -> GalleryImage:
        document = read_document(self._store, keys.attempt(attempt), pose)
        url = self._store.url(keys.published(pose), filename=f"{pose}.png")
        regions = tuple(_summary(verdict) for verdict in document["verdicts"])
        return GalleryImage(pose, LABELS[pose], url, attempt, regions)


def _summary(verdict: dict[str, Any]) -> RegionSummary:
    return RegionSummary(
        verdict["region"],
        verdict["status"],
        verdict["ssim"],
        verdict["delta_e"],
        verdict["pattern_score"],
        verdict["border_continuity"],
        tuple(reason["code"] for reason in verdict["reasons"]),
    )
