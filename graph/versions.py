"""The versions of a graph: its store, what readers see of it, and how a commit becomes visible."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from threading import RLock
from types import TracebackType
from typing import Self
from weakref import ref

from cuibono.graph.build.loading import Commit, LoadReport, load
from cuibono.graph.build.validation import Judge, Place, record_place
from cuibono.graph.errors import refuse
from cuibono.graph.feed import Feed, Listener
from cuibono.graph.folding import Fold
from cuibono.graph.interest.engines import Engines
from cuibono.graph.model import Records, Status
from cuibono.graph.showing import remember
from cuibono.graph.snapshot.keeping import adopt, current_snapshot, keep_commit
from cuibono.graph.snapshot.records import FOLD_FROM, Snapshot
from cuibono.graph.snapshot.resolved import as_entered, resolved
from cuibono.graph.store.interface import Store
from cuibono.graph.store.withdrawn import IDENTICAL, withdrawn
from cuibono.graph.views.completion import RelationNames
from cuibono.graph.views.views import Views
from cuibono.schema import Vocabulary
from cuibono.schema.ontology import Ontology

__all__ = ["Versions", "login_name"]

_MOST_MEANWHILE = 20_000
"""Where so many changes lie over the columns while new ones are made, who commits waits for these."""


class Versions(Views):
    """Holds a store, and shows readers one consistent version of it at a time.

    Parameters
    ----------
    store : Store
        Where the statements are kept.
    vocabulary : Vocabulary
        What they may say.

    Attributes
    ----------
    watch : callable
        Gives a context for as long as the graph is read, which may take long, and in it what is told of how far that has come.
    """

    def __init__(self, store: Store, vocabulary: Vocabulary) -> None:
        self.store, self.vocabulary = store, vocabulary
        self._engines = Engines()
        self._snapshot: Snapshot | None = None
        self._feed = Feed()
        self._writing = RLock()
        self._fold: Fold | None = None
        self.watch: Callable[[], AbstractContextManager[Callable[[str], object]]] = lambda: nullcontext(lambda _: None)
        self.relations = RelationNames(vocabulary)
        self._withdrawn: tuple[int, frozenset[str]] = -1, frozenset()
        remember(self)

    @property
    def url(self) -> str:
        """What the store was opened with."""
        return self.store.url

    @property
    def version(self) -> int:
        """The number of commits so far."""
        return self.store.version

    @property
    def snapshot(self) -> Snapshot:
        """The graph as it is now; what was taken from it before does not change."""
        current = self._snapshot
        if current is not None and current.version == self.store.version:
            return current
        # While a commit is on its way, readers see what was there before and wait for nothing.
        if not self._writing.acquire(blocking=current is None):
            assert current is not None
            return current
        try:
            current = self._snapshot
            if current is None or current.version != self.store.version:
                with self.watch() as tell:
                    current = self._snapshot = resolved(current_snapshot(self.store, self.vocabulary, tell))
                self._fold_in(current)
            return current
        finally:
            self._writing.release()

    @property
    def withdrawn(self) -> frozenset[str]:
        """What is there only because two entities were made one by hand and parted again; see `cuibono.graph.store.withdrawn`.

        It is history: statements that are asked for by their status or their IRI are shown with their reasons, and all else is
        as it was before.
        """
        snapshot, known = self.snapshot, self._withdrawn
        if known[0] != snapshot.version:
            may_be = snapshot.tally().get((Status.RETRACTED, IDENTICAL))
            known = self._withdrawn = snapshot.version, withdrawn(self.store) if may_be else frozenset()
        return known[1]

    def close(self) -> None:
        """Let go of the store, and of whoever listens.

        Where columns are being made anew in the background, this waits for them; to interrupt it does no harm.
        """
        self._feed.end()
        try:
            fold = self._fold
            if fold is not None:
                fold.join()
        finally:
            with self._writing:
                self._fold = None
                self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<KnowledgeGraph {self.url} version {self.version}>"

    def listen(self, told: Callable[[], object], *, most: int = 100) -> Listener:
        """Return a listener, which is told of every commit from now on.

        Parameters
        ----------
        told : callable
            Called, from the thread that commits, whenever there is something to take; it must be quick.
        most : int
            The most commits that may wait; a listener that leaves more is told that it is lost.

        Examples
        --------
        >>> import cuibono
        >>> kg = cuibono.open()
        >>> with kg.listen(lambda: print("something was committed")) as listener:
        ...     report = kg.build(cuibono.seed_dossier())
        ...     [committed] = listener.take()
        something was committed
        >>> len(list(committed.statements())) == report.added["Statement"]
        True
        """
        return self._feed.listen(told, most)

    def _vocabulary_with(self, extensions: Iterable[Ontology]) -> Vocabulary:
        """Return the vocabulary extended once more; what is read again takes the place of what was read before."""
        again, before = list(extensions), self.vocabulary.ontology.extensions
        kept = [old for old in before if not any(old.file == new.file or old.triples == new.triples for new in again)]
        return self.vocabulary if (*kept, *again) == before else Vocabulary.extended([*kept, *again])

    def _load(
        self,
        records: Records,
        vocabulary: Vocabulary,
        agent: str | None,
        source: str | None = None,
        place: Place = record_place,
        *,
        is_all: bool = True,
        judge: Judge = refuse,
    ) -> LoadReport:
        with self._writing:
            entered = as_entered(records, self.snapshot)
            stored = self.snapshot.stored.with_vocabulary(vocabulary)
            by = agent or login_name()
            commit = load(self.store, stored, entered, agent=by, source=source, is_all=is_all, place=place, judge=judge)
            self._keep(commit)
        return commit.report

    def _keep(self, commit: Commit) -> None:
        """Show readers what was committed."""
        before = self._snapshot
        after = resolved(commit.snapshot, before, commit.records, commit.removed)
        follows = before is None or self._engines.follow(before, after, anew=self._fold is None)
        self._snapshot = after
        self.vocabulary = commit.snapshot.vocabulary
        self.relations = RelationNames(self.vocabulary)
        if before is not None:
            is_long = keep_commit(self.store, before.stored, commit.snapshot, commit.records, commit.removed)
            if before.version != after.version:
                self._feed.tell(before, after, commit.records)
            if not follows or len(after.overlay) > _MOST_MEANWHILE:
                self._take_fold()
            self._fold_in(self._snapshot, anyway=is_long and self._snapshot is after)

    # ── columns made anew ──────────────────────────────────────────────────────────────────────────────

    def _fold_in(self, shown: Snapshot, *, anyway: bool = False) -> None:
        """Begin to put what lies over the columns in columns, where that has become much."""
        changes = max(len(shown.overlay), len(shown.stored.overlay))
        if self._fold is None and (anyway or changes > FOLD_FROM):
            graph = ref(self)

            def current() -> Snapshot | None:
                known = graph()
                return None if known is None else known._snapshot

            def done(fold: Fold) -> None:
                known = graph()
                if known is not None:
                    with known._writing:
                        if known._fold is fold:
                            known._take_fold()

            self._fold = Fold(shown, self.store, self._engines, current, done)

    def _take_fold(self) -> None:
        """Show the graph over the columns made anew, with what was committed since laid over them; wait for them, if need be."""
        try:
            if self._fold is not None:
                self._take(self._fold)
        finally:
            self._fold = None

    def _take(self, fold: Fold) -> None:
        folded, current = fold.folded(), self._snapshot
        if folded is None:
            return
        is_current = current is not None and current.version == self.store.version
        after = fold.onto(folded.snapshot, current) if current is not None and is_current else None
        if current is None or after is None:
            if folded.file is not None:
                folded.file.drop()
            return
        self._engines.take(folded.engines, after)
        self._snapshot = after
        if folded.file is not None:
            adopt(self.store, folded.file, after.stored, *fold.changes(current))


def login_name() -> str:
    """Return who does something where nobody is named: the user of this process."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"
