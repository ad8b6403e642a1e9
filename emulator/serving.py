"""Puts the pieces together: a cloud, its resources, the gateway and the workers."""

import importlib
import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from chalicelib import logs
from chalicelib.settings import Settings
from emulator.batches import Backoff, doubling
from emulator.declaration import read_cloud, read_functions
from emulator.dispatch import Dispatcher, Work
from emulator.embedded import EmbeddedCloud
from emulator.environments import ROOT
from emulator.gateway import Gateway
from emulator.provision import account_of, provision
from emulator.restart import forget_trials
from emulator.triggers import Triggers

log = logging.getLogger("emulator.serving")

_REAL_ACCOUNT = ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_DEFAULT_PROFILE")


@dataclass(frozen=True, slots=True)
class Plan:
    """What to serve, and with what."""

    port: int = 8000
    workers: int = 2
    data_dir: Path | None = None
    cloud_url: str | None = None
    app: str = "app"
    declared_in: Path = ROOT / ".chalice"
    backoff: Backoff = doubling


class Serving:
    """A cloud of one's own, from start to stop."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._functions = read_functions(plan.declared_in / "config.json")
        environ = surroundings(os.environ, self._functions.environment, own=not plan.cloud_url)
        # A function would find a wrong setting only when it is first run.
        Settings.from_environ(environ)
        self._embedded = None if plan.cloud_url else EmbeddedCloud(environ, plan.data_dir)
        environ["AWS_ENDPOINT_URL"] = plan.cloud_url or self._cloud().url
        # The gateway runs the app in this process, so this process is configured as Lambda is.
        os.environ.clear()
        os.environ.update(environ)
        logs.configure(environ.get("PALLU_LOG_LEVEL", "INFO"))
        self._environ = environ
        self._start()

    @property
    def url(self) -> str:
        """Where the API is."""
        return self._gateway.url

    @property
    def cloud_url(self) -> str:
        """Where the store and the queues are."""
        return self._environ["AWS_ENDPOINT_URL"]

    @property
    def healthy(self) -> bool:
        """Whether the embedded cloud, if there is one, still lives."""
        return self._embedded is None or self._embedded.alive

    def stop(self) -> None:
        """Let what is running end; leave the rest to be done after the next start."""
        self._gateway.stop()
        self._dispatcher.stop()
        if self._embedded:
            self._embedded.stop()
        log.info("serving.stopped")

    def _start(self) -> None:
        region = self._environ["AWS_DEFAULT_REGION"]
        bucket = {"BucketName": self._environ["PALLU_BUCKET"]}
        path = self._plan.declared_in / "resources.json"
        sqs = _client("sqs", region)
        try:
            account = account_of(read_cloud(path, region, bucket), sqs)
            cloud = read_cloud(path, region, bucket, account)
            s3 = _client("s3", region)
            provision(cloud, s3, sqs)
            if self._embedded:
                forget_trials(s3, bucket["BucketName"])
            app = importlib.import_module(self._plan.app).app
            self._gateway = Gateway(
                app, self._plan.port, self._functions.default, cloud.gateway_responses
            )
            work = Work(
                Triggers.of(app),
                self._functions,
                region,
                self._plan.app,
                self._plan.workers,
                self._plan.backoff,
            )
            self._dispatcher = Dispatcher(work, sqs, self._environ)
        except BaseException:
            if self._embedded:
                self._embedded.stop()
            raise
        self._dispatcher.start()
        self._gateway.start()
        log.info("serving.started", extra={"api": self.url, "cloud": self.cloud_url})

    def _cloud(self) -> EmbeddedCloud:
        if self._embedded is None:
            raise ValueError("there is no embedded cloud")
        return self._embedded


def surroundings(
    environ: Mapping[str, str], declared: Mapping[str, str], *, own: bool
) -> dict[str, str]:
    """
    The environment of everything that runs here.

    With the embedded cloud the credentials are made up: nothing on this machine can reach
    an account by mistake.
    """
    made_up = {"AWS_ACCESS_KEY_ID": "emulator", "AWS_SECRET_ACCESS_KEY": "emulator"}
    settled = {**declared, **environ}
    for name, value in made_up.items():
        settled[name] = value if own else environ.get(name, value)
    if own:
        for name in _REAL_ACCOUNT:
            settled.pop(name, None)
    settled.setdefault("AWS_DEFAULT_REGION", "us-east-1")
    settled["AWS_REGION"] = settled["AWS_DEFAULT_REGION"]
    # Asking for an instance's role costs seconds where there is no instance.
    settled["AWS_EC2_METADATA_DISABLED"] = "true"
    return settled


def _client(service: str, region: str) -> Any:
    """A client that many pollers can use at a time."""
    config = Config(max_pool_connections=50, retries={"mode": "standard", "max_attempts": 3})
    return boto3.client(service, region_name=region, config=config)
