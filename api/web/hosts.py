"""Which names a server may be asked under, and whose pages may ask it.

A page of any site can have a browser ask a server on the same machine, and read the answer once the site's own name
leads there (DNS rebinding). Both are refused by what browsers say truthfully: ``Host`` and ``Origin``.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection

__all__ = ["Hosts", "is_loopback"]

_OWN = frozenset({"localhost", "127.0.0.1", "[::1]"})


def is_loopback(address: str) -> bool:
    """Return whether only this machine reaches an address.

    Examples
    --------
    >>> [is_loopback(address) for address in ("127.0.0.1", "::1", "localhost", "0.0.0.0", "example.org")]
    [True, True, True, False, False]
    """
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"


class Hosts:
    """The names and the sites that are allowed.

    Parameters
    ----------
    listening : str
        The address that is listened on.
    hosts : collection of str
        Names, without a port; ``*.example.org`` is any below it, ``*`` any at all.
    origins : collection of str
        Sites, such as ``https://example.org``; ``*`` is any.
    """

    def __init__(self, listening: str, hosts: Collection[str], origins: Collection[str]) -> None:
        own = _OWN | {f"[{listening}]" if ":" in listening else listening} if is_loopback(listening) else frozenset()
        self._names = own | {host.lower() for host in hosts}
        self._any = "*" in hosts or not (own or hosts)
        self._endings = tuple(name[1:] for name in self._names if name.startswith("*."))
        self.origins = frozenset(origin.lower().rstrip("/") for origin in origins)

    def allows_host(self, host: str) -> bool:
        """Return whether a ``Host`` header is of a name that is allowed."""
        if self._any:
            return True
        name = host[: host.find("]") + 1] if host.startswith("[") else host.partition(":")[0]
        name = name.lower().rstrip(".")
        return name in self._names or name.endswith(self._endings or "\0")

    def allows_origin(self, origin: str, host: str) -> bool:
        """Return whether a page from an ``Origin`` may ask what stands under a ``Host``."""
        origin = origin.lower()
        same = origin.partition("://")[2] == host.lower() and origin.startswith(("http://", "https://"))
        return same or "*" in self.origins or origin in self.origins
