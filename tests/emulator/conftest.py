"""Clouds for tests, each on a port of its own."""

import os
from collections.abc import Iterator

import pytest

from emulator.embedded import EmbeddedCloud
from emulator.serving import Plan, Serving, surroundings
from tests.emulator.places import SMALL


@pytest.fixture(scope="package", autouse=True)
def _unsettled() -> None:
    """Begin without what the framework's test client leaves: the real app's settings."""
    for name in [name for name in os.environ if name.startswith("PALLU_")]:
        del os.environ[name]


@pytest.fixture(scope="package")
def serving(_unsettled: None) -> Iterator[Serving]:
    """The small app, served with two workers."""
    before = dict(os.environ)
    plan = Plan(
        port=0,
        workers=2,
        app="tests.emulator.small.app",
        declared_in=SMALL,
        backoff=lambda receives: 0 * receives,
    )
    served = Serving(plan)
    yield served
    served.stop()
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(autouse=True)
def _own_environment() -> Iterator[None]:
    """Let no test hand on what serving settles in the environment of its process."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="package")
def cloud() -> Iterator[EmbeddedCloud]:
    """An embedded cloud with nothing in it."""
    embedded = EmbeddedCloud(surroundings(os.environ, {}, own=True), None)
    yield embedded
    embedded.stop()
