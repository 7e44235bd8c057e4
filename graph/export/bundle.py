"""A bundle of evidence: findings, and all that they rest on, as a graph of its own that needs no other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyoxigraph as ox

from cuibono.graph.interest.account import account_of
from cuibono.graph.interest.findings import Beneficiary, ConflictOfInterest, Hop, Path
from cuibono.graph.model import Document, Entity, Record, Statement, Status, content_hash
from cuibono.graph.snapshot.records import Snapshot
from cuibono.graph.store.encoding import ONTOLOGY, STATEMENTS, decimal, encoded
from cuibono.graph.store.history import new_activity
from cuibono.graph.store.interface import Store
from cuibono.graph.store.oxigraph import OxigraphStore
from cuibono.schema.namespaces import CB, DCTERMS, RDF, XSD

__all__ = ["Finding", "bundle"]

Finding = ConflictOfInterest | Beneficiary | Path

_FINDING = "urn:cuibono:finding:"
_Described = tuple[str, list[ox.Quad]]
"""The IRI of a finding, and what is said of it."""


def bundle(snapshot: Snapshot, findings: Sequence[Finding]) -> Store:
    """Return a store in memory that holds findings and what they rest on, to be exported in any format.

    With the findings come their statements, the stances that others take on these, the claims and entities that these are
    about, the quotes with what stands around them, and what is known of the documents. Each finding stands
    under an IRI that is a hash of what it is found from: of a conflict its stance, its bearing and its target, of a beneficiary
    who that is, what is touched and the bearing, of a path its beginning and its statements.
    A path from a thing to itself has nothing to show, and is left out.
    """
    findings = [finding for finding in findings if not isinstance(finding, Path) or finding.hops]
    store = OxigraphStore()
    quads = {quad for record in _closure(snapshot, findings) for quad in encoded(record)}
    quads |= {quad for finding in findings for quad in _finding(snapshot, finding)}
    quads |= {ox.Quad(t.subject, t.predicate, t.object, ONTOLOGY) for t in snapshot.vocabulary.ontology.merged_extensions()}
    store.commit(new_activity(), quads)
    return store


def _closure(snapshot: Snapshot, findings: Sequence[Finding]) -> Iterator[Record]:
    """Yield the records that findings rest on, each once."""
    stored = snapshot.stored
    rests_on = [statement.iri for finding in findings for statement in _rests_on(finding)]
    stances = [stance for iri in rests_on for stance in snapshot.by_object.get(iri, ())]
    waiting = [*rests_on, *(s.iri for s in stances if snapshot.relation(s).stance is not None)]
    waiting += [iri for finding in findings for iri in _ends(finding)]
    seen = set(waiting)
    while waiting:
        record = stored.node(waiting.pop())
        if record is None:
            continue
        yield record
        found = [iri for iri in {*_references(record), *_merges(record, stored)} if iri not in seen]
        seen.update(found)
        waiting += found


def _rests_on(finding: Finding) -> Iterator[Statement]:
    yield from finding.statements
    for hop in finding.hops if isinstance(finding, Path) else ():
        yield from hop.also


def _ends(finding: Finding) -> tuple[str, ...]:
    match finding:
        case ConflictOfInterest():
            return finding.actor, finding.target
        case Beneficiary():
            return (finding.entity,)
        case Path():
            return finding.hops[0].source, finding.hops[-1].target


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


def _finding(snapshot: Snapshot, finding: Finding) -> Iterator[ox.Quad]:
    account = account_of(snapshot, finding)
    match finding:
        case ConflictOfInterest():
            iri, quads = _conflict(finding)
        case Beneficiary():
            iri, quads = _beneficiary(finding)
        case Path():
            iri, quads = _path(finding)
    yield from quads
    yield _quad(iri, DCTERMS + "description", ox.Literal(account.sentence))
    yield _quad(iri, CB + "arithmetic", ox.Literal(account.arithmetic))


def _conflict(finding: ConflictOfInterest) -> _Described:
    bearing = finding.bearing.iri if finding.bearing else None
    iri = _FINDING + content_hash(finding.stance.iri, bearing, finding.target)
    return iri, [
        _quad(iri, RDF + "type", ox.NamedNode(CB + "ConflictOfInterest")),
        _quad(iri, CB + "actor", ox.NamedNode(finding.actor)),
        _quad(iri, CB + "target", ox.NamedNode(finding.target)),
        _quad(iri, CB + "stance", ox.NamedNode(finding.stance.iri)),
        *_statement(iri, "bearing", finding.bearing),
        _quad(iri, CB + "alignment", ox.Literal(finding.alignment.value)),
        _quad(iri, CB + "strength", decimal(finding.strength)),
        *_hops(iri, "interestHop", finding.interest_path.hops),
        *_hops(iri, "opposingHop", finding.opposing_path.hops if finding.opposing_path else ()),
    ]


def _beneficiary(finding: Beneficiary) -> _Described:
    target = finding.path.hops[-1].target if finding.path.hops else finding.entity
    iri = _FINDING + content_hash(finding.entity, target, finding.bearing.iri if finding.bearing else None)
    return iri, [
        _quad(iri, RDF + "type", ox.NamedNode(CB + "Beneficiary")),
        _quad(iri, CB + "affected", ox.NamedNode(finding.entity)),
        _quad(iri, CB + "target", ox.NamedNode(target)),
        *_statement(iri, "bearing", finding.bearing),
        *_statement(iri, "opposingBearing", finding.opposing_bearing),
        _quad(iri, CB + "effect", ox.Literal(finding.effect.value)),
        _quad(iri, CB + "gain", decimal(finding.gain)),
        *_hops(iri, "interestHop", finding.path.hops),
        *_hops(iri, "opposingHop", finding.opposing_path.hops if finding.opposing_path else ()),
    ]


def _path(path: Path) -> _Described:
    start, end = path.hops[0].source, path.hops[-1].target
    iri = _FINDING + content_hash(start, *(statement.iri for statement in path.statements))
    return iri, [
        _quad(iri, RDF + "type", ox.NamedNode(CB + "Path")),
        _quad(iri, CB + "walkedFrom", ox.NamedNode(start)),
        _quad(iri, CB + "walkedTo", ox.NamedNode(end)),
        *([] if path.strength is None else [_quad(iri, CB + "strength", decimal(path.strength))]),
        *_hops(iri, "pathHop", path.hops),
    ]


def _statement(finding: str, role: str, statement: Statement | None) -> list[ox.Quad]:
    return [] if statement is None else [_quad(finding, CB + role, ox.NamedNode(statement.iri))]


def _hops(finding: str, role: str, hops: Sequence[Hop]) -> Iterator[ox.Quad]:
    for position, hop in enumerate(hops, 1):
        iri = f"{finding}:{role}:{position}"
        yield _quad(finding, CB + role, ox.NamedNode(iri))
        yield _quad(iri, RDF + "type", ox.NamedNode(CB + "Hop"))
        yield _quad(iri, CB + "position", ox.Literal(str(position), datatype=ox.NamedNode(XSD + "integer")))
        yield _quad(iri, CB + "restsOn", ox.NamedNode(hop.statement.iri))
        for other in hop.also:
            yield _quad(iri, CB + "saysTheSame", ox.NamedNode(other.iri))
        yield _quad(iri, CB + "walkedFrom", ox.NamedNode(hop.source))
        yield _quad(iri, CB + "walkedTo", ox.NamedNode(hop.target))
        if hop.weight is not None:
            yield _quad(iri, CB + "weight", decimal(hop.weight))


def _quad(subject: str, predicate: str, value: ox.NamedNode | ox.Literal) -> ox.Quad:
    return ox.Quad(ox.NamedNode(subject), ox.NamedNode(predicate), value, STATEMENTS)
