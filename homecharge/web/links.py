"""OpenAPI links: where a client goes on with what an answer tells of, found by the names of what is in it.

A *thing* is what the last parameter of a path names: `/v1/chargers/{charger_id}` shows, changes or removes one. An
answer tells of a thing when its schema is the thing's own, or when the thing is only ever made and removed. A POST
leads to everything that can be done with what it made, a list to its first item and to the next page. The thing's
parameter is taken from the answer, the others from the path of the request. Staff go on as staff, members of a home as
members.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import marshmallow

from homecharge.web.auth import SIGNED_IN, Access
from homecharge.web.operations import Operation
from homecharge.web.schemas import PageQuery


@dataclass(frozen=True, slots=True)
class Place:
    """An operation where the document has it."""

    path: str
    operation_id: str
    operation: Operation

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names in its path, in order."""
        return tuple(part[1:-1] for part in self.path.split("/") if part.startswith("{"))

    @property
    def answer(self) -> marshmallow.Schema | None:
        """The schema of its answer."""
        return self.operation.shape.schema

    def leads_to(self, other: "Place") -> bool:
        """Whether the same client may go on there, with the parameters of this path and one more."""
        known = other.parameters[:-1]
        beside = "".join(self.path.rpartition("}")[:2]) if known else ""
        if not other.parameters or not set(known) <= set(self.parameters) or not other.path.startswith(beside):
            return False
        is_shown = other.operation.method == "GET" and other.path.endswith("}")
        return _goes_on(self.operation.access, other.operation.access) and (self.operation.method == "POST" or is_shown)


class Links:
    """The links of every operation among `places`."""

    def __init__(self, places: Sequence[Place]) -> None:
        self._places = places
        self._things: dict[str, list[type[marshmallow.Schema]]] = {}
        for place in places:
            if place.path.endswith("}") and place.answer is not None:
                self._things.setdefault(place.parameters[-1], []).append(type(place.answer))

    def of(self, place: Place) -> dict[str, Any]:
        """The links of its answer, by the id of the operation that each leads to."""
        if place.answer is None or place.path.endswith("}") or place.operation.method not in {"GET", "POST"}:
            return {}
        found = dict(self._followed(place))
        query = place.operation.declared.get("query")
        if query is not None and issubclass(query, PageQuery):
            known = {name: f"$request.path.{name}" for name in place.parameters}
            found["next"] = {
                "operationId": place.operation_id,
                "description": "The next page, unless `next_cursor` is null.",
                "parameters": {**known, "cursor": "$response.body#/next_cursor"},
            }
        return found

    def _followed(self, place: Place) -> Iterator[tuple[str, dict[str, Any]]]:
        others = [other for other in self._places if place.leads_to(other)]
        for pointer, schema in _told(place.answer):
            for other in others:
                *known, name = other.parameters
                is_unseen = name not in self._things and other.path == f"{place.path}/{{{name}}}"
                field = "id" if is_unseen and not pointer else self._naming(schema, name)
                if name not in place.parameters and field is not None:
                    parameters = {each: f"$request.path.{each}" for each in known}
                    parameters[name] = f"$response.body#{pointer}/{field}"
                    yield other.operation_id, {"operationId": other.operation_id, "parameters": parameters}

    def _naming(self, schema: marshmallow.Schema, parameter: str) -> str | None:
        """The field that `parameter` is taken from; None where the answer tells of no such thing."""
        kind = type(schema)
        for thing in self._things.get(parameter, ()):
            if issubclass(kind, thing) or issubclass(thing, kind):
                return next((name for name in (parameter, "id") if name in schema.fields), None)
            if thing.__module__ == kind.__module__ and parameter in schema.fields and not parameter.endswith("_id"):
                return parameter
        return None


def _goes_on(here: Access, there: Access) -> bool:
    if there.roles is None or here.roles is None:
        return there.roles is None
    return here.roles <= there.roles and (here == SIGNED_IN) == (there == SIGNED_IN)


def _told(answer: marshmallow.Schema | None) -> Iterator[tuple[str, marshmallow.Schema]]:
    """What an answer tells of, each with its JSON pointer: itself, and the first of each list in it."""
    if answer is None:
        return
    yield "", answer
    for name, field in answer.fields.items():
        if isinstance(field, marshmallow.fields.List) and isinstance(field.inner, marshmallow.fields.Nested):
            yield f"/{name}/0", field.inner.schema
