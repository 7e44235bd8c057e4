"""What is contested, of all claims and statements at once; `cuibono.graph.interest.positions` says it of one, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cuibono.graph.filtering.tables import Mask, Rows, Tables
from cuibono.graph.model import Status
from cuibono.graph.snapshot.columns import STATUSES
from cuibono.graph.snapshot.sets import distinct

__all__ = ["contested"]


def contested(tables: Tables, kind: str) -> Mask:
    """Return which claims, or which statements by what they say, have somebody for and somebody against them."""
    if kind not in tables.contested:
        tables.contested[kind] = {"claims": _claims, "statements": _statements}[kind](tables)
    return tables.contested[kind]


@dataclass(frozen=True, slots=True)
class _Stances:
    """Stances, each on a subject of dispute that a number stands for."""

    on: Rows
    actor: Rows
    sign: NDArray[np.float64]
    first: Rows
    last: Rows

    def take(self, rows: Any) -> _Stances:
        return _Stances(self.on[rows], self.actor[rows], self.sign[rows], self.first[rows], self.last[rows])

    def followed_by(self, other: _Stances) -> _Stances:
        pairs = zip(self._all(), other._all(), strict=True)
        return _Stances(*(np.concatenate(pair) for pair in pairs))

    def _all(self) -> tuple[NDArray[Any], ...]:
        return self.on, self.actor, self.sign, self.first, self.last

    def latest(self) -> _Stances:
        """Return those that no later one of the same actor has certainly taken the place of."""
        # Numbers of things and of propositions leave no room for both in one whole number.
        _, on = np.unique(self.on, return_inverse=True)
        actors, actor = np.unique(self.actor, return_inverse=True)
        _, group = np.unique(on * max(1, len(actors)) + actor, return_inverse=True)
        newest = np.zeros(int(group.max(initial=-1)) + 1, np.int64)
        np.maximum.at(newest, group, self.first)
        return self.take((self.last == 0) | (newest[group] <= self.last))

    def contested(self) -> Rows:
        """Return what has both sides."""
        latest = self.latest()
        supported, opposed = distinct(latest.on[latest.sign > 0]), distinct(latest.on[latest.sign < 0])
        return np.intersect1d(supported, opposed, assume_unique=True)


def _stances(tables: Tables) -> tuple[Mask, _Stances]:
    """Return the accepted stances, on numbers of things."""
    sign = tables.of_relations(lambda relation: relation.stance or 0.0)
    accepted = tables.status == STATUSES.index(Status.ACCEPTED)
    rows = np.flatnonzero(accepted & (sign != 0))
    first, last = tables.days("statements", "stated_on")
    return accepted, _Stances(tables.object[rows], tables.subject[rows], sign[rows], first[rows], last[rows])


def _claims(tables: Tables) -> Mask:
    accepted, stances = _stances(tables)
    on_claims = stances.take(_inside(tables, stances.on, "claims"))
    whole = on_claims.followed_by(_through_exclusions(tables, accepted, on_claims))
    return tables.claims.flags(whole.contested() - tables.starts["claims"])


def _through_exclusions(tables: Tables, accepted: Mask, stances: _Stances) -> _Stances:
    """Return what support of claims means for those that they exclude."""
    rows = np.flatnonzero(accepted & tables.of_relations(lambda relation: relation.excludes))
    one, other = tables.subject[rows], tables.object[rows]
    this, that = np.concatenate([one, other]), np.concatenate([other, one])
    latest = stances.latest()
    support = latest.take(np.flatnonzero(latest.sign > 0))
    support = support.take(np.argsort(support.on, kind="stable"))
    starts, ends = np.searchsorted(support.on, that), np.searchsorted(support.on, that, side="right")
    lengths = ends - starts
    places = np.arange(lengths.sum()) + np.repeat(starts - (np.cumsum(lengths) - lengths), lengths)
    found = support.take(places)
    return _Stances(np.repeat(this, lengths), found.actor, -found.sign, found.first, found.last)


def _statements(tables: Tables) -> Mask:
    _, stances = _stances(tables)
    stances = stances.take(_inside(tables, stances.on, "statements"))
    said = _propositions(tables)
    on = said[stances.on - tables.starts["statements"]]
    disputed = _Stances(on, stances.actor, stances.sign, stances.first, stances.last).contested()
    if not len(disputed):
        return np.zeros(len(said), np.bool_)
    found: Mask = disputed[np.minimum(np.searchsorted(disputed, said), len(disputed) - 1)] == said
    return found


def _propositions(tables: Tables) -> Rows:
    """Return a number for what each statement says, the same one where they say the same."""
    subject, obj = tables.subject.astype(np.int64), tables.object.astype(np.int64)
    turned = tables.of_relations(lambda relation: relation.symmetric) & (obj < subject)
    subject, obj = np.where(turned, obj, subject), np.where(turned, subject, obj)
    numbers: Rows = (subject * tables.things + obj) * max(1, len(tables.relations)) + tables.predicate
    return numbers


def _inside(tables: Tables, numbers: Rows, kind: str) -> Rows:
    start = tables.starts[kind]
    return np.flatnonzero((numbers >= start) & (numbers < start + len(tables.table(kind))))
