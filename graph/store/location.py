"""From a URL to a store."""

from __future__ import annotations

from pathlib import Path

from cuibono.graph.errors import StoreError
from cuibono.graph.store.interface import Store
from cuibono.graph.store.oxigraph import OxigraphStore

__all__ = ["opened_store"]


def opened_store(url: str | Path | None = None, *, create: bool = True) -> Store:
    """Return the store that a URL names.

    Parameters
    ----------
    url : str or Path, optional
        Nothing or ``memory:`` for one in memory, else the path of a directory.
    create : bool
        Whether to make a directory where there is none.

    Raises
    ------
    StoreError
        If it cannot be opened.
    """
    text = str(url) if url is not None else "memory:"
    if text == "memory:":
        return OxigraphStore()
    if "://" in text:
        raise StoreError(text, "is no store that can be opened; give `memory:` or the path of a directory")
    return OxigraphStore(Path(text), create=create)
