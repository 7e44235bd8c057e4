"""What a session offers to complete: names of entities and claims in ``kg["…"]``, relations after ``kg.relations.``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cuibono.graph.snapshot.records import Snapshot
from cuibono.schema import Relation, Vocabulary

__all__ = ["RelationNames", "names_to_complete"]

_MOST = 20_000
"""More names than that no one looks through, and a front end would stand still over them."""


class RelationNames(Mapping[str, Relation]):
    """The relations of a vocabulary by name; each is an attribute too, so that a front end completes it.

    Examples
    --------
    >>> relations = RelationNames(Vocabulary.bundled())
    >>> relations.competesWith.forward_weight, relations["owns"].label
    (-0.8, 'owns')
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._relations = vocabulary.relations

    def __getitem__(self, name: str) -> Relation:
        return self._relations[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._relations)

    def __len__(self) -> int:
        return len(self._relations)

    def __getattr__(self, name: str) -> Relation:
        try:
            return self._relations[name]
        except KeyError:
            raise AttributeError(f"there is no relation {name!r}; there are {', '.join(self._relations)}") from None

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._relations]

    def _ipython_key_completions_(self) -> list[str]:
        return list(self._relations)

    def __repr__(self) -> str:
        return f"<relations: {', '.join(self._relations)}>"


def names_to_complete(snapshot: Snapshot) -> list[str]:
    """Return the labels of entities and the last parts of claims' IRIs; none where there are too many to look through."""
    if len(snapshot.entities) + len(snapshot.claims) > _MOST:
        return []
    labels = [entity.label for entity in snapshot.entities.values()]
    return sorted({*labels, *(iri.rsplit("/", 1)[-1] for iri in snapshot.claims)})
