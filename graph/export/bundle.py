"""A bundle of evidence: findings, and all that they rest on, as a graph of its own that needs no other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import pyoxigraph as ox

from cuibono.graph.interest.account import account_of
from cuibono.graph.interest.findings import ConflictOfInterest, Hop
from cuibono.graph.model import Document, Entity, Record, Status, content_hash
from cuibono.graph.snapshot.records import Snapshot
from cuibono.graph.store.encoding import ONTOLOGY, STATEMENTS, decimal, encoded
from cuibono.graph.store.history import new_activity
from cuibono.graph.store.interface import Store
from cuibono.graph.store.oxigraph import OxigraphStore
from cuibono.schema.namespaces import CB, DCTERMS, RDF, XSD

__all__ = ["bundle"]


def bundle(snapshot: Snapshot, findings: Sequence[ConflictOfInterest]) -> Store:
    """Return a store in memory that holds findings and what they rest on, to be exported in any format.

    With the findings come their statements, the stances that others take on these, the claims and entities that these are
    about, the quotes with what stands around them, and what is known of the documents. Each finding stands
    under an IRI that is a hash of its stance, its bearing and its target.
    """
    store = OxigraphStore()
    quads = {quad for record in _closure(snapshot, findings) for quad in encoded(record)}
    quads |= {quad for finding in findings for quad in _finding(snapshot, finding)}
    quads |= {ox.Quad(t.subject, t.predicate, t.object, ONTOLOGY) for t in snapshot.vocabulary.ontology.merged_extensions()}
    store.commit(new_activity(), quads)
    return store


def _closure(snapshot: Snapshot, findings: Iterable[ConflictOfInterest]) -> Iterator[Record]:
    """Yield the records that findings rest on, each once."""
    stored = snapshot.stored
    rests_on = [statement.iri for finding in findings for statement in finding.statements]
    stances = [stance for iri in rests_on for stance in snapshot.by_object.get(iri, ())]
    waiting = [*rests_on, *(s.iri for s in stances if snapshot.relation(s).stance is not None)]
    waiting += [iri for finding in findings for iri in (finding.actor, finding.target)]
    seen = set(waiting)
    while waiting:
        record = stored.node(waiting.pop())
        if record is None:
            continue
        yield record
        found = [iri for iri in {*_references(record), *_merges(record, stored)} if iri not in seen]
        seen.update(found)
        waiting += found


def _references(record: Record) -> Iterator[str]:
    for name in type(record).__dataclass_fields__ if not isinstance(record, Document) else ():
        value = getattr(record, name)
        yield from (part for part in (value if isinstance(value, tuple) else (value,)) if isinstance(part, str))


def _merges(record: Record, stored: Snapshot) -> Iterator[str]:
    """Yield the statements that make an entity one with others: without them, a finding would have loose ends."""
    for index in (stored.by_subject, stored.by_object) if isinstance(record, Entity) else ():
        for statement in index.get(record.iri, ()):
            if statement.status is Status.ACCEPTED and stored.relation(statement).identifies:
                yield statement.iri


def _finding(snapshot: Snapshot, finding: ConflictOfInterest) -> Iterator[ox.Quad]:
    bearing = finding.bearing.iri if finding.bearing else None
    iri = f"urn:cuibono:finding:{content_hash(finding.stance.iri, bearing, finding.target)}"
    account = account_of(snapshot, finding)
    yield _quad(iri, RDF + "type", ox.NamedNode(CB + "ConflictOfInterest"))
    yield _quad(iri, DCTERMS + "description", ox.Literal(finding.explanation))
    yield _quad(iri, CB + "actor", ox.NamedNode(finding.actor))
    yield _quad(iri, CB + "target", ox.NamedNode(finding.target))
    yield _quad(iri, CB + "stance", ox.NamedNode(finding.stance.iri))
    if bearing is not None:
        yield _quad(iri, CB + "bearing", ox.NamedNode(bearing))
    yield _quad(iri, CB + "alignment", ox.Literal(finding.alignment.value))
    yield _quad(iri, CB + "strength", decimal(finding.strength))
    yield _quad(iri, CB + "arithmetic", ox.Literal(account.arithmetic))
    yield from _hops(iri, "interestHop", finding.interest_path.hops)
    yield from _hops(iri, "opposingHop", finding.opposing_path.hops if finding.opposing_path else ())


def _hops(finding: str, role: str, hops: Sequence[Hop]) -> Iterator[ox.Quad]:
    for position, hop in enumerate(hops, 1):
        iri = f"{finding}:{role}:{position}"
        yield _quad(finding, CB + role, ox.NamedNode(iri))
        yield _quad(iri, RDF + "type", ox.NamedNode(CB + "Hop"))
        yield _quad(iri, CB + "position", ox.Literal(str(position), datatype=ox.NamedNode(XSD + "integer")))
        yield _quad(iri, CB + "restsOn", ox.NamedNode(hop.statement.iri))
        yield _quad(iri, CB + "walkedFrom", ox.NamedNode(hop.source))
        yield _quad(iri, CB + "walkedTo", ox.NamedNode(hop.target))
        if hop.weight is not None:
            yield _quad(iri, CB + "weight", decimal(hop.weight))


def _quad(subject: str, predicate: str, value: ox.NamedNode | ox.Literal) -> ox.Quad:
    return ox.Quad(ox.NamedNode(subject), ox.NamedNode(predicate), value, STATEMENTS)
