"""What the README and the pages tell a reader to type, typed."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest

import cuibono
from tests.command_line import call
from tests.tables import register, write_csv

ROOT = Path(__file__).parent.parent
PAGES = ["README.md", "docs/notebook.md", "docs/writing.md"]
NOT_IN_THE_EXAMPLE = ("cuibono merge", "cuibono serve", "cuibono notebook")
"""What is about things that the example has not, or goes on until it is stopped."""


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("page", PAGES)
def test_the_python_of_a_page_runs_from_the_first_line_to_the_last(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with cuibono.open(tmp_path / "mygraph") as made:
        made.build(cuibono.seed_dossier())
    written = blocks(page, "python")
    assert written
    with cuibono.open() as kg:
        kg.build(cuibono.seed_dossier())
        names: dict[str, Any] = {"cuibono": cuibono, "kg": kg}
        for block in written:
            exec(compile(block, page, "exec"), names)
        names["kg"].close()


def test_the_commands_of_the_readme_do_what_they_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_csv(tmp_path / "owners.csv", register(30))
    lines = [line.partition("   #")[0].strip() for block in blocks("README.md", "sh") for line in block.splitlines()]
    commands = [line for line in lines if line.startswith("cuibono ") and not line.startswith(NOT_IN_THE_EXAMPLE)]
    assert len(commands) >= 8
    for command in commands:
        done = call(*shlex.split(command)[1:])
        assert done.returncode == 0, (command, done.stderr)
    assert (tmp_path / "mygraph.ttl").stat().st_size > 0


def test_every_link_between_the_pages_leads_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("benchmarks/**/*.md"), *ROOT.glob("examples/**/*.md")]
    for page in pages:
        text = page.read_text(encoding="utf-8")
        for target in re.findall(r"\]\((?!https?:)([^)\s]+)\)", text):
            file, _, anchor = target.partition("#")
            found = (page.parent / file).resolve() if file else page
            assert found.exists(), (page.name, target)
            if anchor and found.suffix == ".md":
                heads = re.findall(r"^#+ (.*)$", found.read_text(encoding="utf-8"), re.MULTILINE)
                assert anchor in {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}, (page.name, target)
