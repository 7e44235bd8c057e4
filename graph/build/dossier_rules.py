"""The rules at the door, put to a dossier as it is read: all that is wrong is told at once, in the dossier's own words."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from cuibono.graph.build.keys import Keys
from cuibono.graph.build.validation import problems
from cuibono.graph.errors import Problem
from cuibono.graph.model import Record, Records, Statement
from cuibono.graph.snapshot.records import Snapshot
from cuibono.schema import Vocabulary

__all__ = ["broken_rules", "in_order"]


def broken_rules(
    records: Collection[Record], keys: Keys, vocabulary: Vocabulary, *, flawed: Collection[str], lacks_documents: bool
) -> Iterator[Problem]:
    """Yield the rules that what was read breaks, save where that only follows from what could not be read.

    Parameters
    ----------
    flawed : collection of str
        IRIs of records about which something wrong has been told already.
    lacks_documents : bool
        Whether there are documents that could not be read.
    """
    snapshot = Snapshot(Records.of(records), vocabulary)
    names = {iri: key for key, iri in keys.iris.items()}
    wrong: set[str] = set()

    def place(iri: str, field: str | None) -> str:
        wrong.add(iri)
        return keys.place(iri, field)

    def told(sound: Iterable[Record]) -> Iterator[Problem]:
        for problem in problems(Records.of(sound), snapshot, place):
            field = None if problem.field is None else problem.field.replace("_", "-")
            yield Problem(problem.place, field, _with_keys(problem.message, names))

    yield from told(r for r in records if not isinstance(r, Statement) and r.iri not in flawed)
    known = {record.iri for record in records} - wrong
    yield from told(
        r
        for r in records
        if isinstance(r, Statement)
        and r.iri not in flawed
        and known.issuperset(_references(r))
        and not (lacks_documents and not r.evidence)
    )


def in_order(found: Iterable[Problem]) -> list[Problem]:
    """Return problems by file and line, each once."""
    return sorted(dict.fromkeys(found), key=_line)


def _references(statement: Statement) -> Iterator[str]:
    optional = (statement.speaker, statement.said_via, statement.document, statement.in_response_to)
    yield from (statement.subject, statement.object, *statement.derived_from)
    yield from (iri for iri in optional if iri is not None)


def _with_keys(message: str, names: dict[str, str]) -> str:
    """Return a message with keys for the IRIs that they stand for."""
    return re.sub(r"\S+", lambda word: repr(names[word[0]]) if word[0] in names else word[0], message)


def _line(problem: Problem) -> tuple[str, int]:
    file, _, line = problem.place.rpartition(":")
    return (file, int(line)) if line.isdigit() else (problem.place, 0)
