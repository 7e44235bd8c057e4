"""What a plan raises where it leaves an operation to graphql-core's executor."""

from __future__ import annotations

__all__ = ["Refused"]


class Refused(Exception):
    """This is not for a plan to do, or would be an error whose place graphql-core must tell."""
