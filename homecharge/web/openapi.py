"""The API's description: what flask-smorest knows of bodies and answers, and what every operation has besides."""

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Any

import orjson
from flask import Flask

from homecharge.domain.errors import Forbidden, HomechargeError, Invalid, NotFound, Stale, Unauthenticated
from homecharge.services.idempotency import FirstStillRunning, KeyReused
from homecharge.web.auth import PUBLIC, SIGNED_IN
from homecharge.web.errors import MEDIA_TYPE, status_of
from homecharge.web.idempotency import HEADER, KEY
from homecharge.web.operations import Area, Operation

_DOCUMENT = "homecharge.openapi"
_PARAMETER = re.compile(r"<(?:[^:<>]+:)?([^<>]+)>")
_CHANGES = frozenset({"PUT", "PATCH", "DELETE"})
_DESCRIPTION = """\
The backend of a home-charger driver app: every scheduled charge ends in exactly one recorded outcome, and every charge
that did not happen says why.

**Errors** are problem documents (RFC 9457) with a stable `code`; `detail` may be shown to people. Besides the ones
named with each operation, any request may be answered 400 (not JSON), 405, 413 (a body over 256 KiB, or a file of
tokens over 16 MiB), 415 (not `application/json`), 500, or 503 with `Retry-After`.

**Repeating a POST** is safe with an `Idempotency-Key`: for 24 hours the same request is told the first one's answer,
with `Idempotency-Replayed: true` and without secrets (`secret_omitted: true`).

**ETags** are revisions of what can be edited; figures that change by themselves leave them alone.

**Languages.** What is said of charges, cards, schedules and plans is in English, German, French or Dutch: the first
range of `Accept-Language` that is one of these, else the account's `locale`, else English. `Content-Language` says
which. Problems are in English.

**Lists** are pages: follow `next_cursor` until it is null.
"""
_PROBLEM = {
    "type": "object",
    "description": "A problem document (RFC 9457); more members name what is in the way.",
    "required": ["type", "title", "status", "detail", "code", "request_id"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "May be shown to people."},
        "code": {"type": "string", "description": "Stable; unknown ones are to be treated as unknown."},
        "request_id": {"type": "string", "description": "To be quoted to support."},
        "errors": {
            "type": "object",
            "description": "With 422: what is wrong with each field, by its dotted path.",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
    },
    "example": {
        "type": "urn:homecharge:problem:email_taken",
        "title": "There is already an account with this e-mail address",
        "status": 409,
        "detail": "There is already an account with this e-mail address.",
        "code": "email_taken",
        "request_id": "0197b2f4-5c3e-7d10-8a55-3f8f0f6f2c11",
    },
}
_PARAMETERS = {
    "IdempotencyKey": (HEADER, "Makes repeating this request safe for 24 hours.", {"pattern": f"^{KEY}$"}),
    "IfMatch": ("If-Match", "The ETag of the revision that is to be changed; 412 where it is no longer that.", {}),
    "IfNoneMatch": ("If-None-Match", "The ETag one has; 304 where it is still that.", {}),
}


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
    components.pop("responses", None)
    components["schemas"] = dict(sorted({**components["schemas"], "Problem": _PROBLEM}.items()))
    components["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
    components["parameters"] = {
        name: {
            "name": header,
            "in": "header",
            "description": description,
            "schema": {"type": "string", **schema},
        }
        for name, (header, description, schema) in _PARAMETERS.items()
    }
    components["headers"] = {"ETag": {"description": "The revision.", "schema": {"type": "string"}}}
    for path, operation_id, operation in _operations(app):
        _complete(found["paths"][path][operation.method.lower()], path, operation_id, operation)
    found["paths"] = dict(sorted(found["paths"].items()))
    components["schemas"] = _settled(components["schemas"], found["paths"])
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


def _operations(app: Flask) -> Iterator[tuple[str, str, Operation]]:
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        operation = getattr(view, "operation", None)
        if operation is not None:
            yield _PARAMETER.sub(r"{\1}", rule.rule), rule.endpoint.replace(".", "_"), operation


def _complete(described: dict[str, Any], path: str, operation_id: str, operation: Operation) -> None:
    """Add to one operation what holds for all operations like it."""
    described["operationId"] = operation_id
    described["security"] = [] if operation.access is PUBLIC else [{"bearer": []}]
    if accepted := operation.declared.get("accepts"):
        content = {media_type: {"schema": {"type": "string"}} for media_type in accepted}
        described["requestBody"] = {"required": True, "content": content}
    described.setdefault("parameters", []).extend(
        {"$ref": f"#/components/parameters/{name}"} for name in _parameters(operation)
    )
    responses = described["responses"]
    responses.pop("422", None)
    if operation.shape.media_type is not None and operation.shape.schema is None:
        one_of = operation.shape.media_type.split(", ")
        content = {media_type: {"schema": {"type": "string"}} for media_type in one_of}
        responses[str(operation.shape.status)]["content"] = content
    if operation.shape.has_etag:
        described_ok = responses[str(operation.shape.status)]
        described_ok["headers"] = {"ETag": {"$ref": "#/components/headers/ETag"}}
        if operation.method == "GET":
            responses["304"] = {"description": "Still the revision of `If-None-Match`."}
    failures = sorted(_failures(path, operation), key=lambda kind: (status_of(kind), kind.code))
    for status, kinds in groupby(failures, key=status_of):
        responses[str(status.value)] = _problem_response(kinds)
    responses["default"] = {"description": "Any other problem.", "content": _problem_content()}
    described["responses"] = dict(sorted(responses.items()))


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
        yield Unauthenticated
    if operation.access not in {PUBLIC, SIGNED_IN}:
        yield Forbidden
    if "{" in path and NotFound not in operation.declared.get("refuses", ()):
        yield NotFound
    if operation.method in _CHANGES:
        yield Stale
    if operation.method == "POST":
        yield from (KeyReused, FirstStillRunning)
    if operation.body is not None or operation.declared.keys() & {"query", "accepts"}:
        yield Invalid


def _problem_response(kinds: Iterator[type[HomechargeError]]) -> dict[str, Any]:
    words = [f"`{kind.code}`: {kind.title}." for kind in dict.fromkeys(kinds)]
    return {"description": "\n".join(words), "content": _problem_content()}


def _problem_content() -> dict[str, Any]:
    return {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
