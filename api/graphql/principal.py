"""Who asks, and what they may do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from cuibono.graph.errors import CuibonoError

__all__ = ["ANYBODY", "Forbidden", "Principal", "Role", "Unauthenticated"]


class Role(Enum):
    """What somebody may do beside reading, which every role includes."""

    READER = "reader"
    REVIEWER = "reviewer"
    EDITOR = "editor"


class Unauthenticated(CuibonoError):
    """Nobody knows who asks, and what is asked for is not for everybody."""

    code = "UNAUTHENTICATED"


class Forbidden(CuibonoError):
    """Whoever asks may not do it."""

    code = "FORBIDDEN"


@dataclass(frozen=True, slots=True)
class Principal:
    """Somebody who asks.

    Attributes
    ----------
    name : str or None
        Under which the history notes what they do; None for somebody unknown.
    roles : frozenset of Role
        What they may do.

    Examples
    --------
    >>> Principal("Ada", frozenset({Role.REVIEWER})).may(Role.EDITOR)
    False
    """

    name: str | None
    roles: frozenset[Role]

    def may(self, role: Role) -> bool:
        """Return whether they have a role; each includes that of a reader."""
        return role in self.roles or (role is Role.READER and bool(self.roles))

    def require(self, role: Role) -> str:
        """Return their name, if they have a role.

        Raises
        ------
        Unauthenticated
            If nobody knows who they are.
        Forbidden
            If they are known and do not have the role.
        """
        if self.name is None:
            raise Unauthenticated(
                f"this takes the role {role.value!r}: send the header Authorization: Bearer with a token that has it"
            )
        if not self.may(role):
            held = ", ".join(sorted(role.value for role in self.roles)) or "none"
            raise Forbidden(f"this takes the role {role.value!r}; the token of {self.name} has: {held}")
        return self.name


ANYBODY = Principal(None, frozenset({Role.READER}))
