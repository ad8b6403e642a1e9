"""
The whole pipeline in memory, with tiny pictures and an adversary for a queue.

Everything between the ports is the real thing; only what works on pixels is replaced by
arithmetic on eight of them, so that thousands of runs take seconds.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

import numpy as np

from chalicelib.adapters.memory import (
    CountingIds,
    ManualClock,
    MemoryObjectStore,
    MemoryWorkQueue,
    SilentMeter,
)
from chalicelib.bootstrap import Outside, Pallu
from chalicelib.domain.saree import DetailPart
from chalicelib.domain.stage import Stage
from chalicelib.domain.verdict import REGIONS, Reason, Status, Verdict
from chalicelib.errors import UnreadablePhotoError
from chalicelib.imaging.cloth import Cloth, Parts
from chalicelib.imaging.decoding.codec import encode_png
from chalicelib.imaging.image import Rgb8
from chalicelib.imaging.placement import FabricLayer, PlacementMap
from chalicelib.service import documents
from chalicelib.service.certificate import Illustrator
from chalicelib.service.cloth_files import StoredCloth
from chalicelib.service.manifest import Content
from chalicelib.service.pictures import Examined, Tools
from chalicelib.service.publish import digest
from chalicelib.service.recipes import Files, Recipe
from chalicelib.service.said import Said
from chalicelib.service.sarees import SareeRecord
from chalicelib.settings import Settings
from chalicelib.workshop import Workshop
from tests.makers import a_jpeg


class CrashError(BaseException):
    """The process was killed. Not an Exception: nothing may catch it on its way out."""


class Process:
    """
    A process that dies at its n-th step, and takes no further one.

    What stands in a `finally` runs in Python, but not in a killed process: so once dead,
    every call of a port dies, too, until the process is started anew.
    """

    def __init__(self, steps: int = -1) -> None:
        self.steps = steps
        self.dead = False

    def step(self) -> None:
        """Live on, or die."""
        self.steps -= 1
        if self.dead or self.steps == 0:
            self.die()

    def die(self) -> NoReturn:
        """Die here."""
        self.dead = True
        raise CrashError

    def ports(self, port: Any) -> Any:
        """Let each call of a port be a step before it takes effect, and one after."""
        return _Mortal(port, self)


class _Mortal:
    def __init__(self, port: Any, process: Process) -> None:
        self._port = port
        self._process = process

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._port, name)

        def called(*arguments: Any, **named: Any) -> Any:
            self._process.step()
            answer = call(*arguments, **named)
            self._process.step()
            return answer

        return called


PARTS = Parts(1.0, 4.0, 2.0, 0.5, 0.5, 1.0, None, None, None, (), 0.0, 0.0, 0.0, 1.0, {}, ())


def copy_cutout(files: Files, record: SareeRecord) -> dict[str, bytes]:
    """Take the photos' first bytes for their cloth."""
    details = {f"detail_{part}.png": files[f"detail_{part}"][:8] for part in record.parts}
    return {"cutout.png": files["original"][:8], "reading.json": b"{}", **details}


def _flatten(files: Files, record: SareeRecord) -> dict[str, bytes]:
    details = {f"detail_{part}.png": files[f"detail_{part}.png"] for part in record.parts}
    return {"strip.png": files["cutout.png"], "strip.json": b"{}", **details}


def _extract(files: Files, record: SareeRecord) -> dict[str, bytes]:
    del files, record
    flat = np.full((2, 4), 255, np.uint8)
    return {
        "whole.png": encode_png(np.full((2, 4, 3), 128, np.uint8)),
        "seen.png": encode_png(flat),
        "zari.png": encode_png(flat),
        "parts.json": documents.dump(PARTS),
    }


def find_no_cloth(files: Files, record: SareeRecord) -> dict[str, bytes]:
    """Refuse the photo."""
    del files, record
    raise UnreadablePhotoError("there is no saree in this photo", code="no_cloth")


def recipes(isolate: Callable[[Files, SareeRecord], dict[str, bytes]]) -> dict[Stage, Recipe]:
    """Recipes that copy a few bytes, but for the one of `isolate`."""
    adapter = {"name": "grabcut", "version": "1"}
    return {
        Stage.ISOLATE: Recipe(((None, "original"),), isolate, adapter, ((None, "detail_{part}"),)),
        Stage.FLATTEN: Recipe(
            ((Stage.ISOLATE, "cutout.png"),),
            _flatten,
            adapter,
            ((Stage.ISOLATE, "detail_{part}.png"),),
        ),
        Stage.EXTRACT: Recipe(((Stage.FLATTEN, "strip.png"),), _extract, adapter),
    }


@dataclass
class Painter:
    """Paints a picture whose one color tells which constraints it was given."""

    name: str = "drape"
    version: str = "1"
    honors: frozenset[str] = frozenset()
    shade: int = 0

    def run(
        self,
        image: Cloth,
        placement_map: PlacementMap,
        seed: int,
        strict_instructions: tuple[str, ...],
        forbidden_changes: tuple[str, ...],
    ) -> Rgb8:
        del image, forbidden_changes
        shape = (placement_map.height, placement_map.width, 3)
        return np.full(shape, 100 * len(strict_instructions) + seed % 100 + self.shade, np.uint8)


