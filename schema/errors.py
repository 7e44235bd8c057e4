"""The root of every error that cuibono raises on purpose, and the one that an ontology can cause."""

from __future__ import annotations

__all__ = ["CuibonoError", "OntologyError"]


class CuibonoError(Exception):
    """Something that the caller can mend; the message says where and how.

    Attributes
    ----------
    code : str
        A stable name for programs, in upper snake case.
    """

    code = "CUIBONO_ERROR"


class OntologyError(CuibonoError):
    """An ontology file cannot be read, or says something that cannot be.

    Attributes
    ----------
    file : str
        The file that the error is in.
    """

    code = "INVALID_ONTOLOGY"

    def __init__(self, file: str, message: str) -> None:
        self.file = file
        super().__init__(f"{file}: {message}")
