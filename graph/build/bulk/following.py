"""What is noted of statements that come in, and what is derived of them, as N-Quads for the loader.

Each quad is what `entered_from` and `direct` say; their forms are taken from these once, and filled with text, as making a
million quads one by one takes longer than loading them.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from cuibono.graph.build.loading import direct
from cuibono.graph.model import Proposition
from cuibono.graph.snapshot.columns import Columns
from cuibono.graph.snapshot.strings import Strings
from cuibono.graph.store.history import entered_from
from cuibono.schema import Vocabulary

__all__ = ["derived_lines", "entered_lines"]

_AT_ONCE = 32_768
_SUBJECT, _OBJECT = "urn:subject", "urn:object"


def entered_lines(statements: Strings, source: str) -> Iterator[bytes]:
    """Yield the lines that say that a source states some statements, some thousands at a time.

    Parameters
    ----------
    statements : Strings
        Their IRIs.
    source : str
        Its IRI.
    """
    before, after = f"{entered_from(_SUBJECT, source)} .\n".split(_SUBJECT, 1)
    for first in range(0, len(statements), _AT_ONCE):
        some = statements.take(np.arange(first, min(first + _AT_ONCE, len(statements))))
        yield "".join([f"{before}{iri}{after}" for iri in some]).encode()


def derived_lines(
    columns: Columns, rows: NDArray[np.integer], vocabulary: Vocabulary, disputed: set[Proposition]
) -> Iterator[bytes]:
    """Yield the direct triples that some statements come to, some thousands at a time.

    Parameters
    ----------
    columns : Columns
        Where they stand.
    rows : array of int
        Which statements: accepted ones.
    disputed : set of propositions
        Which come to none.
    """
    of, forms = columns.statements, [_form(relation, vocabulary) for relation in columns.relations]
    for first in range(0, len(rows), _AT_ONCE):
        some = rows[first : first + _AT_ONCE]
        subjects = _ends(columns, of.subject_kind[some], of.subject[some])
        objects = _ends(columns, of.object_kind[some], of.object[some])
        lines = []
        for subject, predicate, obj in zip(subjects, of.predicate[some].tolist(), objects, strict=True):
            if disputed and (subject, columns.relations[predicate], obj) in disputed:
                continue
            between, after, is_symmetric = forms[predicate]
            lines.append(f"<{subject}{between}{obj}{after}")
            if is_symmetric and subject != obj:
                lines.append(f"<{obj}{between}{subject}{after}")
        yield "".join(lines).encode()


def _form(relation: str, vocabulary: Vocabulary) -> tuple[str, str, bool]:
    """Return what stands between subject and object, what after the object, and whether the same holds turned around."""
    quads = [f"{quad} .\n" for quad in direct((_SUBJECT, relation, _OBJECT), vocabulary)]
    _, _, rest = quads[0].partition(_SUBJECT)
    between, _, after = rest.rpartition(_OBJECT)
    return between, after, len(quads) > 1


def _ends(columns: Columns, kinds: NDArray[np.int8], rows: NDArray[np.integer]) -> list[str]:
    """Return the IRIs of ends of statements."""
    found = np.empty(len(rows), object)
    for kind, iris in enumerate((columns.entities.iri, columns.claims.iri, columns.statements.iri)):
        here = kinds == kind
        each, inverse = np.unique(rows[here], return_inverse=True)  # what much is said of is named once
        found[here] = np.array(list(iris.take(each)), object)[inverse]
    return found.tolist()
