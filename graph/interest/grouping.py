"""Conflicts of interest put together: by what they have in common, and as a matrix of actors and targets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from cuibono.graph.errors import InvalidArgument, MissingExtra
from cuibono.graph.interest.findings import ConflictOfInterest
from cuibono.graph.interest.lists import ConflictList

if TYPE_CHECKING:
    import pandas

__all__ = ["ConflictMatrix", "GroupBy", "conflict_matrix", "grouped_conflicts"]

GroupBy = Literal["actor", "target", "pair", "claim", "alignment"]

_KEYS: Mapping[str, Callable[[ConflictOfInterest], object]] = {
    "actor": lambda finding: finding.actor,
    "target": lambda finding: finding.target,
    "pair": lambda finding: (finding.actor, finding.target),
    "claim": lambda finding: finding.claim,
    "alignment": lambda finding: finding.alignment,
}


def grouped_conflicts(found: ConflictList, by: GroupBy) -> dict[object, ConflictList]:
    """Return conflicts of interest by what they have in common, the group of the strongest first.

    Raises
    ------
    InvalidArgument
        If they cannot be grouped by that.
    """
    if by not in _KEYS:
        raise InvalidArgument("group_by", f"{by!r} is none of {', '.join(_KEYS)}")
    groups: dict[object, list[ConflictOfInterest]] = {}
    for finding in found:
        groups.setdefault(_KEYS[by](finding), []).append(finding)
    return {key: ConflictList(group, found.snapshot, cuts=found.cuts) for key, group in groups.items()}


@dataclass(frozen=True, slots=True, eq=False)
class ConflictMatrix:
    """Who stands where on whom, against or with an interest: actors in rows, targets in columns.

    Attributes
    ----------
    actors, targets : tuple of str
        IRIs, those of the strongest findings first.
    actor_labels, target_labels : tuple of str
        Their names.
    values : (actors, targets) array of float64
        The strength of the strongest finding, above 0 where the actor speaks for the target, below 0 where against it;
        NaN where there is none.
    alignments : (actors, targets) array of str
        Which way that finding lies, empty where there is none.
    """

    actors: tuple[str, ...]
    targets: tuple[str, ...]
    actor_labels: tuple[str, ...]
    target_labels: tuple[str, ...]
    values: NDArray[np.float64]
    alignments: NDArray[np.str_]

    def __array__(self, dtype: np.dtype[np.generic] | None = None, copy: bool | None = None) -> NDArray[np.generic]:
        """Return the values, so that numpy takes the matrix for an array."""
        return np.array(self.values, dtype=dtype, copy=copy)

    def to_frame(self) -> pandas.DataFrame:
        """Return the values as a pandas frame, by the names of actors and targets.

        Raises
        ------
        MissingExtra
            If pandas is not installed.
        """
        try:
            import pandas as pd
        except ImportError as error:
            raise MissingExtra("frames", "Frames", "pandas") from error
        rows, columns = pd.Index(self.actor_labels, name="actor"), pd.Index(self.target_labels, name="target")
        return pd.DataFrame(self.values, index=rows, columns=columns)


def conflict_matrix(found: ConflictList) -> ConflictMatrix:
    """Return conflicts of interest, given the strongest first, as a matrix of those who speak and what they speak on."""
    actors = tuple(dict.fromkeys(finding.actor for finding in found))
    targets = tuple(dict.fromkeys(finding.target for finding in found))
    rows, columns = ({iri: place for place, iri in enumerate(iris)} for iris in (actors, targets))
    values = np.full((len(actors), len(targets)), np.nan)
    alignments = np.full(values.shape, "", dtype="<U16")
    for finding in reversed(found):
        place = rows[finding.actor], columns[finding.target]
        values[place] = np.copysign(finding.strength, finding.effective_stance)
        alignments[place] = finding.alignment.value
    label = found.snapshot.label
    return ConflictMatrix(actors, targets, tuple(map(label, actors)), tuple(map(label, targets)), values, alignments)
