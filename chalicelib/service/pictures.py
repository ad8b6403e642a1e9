"""Making the picture of a pose and measuring it: the bytes of every file, and nothing written."""

from collections.abc import Callable
from dataclasses import dataclass

from chalicelib.domain.keys import AttemptKeys, GenerationKeys, SareeKeys
from chalicelib.domain.stage import Stage
from chalicelib.domain.verdict import Verdict
from chalicelib.imaging.cloth import Cloth
from chalicelib.imaging.decoding.codec import decode_png, encode_png
from chalicelib.imaging.image import Rgb8
from chalicelib.imaging.placement import PlacementMap
from chalicelib.ports import ComposeAdapter, ObjectStore
from chalicelib.service import documents
from chalicelib.service.cloth_files import Cloths, StoredCloth
from chalicelib.service.generate import Generation
from chalicelib.service.manifest import Content, Manifest, content
from chalicelib.service.provenance import provenance
from chalicelib.service.retry import constraints_of
from chalicelib.service.verdict_files import write_verdicts
from chalicelib.stages.compose import compose


@dataclass(frozen=True, slots=True)
class Examined:
    """
    What measuring a picture gives.

    `difference` is a small JPEG of where it differs; `seen` tells for each part in view how
    much of what shows some photo shows, too.
    """

    verdicts: tuple[Verdict, ...]
    difference: bytes
    seen: dict[str, float | None]


@dataclass(frozen=True, slots=True)
class Tools:
    """What making a pose takes besides the store."""

    composer: ComposeAdapter
    place: Callable[[str, StoredCloth], PlacementMap]
    assets: Callable[[str], Content]
    examine: Callable[[Rgb8, Cloth, PlacementMap], Examined]
    limits: str
    composer_settings: str = ""
    """What a deployment set of the composer, where that changes its pictures."""


@dataclass(frozen=True, slots=True)
class Try:
    """One pose at one attempt of a generation."""

    generation: Generation
    pose: str
    attempt: int

    @property
    def saree(self) -> SareeKeys:
        """Everything of the saree."""
        return SareeKeys(self.generation.saree_id)

    @property
    def generation_keys(self) -> GenerationKeys:
        """Everything of the generation."""
        return self.saree.generation(self.generation.name)

    @property
    def keys(self) -> AttemptKeys:
        """Everything of the attempt."""
        return self.generation_keys.attempt(self.attempt)

    @property
    def seed(self) -> int:
        """What the adapter is seeded with."""
        # Another attempt must be able to come out differently, the same one must not.
        return self.generation.seed + 1000 * self.attempt + int(self.pose[-2:])


class Pictures:
    """Makes pictures and measures them, in the bytes that are to be published."""

    def __init__(self, store: ObjectStore, cloths: Cloths, tools: Tools) -> None:
        self._store = store
        self._cloths = cloths
        self._tools = tools

    def made(self, task: Try) -> dict[str, bytes]:
        """Make the picture of one attempt; the manifest comes last."""
        cloth = self._cloths.load(task.saree, task.generation.fingerprint)
        placement = self._tools.place(task.pose, cloth)
        constraints = constraints_of(self._store, task.generation_keys, task.pose, task.attempt)
        composer = self._tools.composer
        picture = compose(cloth.cloth, placement, composer, task.seed, constraints)
        inputs = self._inputs(task, cloth)
        key = task.keys.picture(task.pose)
        body = encode_png(picture, provenance(inputs, task.pose, task.seed))
        manifest = Manifest(
            Stage.COMPOSE,
            inputs,
            (content(task.saree.prefix, key, body),),
            {"pose": task.pose, "attempt": task.attempt},
            task.seed,
            self.composer,
        )
        return {key: body, task.keys.composed(task.pose): documents.dump(manifest)}

    def measured(self, task: Try, picture: bytes) -> dict[str, bytes]:
        """Measure a picture; the verdicts come last."""
        cloth = self._cloths.load(task.saree, task.generation.fingerprint)
        placement = self._tools.place(task.pose, cloth)
        examined = self._tools.examine(decode_png(picture), cloth.cloth, placement)
        body = write_verdicts(
            task.pose, task.attempt, self._tools.limits, examined.verdicts, examined.seen
        )
        return {
            task.keys.difference(task.pose): examined.difference,
            task.keys.verdicts(task.pose): body,
        }

    @property
    def composer(self) -> dict[str, str]:
        """Name the adapter that makes the pictures, as in a manifest."""
        named = {"name": self._tools.composer.name, "version": self._tools.composer.version}
        settings = self._tools.composer_settings
        return named | ({"settings": settings} if settings else {})

    def asset(self, pose: str) -> Content:
        """Name the asset that the pictures of a pose stand on."""
        return self._tools.assets(pose)

    def _inputs(self, task: Try, cloth: StoredCloth) -> tuple[Content, ...]:
        inputs = (*cloth.contents, self._tools.assets(task.pose))
        if task.attempt == 1:
            return inputs
        key = task.generation_keys.attempt(task.attempt - 1).retry
        return (*inputs, content(task.saree.prefix, key, self._store.get(key)))
