"""RDF files as records: what cuibono wrote comes back whole, and what nothing was made of is counted.

A file is put in the order of its subjects, and read twice in it: once for what statements may be about, once for what is
said. What is held in memory does not grow with the file, but for the things of which very much is said, our own evidence in
a file of something else, and what RDF/XML and JSON-LD take to be parsed.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyoxigraph as ox

from cuibono.graph.build.rdf.declaring import Declaring, declared_terms
from cuibono.graph.build.rdf.foreign import Found, Vocabularies, described, recorded
from cuibono.graph.build.rdf.groups import Group, Line, fields_of, groups, is_node
from cuibono.graph.build.rdf.keeping import Keeping
from cuibono.graph.build.rdf.own import OwnReader
from cuibono.graph.build.rdf.parsing import parsed_quads
from cuibono.graph.build.rdf.remembering import Memory
from cuibono.graph.build.rdf.sorting import SortedLines
from cuibono.graph.build.staging.blocks import count_in
from cuibono.graph.errors import InvalidArgument, Problem
from cuibono.graph.model import Claim, Document, Entity, Proposition, Record, Records, Statement
from cuibono.graph.progress import Notice
from cuibono.graph.store.encoding import DERIVED, HISTORY, ONTOLOGY
from cuibono.schema import Vocabulary
from cuibono.schema.namespaces import CB, RDF
from cuibono.schema.ontology import Ontology

__all__ = ["RdfSource", "is_in_order", "sha256_of"]

_SORTED, _REMEMBERED = "sorted.nq", "remembered.sqlite"
_HISTORY = str(HISTORY)
_LEFT_OUT = {str(DERIVED), _HISTORY}
_DECLARED_IN = str(ONTOLOGY)
_EVENTS = {f"<{CB}{name}>" for name in ("Load", "StatusChange")}


class RdfSource:
    """What an RDF file says: a `cuibono.graph.build.staging.gathering.RowSource`, its rows the quads of each subject.

    What was counted on the way is, by predicate, of how many quads nothing was made; of ``rdf:type`` by predicate and class,
    with a space between them.

    Parameters
    ----------
    vocabulary : Vocabulary
        That of the graph.
    base : str
        The IRI under which statements and documents of other vocabularies are to stand.
    syntax : str, optional
        See `parsed_quads`.
    alignment : sequence of Ontology
        Place other vocabularies under that of the graph, by ``rdfs:subPropertyOf`` and ``rdfs:subClassOf``.
    construct : str, optional
        A SPARQL CONSTRUCT query; what it makes of the file is read in its place.
    beside : Path, optional
        A store on disk that a large file is meant for: it is put in order beside it, in files that go away by themselves;
        in memory and the folder for temporary files unless given.
    keeping : Keeping, optional
        Where it is kept in order, and what is known after the first reading; what stands there already is gone on with.

    Attributes
    ----------
    vocabulary : Vocabulary
        That of the graph, extended by terms that the file declares.
    quads : int
        How many the file has.
    history : int
        How many tell what was done to the graph that they come from.

    Raises
    ------
    InvalidInput
        If the file cannot be read or parsed, or what stands there cannot be what it is meant to be.
    InvalidArgument
        If the syntax is not known, or the query is no CONSTRUCT.
    OntologyError
        If the terms that it declares contradict the ontology.
    """

    is_partial = False
    is_portable = False
    whole: Sequence[Record] = ()

    def __init__(
        self,
        path: str | Path,
        vocabulary: Vocabulary,
        *,
        base: str,
        syntax: str | None = None,
        alignment: Sequence[Ontology] = (),
        construct: str | None = None,
        beside: Path | None = None,
        keeping: Keeping | None = None,
    ) -> None:
        file = Path(path)
        self.name, self._base, self._folder = file.name, base, beside and beside.parent
        self._named = self._done = 0
        kept = keeping or Keeping()
        in_order = kept.noted(_SORTED)
        remembered = kept.noted(_REMEMBERED) if in_order else None
        self._lines = SortedLines(self._folder, kept.path(_SORTED) if in_order else None)
        self._memory = Memory(kept.path(_REMEMBERED), is_kept=remembered is not None)
        try:
            if in_order is None:
                kept.tell("putting it in order")
                given = parsed_quads(file, syntax, vocabulary=vocabulary)
                in_order = self._put_in_order(given, vocabulary, construct, beside, kept.path(_SORTED))
                kept.note(_SORTED, **in_order)
            else:
                kept.tell(Notice(f"going on with {in_order['quads']:,} triples, which an interrupted import has put in order"))
            self.quads, self._terms = int(in_order["quads"]), set[str](in_order["terms"])
            self.vocabulary = self._extended(vocabulary) if in_order["declares"] else vocabulary
            self._document = Document(iri=f"{base}document/{quote(file.name)}", sha256=sha256_of(file), title=file.name)
            self._vocabularies = Vocabularies(self.vocabulary, alignment)
            self._own = OwnReader(self.vocabulary, file.name)
            if remembered is None:
                kept.tell("looking what it speaks of")
                remembered = {"history": self._remember()}
                kept.note(_REMEMBERED, **remembered)
            self.history = int(remembered["history"])
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let go of the files that it stands in."""
        self._lines.close()
        self._memory.close()

    # ── as a source of rows ────────────────────────────────────────────────────────────────────────────

    @property
    def table(self) -> RdfSource:
        """The file."""
        return self

    def rows(self) -> Iterator[Group]:
        """Yield the quads of each subject."""
        self._done = 0
        for group in groups(self._lines):
            self._done += len(group.lines)
            yield group

    def share(self) -> float | None:
        """Return how much was read, between 0 and 1."""
        return min(self._done / self.quads, 1.0) if self.quads else None

    @property
    def parts(self) -> Sequence[Callable[[Group, Counter[str]], Sequence[Record]]]:
        """The one reading of what is said."""
        return (self.said,)

    @property
    def position(self) -> int:
        """How many lines with names were read, of those that are left."""
        return self._named

    def begins(self, part: int, kind_of: Callable[[str], type[Record] | None], position: int = 0) -> None:  # noqa: ARG002
        """Begin to read, or go on."""
        self._named = position

    def before(self, iri: str) -> Record | None:  # noqa: ARG002
        """Return None: a file says all of a thing."""
        return None

    def merged(self, old: Record, new: Record, row: int) -> Record:  # noqa: ARG002
        """Return what two subjects say of one thing: of a statement the one that says more, with the evidence of both."""
        if not (isinstance(old, Statement) and isinstance(new, Statement)):
            return old
        longer = max(old, new, key=lambda one: (str(one.valid_to or ""), one.certainty))
        return replace(longer, evidence=(*old.evidence, *new.evidence))

    def records(self) -> tuple[Records, Counter[str]]:
        """Return all that the file says, and by predicate and class, of how many quads nothing was made."""
        found: dict[tuple[type[Record], str], Record] = {}
        unused = Counter[str]()
        self._named = 0
        for group in self.rows():
            counted = Counter[str]()
            for record in self.said(group, counted):
                key = type(record), record.iri
                found[key] = self.merged(found[key], record, 0) if key in found else record
            count_in(unused, counted)
        return Records.of(found.values()), unused

    def problems(self, reasons: Iterable[tuple[int, str]]) -> Iterator[Problem]:
        """Yield what is wrong with some subjects, by their numbers, in order."""
        subjects = groups(self._lines)
        for number, reason in reasons:
            place = next(group.iri for group in subjects if group.number == number)
            yield Problem(place or "a node without a name", None, reason)

    # ── the first reading ──────────────────────────────────────────────────────────────────────────────

    def _put_in_order(
        self, given: Iterable[ox.Quad], vocabulary: Vocabulary, construct: str | None, beside: Path | None, kept: Path | None
    ) -> dict[str, Any]:
        """Put the quads of a file in order, or what a query makes of them; return what is to be known of them."""
        count: int | None = None
        if construct is None:
            found = self._sort(given, vocabulary)
        else:
            with _constructed(given, construct, beside) as (count, made):
                found = self._sort(made, vocabulary)
        if kept is not None:
            self._lines.keep(kept)
        return {**found, "quads": sum(1 for _ in self._lines) if count is None else count}

    def _sort(self, quads: Iterable[ox.Quad], vocabulary: Vocabulary) -> dict[str, Any]:
        """Put the quads in order; return which terms they may declare, and whether they do."""
        declaring, candidates = Declaring(vocabulary), list[ox.Quad]()
        for quad in quads:
            self._lines.add(f"{quad} .\n".encode())
            if declaring.may(quad):
                candidates.append(quad)
        terms = {f"<{iri}>" for iri in declared_terms(candidates, vocabulary)}
        declares = any(str(quad.subject) in terms or quad.graph_name == ONTOLOGY for quad in candidates)
        return {"terms": sorted(terms), "declares": declares}

    def _extended(self, vocabulary: Vocabulary) -> Vocabulary:
        """Return the vocabulary with the terms that the quads declare."""
        declared = [quad for group in groups(self._lines) for quad in self._declared(group)]
        if not declared:
            return vocabulary
        own = Ontology.from_triples((quad.triple for quad in declared), self.name)
        return Vocabulary.extended([*vocabulary.ontology.extensions, own])

    def _declared(self, group: Group) -> list[ox.Quad]:
        if group.iri is None:
            return []
        if group.subject not in self._terms and all(line.graph != _DECLARED_IN for line in group.lines):
            return []
        return [quad for quad in group.quads() if group.subject in self._terms or quad.graph_name == ONTOLOGY]

    def _remember(self) -> int:
        """Remember what statements may be about, what nodes state, and where the triples of nodes without names stand.

        Returns
        -------
        int
            How many quads tell what was done to the graph that they come from.
        """
        nameless, history = SortedLines(self._folder), 0
        for group in groups(self._lines):
            history += sum(map(_of_history(group), group.lines))
            if self._own.take(group):
                continue
            own, left = self._parted(group)
            for record in own:
                if isinstance(record, (Entity, Claim, Statement)):
                    self._memory.add_end(record.iri)
                if isinstance(record, Statement):
                    self._memory.add_stated((record.subject, record.predicate, record.object), is_sure=True)
            fields = fields_of(left)
            if group.iri is None:
                for line in left:
                    nameless.add(f"{line.anonymous}\n".encode())
            elif self._vocabularies.has_class(fields):
                self._memory.add_end(group.iri)
            if (stated := self._vocabularies.reified(fields)) is not None:
                self._memory.add_stated(stated, is_sure=False)
        self._memory.add_lines(line.decode().removesuffix("\n") for line in nameless)
        nameless.close()
        self._memory.finish()
        return history

    def _parted(self, group: Group) -> tuple[Records, list[Line]]:
        """Return what a subject says of ours, and what is left of its quads."""
        own = self._own.read(group)
        # A file may leave out the graphs' names, so that triples are compared.
        ours = own.triples | {str(quad.triple) for quad in self._declared(group)}
        left = [line for line in group.lines if line.graph not in _LEFT_OUT and not (ours and line.triple in ours)]
        return own.records, left

    # ── the second reading ─────────────────────────────────────────────────────────────────────────────

    def said(self, group: Group, unused: Counter[str]) -> list[Record]:
        """Return what a subject says; count the quads that nothing was made of, by predicate.

        Raises
        ------
        InvalidInput
            If a date or a confidence is none.
        """
        own, left = self._parted(group)
        places = self._places(group, left)
        fields, found = fields_of(left), list[Record](own)
        used = set[int]()
        if group.iri is not None and (entity := self._vocabularies.entity(group.iri, fields)) is not None:
            used.update(number for number, line in enumerate(left) if described(line))
            if group.iri not in own.entities:
                found.append(entity)
        stated = self._vocabularies.reified(fields)
        if stated is not None and self._has_ends(stated):
            used.update(range(len(left)))
            lines = sorted(line.anonymous for line in left)
            found += recorded(Found(stated, fields, lines, (places(lines[0]), places(lines[-1]))), self._document, self._base)
        for number, line in enumerate(left):
            if (plain := self._vocabularies.plain(line)) is None:
                continue
            by_node = self._memory.stated(plain)
            if by_node is not True and not self._has_ends(plain):
                continue
            used.add(number)
            if by_node is None:
                place = places(line.anonymous)
                found += recorded(Found(plain, {}, (line.anonymous,), (place, place)), self._document, self._base)
        is_history = _of_history(group)
        unused.update(_meaning(line) for number, line in enumerate(left) if number not in used and not is_history(line))
        return found

    def _has_ends(self, found: Proposition) -> bool:
        return all(map(self._memory.has_end, (found[0], found[2])))

    def _places(self, group: Group, left: Sequence[Line]) -> Callable[[str], int]:
        """Return what tells where a line stands among all that are left, in order; nodes without names come last."""
        before = self._named
        if group.iri is None:
            return lambda line: before + self._memory.number(line)
        found = {line: before + number for number, line in enumerate(sorted({line.anonymous for line in left}), 1)}
        self._named += len(found)
        return found.__getitem__


