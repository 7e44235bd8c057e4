"""Small dossiers on disk."""

from __future__ import annotations

from pathlib import Path

BASE = "https://example.org/"
ARTICLE = "Ada leads Acme. Acme competes with Bolt. Ada praises Bolt. Bob says that Ada does not lead Acme."
THINGS = """\
entities:
  ada: {type: Person, label: Ada}
  bob: {type: Person, label: Bob}
  acme: {type: Company, label: Acme}
  bolt: {type: Company, label: Bolt}
"""
LEADS = "- {subject: ada, predicate: leads, object: acme, basis: verbatim, quote: Ada leads Acme}\n"
COMPETES = "- {subject: acme, predicate: competesWith, object: bolt, basis: verbatim, quote: Acme competes with Bolt}\n"
PRAISES = "- {subject: ada, predicate: endorses, object: bolt, basis: verbatim, quote: Ada praises Bolt}\n"


def write_dossier(
    folder: Path, *statements: str, things: str = THINGS, article: str = ARTICLE, base: str = BASE, settings: str = ""
) -> Path:
    """Write a dossier of one article, or write it anew, and return its folder."""
    (folder / "documents").mkdir(parents=True, exist_ok=True)
    (folder / "dossier.yaml").write_text(f"name: {folder.name}\nbase: {base}\n{settings}", encoding="utf-8")
    (folder / "documents" / "article.txt").write_text(article, encoding="utf-8")
    (folder / "things.yaml").write_text(things, encoding="utf-8")
    (folder / "statements.yaml").write_text("statements:\n" + "".join(statements), encoding="utf-8")
    return folder
