"""Every field of every body, wrong in turn, is refused with the field named."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from marshmallow import Schema, fields

from homecharge.domain.accounts import Role
from homecharge.web.operations import Operation
from tests.web.conftest import SignIn

Path = tuple[str | int, ...]
NOBODY_MEANS = ["\u0000", {"no": "such"}, [["no such"]], -1.5, 10**19, "x" * 5000]
"""Values that are wrong for any field; each field is given those that its kind may not have."""


def _operations(app: Flask) -> Iterator[tuple[str, str, Operation]]:
    for rule in app.url_map.iter_rules():
        operation: Operation | None = getattr(app.view_functions[rule.endpoint], "operation", None)
        if operation is not None and operation.declared.get("body") is not None:
            some = dict.fromkeys(rule.arguments, "00000000-0000-7000-8000-000000000001")
            yield operation.method, app.url_map.bind("localhost").build(rule.endpoint, some), operation


def _examples(app: Flask) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for method, path, operation in _operations(app):
        for example in operation.bodies.values():
            yield method, path, example


def _given(value: object, path: Path = ()) -> Iterator[Path]:
    """The path of everything inside an example."""
    if path:
        yield path
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _given(inner, (*path, name))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _given(inner, (*path, index))


def _with(body: object, path: Path, wrong: object) -> object:
    changed = deepcopy(body)
    place: Any = changed
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = wrong
    return changed


def _wrong_for(value: object) -> list[object]:
    """What is wrong in place of `value`, whatever its schema says besides."""
    kinds = {dict: dict, list: list, str: str, int: float, float: float, bool: bool, type(None): type(None)}
    kind = kinds[type(value)]
    return [wrong for wrong in NOBODY_MEANS if not isinstance(wrong, kind) or wrong == "\u0000"]


def test_every_body_has_examples_that_are_right(app: Flask) -> None:
    for method, path, operation in _operations(app):
        assert operation.bodies, f"{method} {path} has no example"
        for example in operation.bodies.values():
            assert operation.declared["body"]().load(deepcopy(example)) is not None


def test_the_examples_of_a_body_show_every_field(app: Flask) -> None:
    for method, path, operation in _operations(app):
        shown = {name for example in operation.bodies.values() for name in example}

        assert set(_names(operation.declared["body"]())) - shown == set(), f"{method} {path}"


def _names(schema: Schema) -> list[str]:
    return [field.data_key or name for name, field in schema.load_fields.items() if not isinstance(field, fields.Raw)]


def test_every_field_of_every_body_wrong_in_turn_is_named(app: Flask, client: FlaskClient, sign_in: SignIn) -> None:
    headers = sign_in(Role.OPERATOR)
    unnamed = []

    for method, path, example in _examples(app):
        for place in _given(example):
            value: Any = example
            for step in place:
                value = value[step]
            for wrong in _wrong_for(value):
                response = client.open(path, method=method, json=_with(example, place, wrong), headers=headers)
                errors = response.get_json(force=True).get("errors", {})
                name = ".".join(map(str, place))
                if response.status_code != 422 or not any(f"{key}.".startswith(f"{name}.") for key in errors):
                    unnamed.append((method, path, name, wrong, response.status_code, errors))

    assert unnamed == []


def test_a_field_that_nobody_knows_is_named(app: Flask, client: FlaskClient, sign_in: SignIn) -> None:
    headers = sign_in(Role.OPERATOR)

    for method, path, example in _examples(app):
        body = {**example, "nobody_knows": 1}
        response = client.open(path, method=method, json=body, headers=headers)

        assert response.get_json(force=True)["errors"].keys() == {"nobody_knows"}, f"{method} {path}"


def test_a_field_that_must_be_there_is_named(app: Flask, client: FlaskClient, sign_in: SignIn) -> None:
    headers = sign_in(Role.OPERATOR)

    for method, path, operation in _operations(app):
        required = {name for name, field in operation.declared["body"]().load_fields.items() if field.required}
        response = client.open(path, method=method, json={}, headers=headers)

        errors = response.get_json(force=True).get("errors", {})
        assert required <= set(errors), f"{method} {path}"


@pytest.mark.parametrize("body", [[], "text", 1, True])
def test_a_body_that_is_no_object_is_refused(app: Flask, client: FlaskClient, sign_in: SignIn, body: object) -> None:
    headers = sign_in(Role.OPERATOR)

    for method, path, _operation in _operations(app):
        response = client.open(path, method=method, json=body, headers=headers)

        assert response.get_json(force=True)["errors"].keys() == {"body"}, f"{method} {path}"
