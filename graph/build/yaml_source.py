"""YAML with the place of every value, read as hostile: no tags, no aliases, no repeated keys."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from cuibono.graph.errors import InvalidInput, Problem

__all__ = ["Located", "read_yaml"]

_MAXIMUM_DEPTH = 20
_NOT_ALLOWED = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_COLLECTION_TAGS = {None, "!", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"}
_SCALAR_TAGS = {f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null")}


@dataclass(frozen=True, slots=True)
class Located:
    """A value, and where it stands.

    Attributes
    ----------
    value : dict of str to Located, list of Located, str, int, float, bool or None
        Dates stay text.
    place : str
        File and line.
    written : str or None
        A single value as it stands in the file: YAML takes ``12:30`` for 750 and ``1.10`` for 1.1.
    """

    value: object
    place: str
    written: str | None = None

    def items(self) -> Iterator[tuple[str, Located]]:
        """Yield the keys and values of a mapping; nothing of anything else."""
        if isinstance(self.value, dict):
            yield from self.value.items()

    def elements(self) -> list[Located]:
        """Return the elements of a list; of a single value, that value; of nothing, nothing."""
        if isinstance(self.value, list):
            return self.value
        return [] if self.value is None else [self]


class _Loader(yaml.CSafeLoader if hasattr(yaml, "CSafeLoader") else yaml.SafeLoader):  # type: ignore[misc]
    """Reads dates as text: a partial date must not become a number or a day."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_yaml(file: Path, name: str) -> Located:
    """Return what a YAML file holds.

    Parameters
    ----------
    name : str
        What messages call the file.

    Raises
    ------
    InvalidInput
        If the file cannot be read, is not UTF-8 or not YAML, or holds an alias, a tag or a repeated key.
    """
    text = read_text(file, name)
    refused = _NOT_ALLOWED.search(text)
    if refused is not None:
        line = text[: refused.start()].count("\n") + 1
        message = f"is not YAML: it holds the character U+{ord(refused[0]):04X}; write it as an escape in quotation marks"
        raise InvalidInput([Problem(f"{name}:{line}", None, message)])
    loader = _Loader(text)
    try:
        return _Composer(loader, name).document()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        context = f", {error.context} from line {error.context_mark.line + 1} on" if error.context and error.context_mark else ""
        raise InvalidInput([Problem(f"{name}:{line}", None, f"is not YAML: {error.problem}{context}")]) from error
    finally:
        loader.dispose()


def read_text(file: Path, name: str) -> str:
    """Return the text of a file in UTF-8, line ends as they are and a byte order mark taken off.

    Raises
    ------
    InvalidInput
        If it cannot be read or is not UTF-8.
    """
    try:
        data = file.read_bytes()
    except OSError as error:
        raise InvalidInput([Problem(name, None, f"cannot be read: {error.strerror or error}")]) from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        message = f"is not UTF-8: byte 0x{data[error.start]:02x} at offset {error.start}; save the file as UTF-8"
        raise InvalidInput([Problem(f"{name}:{line}", None, message)]) from error


class _Composer:
    """Makes values of the events of a parser: PyYAML's own composer recurses in C until the process dies."""

    def __init__(self, loader: Any, name: str) -> None:
        # The stubs of PyYAML know neither its events nor those of its parser in C.
        self._loader, self._name = loader, name

    def document(self) -> Located:
        event = self._loader.get_event()
        while isinstance(event, (yaml.StreamStartEvent, yaml.DocumentStartEvent)):
            event = self._loader.get_event()
        if isinstance(event, yaml.StreamEndEvent):
            return Located(None, f"{self._name}:1")
        located = self._value(event, 0)
        self._loader.get_event()
        event = self._loader.get_event()
        if not isinstance(event, yaml.StreamEndEvent):
            raise self._refusal(event, "begins a second document; give it a file of its own")
        return located

    def _value(self, event: Any, depth: int) -> Located:
        if depth > _MAXIMUM_DEPTH:
            raise self._refusal(event, f"is nested more than {_MAXIMUM_DEPTH} deep")
        if isinstance(event, yaml.AliasEvent):
            raise self._refusal(event, f"refers to something by an alias (*{event.anchor}); write it out")
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        if event.tag not in _COLLECTION_TAGS:
            raise self._refusal(event, f"has the tag {event.tag}, which means nothing here")
        return self._mapping(event, depth) if isinstance(event, yaml.MappingStartEvent) else self._sequence(event, depth)

    def _mapping(self, start: Any, depth: int) -> Located:
        found: dict[str, Located] = {}
        while not isinstance(event := self._loader.get_event(), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent) or event.value == "<<":
                raise self._refusal(event, "has a key that is no plain word")
            if event.value in found:
                raise self._refusal(event, f"the key {event.value!r} stands here twice")
            found[event.value] = self._value(self._loader.get_event(), depth + 1)
        return Located(found, self._place(start))

    def _sequence(self, start: Any, depth: int) -> Located:
        found: list[Located] = []
        while not isinstance(event := self._loader.get_event(), yaml.SequenceEndEvent):
            found.append(self._value(event, depth + 1))
        return Located(found, self._place(start))

    def _scalar(self, event: Any) -> Located:
        tag = event.tag or self._loader.resolve(yaml.ScalarNode, event.value, event.implicit)
        if tag not in _SCALAR_TAGS:
            raise self._refusal(event, f"has the tag {tag}, which means nothing here")
        node = yaml.ScalarNode(tag, event.value, event.start_mark, event.end_mark)
        try:
            return Located(self._loader.construct_object(node), self._place(event), event.value)
        except (yaml.YAMLError, ValueError) as error:
            raise self._refusal(event, f"cannot be read: {getattr(error, 'problem', error)}") from error

    def _place(self, event: Any) -> str:
        return f"{self._name}:{event.start_mark.line + 1}"

    def _refusal(self, event: Any, message: str) -> InvalidInput:
        return InvalidInput([Problem(self._place(event), None, message)])
