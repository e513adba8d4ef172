import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
IMPURE = {"asyncio", "logging", "os", "random", "time"}


def test_the_contracts_of_the_layers_are_kept() -> None:
    program = Path(sys.executable).with_name("lint-imports")  # in this process it would disable everybody's loggers
    checked = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize("module", sorted((ROOT / "homecharge/domain").rglob("*.py")), ids=lambda path: path.stem)
def test_the_domain_imports_itself_and_the_pure_part_of_the_standard_library(module: Path) -> None:
    imported = {name.removeprefix("homecharge.domain") for name in _imports(module)}

    tops = {name.partition(".")[0] for name in imported}

    assert tops <= (sys.stdlib_module_names - IMPURE) | {""}


def _imports(module: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(f"{'.' * node.level}{node.module or ''}")
    return names
