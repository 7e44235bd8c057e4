"""Operations made into plans once, which answer without asking for each field again what it is.

A plan gives the answer that graphql-core's executor would give, or none at all: whatever is out of the ordinary, an
error foremost, is left to that executor, which then does the whole operation.
"""

from __future__ import annotations

from cuibono.api.graphql.compiled.plans import Plans

__all__ = ["Plans"]
