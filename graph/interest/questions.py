"""The questions about interests that a graph answers: who stands where, who stands to gain, how things are connected."""

from __future__ import annotations

from collections.abc import Iterable
from typing import overload

import numpy as np

from cuibono.graph.arguments import Day, Statuses, chosen_day, chosen_statuses, fraction, member, whole
from cuibono.graph.errors import InvalidArgument
from cuibono.graph.filtering.contested import contested as contested_among
from cuibono.graph.filtering.tables import tables_of
from cuibono.graph.frames.lists import ClaimList
from cuibono.graph.interest.account import Account, account_of
from cuibono.graph.interest.engines import Engine, Engines
from cuibono.graph.interest.findings import (
    DEFAULT_HOPS,
    DEFAULT_MIN_STRENGTH,
    MAXIMUM_HOPS,
    Alignment,
    Beneficiary,
    ConflictOfInterest,
    Path,
    conflict_pairs,
)
from cuibono.graph.interest.grouping import ConflictMatrix, GroupBy, conflict_matrix, grouped_conflicts
from cuibono.graph.interest.lists import BeneficiaryList, ConflictList, ConflictPairList, PathList
from cuibono.graph.interest.neighborhood import Neighborhood, neighborhood_of
from cuibono.graph.interest.paths import paths_between, warm_search
from cuibono.graph.interest.positions import Positions
from cuibono.graph.interest.selection import Selection
from cuibono.graph.lookups import Lookups
from cuibono.graph.model import Status
from cuibono.graph.snapshot.names import claim_or_entity_called, entity_called
from cuibono.graph.snapshot.records import Snapshot
from cuibono.schema import Relation

__all__ = ["Questions"]


