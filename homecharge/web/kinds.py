"""Bodies and answers of several kinds: which fields go with which, checked and described by the same declaration."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Kinds:
    """The fields that go with each value of the field `by`; those of no kind go with all.

    Null and an empty list are as good as left out.

    Without `by` the kinds are told apart by what they require: exactly one of them is given.
    """

    by: str | None
    what: str
    """As in "Not with this kind of limit."."""
    required: Mapping[str, Set[str]]
    optional: Mapping[str, Set[str]] = field(default_factory=dict)

    def problems(self, data: Mapping[str, Any]) -> dict[str, list[str]]:
        """What of a body does not go with its kind, and what its kind lacks."""
        given = {name for name, value in data.items() if value is not None and value != []}
        if self.by is None:
            kinds = [kind for kind, names in self.required.items() if names & given]
            if len(kinds) == 1:
                return {}
            either = " or ".join(f"`{name}`" for names in self.required.values() for name in sorted(names))
            return {"_schema": [f"Give either {either}."]}
        kind = data[self.by]
        wrong = {name: [f"Not with this {self.what}."] for name in sorted(given & self._foreign(kind))}
        missing = sorted(self.required.get(kind, set()) - given)
        return wrong | {name: ["Missing data for required field."] for name in missing}

    def described(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        """A JSON Schema of all the fields, told apart by kind.

        A body, whose schema is closed, may have an empty list of what is not its kind's, where the field takes one.
        """
        whole = {name: value for name, value in schema.items() if name in {"description", "example"}}
        each = [self._described(schema, kind) for kind in self.required]
        return {**whole, **(each[0] if len(each) == 1 else {"oneOf": each})}

    def _described(self, schema: Mapping[str, Any], kind: str) -> dict[str, Any]:
        required, foreign = self.required[kind], self._foreign(kind)
        properties: dict[str, Any] = {}
        is_body = "additionalProperties" in schema
        for name, of_field in schema["properties"].items():
            if name == self.by:
                properties[name] = {"type": "string", "const": kind}
            elif name in required:
                properties[name] = _filled(of_field) if is_body else _without_null(of_field)
            elif name not in foreign:
                properties[name] = of_field
            elif is_body and "array" in of_field.get("type", ()) and not of_field.get("minItems"):
                properties[name] = {"type": of_field["type"], "maxItems": 0}
            elif _takes_null(of_field):
                properties[name] = {"type": "null"}
        needed = {*schema.get("required", ()), *required}
        return {
            "type": "object",
            "title": kind,
            "properties": properties,
            "required": [name for name in properties if name in needed],
            **{name: value for name, value in schema.items() if name == "additionalProperties"},
        }

    def _foreign(self, kind: str) -> Set[str]:
        own = self._fields(kind)
        return {name for other in self.required for name in self._fields(other)} - own

    def _fields(self, kind: str) -> Set[str]:
        return {*self.required[kind], *self.optional.get(kind, ())}


_NULL = {"type": "null"}


def _takes_null(of_field: Mapping[str, Any]) -> bool:
    return "null" in (of_field.get("type") or ()) or _NULL in of_field.get("anyOf", ())


def _without_null(of_field: Mapping[str, Any]) -> dict[str, Any]:
    filled = dict(of_field)
    if _NULL in filled.get("anyOf", ()):
        [other] = [each for each in filled.pop("anyOf") if each != _NULL]
        filled |= other
    elif _takes_null(of_field):
        [filled["type"]] = [name for name in of_field["type"] if name != "null"]
    return filled


def _filled(of_field: Mapping[str, Any]) -> dict[str, Any]:
    filled = _without_null(of_field)
    if filled.get("type") == "array":
        filled = {"minItems": 1, **filled}
    return filled
