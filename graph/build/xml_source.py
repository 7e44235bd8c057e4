"""XML read as hostile: a document type, whose entities could grow without end, is refused."""

from __future__ import annotations

import re
from pathlib import Path

from cuibono.graph.errors import InvalidInput, Problem

__all__ = ["checked_xml", "read_xml"]

_PROLOG = re.compile(rb"(\s|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
_WIDE = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"<\0": "utf-16-le", b"\0<": "utf-16-be"}


def read_xml(file: Path, name: str) -> bytes:
    """Return the bytes of an XML file that declares no document type.

    Raises
    ------
    InvalidInput
        If it cannot be read, or declares one.
    """
    try:
        return checked_xml(file.read_bytes(), name)
    except OSError as error:
        raise InvalidInput([Problem(name, None, f"cannot be read: {error.strerror or error}")]) from error


def checked_xml(text: bytes, name: str) -> bytes:
    """Return XML that declares no document type.

    Raises
    ------
    InvalidInput
        If it declares one.
    """
    wide = _WIDE.get(text[:2])
    plain = text.decode(wide, errors="replace").encode() if wide else text.removeprefix(b"\xef\xbb\xbf")
    beginning = _PROLOG.match(plain)
    rest = plain[beginning.end() if beginning else 0 :]
    if rest[:9].upper() == b"<!DOCTYPE":
        message = "has a DOCTYPE, which is refused; take it out and write its entities out"
        raise InvalidInput([Problem(name, None, message)])
    return text
