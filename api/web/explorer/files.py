"""The files of the explorer's page, read and compressed once, when the server starts."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

from fastapi import Request, Response

__all__ = ["FOLDER", "PageFile", "page_files"]

FOLDER = Path(__file__).with_name("page")
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class PageFile:
    """A file as it is sent.

    Attributes
    ----------
    plain, compressed : bytes
        What stands in it, and the same in gzip.
    tag : str
        Its entity tag: another content has another.
    """

    media_type: str
    plain: bytes
    compressed: bytes
    tag: str

    def answer(self, request: Request, **headers: str) -> Response:
        """Return the response to a request for it: nothing, where the browser has it already."""
        # A browser asks again each time, so that a page never mixes files of two versions.
        sent = {"etag": self.tag, "cache-control": "no-cache", "vary": "Accept-Encoding", "x-content-type-options": "nosniff"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        if self.tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=sent)
        if "gzip" in request.headers.get("accept-encoding", ""):
            return Response(self.compressed, headers=sent | {"content-encoding": "gzip"}, media_type=self.media_type)
        return Response(self.plain, headers=sent, media_type=self.media_type)


def page_files() -> dict[str, PageFile]:
    """Return the files by their paths below the page's folder."""
    found = (path for path in sorted(FOLDER.rglob("*")) if path.suffix in _TYPES)
    return {path.relative_to(FOLDER).as_posix(): _read(path) for path in found}


def _read(path: Path) -> PageFile:
    plain = path.read_bytes()
    tag = f'"{hashlib.sha256(plain).hexdigest()[:20]}"'
    return PageFile(_TYPES[path.suffix], plain, gzip.compress(plain, 9, mtime=0), tag)
