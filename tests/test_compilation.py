"""Parts of compiled functions are called by compiled functions only: Python has no way in, and would crash."""

from __future__ import annotations

import ast
from pathlib import Path

GRAPH = Path(__file__).parent.parent / "graph"
PARTS = {"compiled_part", "inlined_part"}
COMPILED = PARTS | {"compiled", "njit"}


def names(nodes: list[ast.expr]) -> set[str]:
    return {found.id for node in nodes for found in ast.walk(node) if isinstance(found, ast.Name)}


def test_no_python_calls_a_part() -> None:
    texts = {file: file.read_text() for file in sorted(GRAPH.rglob("*.py"))}
    rooms = {file.parent for file, text in texts.items() if "cuibono.graph.compilation" in text}
    trees = {file: ast.parse(text) for file, text in texts.items() if file.parent in rooms or "interest.steps" in text}
    functions = {file: [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)] for file, tree in trees.items()}
    parts = {file: {node.name for node in found if names(node.decorator_list) & PARTS} for file, found in functions.items()}
    assert {"_walk_all", "_listed", "offer"} <= set().union(*parts.values())

    wrong = []
    for file, tree in trees.items():
        imported = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module is not None:
                source = GRAPH.joinpath(*node.module.removeprefix("cuibono.graph.").split(".")).with_suffix(".py")
                imported |= parts.get(source, set()) & {alias.name for alias in node.names}
        for function in functions[file]:
            if not names(function.decorator_list) & COMPILED:
                used = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)} & (parts[file] | imported)
                wrong += [f"{file.name}: {function.name} uses {name}" for name in sorted(used)]
    assert not wrong
