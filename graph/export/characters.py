"""Characters that a text file should not hold as they are."""

from __future__ import annotations

import re

__all__ = ["escaped"]

# Control characters, line and paragraph separators, byte order marks, and the marks that turn the direction
# of writing: they would hide in a diff, or make it lie.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")


def escaped(text: str) -> str:
    r"""Return a text with what hides in a diff written as ``\uXXXX``; tabs and ends of lines stay.

    Examples
    --------
    >>> print(escaped("a\u202eb"))
    a\u202Eb
    """
    return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04X}", text)
