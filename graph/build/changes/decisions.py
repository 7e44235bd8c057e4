"""Decisions of people: on the status of statements, and on who is who."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from cuibono.graph.build.changes.interface import Made
from cuibono.graph.build.loading import Decision
from cuibono.graph.build.merging import Reason, merging, splitting
from cuibono.graph.dates import PartialDate
from cuibono.graph.errors import AmbiguousName, InvalidArgument, NotFound
from cuibono.graph.model import Status
from cuibono.graph.snapshot.names import entity_called
from cuibono.graph.snapshot.records import Snapshot

__all__ = ["Merge", "Review", "Split"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """Gives statements a status.

    Attributes
    ----------
    statements : tuple of str
        IRIs.
    why : str
        The reason, in words.
    """

    statements: tuple[str, ...]
    status: Status
    why: str

    def made(self, snapshot: Snapshot, by: str) -> Made:
        """Return the decisions, one a statement."""
        _check(self.why, by)
        if not self.statements:
            raise InvalidArgument("statements", "is empty; name at least one")
        for number, iri in enumerate(self.statements):
            if iri not in snapshot.statements:
                with _concerning(f"statements.{number}"):
                    raise NotFound("statement", iri)
        iris = tuple(dict.fromkeys(self.statements))
        return Made(iris, decisions=tuple(Decision(iri, self.status, self.why) for iri in iris))


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """Says that two entities are one; see `KnowledgeGraph.merge`."""

    one: str
    other: str
    why: str

    def made(self, snapshot: Snapshot, by: str) -> Made:
        """Return the statement that says so, with its reason."""
        _check(self.why, by)
        one, other = (_entity(snapshot.stored, name, getattr(self, name)) for name in ("one", "other"))
        records, decisions = merging(snapshot.stored, one, other, _reason(self.why, by))
        return Made((one,), tuple(records), tuple(decisions))


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """Says that two entities are not one; see `KnowledgeGraph.split`."""

    one: str
    other: str | None
    why: str

    def made(self, snapshot: Snapshot, by: str) -> Made:
        """Return what takes back that they are one, and says that they are not."""
        _check(self.why, by)
        one = _entity(snapshot.stored, "one", self.one)
        other = None if self.other is None else _entity(snapshot.stored, "other", self.other)
        records, decisions = splitting(snapshot.stored, one, other, _reason(self.why, by))
        return Made((one,) if other is None else (one, other), tuple(records), tuple(decisions))


def _check(why: str, by: str) -> None:
    for argument, text in (("by", by), ("why", why)):
        if not text.strip():
            raise InvalidArgument(argument, "is empty; say who decides, and why")


def _entity(stored: Snapshot, argument: str, name: str) -> str:
    with _concerning(argument):
        return entity_called(stored, name).iri


@contextmanager
def _concerning(argument: str) -> Iterator[None]:
    """Tell what is not found which part of a change named it."""
    try:
        yield
    except (NotFound, AmbiguousName) as error:
        error.argument = argument
        raise


def _reason(why: str, by: str) -> Reason:
    return Reason(why, author=by, day=PartialDate(datetime.now(UTC).date().isoformat()))
