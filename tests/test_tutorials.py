"""The tutorials run from the first cell to the last, and `cuibono notebook` puts them where they can be opened."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any
from unittest import mock

import matplotlib.font_manager
import nbformat
import pytest
from nbclient import NotebookClient

import cuibono
from tests.command_line import errors, output

FOLDER = Path(cuibono.__file__).parent / "notebooks"
TUTORIALS = sorted(FOLDER.glob("*.ipynb"))
assert matplotlib.font_manager, "imported here, so that it looks for fonts now: where that takes long, it warns in a notebook"
PARAMETERS: dict[str, dict[str, Any]] = {"3-a-million-statements": {"STATEMENTS": 5_000}}


def executed(path: Path, folder: Path) -> nbformat.NotebookNode:
    """Return a tutorial after all its cells have run, those tagged ``parameters`` with values for a test."""
    book = nbformat.read(path, as_version=4)
    for cell in book.cells:
        if "parameters" in cell.metadata.get("tags", []):
            cell.source = "\n".join(f"{name} = {value!r}" for name, value in PARAMETERS[path.stem].items())
    resources = {"metadata": {"path": str(folder)}}
    NotebookClient(book, kernel_name="python3", timeout=600, startup_timeout=600, resources=resources).execute()
    return book


@pytest.mark.slow
@pytest.mark.parametrize("path", TUTORIALS, ids=lambda path: path.stem)
def test_a_tutorial_runs(path: Path, tmp_path: Path) -> None:
    book = executed(path, tmp_path)
    outputs = [output for cell in book.cells if cell.cell_type == "code" for output in cell.outputs]
    assert not [output for output in outputs if output.output_type == "error"]
    assert not [output for output in outputs if output.get("name") == "stderr"]
    shown = {kind for output in outputs for kind in output.get("data", {})}
    assert {"text/html", "image/png"} <= shown


def test_there_are_three_tutorials_without_outputs() -> None:
    assert len(TUTORIALS) == 3
    for path in TUTORIALS:
        book = nbformat.read(path, as_version=4)
        nbformat.validate(book)
        assert book.cells[0].source.startswith("# ")
        assert not any(cell.get("outputs") or cell.get("execution_count") for cell in book.cells)


def test_the_command_copies_them_and_opens_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "tutorials"
    assert "3 copied" in output("notebook", folder, "--no-open")
    assert {path.name for path in folder.iterdir()} == {path.name for path in TUTORIALS}
    (folder / TUTORIALS[0].name).write_text("mine", encoding="utf-8")
    assert "keeps 3 that are there" in output("notebook", folder, "--no-open")
    assert (folder / TUTORIALS[0].name).read_text(encoding="utf-8") == "mine"


def test_without_jupyter_the_error_names_the_extra(tmp_path: Path) -> None:
    with mock.patch.dict(sys.modules, {"jupyterlab": None}):
        (error,) = errors("notebook", tmp_path / "tutorials")
    assert "pip install 'cuibono[notebook]'" in error
    assert len(list((tmp_path / "tutorials").iterdir())) == 3
