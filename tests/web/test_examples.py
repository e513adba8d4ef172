"""Every operation shows what is sent and answered, and every example is valid by the document that it stands in."""

from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
from flask import Flask

from homecharge.web.examples import example_of
from homecharge.web.openapi import document
from homecharge.web.schemas import Schema, only
from tests.web.test_openapi import operations

Place = tuple[str, Any, Any]
"""Where an example is, its schema and the example."""


@pytest.fixture
def described(app: Flask) -> dict[str, Any]:
    return document(app)


def resolved(described: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    """What a reference leads to."""
    while "$ref" in part:
        place: Any = described
        for step in part["$ref"].removeprefix("#/").split("/"):
            place = place[step]
        part = place
    return part


def shown(described: dict[str, Any], part: dict[str, Any]) -> list[Any]:
    """The examples of a media type or a parameter."""
    named = [resolved(described, each)["value"] for each in part.get("examples", {}).values()]
    return [each["example"] for each in (part, part["schema"]) if "example" in each] + named


def contents(described: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every body, answer and path's parameter, save answers that are any other problem."""
    for name, operation in operations(described):
        path = described["paths"][name.partition(" ")[2]]
        for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
            yield f"{name} body {media_type}", content
        for status, answer in operation["responses"].items():
            for media_type, content in resolved(described, answer).get("content", {}).items():
                if status != "default":
                    yield f"{name} {status} {media_type}", content
        for parameter in (*path.get("parameters", ()), *operation.get("parameters", ())):
            if resolved(described, parameter)["in"] == "path":
                yield f"{name} {parameter['name']}", parameter


def within(described: dict[str, Any]) -> Iterator[Place]:
    """The examples of fields, in their schemas."""
    for name, schema in described["components"]["schemas"].items():
        for field, of_field in schema.get("properties", {}).items():
            if "example" in of_field:
                yield f"{name}.{field}", of_field, of_field["example"]


def mistakes(described: dict[str, Any], places: Iterator[Place]) -> list[str]:
    found = []
    for name, schema, example in places:
        whole = {**schema, "components": {"schemas": described["components"]["schemas"]}}
        validator = jsonschema_rs.Draft202012Validator(whole, validate_formats=True)
        found += [f"{name} {'.'.join(map(str, each.instance_path))}: {each}" for each in validator.iter_errors(example)]
    return found


def test_every_body_answer_and_place_has_an_example(described: dict[str, Any]) -> None:
    assert [name for name, content in contents(described) if not shown(described, content)] == []


def test_every_example_is_valid(described: dict[str, Any]) -> None:
    places = ((name, part["schema"], each) for name, part in contents(described) for each in shown(described, part))

    assert mistakes(described, places) == []


def test_every_example_of_a_field_is_valid(described: dict[str, Any]) -> None:
    assert mistakes(described, within(described)) == []


def test_an_example_that_fits_no_field_is_named() -> None:
    class Mystery(Schema):
        EXAMPLES = only(nobody_knows=1)

    with pytest.raises(LookupError, match=r"Mystery.EXAMPLES has what its fields have not: \['nobody_knows'\]"):
        example_of(Mystery())
