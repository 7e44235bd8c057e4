"""Text compared and copied by eight bytes at once, compiled: what there are millions of is short, and a byte at a time is slow.

Text is given as the eight bytes from each place on, as `cuibono.graph.build.bulk.lines.chunks_of` gives them; so there are
eight to spare behind it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from cuibono.graph.compilation import compiled_part

__all__ = ["copy", "part", "same"]

_ALL = np.uint64(0xFFFFFFFFFFFFFFFF)


@compiled_part
def part(chunks: Any, begin: int, length: int) -> Any:
    """Return what stands from a place on as a number: all of it, up to eight bytes."""
    if length >= 8:
        return chunks[begin]
    # No processor shifts by all of its bits.
    return chunks[begin] & ~(_ALL << np.uint64(8 * length))


@compiled_part
def same(chunks: Any, begin: int, others: Any, other: int, length: int) -> Any:
    """Return whether as many bytes are the same in two places."""
    done = 0
    while length - done >= 8:
        if chunks[begin + done] != others[other + done]:
            return False
        done += 8
    return part(chunks, begin + done, length - done) == part(others, other + done, length - done)


@compiled_part
def copy(chunks: Any, begin: int, length: int, target: Any, at: int) -> int:
    """Copy some bytes to a place, and return where they end; what stands behind them there may be written over."""
    done = 0
    while done < length:
        target[at + done] = chunks[begin + done]
        done += 8
    return at + length