def place(pose: str, stored: StoredCloth) -> PlacementMap:
    """One pixel of cloth in a picture of two."""
    del pose, stored
    one = np.ones(1, np.float32)
    layer = FabricLayer(
        np.zeros(1, np.int32),
        one,
        one,
        one,
        one,
        one,
        np.zeros(1, np.bool_),
        np.zeros((1, 2, 2), np.float32),
    )
    return PlacementMap(1, 2, (layer,), np.zeros((1, 2, 3), np.uint8), 4.0, 2.0)


@dataclass
class Judge:
    """Passes a picture once it was made with enough constraints; never, for stubborn poses."""

    lenient: bool = True
    stubborn: bool = False

    def __call__(
        self, picture: Rgb8, cloth: Cloth, placement: PlacementMap
    ) -> tuple[Verdict, ...]:
        del cloth, placement
        heeded = int(picture[0, 0, 0]) >= 100
        good = not self.stubborn and (self.lenient or heeded)
        status = Status.PASSED if good else Status.FAILED
        reasons = () if good else (Reason("border_distortion", "border_continuity", 0.4, 0.9),)
        return (Verdict("border_top", 1.0, 1.0, 0.0, 0.0, 1.0, 0.4, 0.3, status, reasons),)


ILLUSTRATOR = Illustrator(
    photo=lambda body: digest(body).encode(),
    strip=lambda files: digest(files["whole.png"]).encode(),
    picture=lambda body: digest(body).encode(),
    seen=lambda _: dict.fromkeys(REGIONS, 1.0),
)
"""Draws nothing: where a picture belongs, the digest of what it would show."""


@dataclass
class World:
    """One deployment in memory."""

    judge: Judge = field(default_factory=Judge)
    isolate: Callable[[Files, SareeRecord], dict[str, bytes]] = field(default=copy_cutout)
    painter: Painter = field(default_factory=Painter)
    composer_settings: str = ""
    pose_set: str = "drawn"
    asset: str = "0" * 64
    wrap: Callable[[Any], Any] = lambda port: port

    def __post_init__(self) -> None:
        self.clock = ManualClock()
        self.store = MemoryObjectStore(self.clock)
        self.queue = MemoryWorkQueue()
        self.meter = SilentMeter()
        self.ids = CountingIds()
        outside = Outside(
            self.wrap(self.store),
            self.wrap(self.queue),
            self.clock,
            self.ids,
            self.meter,
        )
        tools = Tools(
            self.painter,
            place,
            lambda pose: Content(f"{self.pose_set}/{pose}", self.asset, 0),
            self._examined,
            "test",
            self.composer_settings,
        )
        workshop = Workshop(lambda: recipes(self.isolate), lambda: tools, lambda: ILLUSTRATOR)
        self.pallu = Pallu(Settings(), outside, workshop)
        self.functions: dict[str, Callable[[str], None]] = {
            "ingest": self.pallu.ingest,
            "isolate": self.pallu.prepare,
            "flatten": self.pallu.prepare,
            "extract": self.pallu.prepare,
            "compose": self.pallu.compose,
            "validate": self.pallu.validate,
            "retry": self.pallu.retry,
            "verify": self.pallu.verify,
        }

    def _examined(self, picture: Rgb8, cloth: Cloth, placement: PlacementMap) -> Examined:
        verdicts = self.judge(picture, cloth, placement)
        seen: dict[str, float | None] = {**dict.fromkeys(REGIONS, 1.0), "pallu": None}
        return Examined(verdicts, b"a map of " + bytes(picture[0, 0]), seen)

    def upload(self, details: Mapping[DetailPart, bytes] | None = None) -> str:
        """Register a photo and those of parts, and give its saree."""
        return self.pallu.services.uploads.register(a_jpeg(), Said(), details or {}).saree_id

    def generate(self, saree_id: str, mode: str = "standard", key: str | None = None) -> str:
        """Start a generation, and give its job."""
        return self.pallu.services.generations.start(saree_id, mode, key).job_id

    def verify(self, saree_id: str, generation: str = "gen_01_standard") -> str:
        """Start a verification, and give its job."""
        return self.pallu.services.verifications.start(saree_id, generation, None).job_id

    def run(self) -> None:
        """Deliver every message once, in order, until none is left."""
        self.deliver(random.Random(0), lambda _: 1, shuffle=False)

    def deliver(
        self,
        random: random.Random,
        times: Callable[[random.Random], int],
        *,
        shuffle: bool = True,
    ) -> None:
        """Deliver every message so many times, in any order, until none is left."""
        waiting: list[tuple[str, str]] = []
        while True:
            for function, bodies in self.queue.waiting.items():
                while bodies:
                    body = bodies.popleft()
                    waiting += [(function, body)] * times(random)
            if not waiting:
                return
            function, body = waiting.pop(random.randrange(len(waiting)) if shuffle else 0)
            self.functions[function](body)

    def contents(self) -> dict[str, bytes]:
        """Everything stored but the logs, which tell the order in which things happened."""
        return {
            stored.key: self.store.get(stored.key)
            for stored in self.store.list("")
            if not stored.key.startswith("jobs/") and not stored.key.endswith("decision.json")
        }
