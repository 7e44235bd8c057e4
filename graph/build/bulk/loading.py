"""A large graph of our own model into an empty store on disk, by the store's bulk loader."""

from __future__ import annotations

import shutil
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyoxigraph as ox

from cuibono.graph.build.bulk.accounting import forms_in, forms_of_documents, forms_of_things, record_counts
from cuibono.graph.build.bulk.suspects import column_problems
from cuibono.graph.build.loading import LoadReport
from cuibono.graph.build.validation import Place
from cuibono.graph.errors import InvalidInput, Problem
from cuibono.graph.interest.positions import Positions
from cuibono.graph.model import Status
from cuibono.graph.snapshot.base import Base
from cuibono.graph.snapshot.columns import STATEMENT_KIND, STATUSES, Columns
from cuibono.graph.snapshot.keeping import save_snapshot
from cuibono.graph.snapshot.reading import columns_in
from cuibono.graph.snapshot.records import Snapshot
from cuibono.graph.store.encoding import DERIVED, DOCUMENTS, HISTORY, ONTOLOGY, STATEMENTS
from cuibono.graph.store.history import entered_from, load_quads, new_activity
from cuibono.graph.store.oxigraph import OxigraphStore
from cuibono.schema import Vocabulary
from cuibono.schema.ontology import Ontology

__all__ = ["BULK_FORMATS", "BULK_FROM", "BulkLoad", "bulk_loaded"]

BULK_FORMATS = {".nq": ox.RdfFormat.N_QUADS, ".trig": ox.RdfFormat.TRIG}
"""The formats that keep the named graphs apart, by the ending of their files."""

BULK_FROM = 4_000_000
"""Bytes: smaller files are read record by record in a second or two."""


@dataclass(frozen=True)
class BulkLoad:
    """A graph that was loaded.

    Attributes
    ----------
    quads : int
        How many the file has.
    """

    report: LoadReport
    vocabulary: Vocabulary
    quads: int


def bulk_loaded(
    file: Path,
    store: OxigraphStore,
    snapshot: Snapshot,
    *,
    agent: str,
    source: str,
    is_all: bool = True,  # noqa: ARG001
    place: Place | None = None,
    progress: Callable[[str], None] | None = None,
) -> BulkLoad | None:
    """Load a file of our own model into an empty store on disk, whole or not at all.

    All is loaded and checked in a directory of its own beside the store, which takes the store's place in the end.
    Where anything kills the process before, the store is empty as it was, and the next load takes what is left away.

    Parameters
    ----------
    file : Path
        N-Quads or TriG, not compressed: records as `cuibono.graph.store.encoding.encoded` writes them.
    snapshot : Snapshot
        What the store holds now, as it is stored, with the vocabulary that says what the records mean.
    agent, source, is_all
        As for `cuibono.graph.build.loading.load`.
    place : callable, optional
        Names the place of a record's field in messages; the file and the record's IRI unless given.
    progress : callable, optional
        Told what is being done.

    Returns
    -------
    BulkLoad or None
        None where the file holds anything beside what cuibono writes, or the store is not empty; then nothing was done,
        and reading the file record by record tells.

    Raises
    ------
    InvalidInput
        If the file cannot be parsed, or breaks a rule.
    """
    assert store.directory is not None
    if store.version:
        return None
    named = place or (lambda iri, _: f"{file.name}: <{iri}>")
    tell = progress or (lambda _: None)
    for left in store.directory.parent.glob(f".{store.directory.name}.importing-*"):
        shutil.rmtree(left, ignore_errors=True)
    beside = store.directory.parent / f".{store.directory.name}.importing-{uuid.uuid4().hex}"
    try:
        staged = OxigraphStore(beside)
        tell("loading")
        _load(staged, file)
        found = _checked(staged, snapshot.vocabulary, file.name, named, tell)
        if found is None:
            staged.close()
            return None
        snapshot, quads = found
        _keep_ontology(staged, snapshot.vocabulary)
        tell("noting where it comes from")
        _note(staged, snapshot, agent, source)
        _derive(staged, snapshot)
        version = staged.version
        snapshot = Snapshot.of(snapshot.base, snapshot.vocabulary, version)
        save_snapshot(staged, snapshot)
        staged.close()
        store.replace_with(beside)
        return BulkLoad(_report(snapshot.columns, version), snapshot.vocabulary, quads)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _load(store: OxigraphStore, file: Path) -> None:
    try:
        store.backend.bulk_load(path=str(file), format=BULK_FORMATS[file.suffix.lower()])
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        place = f"{file.name}:{line}" if line else file.name
        raise InvalidInput([Problem(place, None, f"cannot be parsed: {getattr(error, 'msg', error)}")]) from error
    except OSError as error:
        raise InvalidInput([Problem(file.name, None, f"cannot be read: {error}")]) from error


