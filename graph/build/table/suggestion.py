"""A first mapping for a table, guessed from the names and values of its columns; a person mends it."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from cuibono.graph.build.table.reading import Table
from cuibono.graph.build.table.source import TableFormat
from cuibono.graph.build.table.templates import column_reference
from cuibono.graph.dates import PartialDate
from cuibono.graph.errors import InvalidInput, InvalidValue, Problem

__all__ = ["suggested_mapping"]

_LOOKED_AT = 1_000
_DATE_FORMS = (
    "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%Y/%m/%d", "%Y%m%d", "%d %B %Y", "%B %d, %Y", "%d-%b-%Y", "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S.%f%z", "%Y-%m-%d %H:%M:%S",
)  # fmt: skip
_COMPANY = re.compile(
    r"\b(inc|corp|corporation|ltd|limited|llc|llp|plc|gmbh|ag|sa|s\.a|bv|b\.v|nv|oy|ab|as|kk|co|holdings?|group|sarl)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Guess:
    """What words in the names of two columns say of the relation between them."""

    predicate: str
    subject: str
    object: str
    subject_type: str
    object_type: str = "Company"


_PRODUCTS = r"product|software|app|tool|service|device|drug|medicine|model|brand|tracker|package|game|vessel|vehicle"
_ORGANIZED = r"company|organi[sz]ation|firm|entity|body"
_GUESSES = (
    _Guess("owns", r"owner|shareholder|parent|holder|controller", rf"owned|asset|subsidiary|issuer|{_ORGANIZED}", "Person"),
    _Guess("investsIn", r"investor|fund|backer", rf"investee|portfolio|startup|target|{_ORGANIZED}", "Company"),
    _Guess("leads", r"ceo|director|officer|chair|executive|president|leader|head|minister", rf"ministry|{_ORGANIZED}", "Person"),
    _Guess("founded", r"founder", rf"startup|{_ORGANIZED}", "Person"),
    _Guess("worksFor", r"employee|staff|lobbyist|consultant", rf"employer|client|{_ORGANIZED}", "Person"),
    _Guess(
        "memberOf",
        r"member|politician|legislator",
        rf"party|board|committee|club|group|{_ORGANIZED}",
        "Person",
        "Organization",
    ),
    _Guess(
        "supplies",
        r"supplier|vendor|contractor|seller",
        rf"customer|buyer|client|agency|{_ORGANIZED}",
        "Company",
        "Organization",
    ),
    _Guess("competesWith", r"competitor|rival", rf"competitor|rival|peer|{_ORGANIZED}", "Company"),
    _Guess("partnersWith", r"partner", rf"partner|{_ORGANIZED}", "Company"),
    _Guess(
        "restrictedBy",
        r"sanctioned|restricted|listed|target",
        r"programme|program|regulation|list|law",
        "Company",
        "Regulation",
    ),
    _Guess("develops", rf"maker|developer|manufacturer|vendor|publisher|{_ORGANIZED}", _PRODUCTS, "Company", "Product"),
)
_KINDS = (
    ("Product", _PRODUCTS),
    ("Company", r"company|firm|subsidiary|employer|issuer"),
    ("Organization", r"organi[sz]ation|body|agency|institution|ministry|party|committee|board|club"),
    ("Regulation", r"regulation|law|sanction|programme?"),
)
_SOURCES = (r"source|evidence|reference|citation|proof|filing", r"url|link|page|website|homepage", "")
_START = re.compile(r"start|from|since|begin|appointed|notified|incorporated", re.I)
_END = re.compile(r"end|until|ceased|resigned|left|\bto\b", re.I)
_DATED = re.compile(rf"{_START.pattern}|{_END.pattern}|date", re.I)
_SERIAL = re.compile(r"[1-5]\d{4}(\.\d+)?")
_SAID = re.compile(r"date|filed|published|reported", re.I)


def suggested_mapping(table: Table, base: str, form: TableFormat | None = None) -> str:
    """Return the text of a mapping file that a person can mend.

    Parameters
    ----------
    base : str
        The IRI under which the things are to stand.
    form : TableFormat, optional
        How the table is read; the mapping says so, too.

    Raises
    ------
    InvalidInput
        If the table cannot be read, or none of its first rows.
    """
    columns = _Columns(table)
    guess, subject, obj = columns.ends()
    names = _section(subject, "subject"), _section(obj, "object")
    if names[0] == names[1]:
        names = "subject", "object"
    lines = [
        f"# A first mapping for {table.name}: check each line. What is guessed may be wrong.",
        f"base: {base}",
        f"name: {re.sub(r'[^A-Za-z0-9_.-]+', '-', table.name.split('.')[0]) or 'table'}",
        *_reading(table, form or TableFormat()),
        "",
        "document:                # what is known about the table as a whole",
        f"  title: {json.dumps(table.name, ensure_ascii=False)}",
        "  # publisher: …",
        "  # retrieved: 2024-06-01",
        "",
        *columns.source(),
        "entities:",
        *columns.entity(names[0], subject, guess.subject_type, beside=obj),
        *columns.entity(names[1], obj, guess.object_type, beside=subject),
        "",
        "statements:",
        f"  - subject: {names[0]}",
        f"    predicate: {guess.predicate}      # or another relation: see `cuibono map --help` and docs/dossier.md",
        f"    object: {names[1]}",
        *columns.circumstances(guess.predicate),
    ]
    unused = columns.unused()
    if unused:
        lines += ["", "# Columns that nothing is made of yet:", *(f"#   {_template(name)}: {shown}" for name, shown in unused)]
    return "\n".join(lines) + "\n"


class _Columns:
    """The columns of a table, with some of their values."""

    def __init__(self, table: Table) -> None:
        self._names = table.columns
        self._values: dict[str, list[str]] = {name: [] for name in table.columns}
        problem: Problem | None = None
        for row in islice(table.rows(), _LOOKED_AT):
            if row.problem is not None:
                problem = problem or Problem(f"{table.name}:{row.number}", None, row.problem)
                continue
            for name, cell in row.cells.items():
                if name in self._values and isinstance(cell, str) and cell.strip():
                    self._values[name].append(cell.strip())
        if problem is not None and not any(self._values.values()):
            raise InvalidInput([problem])
        self._used: set[str] = set()

    def ends(self) -> tuple[_Guess, str, str]:
        """Return the likeliest relation, and the columns of the names at its ends."""
        named = [name for name in self._names if self._is_name(name)]
        for guess in _GUESSES:
            subjects = [name for name in named if re.search(guess.subject, name, re.I)]
            for subject in subjects:
                objects = [name for name in named if name != subject and re.search(guess.object, name, re.I)]
                if objects:
                    return guess, subject, objects[0]
        telling = [name for name in named if self._tells_things_apart(name)]
        identified = [name for name in telling if self._identifier_of(name) is not None]
        ends = list(dict.fromkeys([*identified, *telling, *named, *self._names]))[:2]
        types = (_kind_of(ends[0], "Person"), _kind_of(ends[-1], "Company"))
        return replace(_GUESSES[0], subject_type=types[0], object_type=types[1]), ends[0], ends[-1]

    def entity(self, section: str, column: str, kind: str, beside: str) -> list[str]:
        """Return the lines of an entity whose name stands in a column, beside one whose name stands in another."""
        key = self._identifier_of(column) or column
        self._used.update((column, key))
        if kind == "Person" and self._are_companies(column):
            kind = "Company"
        remark = "  # an exact identifier" if key != column else "  # an identifier would be better: names are shared and change"
        # Two registers number from one, each its own: the same number is not the same thing.
        others = self._values[self._identifier_of(beside) or beside] if beside != column else []
        shared = key != column and not set(others).isdisjoint(self._values[key])
        return [
            f"  {section}:",
            f"    type: {kind}",
            f"    key: {_template(key, before=f'{section}-' if shared else '')}{remark}",
            f"    label: {_template(column)}",
        ]

    def source(self) -> list[str]:
        """Return the lines of the document that each row names, if a column holds addresses."""
        addresses = [name for name in self._names if _most(self._values[name], lambda v: v.startswith("http"))]
        likely = (name for pattern in _SOURCES for name in addresses if re.search(pattern, name, re.I))
        column = next(likely, None)
        if column is None:
            return []
        self._used.add(column)
        optional = len(self._values[column]) < max(map(len, self._values.values()))
        return [
            "source:                  # the document that each row names",
            f"  url: {_template(column)}",
            *(["  optional: true"] if optional else []),
            "",
        ]

    def circumstances(self, predicate: str) -> list[str]:
        """Return the lines of dates and of a share."""
        lines = []
        for field, pattern in (("valid-to", _END), ("valid-from", _START), ("stated-on", _SAID)):
            for name in self._names:
                form = None if name in self._used else self._date_form(name)
                if form is not None and pattern.search(name.replace("_", " ")):
                    self._used.add(name)
                    also = [other for other in _DATE_FORMS if form and other != form and _all(self._values[name][:200], other)]
                    remark = f"  # or {' or '.join(also)}: both fit" if also else ""
                    lines.append(f"    {field}: {_template(name, f'date {form}' if form else None)}{remark}")
                    break
        if predicate in {"owns", "investsIn"}:
            lines += self._share()
        return lines

    def unused(self) -> list[tuple[str, str]]:
        """Return the columns that nothing was made of, with a value of each."""
        left = [name for name in self._names if name not in self._used]
        return [(name, (self._values[name] or ["(empty)"])[0][:60]) for name in left]

    def _share(self) -> list[str]:
        for name in self._names:
            numbers = [_number(value) for value in self._values[name]]
            known = [number for number in numbers if number is not None]
            if re.search(r"share|percent|stake|%|pct|ownership", name, re.I) and name not in self._used and known:
                self._used.add(name)
                step = "number | divide 100" if max(known) > 1 else "number"
                return ["    attributes:", f"      share: {_template(name, step)}"]
        return []

    def _is_name(self, column: str) -> bool:
        values = self._values[column]
        return (
            not re.search(r"(^|[ _-])(id|code|number|no|url|link|date|kind|type|country|address)$", column, re.I)
            and _most(values, lambda value: bool(re.search(r"[^\W\d_]", value)) and not value.startswith("http"))
            and self._date_form(column) is None
        )

    def _tells_things_apart(self, column: str) -> bool:
        """Return whether a column's values may be names: neither a few words that come again and again, nor long texts."""
        values = self._values[column]
        lengths = sorted(map(len, values))
        return len(set(values)) > len(values) / 20 and lengths[len(lengths) // 2] <= 80

    def _identifier_of(self, column: str) -> str | None:
        """Return the column that identifies what a column names, or None."""
        stem = re.sub(r"[ _-]?(name|label|title)$", "", column, flags=re.I)
        for name in self._names:
            rest = name[len(stem) :].strip(" _-").lower()
            if name.startswith(stem) and name != column and rest in {"id", "code", "number", "no", "lei", "key", "uuid"}:
                return name
        return None

    def _are_companies(self, column: str) -> bool:
        return sum(bool(_COMPANY.search(value)) for value in self._values[column]) * 2 > len(self._values[column])

    def _date_form(self, column: str) -> str | None:
        """Return how dates stand in a column, an empty text where as they should, None where there are none."""
        values = self._values[column][:200]
        if _most(values, re.compile(r"\d{4}-\d\d-\d\d").fullmatch):
            return ""
        if _most(values, _is_partial_date) and re.search(r"date|year|from|to|since|start|end|on$", column, re.I):
            return ""
        if _DATED.search(column.replace("_", " ")) and _most(values, _SERIAL.fullmatch):
            return "excel"
        return next((form for form in _DATE_FORMS if _all(values, form)), None)


def _reading(table: Table, form: TableFormat) -> list[str]:
    """Return the lines that say how the table is read, where that is not as a matter of course, and what else there is."""
    header = str(form.header) if form.header_rows == 1 else f"{form.header - form.header_rows + 1}-{form.header}"
    asked = {
        "format": form.format,
        "delimiter": form.delimiter,
        "encoding": form.encoding,
        "sheet": form.sheet,
        "header": None if header == "1" else header,
        "records": form.records,
    }
    given = [f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in asked.items() if value is not None]
    option = "sheet" if table.name.lower().endswith((".xlsx", ".xlsm")) else "records"
    others = [f"# There is more in the file: --{option} {json.dumps(name, ensure_ascii=False)}" for name in table.elsewhere]
    return [*(["table: {" + ", ".join(given) + "}"] if given else []), *others]


def _section(column: str, otherwise: str) -> str:
    """Return what an entity is called in a mapping: the name of its column, as far as that is one."""
    stem = re.sub(r"[ _-]?(name|label|title)$", "", column.strip(), flags=re.I)
    plain = unicodedata.normalize("NFKD", stem.lower()).encode("ascii", "ignore").decode()
    found = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    return found if re.fullmatch(r"[a-z][a-z0-9-]*", found) else otherwise


def _kind_of(column: str, otherwise: str) -> str:
    return next((kind for kind, pattern in _KINDS if re.search(pattern, column, re.I)), otherwise)


def _most(values: Sequence[str], test: object) -> bool:
    assert callable(test)
    return bool(values) and sum(bool(test(value)) for value in values) >= 0.9 * len(values)


def _all(values: Iterable[str], form: str) -> bool:
    known = list(values)
    try:
        for value in known:
            datetime.strptime(value, form)
    except ValueError:
        return False
    return bool(known)


def _is_partial_date(text: str) -> bool:
    try:
        PartialDate(text)
    except InvalidValue:
        return False
    return True


def _number(text: str) -> float | None:
    try:
        return float(text.strip("% ").replace(",", "."))
    except ValueError:
        return None


def _template(column: str, steps: str | None = None, before: str = "") -> str:
    return json.dumps(before + column_reference(column, steps), ensure_ascii=False)
