"""How much room on the disk a large import takes, told before it begins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cuibono.graph.disk import amount_of
from cuibono.graph.errors import StoreError
from cuibono.graph.progress import Notice

__all__ = ["Need", "demand_room", "need_of_file", "need_of_rows", "size_of"]

# Measured of our own exports of 10⁴ and 10⁵ statements, with a file system of their own for the store.
_AS_QUADS = {"nquads": 1.0, "ntriples": 1.3, "trig": 2.4, "turtle": 2.4}
_COMPRESSED_TO = {".gz": 15, ".bz2": 20, ".xz": 20}
_OF_WHAT_COMES = 2.1
# A third, as a file system may compress what is written; of what is there already, only columns are made.
_LEAST_OF_WHAT_COMES, _LEAST_IF_KNOWN = 0.7, 0.4
_OF_ALL = 1.4  # where the loader's files are merged with those that are there
_STAGED_TO_QUADS = 2.5


@dataclass(frozen=True, slots=True)
class Need:
    """Bytes that an import takes beside a store.

    Attributes
    ----------
    usual : int
        What it took where that was measured.
    least : int
        What it cannot do with less of; 0 where nobody knows.
    """

    usual: int
    least: int


def need_of_file(size: int, syntax: str, compression: str, stored: int) -> Need:
    """Return what a file of our own model takes.

    Parameters
    ----------
    size : int
        Of the file, in bytes.
    syntax : str
        One of those that the bulk loader takes.
    compression : str
        Its ending, ``""`` for none.
    stored : int
        Bytes of the store that it comes into; 0 for an empty one.

    Examples
    --------
    >>> need_of_file(1_000_000_000, "nquads", "", 0)
    Need(usual=2100000000, least=700000000)
    >>> need_of_file(1_000_000_000, "nquads", "", 1_000_000_000)
    Need(usual=4900000000, least=400000000)
    """
    quads = size * _AS_QUADS[syntax] * _COMPRESSED_TO.get(compression, 1)
    kept = quads if stored and (compression or syntax != "nquads") else 0
    least = size * (_LEAST_IF_KNOWN if stored else _LEAST_OF_WHAT_COMES)
    return Need(_usual(quads, stored) + int(kept), 0 if compression else int(least))


def need_of_rows(staged: int, stored: int) -> Need:
    """Return what rows take that are gathered, sorted and loaded; how little will do, nobody knows.

    Parameters
    ----------
    staged : int
        Bytes in which they will be gathered.
    stored : int
        As for `need_of_file`.
    """
    quads = staged * _STAGED_TO_QUADS
    return Need(2 * staged + _usual(quads, stored) + int(quads if stored else 0), 0)


def _usual(quads: float, stored: int) -> int:
    return int(_OF_WHAT_COMES * quads + (_OF_ALL * (stored + quads) if stored else 0))


def size_of(folder: Path) -> int:
    """Return how many bytes the files of a folder have, those of folders in it included."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def demand_room(need: Need, room: int, name: str, store: Path, tell: Callable[[str], object]) -> None:
    """Demand that there is room beside a store; where there may be too little, tell so and go on.

    Parameters
    ----------
    room : int
        How many bytes there are beside the store.
    name : str
        Of what comes in.

    Raises
    ------
    StoreError
        If there is less than it can do with.
    """
    folder = store.resolve().parent
    takes = f"takes about {amount_of(need.usual)} beside the store meanwhile, and {folder} has {amount_of(room)} left"
    remedy = "make room, or have the store on a larger disk"
    if room < need.least:
        raise StoreError(str(store), f"{name} {takes}, too little in any case; {remedy}")
    if room < need.usual:
        tell(Notice(f"{name} {takes}: if the disk gets full, nothing is imported; {remedy}"))
