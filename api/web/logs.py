"""The log as lines for people and for programs."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import orjson

__all__ = ["logging_as"]


@contextmanager
def logging_as(form: str) -> Iterator[None]:
    """Have what the server logs go to standard error while the block runs.

    Parameters
    ----------
    form : str
        ``text``, ``json`` or ``none``.
    """
    if form == "none":
        yield
        return
    log, handler = logging.getLogger("cuibono"), logging.StreamHandler()
    handler.setFormatter(_JsonLines() if form == "json" else _TextLines())
    before = log.level, log.propagate
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    log.propagate = False
    try:
        yield
    finally:
        log.removeHandler(handler)
        log.setLevel(before[0])
        log.propagate = before[1]


def _facts(record: logging.LogRecord) -> Mapping[str, Any]:
    at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {"time": at, "level": record.levelname.lower(), "event": record.getMessage(), **getattr(record, "facts", {})}


class _JsonLines(logging.Formatter):
    """A JSON object a line; a traceback is a text in it."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        facts = dict(_facts(record))
        if record.exc_info:
            facts["traceback"] = self.formatException(record.exc_info)
        return orjson.dumps(facts, default=str).decode()


class _TextLines(logging.Formatter):
    """``name=value`` pairs, one line each; what has a space or a control character in it is quoted."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record, and its traceback below it."""
        line = " ".join(f"{name}={_quoted(str(value))}" for name, value in _facts(record).items())
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


def _quoted(text: str) -> str:
    plain = text.isprintable() and not any(sign in text for sign in ' "=')
    return text if plain else json.dumps(text)
