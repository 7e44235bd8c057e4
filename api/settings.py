"""What whoever runs a server may choose: one table, from which the command line and the environment are made."""

from __future__ import annotations

from dataclasses import Field, dataclass, field, fields
from typing import Any

__all__ = ["Settings", "environment_name", "setting_help", "settings"]


def _setting(default: Any, help: str, **limits: Any) -> Any:
    return field(default=default, metadata={"help": help, **limits})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How a graph is served. Each setting is an option of ``cuibono serve`` and a variable of the environment."""

    host: str = _setting("127.0.0.1", "The address to listen on; only this machine reaches the usual one.")
    port: int = _setting(8000, "The port to listen on; 0 picks a free one.", least=0, most=65_535)
    root_path: str = _setting("", "The path under which a proxy offers the server, such as /cuibono.")
    allowed_hosts: tuple[str, ...] = _setting(
        (), "A name that requests may come under, beside this machine's own; * is any. Listening beyond this machine: any."
    )
    allowed_origins: tuple[str, ...] = _setting(
        (), "Another site whose pages may ask, such as https://example.org; * is any. No other site's may, unless named."
    )
    tokens_file: str | None = _setting(None, "A file of tokens, a line each: NAME:ROLES:SHA256. Without a token nobody writes.")
    tokens: tuple[str, ...] = _setting((), "A token in the same form.")
    read_token: bool = _setting(False, "Whether reading takes a token too.")
    query_page: str = _setting(
        "plain", "The page to write queries on: a plain one, GraphiQL, or none.", choices=("plain", "graphiql", "none")
    )
    graphiql_assets: str = _setting(
        "https://unpkg.com", "Where GraphiQL comes from, if that is the page: a base URL, or a folder that npm has filled."
    )
    explorer: bool = _setting(True, "Whether there is the explorer at /, for a browser.")
    introspection: bool = _setting(True, "Whether the schema can be asked for.")
    metrics: bool = _setting(True, "Whether there is /metrics, for Prometheus.")
    log: str = _setting("text", "How requests are logged to standard error.", choices=("text", "json", "none"))
    gzip_from: int = _setting(1_000, "The least bytes that are worth compressing.", least=0)
    time_limit: float = _setting(10.0, "The most seconds that a request may take.", least=0.01, most=3_600)
    body_timeout: float = _setting(10.0, "The most seconds that a request may take to arrive.", least=0.01, most=3_600)
    maximum_body: int = _setting(1_048_576, "The most bytes that a request may have.", least=1)
    maximum_header: int = _setting(65_536, "The most bytes that the head of a request may have, its URL included.", least=1_024)
    maximum_connections: int = _setting(1_000, "The most connections at a time; further ones get a 503.", least=1)
    running: int = _setting(4, "The most requests worked on at a time, beside such as take next to nothing.", least=1, most=256)
    waiting: int = _setting(64, "The most requests that wait for their turn; further ones get a 503.", least=0)
    maximum_tokens: int = _setting(5_000, "The most names, numbers, texts and signs of a GraphQL document.", least=1)
    maximum_depth: int = _setting(24, "The most fields within each other.", least=1, most=100)
    maximum_aliases: int = _setting(100, "The most fields with an alias.", least=0)
    maximum_root_fields: int = _setting(50, "The most fields at the root.", least=1)
    maximum_directives: int = _setting(100, "The most directives.", least=0)
    maximum_streams: int = _setting(100, "The most subscriptions at a time.", least=0)
    stream_timeout: float = _setting(
        30.0, "The most seconds that a subscriber may take to read what is sent.", least=0.01, most=3_600
    )
    maximum_cost: int = _setting(500_000, "The most values that an operation may read, as far as can be told before.", least=1)


def settings() -> tuple[Field[Any], ...]:
    """Return all settings, in order."""
    return fields(Settings)


def setting_help(setting: Field[Any]) -> str:
    """Return the sentence on a setting."""
    return str(setting.metadata["help"])


def environment_name(setting: Field[Any]) -> str:
    """Return the variable of the environment that sets a setting.

    Examples
    --------
    >>> environment_name(settings()[0])
    'CUIBONO_HOST'
    """
    return f"CUIBONO_{setting.name.upper()}"
