import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
ASSERTING = ("assert", "check", "expect", "fail", "raises", "validate")
modules = pytest.mark.parametrize(
    "module", sorted(TESTS.rglob("*.py")), ids=lambda path: path.relative_to(TESTS).as_posix()
)


@modules
def test_no_test_patches_our_own_code(module: Path) -> None:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    imported = {alias.asname or alias.name for node in _imports(tree, "homecharge") for alias in node.names}

    mocks = [ast.unparse(node) for node in _imports(tree, "unittest.mock")]
    patched = [ast.unparse(call) for call in _calls(tree) if _sets_attribute_of(call, imported | {"homecharge"})]

    assert mocks + patched == []


@modules
def test_every_test_asserts_something(module: Path) -> None:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    tests = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    ]

    assert [test.name for test in tests if not _asserts(test)] == []


def _imports(tree: ast.AST, package: str) -> Iterator[ast.Import | ast.ImportFrom]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        if any(f"{name}.".startswith(f"{package}.") for name in names):
            yield node


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _sets_attribute_of(call: ast.Call, ours: set[str]) -> bool:
    if ast.unparse(call.func) not in {"monkeypatch.setattr", "monkeypatch.delattr"} or not call.args:
        return False
    return ast.unparse(call.args[0]).strip("'\"").split(".")[0] in ours


def _asserts(test: ast.AST) -> bool:
    if any(isinstance(node, ast.Assert) for node in ast.walk(test)):
        return True
    return any(word in ast.unparse(call.func).lower() for call in _calls(test) for word in ASSERTING)
