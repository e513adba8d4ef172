"""The API's description: what flask-smorest knows of bodies and answers, and what every operation has besides."""

import re
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from itertools import groupby
from typing import Any

import orjson
from flask import Flask

from homecharge.domain.errors import Forbidden, HomechargeError, Invalid, NotFound, Stale, Unauthenticated
from homecharge.services.access_tokens import REFUSALS
from homecharge.services.idempotency import FirstStillRunning, KeyReused
from homecharge.web.auth import PUBLIC, SIGNED_IN
from homecharge.web.components import (
    HEADERS,
    MADE,
    PARAMETERS,
    PROBLEM,
    PROBLEM_CONTENT,
    RESPONSES,
    SAID_BESIDES,
    UNREAD,
    header,
)
from homecharge.web.errors import status_of
from homecharge.web.links import Links, Place
from homecharge.web.openapi_examples import Described, add_examples
from homecharge.web.operations import Area, Operation

_DOCUMENT = "homecharge.openapi"
_PARAMETER = re.compile(r"<(?:[^:<>]+:)?([^<>]+)>")
_CHANGES = frozenset({"PUT", "PATCH", "DELETE"})
_DESCRIPTION = """\
The backend of a home-charger driver app: every scheduled charge ends in exactly one recorded outcome, and every charge
that did not happen says why.

**Errors** are problem documents (RFC 9457) with a stable `code`; `detail` may be shown to people. Besides the ones
named with each operation, any request may be answered 405, 500, or 503 with `Retry-After`.

**Repeating a POST** is safe with an `Idempotency-Key`: for 24 hours the same request is told the first one's answer,
with `Idempotency-Replayed: true` and without secrets (`secret_omitted: true`).

**ETags** are revisions of what can be edited; figures that change by themselves leave them alone.

**Languages.** What is said of charges, cards, schedules and plans is in English, German, French or Dutch: the first
range of `Accept-Language` that is one of these, else the account's `locale`, else English. `Content-Language` says
which. Problems are in English.

**Lists** are pages: follow `next_cursor` until it is null.
"""


def options(version: str) -> dict[str, Any]:
    """What flask-smorest is told of the document as a whole."""
    return {
        "title": "Homecharge",
        "version": version,
        "openapi_version": "3.1.0",
        "info": {"description": _DESCRIPTION},
        "servers": [{"url": "/"}],
    }


