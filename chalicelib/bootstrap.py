"""
The composition root: settings fill the ports, the ports fill the services.

Everything is made on first use and kept for the life of the process. The modules that work
on pixels are imported only for the functions that need them: answering HTTP loads no NumPy.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache, cached_property, partial
from typing import TYPE_CHECKING, Any

from chalicelib import logs
from chalicelib.adapters.clock import RandomIds, SystemClock
from chalicelib.adapters.meter import EmfMeter
from chalicelib.domain.messages import StageMessage
from chalicelib.imaging.decoding.codec import inspect
from chalicelib.service.artifacts import Artifacts
from chalicelib.service.dead_letters import DeadLetters
from chalicelib.service.endings import Endings
from chalicelib.service.fingerprint import Fingerprints
from chalicelib.service.gallery import Galleries
from chalicelib.service.generate import Generations
from chalicelib.service.health import HealthCheck
from chalicelib.service.history import History
from chalicelib.service.ingest import ingest
from chalicelib.service.jobs import Jobs
from chalicelib.service.sarees import Sarees
from chalicelib.service.sweep import Sweep
from chalicelib.service.upload import Uploads
from chalicelib.service.verification.request import Verifications
from chalicelib.settings import Settings
from chalicelib.workshop import Workshop, photo_limits, workshop

if TYPE_CHECKING:
    from chalicelib.ports import Clock, Ids, Meter, ObjectStore, WorkQueue
    from chalicelib.service.pose import Posing
    from chalicelib.service.prepare import Preparation
    from chalicelib.service.retry import Retries
    from chalicelib.service.verification.run import Checks, VerificationRun


@dataclass(frozen=True, slots=True)
class Outside:
    """The ports that reach outside the process."""

    store: ObjectStore
    queue: WorkQueue
    clock: Clock
    ids: Ids
    meter: Meter


@dataclass(frozen=True, slots=True)
class Services:
    """What the HTTP surface calls."""

    uploads: Uploads
    sarees: Sarees
    generations: Generations
    jobs: Jobs
    gallery: Galleries
    artifacts: Artifacts
    health: HealthCheck
    verifications: Verifications


class Pallu:
    """Every service of one deployment, made on first use."""

    def __init__(self, settings: Settings, outside: Outside, workshop: Workshop) -> None:
        self.settings = settings
        self._outside = outside
        self._workshop = workshop
        self._store = outside.store
        self._queue = outside.queue

    @cached_property
    def services(self) -> Services:
        """What the HTTP surface calls."""
        return Services(
            self._uploads,
            self._sarees,
            self._generations,
            Jobs(self._history),
            Galleries(self._store, self._sarees, self._generations, self._history),
            Artifacts(self._store, self._sarees),
            HealthCheck(self._store, self._queue),
            self._verifications,
        )

    def ingest(self, body: str) -> None:
        """Take in the uploads that the store announces."""
        ingest(body, self._uploads)

    def prepare(self, body: str) -> None:
        """Run `isolate`, `flatten` or `extract`, as the message says."""
        self._preparation.run(StageMessage.from_json(body))

    def compose(self, body: str) -> None:
        """Make a picture."""
        self._posing.compose(StageMessage.from_json(body))

    def validate(self, body: str) -> None:
        """Measure a picture."""
        self._posing.validate(StageMessage.from_json(body))

    def retry(self, body: str) -> None:
        """Send an attempt's failed poses back to `compose`."""
        self._retries.run(StageMessage.from_json(body))

    def verify(self, body: str) -> None:
        """Do one check of a verification, or set all of them going."""
        self._verification_run.run(StageMessage.from_json(body))

    def bury(self, body: str) -> None:
        """End what a dead letter belonged to."""
        DeadLetters(self._store, self._history, self._endings, self._generations).run(body)

    def sweep(self) -> None:
        """Set going what stands still."""
        self._sweep.run()

    @cached_property
    def _history(self) -> History:
        return History(self._store, self._outside.clock)

    @cached_property
    def _endings(self) -> Endings:
        return Endings(self._store, self._history)

    @cached_property
    def _fingerprints(self) -> Fingerprints:
        return Fingerprints(self.settings.segmenter, self.settings.segmenter_model)

    @cached_property
    def _sarees(self) -> Sarees:
        return Sarees(self._store, self._fingerprints)

    @cached_property
    def _uploads(self) -> Uploads:
        return Uploads(
            self._store,
            self._queue,
            self._sarees,
            self._fingerprints,
            self._outside.clock,
            self._outside.ids,
            limits=photo_limits(self.settings),
            form_lifetime_seconds=self.settings.upload_lifetime_seconds,
        )

    @cached_property
    def _generations(self) -> Generations:
        return Generations(
            self._store,
            self._queue,
            self._sarees,
            self._history,
            self._fingerprints,
            self._outside.clock,
            self._outside.ids,
            composer=self.settings.composer,
            seed=self.settings.generation_seed,
        )

    @cached_property
    def _verifications(self) -> Verifications:
        return Verifications(
            self._store,
            self._queue,
            self._sarees,
            self._generations,
            self._history,
            self._outside.clock,
            self._outside.ids,
        )

    @cached_property
    def _sweep(self) -> Sweep:
        return Sweep(
            self._store,
            self._queue,
            self._history,
            self._endings,
            self._generations,
            self._verifications,
            self._uploads,
            self._outside.clock,
            stand_still_seconds=self.settings.stand_still_seconds,
            give_up_seconds=self.settings.give_up_seconds,
        )

    @cached_property
    def _preparation(self) -> Preparation:
        from chalicelib.service.prepare import Preparation

        return Preparation(
            self._store,
            self._queue,
            self._sarees,
            self._generations,
            self._history,
            self._endings,
            self._fingerprints,
            self._workshop.recipes(),
            self._outside.meter,
        )

    @cached_property
    def _posing(self) -> Posing:
        from chalicelib.service.certificate import Certificates
        from chalicelib.service.cloth_files import Cloths
        from chalicelib.service.decide import Decisions
        from chalicelib.service.pictures import Pictures
        from chalicelib.service.pose import Posing

        certificates = Certificates(self._store, self._workshop.illustrator())
        decisions = Decisions(self._store, self._queue, self._history, self._endings, certificates)
        return Posing(
            self._store,
            self._queue,
            self._history,
            self._generations,
            self._endings,
            decisions,
            Pictures(self._store, Cloths(self._store), self._workshop.tools()),
            self._outside.meter,
        )

    @cached_property
    def _verification_run(self) -> VerificationRun:
        from chalicelib.service.verification.run import VerificationRun

        return VerificationRun(
            self._store,
            self._queue,
            self._history,
            self._generations,
            self._endings,
            self.checks(self._store),
            self._outside.meter,
        )

    def checks(self, store: ObjectStore) -> Checks:
        """Make the checks of a verification of what is in `store`."""
        from chalicelib.service.verification.certificate import CertificateCheck
        from chalicelib.service.verification.pose import PoseCheck
        from chalicelib.service.verification.prepared import OwnVersion, PreparedCheck
        from chalicelib.service.verification.run import Checks

        workshop, own = self._workshop, OwnVersion(self._fingerprints)
        look = partial(inspect, limits=photo_limits(self.settings))
        return Checks(
            PreparedCheck(store, own, workshop.recipes(), look).run,
            PoseCheck(store, own, workshop.tools()).run,
            CertificateCheck(store, own, workshop.illustrator()).run,
        )

    @cached_property
    def _retries(self) -> Retries:
        from chalicelib.service.retry import Retries

        return Retries(self._store, self._queue, self._history, self._endings)


def _client(service: str) -> Any:
    import boto3
    from botocore.config import Config

    config = Config(
        retries={"mode": "standard", "total_max_attempts": 5},
        s3={"addressing_style": "path"},
        signature_version="s3v4" if service == "s3" else None,
    )
    return boto3.client(service, config=config)


@cache
def pallu() -> Pallu:
    """Make the deployment that this process's environment describes."""
    from chalicelib.adapters.s3 import S3ObjectStore
    from chalicelib.adapters.sqs import SqsWorkQueue

    settings = Settings.from_environ(os.environ)
    logs.configure(settings.log_level)
    clock = SystemClock()
    store = S3ObjectStore(
        _client("s3"),
        settings.bucket,
        clock,
        link_lifetime_seconds=settings.link_lifetime_seconds,
    )
    outside = Outside(store, SqsWorkQueue(_client("sqs")), clock, RandomIds(), EmfMeter())
    return Pallu(settings, outside, workshop(settings, store))
