"""The arrays of the compiled engine, kept beside the columns that they were made of, and mapped when the graph is opened again.

They are only ever a copy: what is of other columns, of other weights or damaged is passed over, and made anew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cuibono.graph.interest.adjacency import Adjacency, Bearing, adjacency
from cuibono.graph.interest.compressed import EDGE, NODE, PAIR, WAY, Graph, Room
from cuibono.graph.interest.effects import EFFECT, Effects, Groups
from cuibono.graph.interest.numbering import Layered, Numbers
from cuibono.graph.interest.selection import Selection
from cuibono.graph.snapshot.base import Base
from cuibono.graph.snapshot.files import Damaged, Manifest, mapped_arrays, sealed, unsealed, write_arrays
from cuibono.schema import Vocabulary

__all__ = ["KEPT_FROM", "kept_adjacency"]

FORMAT = 1
"""To be raised with every change of the arrays or of what they mean."""

KEPT_FROM = 50_000
"""Arrays of fewer statements are made as soon as they are read."""

_STRUCTURES = {
    "graph.edges": EDGE,
    "graph.out_nodes": NODE,
    "graph.into_nodes": NODE,
    "graph.out_ways": WAY,
    "graph.into_ways": WAY,
    "graph.hub_paths": PAIR,
    "effects": EFFECT,
}
_SQUARE = ("hub_edge", "hub_edge_into", "hub_weight", "hub_weight_into")
_TAKEN = ("edges", "out_ways", "into_ways", "bits", "effects")

_Arrays = Mapping[str, NDArray[Any]]


def kept_adjacency(base: Base, vocabulary: Vocabulary, selection: Selection) -> Adjacency:
    """Return what `adjacency` does of columns: mapped from beside them, or else made, and kept there if there is a place."""
    if base.file is None or selection != Selection() or len(base.columns.statements.iri) < KEPT_FROM:
        return adjacency(base.columns, vocabulary, selection)
    path, meaning = base.file.beside(), _meaning(base, vocabulary)
    with suppress(Damaged):
        return _mapped(path, meaning, base)
    made = adjacency(base.columns, vocabulary, selection)
    # Where it cannot be kept, the next to open the graph makes it.
    with suppress(OSError):
        _keep(made, path, meaning)
    return made


def _meaning(base: Base, vocabulary: Vocabulary) -> str:
    """Return what tells apart what makes other arrays: the columns, the weights, and how arrays are laid out."""
    assert base.file is not None
    columns = base.columns
    told = [
        FORMAT,
        base.file.manifest["checksum"],
        base.file.manifest["size"],
        [repr(vocabulary.relation(iri)) for iri in columns.relations],
        [(iri, vocabulary.entity_class(iri).carries_interest) for iri in columns.classes],
        [(name, str(structure.descr)) for name, structure in _STRUCTURES.items()],
    ]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


# ── out ────────────────────────────────────────────────────────────────────────────────────────────────


def _keep(made: Adjacency, path: Path, meaning: str) -> None:
    manifest_path = _manifest_of(path)
    manifest_path.unlink(missing_ok=True)
    path.unlink(missing_ok=True)  # and not written over: others may have it mapped
    try:
        manifest = write_arrays(_taken_apart(made), path)
        manifest |= {"meaning": meaning, "room": {name: getattr(made.room, name) for name in _TAKEN}}
        manifest_path.write_text(sealed(manifest), encoding="ascii")
    except BaseException:
        for left in (manifest_path, path):
            with suppress(OSError):
                left.unlink()
        raise


def _taken_apart(made: Adjacency) -> Iterator[tuple[str, NDArray[Any]]]:
    arrays: tuple[NDArray[Any], ...] = made.graph
    for name, array in zip(Graph._fields, arrays, strict=True):
        yield f"graph.{name}", array.reshape(-1)
    yield "effects", made.effects.table
    for name in ("by_actor", "by_target"):
        groups: Groups = getattr(made.effects, name)
        yield f"{name}.start", groups.start
        yield f"{name}.rows", groups.rows
    yield from _lists("opponents", made.opponents.below, np.dtype(np.int32))
    bearings = made.bearings.below
    for place, (name, kind) in enumerate((("row", np.int32), ("end", np.int32), ("weight", np.float64))):
        parts = {claim: [bearing[place] for bearing in found] for claim, found in bearings.items()}
        yield from _lists(f"bearings.{name}", parts, np.dtype(kind))


def _lists(name: str, lists: Mapping[int, Sequence[Any]], kind: np.dtype[Any]) -> Iterator[tuple[str, NDArray[Any]]]:
    offsets = np.zeros(len(lists) + 1, np.int64)
    np.cumsum([len(each) for each in lists.values()], out=offsets[1:])
    yield f"{name}.keys", np.fromiter(lists, np.int32, len(lists))
    yield f"{name}.offsets", offsets
    yield f"{name}.values", np.fromiter((value for each in lists.values() for value in each), kind, int(offsets[-1]))


def _manifest_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.json")


# ── in ─────────────────────────────────────────────────────────────────────────────────────────────────


def _mapped(path: Path, meaning: str, base: Base) -> Adjacency:
    try:
        manifest: Manifest = unsealed(_manifest_of(path).read_text(encoding="ascii"))
    except (OSError, ValueError) as error:
        raise Damaged(f"it cannot be read: {error}") from error
    if manifest["meaning"] != meaning:
        raise Damaged("it is of something else")
    # A commit writes into the room that is left free.
    arrays = mapped_arrays(manifest, path, changing=True)
    arrays |= {name: arrays[name].view(structure) for name, structure in _STRUCTURES.items()}
    columns, room = base.columns, Room(**manifest["room"])
    table = arrays["effects"]
    by_actor, by_target = (Groups(arrays[f"{name}.start"], arrays[f"{name}.rows"]) for name in ("by_actor", "by_target"))
    return Adjacency(
        graph=_graph(arrays),
        room=room,
        effects=Effects(table, room.effects, by_actor, by_target),
        bearings=Layered(_bearings(arrays)),
        opponents=Layered({number: tuple(against) for number, against in _read_lists(arrays, "opponents")}),
        entities=Numbers(columns.entities.iri),
        claims=Numbers(columns.claims.iri),
        statements=Numbers(columns.statements.iri),
    )


def _graph(arrays: _Arrays) -> Graph:
    found = {name: arrays[f"graph.{name}"] for name in Graph._fields}
    hubs = len(found["hubs"])
    return Graph(**found | {name: found[name].reshape(hubs, hubs) for name in _SQUARE})


def _bearings(arrays: _Arrays) -> dict[int, Sequence[Bearing]]:
    rows, ends, weights = (_read_lists(arrays, f"bearings.{name}") for name in ("row", "end", "weight"))
    return {
        claim: list(zip(row, end, weight, strict=True))
        for (claim, row), (_, end), (_, weight) in zip(rows, ends, weights, strict=True)
    }


def _read_lists(arrays: _Arrays, name: str) -> Iterator[tuple[int, list[Any]]]:
    values = arrays[f"{name}.values"].tolist()
    for key, (begin, end) in zip(arrays[f"{name}.keys"].tolist(), pairwise(arrays[f"{name}.offsets"].tolist()), strict=True):
        yield key, values[begin:end]