class Questions(Lookups):
    """Answers questions about interests in the graph as it is now."""

    _engines: Engines

    def claims(self, *, contested: bool | None = None) -> ClaimList:
        """Return the claims, only those that are contested or only those that are not, in the order of their IRIs."""
        snapshot = self.snapshot
        if contested is None:
            return ClaimList(snapshot.claims.values(), snapshot)
        tables = tables_of(snapshot)
        sides = {tables.claims.iri(row) for row in np.flatnonzero(contested_among(tables, "claims")).tolist()}
        if contested:
            return ClaimList((snapshot.claims[iri] for iri in sorted(sides)), snapshot)
        return ClaimList((claim for iri, claim in snapshot.claims.items() if iri not in sides), snapshot)

    def positions(self, *, as_of: Day = None, status: Statuses = Status.ACCEPTED) -> Positions:
        """Return who stands where on claims and statements."""
        return Positions(self.snapshot, Selection(chosen_statuses(status), chosen_day(as_of, "as_of")))

    @overload
    def conflicts(
        self,
        *,
        actor: str | None = None,
        target: str | None = None,
        alignment: Alignment | str | None = None,
        min_strength: float = DEFAULT_MIN_STRENGTH,
        max_hops: int = DEFAULT_HOPS,
        as_of: Day = None,
        status: Statuses = Status.ACCEPTED,
        group_by: None = None,
    ) -> ConflictList: ...
    @overload
    def conflicts(
        self,
        *,
        actor: str | None = None,
        target: str | None = None,
        alignment: Alignment | str | None = None,
        min_strength: float = DEFAULT_MIN_STRENGTH,
        max_hops: int = DEFAULT_HOPS,
        as_of: Day = None,
        status: Statuses = Status.ACCEPTED,
        group_by: GroupBy,
    ) -> dict[object, ConflictList]: ...
    def conflicts(
        self,
        *,
        actor: str | None = None,
        target: str | None = None,
        alignment: Alignment | str | None = None,
        min_strength: float = DEFAULT_MIN_STRENGTH,
        max_hops: int = DEFAULT_HOPS,
        as_of: Day = None,
        status: Statuses = Status.ACCEPTED,
        group_by: GroupBy | None = None,
    ) -> ConflictList | dict[object, ConflictList]:
        """Return who takes a stand on something they stand to gain or lose by, the strongest first.

        Where a search would look at more than 20 million relations it stops, and ``cuts`` of what is returned say
        between whom; else there are none, and the answer is exact.

        Parameters
        ----------
        actor, target : str, optional
            Names or IRIs; all unless given.
        alignment : Alignment, optional
            Only those of that kind.
        min_strength : float
            Between 0 and 1.
        max_hops : int
            The most interest relations between actor and target, 1 to 5.
        as_of : str or PartialDate, optional
            Count only statements that may be valid on that day.
        status : Status or several
            Which statements count.
        group_by : {"actor", "target", "pair", "claim", "alignment"}, optional
            Return lists by what their findings have in common, IRIs or an alignment: the list of the strongest first.

        Raises
        ------
        NotFound
            If a name is nobody's.
        InvalidArgument
            If an argument is out of range.
        """
        kind = None if alignment is None else member(Alignment, alignment, "alignment")
        least = fraction(min_strength, "min_strength")
        snapshot, most = self.snapshot, whole(max_hops, "max_hops", 1, MAXIMUM_HOPS)
        asked = {"actor": actor, "target": target}
        ends = {end: None if name is None else entity_called(snapshot, name).iri for end, name in asked.items()}
        engine = self._engine(snapshot, as_of, status)
        found = engine.conflicts(**ends, alignment=kind, max_hops=most, min_strength=least)
        conflicts = ConflictList(found.items, snapshot, cuts=found.cut)
        return conflicts if group_by is None else grouped_conflicts(conflicts, group_by)

    def conflict_pairs(
        self,
        *,
        actor: str | None = None,
        target: str | None = None,
        alignment: Alignment | str | None = None,
        min_strength: float = DEFAULT_MIN_STRENGTH,
        max_hops: int = DEFAULT_HOPS,
        as_of: Day = None,
        status: Statuses = Status.ACCEPTED,
    ) -> ConflictPairList:
        """Return the conflicts of interest grouped by actor and target, the strongest group first.

        Takes the arguments of `conflicts`; the alignment is that of the group.
        """
        kind = None if alignment is None else member(Alignment, alignment, "alignment")
        findings = self.conflicts(
            actor=actor, target=target, min_strength=min_strength, max_hops=max_hops, as_of=as_of, status=status
        )
        pairs = (pair for pair in conflict_pairs(findings) if kind in (None, pair.alignment))
        return ConflictPairList(pairs, findings.snapshot, cuts=findings.cuts)

    def conflict_matrix(
        self,
        *,
        actor: str | None = None,
        target: str | None = None,
        alignment: Alignment | str | None = None,
        min_strength: float = DEFAULT_MIN_STRENGTH,
        max_hops: int = DEFAULT_HOPS,
        as_of: Day = None,
        status: Statuses = Status.ACCEPTED,
    ) -> ConflictMatrix:
        """Return who stands where on whom, against or with an interest, as a labelled array: actors by targets.

        Takes the arguments of `conflicts`. ``to_frame`` makes a pandas frame of it.

        Examples
        --------
        >>> import cuibono
        >>> kg = cuibono.open()
        >>> report = kg.build(cuibono.seed_dossier())
        >>> matrix = kg.conflict_matrix(target="DeepSeek", min_strength=0.4)
        >>> list(zip(matrix.actor_labels, matrix.values[:, 0].round(2).tolist()))
        [('DeepSeek', 0.7), ('Elon Musk', -0.46), ('Sam Altman', 0.46)]
        """
        return conflict_matrix(
            self.conflicts(
                actor=actor,
                target=target,
                alignment=alignment,
                min_strength=min_strength,
                max_hops=max_hops,
                as_of=as_of,
                status=status,
            )
        )

    def beneficiaries(
        self,
        of: str,
        *,
        min_strength: float = DEFAULT_MIN_STRENGTH,
        max_hops: int = DEFAULT_HOPS,
        as_of: Day = None,
        status: Statuses = Status.ACCEPTED,
    ) -> BeneficiaryList:
        """Return who gains and who loses if a claim is believed, or if an entity gains, the most affected first.

        Parameters
        ----------
        of : str
            A claim (IRI, its last part, or its text) or an entity (IRI or name).

        Raises
        ------
        NotFound
            If it is neither.
        InvalidArgument
            If an argument is out of range.
        """
        least = fraction(min_strength, "min_strength")
        snapshot, most = self.snapshot, whole(max_hops, "max_hops", 1, MAXIMUM_HOPS)
        iri, engine = claim_or_entity_called(snapshot, of), self._engine(snapshot, as_of, status)
        found = engine.beneficiaries(iri, max_hops=most, min_strength=least)
        return BeneficiaryList(found.items, snapshot, cuts=found.cut)

    def paths(
        self,
        start: str,
        end: str,
        *,
        via: Iterable[str | Relation] | None = None,
        max_hops: int = DEFAULT_HOPS,
        as_of: Day = None,
        status: Statuses = Status.ACCEPTED,
        limit: int = 100,
    ) -> PathList:
        """Return how two entities or claims are connected, the shortest paths first, then the strongest.

        Statements that say the same are one hop: the strongest of them, with the others in ``also``.
        The answer is exact: nothing that would come before what is returned is missing. Where a search would look at more than
        20 million statements it stops, and ``cuts`` of what is returned say so.

        Parameters
        ----------
        via : iterable of str, optional
            Names of the relations to walk, in either direction; all unless given.
        limit : int
            The most paths to return.

        Raises
        ------
        NotFound
            If an end is nobody's name.
        InvalidArgument
            If an argument is out of range.
        """
        snapshot = self.snapshot
        found = paths_between(
            snapshot,
            claim_or_entity_called(snapshot, start),
            claim_or_entity_called(snapshot, end),
            max_hops=whole(max_hops, "max_hops", 1, MAXIMUM_HOPS),
            via=self._relations(via),
            selection=Selection(chosen_statuses(status), chosen_day(as_of, "as_of")),
            limit=whole(limit, "limit", 1),
        )
        return PathList(found.items, snapshot, cuts=found.cut)

    def neighborhood(
        self,
        name: str,
        *,
        depth: int = 1,
        via: Iterable[str | Relation] | None = None,
        as_of: Day = None,
        status: Statuses = Status.ACCEPTED,
        limit: int = 1000,
    ) -> Neighborhood:
        """Return what stands around an entity or a claim: what is within some hops, and the statements that join it all.

        Parameters
        ----------
        name : str
            A claim (IRI, its last part, or its text) or an entity (IRI or name).
        depth : int
            The most hops, 1 to 5.
        via : iterable of str, optional
            Names of the relations to walk, in either direction; all unless given.
        limit : int
            The most statements, the nearest first; where there are more, the neighborhood says that it is cut.

        Raises
        ------
        NotFound
            If it is nobody's name.
        InvalidArgument
            If an argument is out of range.

        Examples
        --------
        >>> import cuibono
        >>> kg = cuibono.open()
        >>> report = kg.build(cuibono.seed_dossier())
        >>> around = kg.neighborhood("xAI", via=["owns", "competesWith"])
        >>> [kg.snapshot.label(iri) for iri in around.distances], len(around.statements), around.cut
        (['xAI', 'Elon Musk', 'DeepSeek'], 2, False)
        """
        snapshot = self.snapshot
        return neighborhood_of(
            snapshot,
            claim_or_entity_called(snapshot, name),
            depth=whole(depth, "depth", 1, MAXIMUM_HOPS),
            via=self._relations(via),
            selection=Selection(chosen_statuses(status), chosen_day(as_of, "as_of")),
            limit=whole(limit, "limit", 1),
        )

    def explain(self, finding: ConflictOfInterest | Beneficiary | Path) -> Account:
        """Return why something was found: the statements in order, their quotes, and the arithmetic.

        Printed, it is text; `Account.as_dict` gives data.

        Examples
        --------
        >>> import cuibono
        >>> kg = cuibono.open()
        >>> report = kg.build(cuibono.seed_dossier())
        >>> account = kg.explain(kg.conflicts(actor="Sam Altman")[0])
        >>> account.arithmetic
        '1 × 0.8 × 0.9 × 0.8 × 0.8 = 0.4608'
        """
        return account_of(self.snapshot, finding)

    def warm(self) -> None:
        """Read the graph and make its engine ready, so that the first question does not wait for it.

        Compiling the engine takes half a minute of a processor, once: what comes out is kept on disk, beside the package or
        in the user's cache folder.
        """
        snapshot = self.snapshot
        self._engine(snapshot, None, Status.ACCEPTED).warm()
        warm_search(snapshot)

    def _relations(self, names: Iterable[str | Relation] | None, argument: str = "via") -> frozenset[str] | None:
        if isinstance(names, str):
            raise InvalidArgument(argument, f"is {names!r}; give several names of relations, as [{names!r}]")
        return None if names is None else frozenset(filter(None, (self._relation(name, argument) for name in names)))

    def _engine(self, snapshot: Snapshot, as_of: Day, status: Statuses) -> Engine:
        return self._engines.of(snapshot, Selection(chosen_statuses(status), chosen_day(as_of, "as_of")))
