"""What is known of a request while it is answered, and the line of the log that it leaves."""

from __future__ import annotations

import logging
import random
import re
import time
from dataclasses import dataclass, field

__all__ = ["Trace", "request_id"]

_LOG = logging.getLogger("cuibono.http")
_SAFE_ID = re.compile(r"[A-Za-z0-9._~-]{1,64}")


def request_id(given: bytes | None) -> str:
    """Return the id of a request: what the client gave, if that can stand in a log, else a new one."""
    text = given.decode("latin-1") if given else ""
    return text if _SAFE_ID.fullmatch(text) else f"{random.getrandbits(128):032x}"


@dataclass(slots=True)
class Trace:
    """A request from its arrival to its answer.

    Attributes
    ----------
    id : str
        Stands in the answer as ``X-Request-ID`` and in the log.
    operation, kind : str or None
        The name of the GraphQL operation and whether it is a query, a mutation or a subscription.
    moment : object
        What the answer hangs on beside the request, where it was kept and can be given again; else None.
    """

    id: str
    method: str
    path: str
    client: str
    began: float = field(default_factory=time.perf_counter)
    status: int = 0
    size: int = 0
    operation: str | None = None
    kind: str | None = None
    cost: int | None = None
    codes: frozenset[str] = frozenset()
    principal: str | None = None
    note: str | None = None
    moment: object = None

    def again(self, id: str, client: str) -> Trace:
        """Return that of the same request which came again just now, and got the same answer."""
        return Trace(
            id, self.method, self.path, client, status=self.status, size=self.size, operation=self.operation, kind=self.kind,
            cost=self.cost, codes=self.codes, principal=self.principal,
        )  # fmt: skip

    def log(self) -> None:
        """Write the line."""
        if not _LOG.isEnabledFor(logging.INFO):
            return
        facts = {
            "id": self.id,
            "client": self.client,
            "method": self.method,
            "path": self.path[:200],
            "status": self.status,
            "ms": round((time.perf_counter() - self.began) * 1e3, 2),
            "bytes": self.size,
            "kind": self.kind,
            "operation": self.operation,
            "cost": self.cost,
            "errors": ",".join(sorted(self.codes)) or None,
            "principal": self.principal,
            "note": self.note,
        }
        _LOG.info("request", extra={"facts": {name: value for name, value in facts.items() if value is not None}})