def _meaning(line: Line) -> str:
    """Return what a quad is counted by where nothing is made of it: its predicate, and what it says something is."""
    is_class = line.predicate == RDF + "type" and is_node(line.object)
    return f"{line.predicate} {line.object[1:-1]}" if is_class else line.predicate


def _of_history(group: Group) -> Callable[[Line], bool]:
    """Return what tells whether a quad tells what was done to a graph; a file may leave out the names of graphs."""
    is_event = any(line.predicate == RDF + "type" and line.object in _EVENTS for line in group.lines)
    return lambda line: is_event or line.graph == _HISTORY or line.predicate == CB + "enteredFrom"


def is_in_order(keeping: Keeping) -> bool:
    """Return whether a file stands there in order, as an import that was killed has left it."""
    return keeping.noted(_SORTED) is not None


def sha256_of(file: Path) -> str:
    """Return the SHA-256 of the bytes of a file, in hexadecimal."""
    with file.open("rb") as data:
        return hashlib.file_digest(data, "sha256").hexdigest()


@contextmanager
def _constructed(quads: Iterable[ox.Quad], construct: str, beside: Path | None) -> Iterator[tuple[int, Iterator[ox.Quad]]]:
    """Give the number of quads, and what a query makes of them: in a store on disk, where one is to be beside another."""
    with ExitStack() as stack:
        if beside is None:
            store = ox.Store()
            store.extend(quads)
        else:
            # Called as what an import that was killed leaves behind, which the next one takes away.
            name = tempfile.TemporaryDirectory(dir=beside.parent, prefix=f".{beside.name}.importing-")
            store = ox.Store(stack.enter_context(name))
            store.bulk_extend(quads)
        try:
            found = store.query(construct, use_default_graph_as_union=True)
        except SyntaxError as error:
            raise InvalidArgument("construct", f"is not SPARQL: {error}") from error
        except (OSError, RuntimeError) as error:
            raise InvalidArgument("construct", f"failed: {error}") from error
        if not isinstance(found, ox.QueryTriples):
            raise InvalidArgument("construct", "is no CONSTRUCT query")
        yield len(store), (ox.Quad(triple.subject, triple.predicate, triple.object) for triple in _evaluated(found))


def _evaluated(triples: ox.QueryTriples) -> Iterator[ox.Triple]:
    try:
        yield from triples
    except (OSError, RuntimeError) as error:
        raise InvalidArgument("construct", f"failed: {error}") from error
