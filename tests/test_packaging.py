"""What is built and installed: one import name, with the data it needs, and no more loaded than is asked for."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from tests.conftest import missing

ROOT = Path(__file__).parent.parent
ROOMS = ("api", "graph", "schema", "seed_data")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
DATA_ONLY = {"cuibono.notebooks", "cuibono.seed_data"}
DATA_ROOMS = (*ROOMS, "notebooks")
NO_DATA = (".py", ".md")


def _packages_on_disk() -> set[str]:
    modules = [file for room in ROOMS for file in (ROOT / room).rglob("*.py")]
    return {"cuibono", *DATA_ONLY} | {
        ".".join(("cuibono", *file.parent.relative_to(ROOT).parts)) for file in modules if "__pycache__" not in file.parts
    }


def test_the_packages_listed_are_those_on_disk() -> None:
    assert set(PROJECT["tool"]["setuptools"]["packages"]) == _packages_on_disk()


def test_every_package_has_its_init() -> None:
    for package in _packages_on_disk() - DATA_ONLY:
        assert importlib.util.find_spec(package) is not None
        assert (ROOT.joinpath(*package.split(".")[1:]) / "__init__.py").exists() or package == "cuibono"


def test_the_version_is_told_once() -> None:
    from importlib.metadata import version

    assert version("cuibono") == PROJECT["project"]["version"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel that the source distribution builds, with nothing fetched."""
    try:
        installed = tuple(int(part) for part in importlib.metadata.version("setuptools").split(".")[:1])
    except importlib.metadata.PackageNotFoundError:
        installed = (0,)
    if installed < (77,):
        missing("setuptools 77 or later is not installed, so that no wheel can be built offline")
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    shutil.copytree(ROOT, source, symlinks=True, ignore=_no_source)
    script = "from setuptools import build_meta; import sys; print(build_meta.build_sdist(sys.argv[1]))"
    _run([sys.executable, "-c", script, str(folder)], source)
    (archive,) = folder.glob("*.tar.gz")
    shutil.unpack_archive(archive, folder / "unpacked", filter="data")
    (unpacked,) = (folder / "unpacked").iterdir()
    script = script.replace("build_sdist", "build_wheel")
    _run([sys.executable, "-c", script, str(folder)], unpacked)
    (built,) = folder.glob("*.whl")
    return zipfile.ZipFile(built)


def _no_source(folder: str, names: list[str]) -> set[str]:
    """Return what stands in a folder and is none of the project's source."""
    made = {name for name in names if name.startswith(".") or name.endswith(".egg-info") or name == "__pycache__"}
    return made | ({"build", "dist", "node_modules"} if Path(folder) == ROOT else set())


def _run(command: list[str], folder: Path) -> None:
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_the_wheel_holds_the_data(wheel: zipfile.ZipFile) -> None:
    files = (file for room in DATA_ROOMS for file in (ROOT / room).rglob("*") if file.is_file())
    found = (file for file in files if file.suffix not in NO_DATA and "__pycache__" not in file.parts)
    data = {f"cuibono/{file.relative_to(ROOT).as_posix()}": file for file in found}
    assert len(data) > 50
    assert sorted(data.keys() - set(wheel.namelist())) == []
    assert "cuibono/py.typed" in wheel.namelist()
    for name, file in data.items():
        assert wheel.read(name) == file.read_bytes()


def test_the_wheel_holds_every_module(wheel: zipfile.ZipFile) -> None:
    modules = {f"cuibono/{file.relative_to(ROOT).as_posix()}" for room in ROOMS for file in (ROOT / room).rglob("*.py")}
    assert modules <= set(wheel.namelist())


def test_the_wheel_puts_one_name_on_the_path(wheel: zipfile.ZipFile) -> None:
    top_level = {name.split("/")[0] for name in wheel.namelist()}
    assert {name for name in top_level if not name.endswith(".dist-info")} == {"cuibono"}


def test_what_was_unpacked_answers(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    wheel.extractall(tmp_path)
    script = (
        "import sys; sys.path.insert(0, sys.argv[1]); import cuibono\n"
        "assert cuibono.__file__.startswith(sys.argv[1]), cuibono.__file__\n"
        "kg = cuibono.open(); kg.build(cuibono.seed_dossier()); print(len(kg.conflicts(actor='Sam Altman')))\n"
    )
    run = subprocess.run(
        [sys.executable, "-P", "-c", script, str(tmp_path)], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (run.stdout, run.returncode) == ("1\n", 0), run.stderr


FRAMEWORKS = ("fastapi", "strawberry", "starlette", "uvicorn", "click", "rich", "networkx", "rdflib", "pyshacl", "cuibono.api")


def test_a_notebook_loads_no_web_framework() -> None:
    script = (
        "import sys, cuibono\n"
        "with cuibono.open() as kg:\n"
        "    kg.build(cuibono.seed_dossier())\n"
        "    assert kg.conflicts() and kg.beneficiaries('deepseek-50000-h100')\n"
        f"print(*(name for name in {FRAMEWORKS!r} if name in sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (run.stdout, run.returncode) == ("\n", 0), run.stderr


@pytest.mark.parametrize("module", ["build.bulk.conversion", "build.rdf.worker", "build.staging.worker"])
def test_a_process_that_parses_loads_no_graph(module: str) -> None:
    heavy = ("cuibono.graph.knowledge_graph", "numpy", "numba", *FRAMEWORKS)
    script = f"import sys, cuibono.graph.{module}\nprint(*(name for name in {heavy!r} if name in sys.modules))"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (run.stdout, run.returncode) == ("\n", 0), run.stderr


def test_every_public_name_is_there_before_it_is_used() -> None:
    script = (
        "import cuibono\n"
        "print(*sorted(set(cuibono.__all__) - set(dir(cuibono))))\n"
        "from cuibono import *\n"
        "print(*(name for name in cuibono.__all__ if globals()[name] is not getattr(cuibono, name)))\n"
        "print(hasattr(cuibono, 'closed'))"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (run.stdout, run.returncode) == ("\n\nFalse\n", 0), run.stderr


def test_what_is_missing_skips_on_a_bare_machine_and_fails_where_all_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    for flag, outcome in (("", pytest.skip.Exception), ("0", pytest.skip.Exception), ("1", pytest.fail.Exception)):
        monkeypatch.setenv("CUIBONO_CI", flag)
        with pytest.raises(outcome, match="no browser"):
            missing("no browser")
