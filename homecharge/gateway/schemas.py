"""Validation with the JSON schemas of the `ocpp` package, and what of a violation is tolerated."""

import functools
from collections.abc import Callable, Iterable
from importlib import resources
from typing import Any

import jsonschema_rs
import orjson

from homecharge.gateway.rpc import CallError, ErrorCode, Payload

Note = Callable[[str], None]
"""Told of every oddity that was tolerated, in words without the value."""

_TAGS = frozenset({"idTag", "parentIdTag"})

_REFUSALS = {
    "type": (ErrorCode.TYPE_CONSTRAINT_VIOLATION, "has the wrong type"),
    "required": (ErrorCode.PROTOCOL_ERROR, "is missing"),
    "minItems": (ErrorCode.OCCURENCE_CONSTRAINT_VIOLATION, "has too few items"),
    "maxItems": (ErrorCode.OCCURENCE_CONSTRAINT_VIOLATION, "has too many items"),
    "maxLength": (ErrorCode.PROPERTY_CONSTRAINT_VIOLATION, "is too long"),
}
_OTHER_REFUSAL = (ErrorCode.PROPERTY_CONSTRAINT_VIOLATION, "has a value that is not allowed")


class Schema:
    """One compiled schema.

    Tolerated and noted: unknown properties (dropped), properties that are null (absent), unknown enum values (kept:
    whoever reads them decides), too long texts (cut, id tags excepted), whole numbers written with a fraction. A fault
    below one of the `expendable` properties drops that property, one in an item of the `sieved` lists drops that item;
    what is `unread` may be missing. Everything else is refused.
    """

    def __init__(
        self,
        definition: Payload,
        *,
        expendable: frozenset[str] = frozenset(),
        sieved: frozenset[str] = frozenset(),
        unread: frozenset[str] = frozenset(),
    ) -> None:
        # Timestamps are read leniently by whoever needs them; `format` would refuse those without a zone.
        self._validator = jsonschema_rs.validator_for(definition, validate_formats=False)
        self._expendable, self._sieved, self._unread = expendable, sieved, unread

    def check(self, payload: Payload, note: Note) -> Payload:
        """`payload` itself, repaired in place where that is tolerable. Raises CallError where it is not."""
        if not self._validator.is_valid(payload):
            violations = self._violations(payload)
            if _drop_nulls(payload, violations, note):
                violations = self._violations(payload)
            broken: set[tuple[str, int]] = set()
            for violation in violations:
                if (item := self._repair(payload, violation, note)) is not None:
                    broken.add(item)
            for name, position in sorted(broken, reverse=True):  # the last first: none is moved before its turn
                del payload[name][position]
        return payload

    def _violations(self, payload: Payload) -> list[jsonschema_rs.ValidationError]:
        try:
            return list(self._validator.iter_errors(payload))
        except ValueError as refused:  # the library's only one: its limit of recursion
            raise CallError(ErrorCode.FORMATION_VIOLATION, "The payload is nested too deeply") from refused

    def _repair(self, payload: Payload, violation: jsonschema_rs.ValidationError, note: Note) -> tuple[str, int] | None:
        """Tolerate a fault, or say in which item of a list that is sieved it is. Raises CallError."""
        path = violation.instance_path
        if path and path[0] in self._expendable and path[0] not in payload:
            return None  # dropped for an earlier fault
        if _tolerate(payload, violation, note):
            return None
        kind = violation.kind.name
        code, words = _REFUSALS.get(kind, _OTHER_REFUSAL)
        if kind == "required":
            path = [*path, violation.kind.as_dict()["property"]]
        description = f"{_pointer(path)} {words}"
        match path:
            case [*_, str(name)] if kind == "required" and name in self._unread:
                note(description)
            case [str(name), int(position), *_] if name in self._sieved:
                note(f"{description}: dropped")
                return name, position
            case [str(name), *_] if name in self._expendable:
                del payload[name]
                note(f"{description}: dropped")
            case _:
                raise CallError(code, description)
        return None


@functools.cache
def load(package: str, name: str, **lenient: frozenset[str]) -> Schema:
    """Compile a schema of `package`'s folder `schemas`, once, with what more is tolerated than that (`Schema`)."""
    text = resources.files(package).joinpath("schemas", f"{name}.json").read_text(encoding="utf-8-sig")
    return Schema(orjson.loads(text), **lenient)


@functools.cache
def known_actions(package: str) -> frozenset[str]:
    """Every action that has a schema in `package`, whoever sends it."""
    names = (entry.name for entry in resources.files(package).joinpath("schemas").iterdir())
    return frozenset(name.removesuffix(".json") for name in names if not name.endswith("Response.json"))


def _drop_nulls(payload: Payload, violations: Iterable[jsonschema_rs.ValidationError], note: Note) -> bool:
    """Make absent what is null: so many a JSON library writes an optional value that is not there."""
    paths = [fault.instance_path for fault in violations if fault.kind.name == "type" and fault.instance is None]
    nulls = [path for path in paths if isinstance(path[-1], str)]
    for path in nulls:
        del _at(payload, path[:-1])[path[-1]]
        note(f"{_pointer(path)} is null: dropped")
    return bool(nulls)


def _tolerate(payload: Payload, violation: jsonschema_rs.ValidationError, note: Note) -> bool:
    """Repair the fault if it is a harmless one."""
    path, kind = violation.instance_path, violation.kind.name
    if kind == "additionalProperties":
        holder = _at(payload, path)
        for name in violation.kind.as_dict()["unexpected"]:
            del holder[name]
        note(f"{_pointer(path)} has properties that nobody defined: dropped")
        return True
    if not path:
        return False
    value = _at(payload, path)
    if kind == "enum" and isinstance(value, str):
        note(f"{_pointer(path)} has an unknown value")
    elif kind == "maxLength" and path[-1] not in _TAGS:
        _at(payload, path[:-1])[path[-1]] = value[: violation.kind.as_dict()["limit"]]
        note(f"{_pointer(path)} is too long: cut")
    elif kind == "type" and violation.kind.as_dict()["types"] == ["integer"] and _is_whole(value):
        _at(payload, path[:-1])[path[-1]] = int(value)
        note(f"{_pointer(path)} is a whole number written with a fraction")
    else:
        return False
    return True


def _is_whole(value: object) -> bool:
    return isinstance(value, float) and value.is_integer()


def _at(payload: Any, path: list[str | int]) -> Any:  # noqa: ANN401 - any JSON value
    for step in path:
        payload = payload[step]
    return payload


def _pointer(path: list[str | int]) -> str:
    """A JSON pointer. It holds names that the schema knows and positions, never anything that was sent."""
    return "/" + "/".join(str(step) for step in path)
