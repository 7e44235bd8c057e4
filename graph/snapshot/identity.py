"""Which entities are one: what accepted statements of identity join, under the smallest of their IRIs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from cuibono.graph.model import Entity, Statement, Status, proposition
from cuibono.schema import Vocabulary

__all__ = ["NOTHING_MERGED", "Identities", "identities", "merged_entity"]


@dataclass(frozen=True, slots=True)
class Identities:
    """Entities that are one.

    Attributes
    ----------
    canonical : mapping of str to str
        From the IRI of each entity that is shown under another to that other.
    members : mapping of str to tuple of str
        From each of those others to all IRIs that it stands for, its own included, sorted.
    decisions : mapping of str to int
        How many statements of identity, of any status, each entity is an end of.
    """

    canonical: Mapping[str, str] = field(default_factory=dict)
    members: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    decisions: Mapping[str, int] = field(default_factory=dict)

    def of(self, iri: str) -> str:
        """Return the IRI under which a thing is shown: its own, unless it was merged."""
        return self.canonical.get(iri, iri)

    def group(self, iri: str) -> tuple[str, ...]:
        """Return the IRIs of all entities that one is, its own included, sorted."""
        return self.members.get(self.of(iri), (iri,))

    def shown(self, statement: Statement, vocabulary: Vocabulary) -> Statement:
        """Return a statement about the entities that are shown; one of identity keeps its ends."""
        relation = vocabulary.relation(statement.predicate)
        if relation.identifies:
            return statement
        subject, _, obj = proposition(relation, self.of(statement.subject), self.of(statement.object))
        speaker, channel = statement.speaker, statement.said_via
        return replace(
            statement,
            subject=subject,
            object=obj,
            speaker=None if speaker is None else self.of(speaker),
            said_via=None if channel is None else self.of(channel),
        )


NOTHING_MERGED = Identities()


def identities(statements: Iterable[Statement]) -> Identities:
    """Return what the accepted ones among statements of identity make one.

    Examples
    --------
    >>> from cuibono.graph.model import Basis
    >>> same = Statement(iri="s:1", subject="e:a", predicate="cb:identicalTo", object="e:b", basis=Basis.INFERRED)
    >>> identities([same]).of("e:b")
    'e:a'
    """
    known = [s for s in statements if s.subject != s.object]
    accepted = [s for s in known if s.status is Status.ACCEPTED]
    if not accepted:
        return NOTHING_MERGED
    import networkx as nx  # takes longer to load than most graphs, which have nothing merged

    graph: nx.Graph[str] = nx.Graph()
    graph.add_edges_from((s.subject, s.object) for s in accepted)
    groups = sorted(tuple(sorted(group)) for group in nx.connected_components(graph))
    return Identities(
        canonical={iri: group[0] for group in groups for iri in group[1:]},
        members={group[0]: group for group in groups},
        decisions=Counter(end for s in known for end in (s.subject, s.object)),
    )


def merged_entity(originals: Iterable[Entity], vocabulary: Vocabulary, mentions: Callable[[str], int]) -> Entity:
    """Return the one entity that several are, given in the order of their IRIs.

    It has the IRI of the first, and the label of the one that most is said of, the earlier of two of which as much is; all
    other names are its aliases. Its class is the most special of theirs, the earlier of two that are equally so.

    Parameters
    ----------
    mentions : callable
        Gives how many statements an entity is an end of.
    """
    several = list(originals)
    first, best = several[0], max(several, key=lambda entity: mentions(entity.iri))
    return Entity(
        iri=first.iri,
        type=max((entity.type for entity in several), key=lambda iri: len(vocabulary.ancestors(iri))),
        label=best.label,
        aliases=tuple({name for entity in several for name in entity.names} - {best.label}),
        same_as=tuple(iri for entity in several for iri in entity.same_as),
        description=next((entity.description for entity in (best, *several) if entity.description), None),
    )
