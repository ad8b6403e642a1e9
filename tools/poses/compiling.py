"""Compilation of the numeric loops, with one setting for all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast

from numba import njit

if TYPE_CHECKING:
    from collections.abc import Callable

Loop = TypeVar("Loop", bound="Callable[..., object]")


def compiled(loop: Loop) -> Loop:
    """
    Compile `loop` to machine code at its first call, and keep the code on disk.

    Single-threaded and with strict floating point: the order of every sum is the
    order in the source, so that the same drape comes out as the same bytes.
    """
    return cast("Loop", njit(cache=True, error_model="numpy")(loop))
