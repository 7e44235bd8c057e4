"""The figures that a graph offers, under ``kg.plot``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from cuibono.graph.errors import InvalidArgument
from cuibono.graph.interest.findings import ConflictOfInterest
from cuibono.graph.interest.questions import Questions
from cuibono.graph.model import Statement
from cuibono.graph.snapshot.names import claim_or_entity_called, iri_of
from cuibono.graph.views.plots.diagram import interest_diagram
from cuibono.graph.views.plots.matrix import stance_matrix
from cuibono.graph.views.plots.ranking import conflict_ranking
from cuibono.graph.views.plots.style import Plot, ThemeName
from cuibono.graph.views.plots.timeline import timeline

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Plots", "statements_about"]

_LEAST_WIDTH = 2.5


class Plots:
    """Draws figures of a graph: each shows itself in a notebook, and `Plot.save` writes it to a file.

    Every figure takes ``width``, in inches; ``theme``, ``light`` or ``dark``; and ``ax``, to be drawn on axes of yours.
    Matplotlib comes with ``pip install 'cuibono[plots]'``.

    Examples
    --------
    >>> import cuibono
    >>> kg = cuibono.open()
    >>> report = kg.build(cuibono.seed_dossier())
    >>> kg.plot.conflict_ranking(top=1)
    <Plot: Conflicts of interest by strength: DeepSeek on DeepSeek, own case, 0.70>
    """

    def __init__(self, graph: Questions) -> None:
        self._graph = graph

    def conflict_ranking(
        self,
        conflicts: Sequence[ConflictOfInterest] | None = None,
        *,
        top: int = 10,
        width: float = 7.0,
        theme: ThemeName = "light",
        ax: Axes | None = None,
    ) -> Plot:
        """Draw the strongest conflicts of interest as bars: all of the graph unless some are given."""
        graph, found = self._graph, self._graph.conflicts() if conflicts is None else conflicts
        return conflict_ranking(graph.snapshot, found, top=top, width=_wide(width), theme=theme, ax=ax)

    def interest_diagram(
        self, conflict: ConflictOfInterest, *, width: float = 5.0, theme: ThemeName = "light", ax: Axes | None = None
    ) -> Plot:
        """Draw one conflict of interest: what is said on one side, what is at stake on the other."""
        return interest_diagram(self._graph.snapshot, conflict, width=_wide(width), theme=theme, ax=ax)

    def stance_matrix(
        self,
        *,
        actors: Iterable[str] | None = None,
        targets: Iterable[str] | None = None,
        most: int = 12,
        width: float = 7.0,
        theme: ThemeName = "light",
        ax: Axes | None = None,
    ) -> Plot:
        """Draw who stands where on what, conflicts of interest ringed.

        Parameters
        ----------
        actors, targets : iterable of str, optional
            Names or IRIs; those with the most stances unless given.
        most : int
            How many actors, and how many targets, at most.

        Raises
        ------
        NotFound
            If a name is nobody's.
        """
        graph, snapshot = self._graph, self._graph.snapshot
        whom = None if actors is None else {iri_of(snapshot, name) or name for name in actors}
        what = None if targets is None else {claim_or_entity_called(snapshot, name) for name in targets}
        conflicts = graph.conflicts()
        return stance_matrix(snapshot, conflicts, actors=whom, targets=what, most=most, width=_wide(width), theme=theme, ax=ax)

    def timeline(self, of: str, *, width: float = 7.0, theme: ThemeName = "light", ax: Axes | None = None) -> Plot:
        """Draw who said what when about a claim, or what is said of an entity, along time.

        Support of a claim that excludes it counts as opposing it, as it does wherever sides are taken.

        Raises
        ------
        NotFound
            If it is nobody's name.
        """
        graph, snapshot = self._graph, self._graph.snapshot
        iri = claim_or_entity_called(snapshot, of)
        found = statements_about(graph, iri)
        opposing: list[Statement] = []
        if iri in snapshot.claims:
            found = [statement for statement in found if snapshot.relation(statement).stance]
            positions = graph.positions().on_claim(iri).opponents
            opposing = list({p.stance.iri: p.stance for p in positions if p.through is not None}.values())
        against = {statement.iri for statement in opposing}
        return timeline(snapshot, [*found, *opposing], about=iri, opposing=against, width=_wide(width), theme=theme, ax=ax)


def statements_about(graph: Questions, iri: str, **parts: object) -> list[Statement]:
    """Return the accepted statements about a claim or an entity, and the stances on those."""
    asked: dict[str, object] = {**parts}
    found = {s.iri: s for end in ("subject", "object") for s in graph.statements(**{**asked, end: iri})}  # type: ignore[arg-type]
    for statement in list(found.values()):
        found |= {s.iri: s for s in graph.statements(**{**asked, "object": statement.iri})}  # type: ignore[arg-type]
    return list(found.values())


def _wide(width: float) -> float:
    if width < _LEAST_WIDTH:
        raise InvalidArgument("width", f"is {width:g} inches; nothing can be read in less than {_LEAST_WIDTH:g}")
    return width
