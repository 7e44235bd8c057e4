"""What whoever runs a server may choose."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Settings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How a graph is served.

    Attributes
    ----------
    host : str
        The address to listen on; only this machine reaches the usual one.
    port : int
        The port to listen on; 0 picks a free one.
    query_page : bool
        Whether a browser gets a page to write queries on at ``/graphql``, and is led there from ``/``.
    maximum_body : int
        The largest request that is read, in bytes.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    query_page: bool = True
    maximum_body: int = 1_048_576
