"""GraphiQL as the page to write queries on: its files come from where whoever runs the server says, and from nowhere else.

Versions are pinned, and so are the hashes of the files: a browser runs nothing that is not the very file.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

from fastapi import FastAPI, Response

from cuibono.graph.errors import InvalidArgument

__all__ = ["add_graphiql"]

_PAGE = Path(__file__).with_name("static") / "graphiql.html"
Page = Callable[[], tuple[bytes, Mapping[bytes, bytes]]]


@dataclass(frozen=True, slots=True)
class _File:
    """A file of a package of npm, and the SHA-384 of it."""

    package: str
    version: str
    path: str
    digest: str

    @property
    def tag(self) -> str:
        """The beginning of the tag that loads it, with no address."""
        common = f'integrity="sha384-{self.digest}" crossorigin="anonymous"'
        return f'<link rel="stylesheet" {common} href=' if self.path.endswith(".css") else f"<script {common} src="


_FILES = (
    _File("graphiql", "3.9.0", "graphiql.min.css", "QMux00XgRtwRLSYIY3kw2rj1ovk5AuuliAchk+HSQbqdbGFnz9GYuqIlOqxhwCE2"),
    _File("react", "18.3.1", "umd/react.production.min.js", "DGyLxAyjq0f9SPpVevD6IgztCFlnMF6oW/XQGmfe+IsZ8TqEiDrcHkMLKI6fiB/Z"),
    _File(
        "react-dom",
        "18.3.1",
        "umd/react-dom.production.min.js",
        "gTGxhz21lVGYNMcdJOyq01Edg0jhn/c22nsx0kyqP0TxaV5WVdsSH1fSDUf5YJj1",
    ),
    _File("graphiql", "3.9.0", "graphiql.min.js", "8NGfVj4CVlqHajlZj+bPJT4thxPMHMJYn7DWK2CvtopLd02E7qsPHazniBYvVjOO"),
)


def add_graphiql(app: FastAPI, assets: str) -> Page:
    """Return what gives the page, and have an application serve the files, where they stand in a folder.

    Parameters
    ----------
    assets : str
        A base URL with the layout of unpkg, or a folder that npm has put the packages into.

    Raises
    ------
    InvalidArgument
        If it is neither, or a file is not there or another.
    """
    parts = urlsplit(assets)
    if parts.scheme in ("http", "https") and parts.netloc:
        origin = f"{parts.scheme}://{parts.netloc}"
        return _page(origin, [f"{assets.rstrip('/')}/{file.package}@{file.version}/{file.path}" for file in _FILES])
    contents = {f"{file.package}/{file.path}": _content(Path(assets), file) for file in _FILES}

    @app.get("/assets/graphiql/{path:path}", include_in_schema=False)
    async def _asset(path: str) -> Response:
        if path not in contents:
            return Response(status_code=404)
        media_type = "text/css" if path.endswith(".css") else "text/javascript"
        return Response(contents[path], media_type=media_type, headers={"cache-control": "max-age=86400"})

    return _page("", [f"assets/graphiql/{path}" for path in contents])


def _content(folder: Path, file: _File) -> bytes:
    places = (folder / "node_modules" / file.package / file.path, folder / file.package / file.path)
    found = next((place for place in places if place.is_file()), None)
    wanted = " ".join(sorted({f"{known.package}@{known.version}" for known in _FILES}))
    remedy = f"make the folder with: npm install --prefix {folder} {wanted}"
    if found is None:
        raise InvalidArgument("graphiql_assets", f"{folder} has no {file.package}/{file.path}; {remedy}")
    content = found.read_bytes()
    if base64.b64encode(hashlib.sha384(content).digest()).decode() != file.digest:
        raise InvalidArgument("graphiql_assets", f"{found} is not that of version {file.version}; {remedy}")
    return content


def _page(origin: str, addresses: list[str]) -> Page:
    tags = "\n  ".join(
        f'{file.tag}"{escape(address)}">' + ("" if file.path.endswith(".css") else "</script>")
        for file, address in zip(_FILES, addresses, strict=True)
    )
    content = _PAGE.read_text(encoding="utf-8").replace("<!-- assets -->", tags).encode()
    policy = (
        f"default-src 'none'; script-src 'self' {origin}; style-src 'self' 'unsafe-inline' {origin}; font-src data:; "
        "connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    headers = {b"content-type": b"text/html; charset=utf-8", b"content-security-policy": policy.encode(), b"vary": b"Accept"}
    return lambda: (content, headers)