def render(app: Flask) -> str:
    """The document of this application as JSON text, in a stable order."""
    return orjson.dumps(document(app), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()


def document(app: Flask) -> dict[str, Any]:
    """The OpenAPI 3.1 document, made when it is first asked for: few who start want it."""
    known: dict[str, Any] | None = app.extensions.get(_DOCUMENT)
    if known is None:
        known = app.extensions[_DOCUMENT] = _document(app)
    return known


def _document(app: Flask) -> dict[str, Any]:
    api = app.extensions["flask-smorest"]["apis"][""]["ext_obj"]
    for area in app.blueprints.values():
        if isinstance(area, Area):
            area.register_views_in_doc(api, app, api.spec, name=area.name, parameters=None)
            api.spec.tag({"name": area.name, "description": area.description})
    found: dict[str, Any] = orjson.loads(orjson.dumps(api.spec.to_dict()))
    components = found["components"]
    components |= {"responses": RESPONSES, "parameters": PARAMETERS, "headers": HEADERS}
    components["schemas"] = dict(sorted({**components["schemas"], "Problem": PROBLEM}.items()))
    components["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
    places = [Place(*each) for each in operations(app)]
    links = Links(places)
    for place in places:
        described = found["paths"][place.path][place.operation.method.lower()]
        _complete(described, place.path, place.operation_id, place.operation)
        _link(described["responses"], links.of(place))
    found["paths"] = dict(sorted(found["paths"].items()))
    components["schemas"] = _settled(components["schemas"], found["paths"])
    for (schema, *_), name in api.ma_plugin.converter.refs.items():
        if name in components["schemas"] and (kinds := getattr(schema, "told_apart_by", None)):
            components["schemas"][name] = kinds.described(components["schemas"][name])
    add_examples(found, [Described(path, each, tuple(_failures(path, each))) for path, _, each in operations(app)])
    return found


def _settled(schemas: dict[str, Any], paths: dict[str, Any]) -> dict[str, Any]:
    """The schemas that are used, closed where they are sent to us and open where we answer: additions break nobody.

    A secret is not in every answer: a replay leaves it out.
    """
    named = _named(paths, schemas)
    used = {name: schema for name, schema in schemas.items() if name in named}
    bodies = [part["requestBody"] for path in paths.values() for part in path.values() if "requestBody" in part]
    for name in used.keys() - _named(bodies, schemas):
        used[name].pop("additionalProperties", None)
        told_once = {field for field, schema in used[name].get("properties", {}).items() if "x-secret" in schema}
        if told_once:
            used[name]["required"] = [field for field in used[name]["required"] if field not in told_once]
    return used


def _named(value: Any, schemas: dict[str, Any]) -> set[str]:  # noqa: ANN401 - any JSON document
    """The names of the schemas that a part of the document refers to, and those that these refer to."""
    found: set[str] = set()
    waiting = [value]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            name = str(part.get("$ref", "")).removeprefix("#/components/schemas/")
            if name in schemas.keys() - found:
                found.add(name)
                waiting.append(schemas[name])
            waiting.extend(part.values())
        elif isinstance(part, list):
            waiting.extend(part)
    return found


def operations(app: Flask) -> Iterator[tuple[str, str, Operation]]:
    """The path as OpenAPI spells it, the id and the declaration of every operation."""
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        operation = getattr(view, "operation", None)
        if operation is not None:
            yield _PARAMETER.sub(r"{\1}", rule.rule), re.sub(r"\W", "_", rule.endpoint), operation


def _complete(described: dict[str, Any], path: str, operation_id: str, operation: Operation) -> None:
    """Add to one operation what holds for all operations like it."""
    described["operationId"] = operation_id
    described["security"] = [] if operation.access is PUBLIC else [{"bearer": []}]
    if accepted := operation.declared.get("accepts"):
        content = {media_type: {"schema": schema} for media_type, schema in accepted.items()}
        described["requestBody"] = {"required": True, "content": content}
    elif operation.body is not None and "requestBody" in described:
        described["requestBody"]["required"] = any(field.required for field in operation.body().fields.values())
    described.setdefault("parameters", []).extend(
        {"$ref": f"#/components/parameters/{name}"} for name in _parameters(operation)
    )
    responses = described["responses"]
    responses.pop("422", None)
    _complete_answers(responses, operation)
    failures = sorted(_failures(path, operation), key=lambda kind: (status_of(kind), kind.code))
    for status, kinds in groupby(failures, key=status_of):
        responses[str(status.value)] = _problem_response(kinds, status)
    if operation.takes_body:
        responses |= {code: {"$ref": f"#/components/responses/{name}"} for code, name in UNREAD.items()}
    responses["default"] = {"description": "Any other problem.", "content": PROBLEM_CONTENT}
    described["responses"] = dict(sorted(responses.items()))


def _complete_answers(responses: dict[str, Any], operation: Operation) -> None:
    """Add headers, media types and 304 to the answers that are no problems."""
    if operation.shape.media_type is not None and operation.shape.schema is None:
        one_of = operation.shape.media_type.split(", ")
        schema = operation.declared.get("event", {"type": "string"})
        content = {media_type: {"schema": schema} for media_type in one_of}
        responses[str(operation.shape.status)]["content"] = content
    for status, response in responses.items():
        if operation.shape.has_etag:
            response.setdefault("headers", {})["ETag"] = header("ETag")
        if status in MADE and operation.shape.schema is not None:
            response.setdefault("headers", {})["Location"] = header("Location")
    if operation.shape.has_etag and operation.method == "GET":
        headers = {"ETag": header("ETag")}
        responses["304"] = {"description": "Still the revision of `If-None-Match`.", "headers": headers}


def _parameters(operation: Operation) -> Iterator[str]:
    if operation.method == "POST":
        yield "IdempotencyKey"
    if operation.method in _CHANGES:
        yield "IfMatch"
    if operation.method == "GET" and operation.shape.has_etag:
        yield "IfNoneMatch"


def _failures(path: str, operation: Operation) -> Iterator[type[HomechargeError]]:
    yield from operation.declared.get("refuses", ())
    if operation.access is not PUBLIC:
        yield from (Unauthenticated, *REFUSALS)
    if operation.access not in {PUBLIC, SIGNED_IN}:
        yield Forbidden
    if "{" in path and NotFound not in operation.declared.get("refuses", ()):
        yield NotFound
    if operation.method in _CHANGES:
        yield Stale
    if operation.method == "POST":
        yield from (KeyReused, FirstStillRunning)
    if operation.takes_body or "query" in operation.declared:
        yield Invalid


def refusals(app: Flask) -> Mapping[type[HomechargeError], list[str]]:
    """The operations that may answer each kind of failure, as `GET /v1/me`, in the order of their paths."""
    found: dict[type[HomechargeError], list[str]] = {}
    for path, _, operation in sorted(operations(app), key=lambda each: each[0]):
        for kind in dict.fromkeys(_failures(path, operation)):
            found.setdefault(kind, []).append(f"{operation.method} {path}")
    return found


def _link(responses: dict[str, Any], links: Mapping[str, Any]) -> None:
    for status, response in responses.items():
        if links and status.startswith("2"):
            response["links"] = links


def _problem_response(kinds: Iterator[type[HomechargeError]], status: HTTPStatus) -> dict[str, Any]:
    words = [f"`{kind.code}`: {kind.title}." for kind in dict.fromkeys(kinds)]
    described: dict[str, Any] = {"description": "\n".join(words), "content": PROBLEM_CONTENT}
    if status in SAID_BESIDES:
        name, spoken = SAID_BESIDES[status]
        described["headers"] = {name: header(spoken)}
    return described
