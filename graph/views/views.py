"""The faces of a graph for those who explore it: networkx, frames, figures and pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

import cuibono.graph.views.cards  # noqa: F401  # says how things show themselves
from cuibono.graph.arguments import Day, Statuses, chosen_day, chosen_statuses, whole
from cuibono.graph.errors import InvalidArgument
from cuibono.graph.frames.conversion import Library, as_frame
from cuibono.graph.interest.findings import DEFAULT_MIN_STRENGTH
from cuibono.graph.interest.questions import Questions
from cuibono.graph.interest.selection import Selection
from cuibono.graph.model import Statement, Status
from cuibono.graph.showing import Shown
from cuibono.graph.snapshot.names import claim_or_entity_called, iri_of
from cuibono.graph.snapshot.records import Node
from cuibono.graph.views.completion import RelationNames, names_to_complete
from cuibono.graph.views.plots.accessor import Plots, statements_about
from cuibono.schema import Relation

if TYPE_CHECKING:
    import networkx
    import pyarrow

    from cuibono.graph.views.pictures.drawing import Drawing

__all__ = ["Views"]


class Views(Questions, Shown):
    """Gives the graph as it is now to other libraries.

    Attributes
    ----------
    relations : RelationNames
        The relations of the vocabulary, by name; in a notebook, ``kg.relations.`` completes them.
    """

    relations: RelationNames

    def __getitem__(self, name: str) -> Node:
        """Return the entity or the claim of a name, or whatever has an IRI; in a notebook, names are completed.

        Raises
        ------
        NotFound
            If it is nobody's name.
        AmbiguousName
            If it is that of several.

        Examples
        --------
        >>> import cuibono
        >>> kg = cuibono.open()
        >>> report = kg.build(cuibono.seed_dossier())
        >>> kg["Elon Musk"].description
        'Founder of xAI.'
        """
        snapshot = self.snapshot
        return snapshot.node(name) or self.node(claim_or_entity_called(snapshot, name))

    __iter__ = None  # or Python would try the numbers from 0 on

    def __contains__(self, name: object) -> bool:
        try:
            return isinstance(name, str) and self[name] is not None
        except LookupError:
            return False

    def _ipython_key_completions_(self) -> list[str]:
        return names_to_complete(self.snapshot)

    def to_networkx(
        self,
        *,
        entities: Iterable[str] | None = None,
        relations: Iterable[str | Relation] | None = None,
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

    def projection(
        self,
        kind: str,
        *,
        targets: Iterable[str] | None = None,
        claims: bool = True,
        min_strength: float = DEFAULT_MIN_STRENGTH,
        max_hops: int = 1,
        as_of: Day = None,
        status: Statuses = Status.ACCEPTED,
    ) -> networkx.Graph[str]:
        """Return an undirected graph of who stands how to whom; see `cuibono.graph.views.projections`.

        Parameters
        ----------
        kind : {"competition", "shared_interests", "stances"}
            Who competes with whom; who has an interest in the same, and whether they want the same; or who sides with
            whom and what, with signs for structural balance.
        targets : iterable of str, optional
            Of ``shared_interests``: names or IRIs of the things that count; all entities unless given, which takes as
            long as asking `beneficiaries` of each.
        claims : bool
            Of ``stances``: whether claims are nodes, or stances on them count for those whom they touch.
        min_strength, max_hops
            Of ``shared_interests``: as `beneficiaries` takes them.

        Raises
        ------
        NotFound
            If a name is nobody's.
        InvalidArgument
            If an argument is of the wrong form.

        Examples
        --------
        >>> import cuibono
        >>> from cuibono.graph.algorithms import is_balanced
        >>> kg = cuibono.open()
        >>> report = kg.build(cuibono.seed_dossier())
        >>> G = kg.projection("shared_interests", targets=["DeepSeek"], max_hops=2)
        >>> {G.nodes[end]["label"] for end in (kg["Elon Musk"].iri, *G[kg["Elon Musk"].iri])} >= {"Elon Musk", "Sam Altman"}
        True
        >>> is_balanced(kg.projection("stances"))
        True
        """
        from cuibono.graph.views.projections import competition, shared_interests, signed_stances

        snapshot, selection = self.snapshot, Selection(chosen_statuses(status), chosen_day(as_of, "as_of"))
        match kind:
            case "competition":
                graph = competition(snapshot, selection)
            case "stances":
                graph = signed_stances(snapshot, selection, claims=claims)
            case "shared_interests":
                iris = snapshot.entities if targets is None else [iri_of(snapshot, name) or name for name in targets]
                asked: dict[str, Any] = {"min_strength": min_strength, "max_hops": max_hops, "as_of": as_of, "status": status}
                graph = shared_interests(snapshot, ((iri, self.beneficiaries(iri, **asked)) for iri in iris))
            case _:
                raise InvalidArgument("kind", f"{kind!r} is none of competition, shared_interests, stances")
        return graph  # type: ignore[no-any-return]

    def to_frame(self, kind: str = "statements", *, library: Library = "pandas", of: str | None = None, **question: Any) -> Any:
        """Return what the graph holds, or what is found in it, as a frame.

        Parameters
        ----------
        kind : str
            ``entities``, ``claims``, ``documents``, ``evidence`` or ``statements`` (of every status, without merges that were
            taken back); ``conflicts``,
            ``conflict_pairs`` or ``beneficiaries``; or ``timeline``: accepted statements in the order of their days.
        library : {"pandas", "polars", "arrow"}
            Whose frame. All of them share the memory of one Arrow table.
        of : str, optional
            The claim or entity that ``beneficiaries`` and ``timeline`` are about; all statements for a timeline unless given.
        **question
            What `conflicts`, `conflict_pairs`, `beneficiaries` or, for statements and timelines, `statements` take.

        Raises
        ------
        InvalidArgument
            If there is no such kind, or an argument is of the wrong form.
        NotFound
            If a name is nobody's.
        MissingExtra
            If a library is not installed.

        Examples
        --------
        >>> import cuibono
        >>> kg = cuibono.open()
        >>> report = kg.build(cuibono.seed_dossier())
        >>> frame = kg.to_frame("statements", predicate="leads")
        >>> frame[["subject_label", "object_label"]].sort_values("subject_label").values.tolist()[0]
        ['Alexandr Wang', 'Scale AI']
        >>> kg.to_frame("beneficiaries", of="deepseek-50000-h100", library="polars")["label"][0]
        'DeepSeek'
        """
        return as_frame(self._table(kind, of, question), library)

    def _table(self, kind: str, of: str | None, question: dict[str, Any]) -> pyarrow.Table:
        if of is not None and kind not in ("beneficiaries", "timeline"):
            raise InvalidArgument("of", f"means nothing for {kind!r}; it goes with beneficiaries and timeline")
        snapshot = self.snapshot
        match kind:
            case "conflicts":
                return self.conflicts(**question).to_arrow()
            case "conflict_pairs":
                return self.conflict_pairs(**question).to_arrow()
            case "beneficiaries":
                if of is None:
                    raise InvalidArgument("of", "is missing; name the claim or the entity that somebody gains by")
                return self.beneficiaries(of, **question).to_arrow()
            case "timeline":
                from cuibono.graph.frames.tables import timeline_table

                if of is None:
                    return timeline_table(snapshot, self.statements(**question))
                return timeline_table(snapshot, statements_about(self, claim_or_entity_called(snapshot, of), **question))
            case "statements" if question:
                return self.statements(**question).to_arrow()
        from cuibono.graph.frames.tables import RECORD_TABLES, record_table

        if kind not in RECORD_TABLES:
            known = (*RECORD_TABLES, "conflicts", "conflict_pairs", "beneficiaries", "timeline")
            raise InvalidArgument("kind", f"{kind!r} is none of {', '.join(known)}")
        if question:
            raise InvalidArgument(next(iter(question)), f"means nothing for {kind!r}")
        return record_table(kind, self.published)

    @property
    def plot(self) -> Plots:
        """Figures; see `cuibono.graph.views.plots.accessor.Plots`."""
        return Plots(self)

    def draw(
        self,
        *around: str,
        depth: int = 1,
        relations: Iterable[str | Relation] | None = None,
        as_of: Day = None,
        status: Statuses = Status.ACCEPTED,
        limit: int = 80,
        theme: str = "auto",
    ) -> Drawing:
        """Return a picture of what stands around some entities or claims, or of the whole graph if it is small.

        People are circles, organizations squares, claims sheets, and all else diamonds. Stances are dashed, interests
        whole and other relations dotted lines, each with its sign. In a notebook it is a widget to choose in, if
        anywidget is installed; otherwise, and on a page, an image.

        Parameters
        ----------
        *around : str
            Names or IRIs; all of the graph unless given.
        depth : int
            How many relations away from there.
        relations : iterable of str, optional
            Names of the relations to show; all unless given.
        limit : int
            The most statements, the nearest first; where there are more, the picture says that it is cut.
        theme : {"auto", "light", "dark"}

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
        >>> kg.draw("xAI", relations=["owns", "competesWith"])
        <Drawing of 3 things and 2 lines>
        """
        from cuibono.graph.views.pictures.drawing import Drawing
        from cuibono.graph.views.pictures.scene import scene_of

        snapshot, cut = self.snapshot, False
        found: dict[str, Statement] = {}
        wanted = None if relations is None else list(relations)
        for name in around:
            near = self.neighborhood(name, depth=depth, via=wanted, as_of=as_of, status=status, limit=limit)
            found |= {statement.iri: statement for statement in near.statements}
            cut = cut or near.cut
        if not around:
            via = self._relations(wanted, "relations")
            of_things = (s for s in self.statements(as_of=as_of, status=status) if via is None or s.predicate in via)
            found = {s.iri: s for s in islice(of_things, whole(limit, "limit", 1) + 1)}
        cut = cut or len(found) > limit
        shown = list(found.values())[:limit]
        centers = [claim_or_entity_called(snapshot, name) for name in around]
        return Drawing(scene_of(snapshot, shown, centers), snapshot, theme=theme, cut=cut)
