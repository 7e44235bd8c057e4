"""The short names that a dossier gives its things, and where each of them stands."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping

from cuibono.graph.errors import Problem

__all__ = ["Keys"]

_FORM = re.compile(r"[a-z0-9][a-z0-9._-]*")


class Keys:
    """One space of names for documents, entities, claims and statements.

    Attributes
    ----------
    iris : dict of str to str
        The IRI that each key stands for.
    places : dict of (str, str or None) to str
        File and line of what stands under an IRI, and of its fields.
    partial : bool
        Whether a file that may declare more could not be read.
    """

    def __init__(self, problems: list[Problem]) -> None:
        self._problems = problems
        self._declared: dict[str, str] = {}
        self.iris: dict[str, str] = {}
        self.places: dict[tuple[str, str | None], str] = {}
        self.partial = False

    def declare(self, key: str, iri: str | None, place: str) -> bool:
        """Note a key, and return whether it is one and new; its IRI may follow by `assign`."""
        if not _FORM.fullmatch(key):
            message = f"{key!r} is no key; write small letters, digits, `-`, `_` and `.`"
            self._problems.append(Problem(place, None, message))
            self.partial = True
            return False
        if key in self._declared:
            self._problems.append(Problem(place, None, f"{key!r} is declared twice, first at {self._declared[key]}"))
            return False
        self._declared[key] = place
        if iri is not None:
            self.assign(key, iri)
        return True

    def assign(self, key: str, iri: str) -> None:
        """Note the IRI that a declared key stands for."""
        self.iris[key] = iri
        self.places.setdefault((iri, None), self._declared[key])

    def locate(self, iri: str, fields: Mapping[str, str], place: str | None = None) -> None:
        """Note where the fields of a record stand, and the record."""
        if place is not None:
            self.places.setdefault((iri, None), place)
        for name, field_place in fields.items():
            self.places.setdefault((iri, name.replace("-", "_")), field_place)

    def place(self, iri: str, field: str | None) -> str:
        """Return the file and line of a field of a record, or of the record, or its IRI where neither is known."""
        return self.places.get((iri, field)) or self.places.get((iri, None)) or iri

    def declared(self, key: str) -> bool:
        """Return whether a key was declared, whether or not it could be read, or may have been in a file that could not."""
        return key in self._declared or self.partial

    def near(self, key: str) -> str:
        """Return a hint that names keys like one that is not there."""
        near = difflib.get_close_matches(key, self._declared, n=3)
        return f"; did you mean {', '.join(near)}?" if near else ""
