"""Puts examples into the API's description: of parameters, bodies, answers and problems; each one stands there once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from homecharge.domain.errors import HomechargeError, Invalid
from homecharge.web import household
from homecharge.web.components import problem
from homecharge.web.errors import MEDIA_TYPE, status_of
from homecharge.web.examples import examples_of
from homecharge.web.operations import Operation
from homecharge.web.schemas import ONLY, Schema

_JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Described:
    """An operation, where it is, and the failures of which its description tells."""

    path: str
    operation: Operation
    failures: tuple[type[HomechargeError], ...]


def add_examples(document: dict[str, Any], operations: Iterable[Described]) -> None:
    """Complete an OpenAPI document. Raises LookupError naming a field of an answer of which nothing is known."""
    shown: dict[str, Any] = {}
    for each in operations:
        path = document["paths"][each.path]
        described = path[each.operation.method.lower()]
        for parameter in (*path.get("parameters", ()), *described.get("parameters", ())):
            if parameter.get("in") == "path":
                parameter["example"] = household.FACTS[parameter["name"]]
        if bodies := each.operation.bodies:
            content = described["requestBody"]["content"][_JSON]
            content |= {"examples": {name: {"value": body} for name, body in bodies.items()}}
        _add_to_answers(described["responses"], each.operation, shown)
        _add_to_problems(described["responses"], each.failures, shown)
    document["components"]["examples"] = dict(sorted(shown.items()))


def _add_to_answers(responses: dict[str, Any], operation: Operation, shown: dict[str, Any]) -> None:
    for status in (operation.shape.status, *operation.declared.get("also", ())):
        content = responses[str(status)].get("content", {})
        for media_type, described in content.items():
            if media_type == _JSON and operation.shape.schema is not None:
                wanted = operation.declared.get("shows")
                described["examples"] = _named(_name_of(described["schema"]), operation.shape.schema, wanted, shown)
            elif sample := operation.declared.get("samples", {}).get(media_type):
                described["example"] = sample


def _name_of(schema: Mapping[str, Any]) -> str:
    name: str = schema["$ref"]
    return name.rpartition("/")[2]


def _named(name: str, schema: Schema, wanted: Iterable[str] | None, shown: dict[str, Any]) -> dict[str, Any]:
    examples = examples_of(schema)
    places = {}
    for each in wanted or examples:
        key = name if each == ONLY else f"{name}.{each}"
        shown[key] = {"value": examples[each]}
        places[each] = {"$ref": f"#/components/examples/{key}"}
    return places


def _add_to_problems(responses: dict[str, Any], kinds: Iterable[type[HomechargeError]], shown: dict[str, Any]) -> None:
    by_status: dict[str, dict[str, Any]] = {}
    for kind in kinds:
        status = status_of(kind)
        key = f"Problem.{kind.__name__}"
        shown[key] = {"summary": kind.title, "value": problem(status, kind.code, kind.title, **_more(kind))}
        by_status.setdefault(str(status.value), {})[kind.code] = {"$ref": f"#/components/examples/{key}"}
    for status_code, examples in by_status.items():
        content = responses[status_code]["content"]
        responses[status_code]["content"] = {MEDIA_TYPE: {**content[MEDIA_TYPE], "examples": examples}}


def _more(kind: type[HomechargeError]) -> dict[str, Any]:
    return {"errors": {"name": ["Missing data for required field."]}} if issubclass(kind, Invalid) else {}
