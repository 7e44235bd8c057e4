"""Findings in order, as sequences that turn into frames: names, paths and sentences beside the numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cuibono.graph.frames.conversion import table_of
from cuibono.graph.frames.lists import Found
from cuibono.graph.interest.findings import Beneficiary, ConflictOfInterest, ConflictPair, Path
from cuibono.graph.model import Statement
from cuibono.graph.snapshot.records import Snapshot

if TYPE_CHECKING:
    import pyarrow

__all__ = ["BeneficiaryList", "ConflictList", "ConflictPairList", "PathList", "path_in_words"]


def path_in_words(snapshot: Snapshot, path: Path) -> str:
    """Return a path as a line: names, and between them arrows that point as the statements do.

    Examples
    --------
    >>> import cuibono
    >>> kg = cuibono.open()
    >>> report = kg.build(cuibono.seed_dossier())
    >>> path_in_words(kg.snapshot, kg.conflicts(actor="Sam Altman")[0].interest_path)
    'Sam Altman —leads→ OpenAI —competes with— DeepSeek'
    """
    return "".join(_steps(snapshot, path))


def _steps(snapshot: Snapshot, path: Path) -> Iterator[str]:
    if path.hops:
        yield snapshot.label(path.hops[0].source)
    for hop in path.hops:
        relation = snapshot.relation(hop.statement)
        if relation.symmetric:
            yield f" —{relation.label}— "
        else:
            yield f" —{relation.label}→ " if hop.source == hop.statement.subject else f" ←{relation.label}— "
        yield snapshot.label(hop.target)


def _quote(snapshot: Snapshot, statement: Statement) -> str | None:
    return snapshot.evidence[statement.evidence[0]].exact if statement.evidence else None


class ConflictList(Found[ConflictOfInterest]):
    """Conflicts of interest, the strongest first."""

    what = "conflicts of interest"

    def to_arrow(self) -> pyarrow.Table:
        """Return a row for each as an Arrow table."""
        label = self.snapshot.label
        return table_of(
            {
                "actor": [each.actor for each in self],
                "actor_label": [label(each.actor) for each in self],
                "target": [each.target for each in self],
                "target_label": [label(each.target) for each in self],
                "alignment": [each.alignment.value for each in self],
                "strength": [each.strength for each in self],
                "product": [each.product for each in self],
                "stance": [self.snapshot.relation(each.stance).name for each in self],
                "stance_statement": [each.stance.iri for each in self],
                "stated_on": [str(each.stance.stated_on) if each.stance.stated_on else None for each in self],
                "claim": [each.claim for each in self],
                "claim_text": [label(each.claim) if each.claim else None for each in self],
                "effective_stance": [each.effective_stance for each in self],
                "interest": [each.interest_path.interest for each in self],
                "path": [path_in_words(self.snapshot, each.interest_path) for each in self],
                "opposing_interest": [each.opposing_path.interest if each.opposing_path else None for each in self],
                "hops": [len(each.interest_path.hops) for each in self],
                "undated": [each.undated for each in self],
                "weakest_basis": [each.weakest_basis.value for each in self],
                "quote": [_quote(self.snapshot, each.stance) for each in self],
                "explanation": [each.explanation for each in self],
            },
            {
                **dict.fromkeys(("strength", "product", "effective_stance", "interest", "opposing_interest"), "double"),
                "hops": "int64",
                "undated": "bool",
            },
        )


class ConflictPairList(Found[ConflictPair]):
    """Conflicts of interest grouped by actor and target, the strongest first."""

    what = "pairs"

    def to_arrow(self) -> pyarrow.Table:
        """Return a row for each as an Arrow table."""
        label = self.snapshot.label
        return table_of(
            {
                "actor": [each.actor for each in self],
                "actor_label": [label(each.actor) for each in self],
                "target": [each.target for each in self],
                "target_label": [label(each.target) for each in self],
                "alignment": [each.alignment.value for each in self],
                "strength": [each.strength for each in self],
                "findings": [len(each.findings) for each in self],
            },
            {"strength": "double", "findings": "int64"},
        )


class BeneficiaryList(Found[Beneficiary]):
    """Those who gain or lose, the most affected first."""

    what = "gainers and losers"

    def to_arrow(self) -> pyarrow.Table:
        """Return a row for each as an Arrow table."""
        snapshot = self.snapshot
        return table_of(
            {
                "entity": [each.entity for each in self],
                "label": [snapshot.label(each.entity) for each in self],
                "effect": [each.effect.value for each in self],
                "gain": [each.gain for each in self],
                "bearing": [snapshot.label(each.bearing.iri) if each.bearing else None for each in self],
                "path": [path_in_words(snapshot, each.path) for each in self],
                "hops": [len(each.path.hops) for each in self],
                "weakest_basis": [each.weakest_basis.value for each in self],
                "explanation": [each.explanation for each in self],
            },
            {"gain": "double", "hops": "int64"},
        )


class PathList(Found[Path]):
    """Paths, the shortest first, then the strongest."""

    what = "paths"

    def to_arrow(self) -> pyarrow.Table:
        """Return a row for each as an Arrow table."""
        return table_of(
            {
                "path": [path_in_words(self.snapshot, each) for each in self],
                "hops": [len(each.hops) for each in self],
                "interest": [each.strength for each in self],
                "undated": [each.undated for each in self],
                "statements": [[statement.iri for statement in each.statements] for each in self],
            },
            {"hops": "int64", "interest": "double", "undated": "bool", "statements": "list"},
        )
