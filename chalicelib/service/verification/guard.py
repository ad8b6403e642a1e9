"""Telling what cannot even be made again: what is stored may be anything by now."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from chalicelib.errors import NotFoundError, PalluError, UnavailableError
from chalicelib.service.verification.witness import Findings

log = logging.getLogger(__name__)

_BROKEN = (ArithmeticError, AssertionError, LookupError, TypeError, ValueError)


@contextmanager
def guarded(findings: Findings, stage: str, artifact: str) -> Iterator[None]:
    """
    Note as a difference that a piece of work cannot be repeated from what is stored.

    A dependency that fails is no difference: it is raised, and the check delivered again.
    """
    try:
        yield
    except UnavailableError:
        raise
    except NotFoundError:
        log.info("check.stopped", extra={"stage": stage, "reason": "missing"})
        findings.differ(stage, artifact, None, None, "cannot be made again: an input is missing")
    except (PalluError, *_BROKEN) as error:
        log.info("check.stopped", extra={"stage": stage, "reason": type(error).__name__})
        findings.differ(stage, artifact, None, None, "cannot be made again from what is stored")
