"""The faces of a graph for those who explore it: networkx."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from cuibono.graph.interest.questions import Questions
from cuibono.graph.model import Statement
from cuibono.graph.snapshot.names import iri_of

if TYPE_CHECKING:
    import networkx

__all__ = ["Views"]


class Views(Questions):
    """Gives the graph as it is now to other libraries."""

    def to_networkx(
        self,
        *,
        entities: Iterable[str] | None = None,
        relations: Iterable[str] | None = None,
        where: Callable[[Statement], bool] | Mapping[str, Any] | None = None,
        **options: Any,
    ) -> networkx.MultiDiGraph[str]:
        """Return the accepted statements, or those chosen, as a networkx graph; see `cuibono.graph.views.networkx`.

        Parameters
        ----------
        entities : iterable of str, optional
            Names or IRIs. Statements about other entities stay out.
        relations : iterable of str, optional
            Names of relations. Statements of others stay out.
        where : callable or mapping, optional
            Says of an accepted statement whether it comes along; or the arguments of `statements` that choose them, as
            in ``{"as_of": "2024", "min_confidence": 0.5}``.
        **options
            ``include_claims=True``, ``include_statements=False``, ``complete=False``, ``attributes=None``,
            ``directed=True``, ``multi=True`` and ``weight=None``, as `cuibono.graph.views.networkx.to_networkx` takes
            them. By ``directed`` and ``multi`` it is one of networkx' four classes of graphs.

        Raises
        ------
        NotFound
            If a name is nobody's.
        InvalidArgument
            If an argument is of the wrong form.

        Examples
        --------
        >>> import cuibono
        >>> kg = cuibono.open()
        >>> report = kg.build(cuibono.seed_dossier())
        >>> rivals = kg.to_networkx(relations=["competesWith"], directed=False, multi=False)
        >>> sorted(rivals.nodes[node]["label"] for node in rivals)
        ['DeepSeek', 'OpenAI', 'xAI']
        """
        from cuibono.graph.views.networkx import to_networkx

        snapshot = self.snapshot
        chosen = {statement.iri for statement in self.statements(**where)} if isinstance(where, Mapping) else where
        graph: networkx.MultiDiGraph[str] = to_networkx(
            snapshot,
            entities=None if entities is None else {iri_of(snapshot, name) or name for name in entities},
            relations=None if relations is None else self._relations(relations, "relations"),
            where=chosen,
            **options,
        )
        return graph
