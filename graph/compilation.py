"""How numba compiles functions: those that Python calls, and parts of these, which only other compiled functions call.

A part is compiled without what would let Python call it: taking tuples of arrays from Python apart is more to compile than
most parts are, and compiling is what the first question of a machine waits for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar, cast

from numba import njit

__all__ = ["compiled", "compiled_part", "inlined_part"]

_Function = TypeVar("_Function", bound=Callable[..., Any])


class _Decorator(Protocol):
    def __call__(self, function: _Function, /) -> _Function: ...


def _decorator(**options: Any) -> _Decorator:
    return cast("_Decorator", njit(cache=True, nogil=True, **options))


_FOR_COMPILED = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}

compiled = _decorator()
"""A function that Python calls; what comes out is kept on disk."""

compiled_part = _decorator(**_FOR_COMPILED)
"""A function that only compiled functions call."""

inlined_part = _decorator(forceinline=True, **_FOR_COMPILED)
"""The same, put into each function that calls it."""
