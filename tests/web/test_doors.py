"""Every door: headers on every answer, secrets compared in constant time, hashing where it harms nobody."""

import ast
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from homecharge.web.edge import HASHING_PATHS
from homecharge.web.headers import PLAIN
from homecharge.web.operations import Operation
from tests.web.conftest import SignIn

ROOT = Path(__file__).parents[2]
SECRET = re.compile(r"(password|secret|token|digest|signature|csrf|sha256|api_key)s?$")
NO_SECRETS = {"group_tokens.py: changed == token", "roaming_tokens.py: changed == token"}
"""Cards as they were before a change, and after it."""
NAMED = re.compile(r"`((?:homecharge|tools|docs)/[\w/.-]+)`")


def test_every_answer_tells_browsers_what_they_may_do(app: Flask, client: FlaskClient, sign_in: SignIn) -> None:
    lacking = set()
    headers = sign_in()
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<[^>]*>", "00000000-0000-7000-8000-000000000001", rule.rule)
        if "GET" in (rule.methods or set()) and path != "/v1/events":
            answer = client.get(path, headers=headers, buffered=True)
            lacking |= {(path, name) for name in PLAIN if name not in answer.headers}
    for answer in (client.get("/nowhere"), client.post("/v1/me"), client.post("/v1/auth/login", data=b"{")):
        lacking |= {(answer.request.path, name) for name in PLAIN if name not in answer.headers}

    assert lacking == set()


def test_whatever_hashes_a_password_waits_where_nobody_else_does(app: Flask) -> None:
    hashing = {"/support/login"}
    for rule in app.url_map.iter_rules():
        operation = getattr(app.view_functions[rule.endpoint], "operation", None)
        if isinstance(operation, Operation) and operation.body is not None:
            fields = operation.body().fields
            hashing |= {rule.rule for name in fields if name.endswith("password")}

    assert hashing == HASHING_PATHS


@pytest.mark.parametrize("package", ["adapters", "domain", "gateway", "services", "web"])
def test_no_secret_is_compared_byte_by_byte(package: str) -> None:
    found = []
    for module in (ROOT / "homecharge" / package).rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Compare) and any(isinstance(each, ast.Eq | ast.NotEq) for each in node.ops):
                sides = [_name(each) for each in (node.left, *node.comparators)]
                is_value = not any(isinstance(each, ast.Constant) for each in (node.left, *node.comparators))
                if is_value and any(SECRET.search(side) for side in sides):
                    found.append(f"{module.name}: {ast.unparse(node)}")

    assert [each for each in found if each not in NO_SECRETS] == []


def _name(node: ast.expr) -> str:
    match node:
        case ast.Name():
            return node.id
        case ast.Attribute():
            return node.attr
        case ast.Call():
            return _name(node.func)
        case _:
            return ""


def test_every_file_that_the_threat_model_names_is_there() -> None:
    named = NAMED.findall((ROOT / "docs/threat-model.md").read_text(encoding="utf-8"))

    assert len(named) > 20
    assert [path for path in named if not (ROOT / path).is_file()] == []
