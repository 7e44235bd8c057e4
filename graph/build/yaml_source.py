"""YAML with the place of every value, read as hostile: no tags, no aliases, no repeated keys."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from cuibono.graph.errors import InvalidInput, Problem

__all__ = ["Located", "read_yaml"]

_MAXIMUM_DEPTH = 20


@dataclass(frozen=True, slots=True)
class Located:
    """A value, and where it stands.

    Attributes
    ----------
    value : dict of str to Located, list of Located, str, int, float, bool or None
        Dates stay text.
    place : str
        File and line.
    """

    value: object
    place: str

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
    try:
        loader = _Loader(text)
        try:
            node = loader.get_single_node()
            return _located(loader, node, name, 0, set()) if node is not None else Located(None, f"{name}:1")
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise InvalidInput([Problem(f"{name}:{line}", None, f"is not YAML: {error.problem}")]) from error
    except (yaml.YAMLError, RecursionError) as error:
        raise InvalidInput([Problem(name, None, f"is not YAML: {error}")]) from error


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


def _located(loader: yaml.SafeLoader, node: yaml.Node, name: str, depth: int, seen: set[int]) -> Located:
    place = f"{name}:{node.start_mark.line + 1}"

    def refuse(message: str) -> InvalidInput:
        return InvalidInput([Problem(place, None, message)])

    if depth > _MAXIMUM_DEPTH:
        raise refuse(f"is nested more than {_MAXIMUM_DEPTH} deep")
    if id(node) in seen:
        raise refuse("is referred to by an alias (*name); write it out")
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Located] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if not isinstance(key_node, yaml.ScalarNode) or key_node.tag == "tag:yaml.org,2002:merge":
                raise refuse("has a key that is no plain word")
            if key in found:
                raise InvalidInput(
                    [Problem(f"{name}:{key_node.start_mark.line + 1}", None, f"the key {key!r} stands here twice")]
                )
            found[key] = _located(loader, value_node, name, depth + 1, seen)
        return Located(found, place)
    if isinstance(node, yaml.SequenceNode):
        return Located([_located(loader, element, name, depth + 1, seen) for element in node.value], place)
    if not node.tag.startswith("tag:yaml.org,2002:"):
        raise refuse(f"has the tag {node.tag}, which means nothing here")
    try:
        return Located(loader.construct_object(node), place)
    except (yaml.YAMLError, ValueError) as error:
        raise refuse(f"cannot be read: {getattr(error, 'problem', error)}") from error
