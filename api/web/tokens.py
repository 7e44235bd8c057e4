"""Bearer tokens: who has which, and what they may do.

A file holds only hashes. A token is 256 random bits, so that a plain SHA-256 tells nothing of it.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from cuibono.api.graphql.principal import ANYBODY, Principal, Role, Unauthenticated
from cuibono.api.settings import Settings
from cuibono.graph.errors import InvalidArgument, InvalidInput, Problem

__all__ = ["Tokens", "new_token", "token_line"]

_NAME = re.compile(r"[^:\s]([^:\n]*[^:\s])?")
_LINE = re.compile(rf"(?P<name>{_NAME.pattern}):(?P<roles>[^:]*):(?P<hash>[0-9A-Fa-f]{{64}})")
_ROLES = tuple(role.value for role in Role)
_REMEDY = "make one with: cuibono token NAME --role ROLE"


def new_token() -> str:
    """Return a token that nobody has."""
    return f"cuibono_{secrets.token_urlsafe(32)}"


class Tokens:
    """The tokens of a server, by the hash of each.

    Parameters
    ----------
    principals : mapping of str to Principal
        Whose token has which hash.
    """

    def __init__(self, principals: Mapping[str, Principal]) -> None:
        self._principals = {bytes.fromhex(digest): principal for digest, principal in principals.items()}

    def __len__(self) -> int:
        return len(self._principals)

    @classmethod
    def configured(cls, settings: Settings) -> Tokens:
        """Return the tokens that settings name.

        Raises
        ------
        InvalidInput
            If their file cannot be read, or is not as it should be; with every problem.
        """
        lines = [(f"tokens: {entry[:40]!r}", entry) for entry in settings.tokens]
        if settings.tokens_file is not None:
            lines += _file_lines(settings.tokens_file)
        return cls(_read(lines))

    def principal(self, authorization: str | None) -> Principal:
        """Return who sends an ``Authorization`` header.

        Raises
        ------
        Unauthenticated
            If it has no token that is known. How near another token comes cannot be told by the time that takes.
        """
        if authorization is None:
            return ANYBODY
        scheme, _, token = authorization.strip().partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise Unauthenticated("send the header Authorization: Bearer, with a token")
        digest = hashlib.sha256(token.strip().encode()).digest()
        found = None
        for known, principal in self._principals.items():
            if hmac.compare_digest(known, digest):
                found = principal
        if found is None:
            raise Unauthenticated("the token is not one of this server's")
        return found


def token_line(name: str, roles: Sequence[Role], token: str) -> str:
    """Return the line by which a server knows a token.

    Raises
    ------
    InvalidArgument
        If the name cannot stand in such a line.

    Examples
    --------
    >>> token_line("ada", [Role.EDITOR, Role.REVIEWER], "a token")[:30]
    'ada:editor+reviewer:e3316e2baf'
    """
    if not _NAME.fullmatch(name) or not name.isprintable():
        raise InvalidArgument("name", f"is {name!r}; give one without a colon, spaces around it or control characters")
    return f"{name}:{'+'.join(sorted(role.value for role in roles))}:{hashlib.sha256(token.encode()).hexdigest()}"


def _read(lines: Iterable[tuple[str, str]]) -> dict[str, Principal]:
    """Return whose token has which hash, from lines with their places."""
    problems: list[Problem] = []
    found: dict[str, Principal] = {}
    for place, line in lines:
        parsed = _LINE.fullmatch(line.strip())
        unknown = [role for role in parsed["roles"].split("+") if role not in _ROLES] if parsed else []
        if parsed is None:
            problems.append(Problem(place, None, f"must be NAME:ROLES:SHA256; {_REMEDY}"))
        elif unknown:
            problems.append(Problem(place, "roles", f"{unknown[0]!r} is none; there are {', '.join(_ROLES)}, joined by +"))
        elif parsed["hash"].lower() in found:
            problems.append(Problem(place, None, f"has the token of {found[parsed['hash'].lower()].name}; {_REMEDY}"))
        else:
            found[parsed["hash"].lower()] = Principal(parsed["name"], frozenset(map(Role, parsed["roles"].split("+"))))
    if problems:
        raise InvalidInput(problems)
    return found


def _file_lines(file: str) -> Iterator[tuple[str, str]]:
    try:
        text = Path(file).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput([Problem(file, None, f"cannot be read: {error}")]) from error
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not line.lstrip().startswith("#"):
            yield f"{file}:{number}", line
