"""An app that is written in TypeScript gets its types from the document, and they say what the contract says."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.node_packages import install

CLIENT = Path(__file__).parent / "client"
DOCUMENT = Path(__file__).parents[2] / "openapi" / "homecharge.json"
FREE = {
    *("AuditEntry", "Charger", "Command", "CommandBody", "FollowUp", "HomeCharger", "Message", "NewCharger"),
    "ScheduleBehind",
}
"""Schemas with something that the contract leaves open: what OCPP says, and what a charger can do."""

HANDED_OVER = "Exported"
"""What a person is handed of what is held about them, some of it just as it is kept."""


@pytest.fixture(scope="session")
def types(node: str) -> Path:
    """The types of the committed document; several processes make the same ones."""
    install(CLIENT)
    path, own = CLIENT / "homecharge.d.ts", CLIENT / f"homecharge.{os.getpid()}.d.ts"
    program = [node, "node_modules/openapi-typescript/bin/cli.js", str(DOCUMENT), "--default-non-nullable=false"]
    made = subprocess.run([*program, "-o", own.name], check=False, cwd=CLIENT, capture_output=True, text=True)
    assert made.returncode == 0, made.stderr
    return own.replace(path)


def test_an_app_that_uses_the_types_compiles_and_its_mistakes_do_not(node: str, types: Path) -> None:
    program = [node, "node_modules/typescript/bin/tsc", "--project", "."]
    compiled = subprocess.run(program, check=False, cwd=types.parent, capture_output=True, text=True)

    assert (compiled.returncode, compiled.stdout) == (0, "")


def test_no_type_is_open_that_the_contract_closes(types: Path) -> None:
    schemas = types.read_text(encoding="utf-8").partition("    schemas: {\n")[2].partition("\n    };\n")[0]
    each = re.split(r"^        (\w+): ", schemas, flags=re.MULTILINE)[1:]
    by_name = dict(zip(each[::2], each[1::2], strict=True))

    assert "Session" in by_name
    free = {name for name, text in by_name.items() if re.search(r": unknown;|Record<string, never>", text)}
    assert {name for name in free if not name.startswith(HANDED_OVER)} == FREE