def _checked(
    store: OxigraphStore, vocabulary: Vocabulary, name: str, place: Place, tell: Callable[[str], None]
) -> tuple[Snapshot, int] | None:
    """Return what was loaded, and the number of its quads; None if it is not all that cuibono writes."""
    known = {STATEMENTS, DOCUMENTS, DERIVED, HISTORY, ONTOLOGY}
    if not set(store.backend.named_graphs()) <= known or any(store.quads(None, None, None, ox.DefaultGraph())):  # type: ignore[arg-type]
        return None
    declared = [quad.triple for quad in store.quads(None, None, None, ONTOLOGY)]
    if declared:
        own = Ontology.from_triples(declared, name)
        vocabulary = Vocabulary.extended([*vocabulary.ontology.extensions, own])
    remade = sum(forms_in(store, graph).total() for graph in (DERIVED, HISTORY))
    for graph in (DERIVED, HISTORY):
        store.backend.remove_graph(graph)
    tell("checking")
    snapshot = Snapshot.of(Base(columns_in(store, vocabulary)), vocabulary, 0)
    things, documents = forms_in(store, STATEMENTS), forms_in(store, DOCUMENTS)
    if things != forms_of_things(snapshot.columns, vocabulary) or documents != forms_of_documents(snapshot.columns):
        return None
    if found := list(column_problems(snapshot, place)):
        raise InvalidInput(found)
    return snapshot, things.total() + documents.total() + len(declared) + remade


def _keep_ontology(store: OxigraphStore, vocabulary: Vocabulary) -> None:
    """Keep the extensions of the ontology with the statements that need them."""
    store.backend.remove_graph(ONTOLOGY)
    store.backend.extend(ox.Quad(t.subject, t.predicate, t.object, ONTOLOGY) for t in vocabulary.ontology.merged_extensions())


def _note(store: OxigraphStore, snapshot: Snapshot, agent: str, source: str) -> None:
    """Write that the source states each statement, and the load itself, as the first version."""
    activity = new_activity()

    def quads() -> Iterator[ox.Quad]:
        for iri in snapshot.columns.statements.iri:
            yield entered_from(iri, source)

    store.backend.bulk_extend(quads())
    store.commit(activity, load_quads(activity, agent, source))


def _derive(store: OxigraphStore, snapshot: Snapshot) -> None:
    """Write the direct triples of accepted statements that nobody disputes."""
    columns, vocabulary = snapshot.columns, snapshot.vocabulary
    of = columns.statements
    disputed = _disputed(snapshot)
    accepted = np.flatnonzero(of.status == STATUSES.index(Status.ACCEPTED))
    ends = (columns.entities.iri, columns.claims.iri, columns.statements.iri)

    def quads() -> Iterator[ox.Quad]:
        for row in accepted.tolist():
            subject, obj = ends[of.subject_kind[row]][int(of.subject[row])], ends[of.object_kind[row]][int(of.object[row])]
            relation = columns.relations[of.predicate[row]]
            if (subject, relation, obj) in disputed:
                continue
            one, predicate, other = ox.NamedNode(subject), ox.NamedNode(relation), ox.NamedNode(obj)
            yield ox.Quad(one, predicate, other, DERIVED)
            if vocabulary.relation(relation).symmetric and one != other:
                yield ox.Quad(other, predicate, one, DERIVED)

    store.backend.bulk_extend(quads())


def _disputed(snapshot: Snapshot) -> set[tuple[str, str, str]]:
    """Return the propositions that somebody disputes; only those that stances are taken on are looked at."""
    of, positions = snapshot.columns.statements, Positions(snapshot)
    spoken_of = np.unique(of.object[of.object_kind == STATEMENT_KIND])
    found = {snapshot.proposition(snapshot.statements[of.iri[row]]) for row in spoken_of.tolist()}
    return {proposition for proposition in found if positions.on_proposition(proposition).opponents}


def _report(columns: Columns, version: int) -> LoadReport:
    added = record_counts(columns)
    return LoadReport(added=added, changed=Counter(), unchanged=Counter(), retracted=0, decided=0, version=version)
