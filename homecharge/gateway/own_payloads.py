"""What we send is held to the schema to the letter: implements `ports.ocpp_payloads` over those of a package."""

import functools
from collections.abc import Iterator, Mapping
from importlib import resources
from typing import Any

import jsonschema_rs
import orjson

_WORDS = {
    "type": "Not a valid {types}.",
    "required": "Missing data for required field.",
    "additionalProperties": "Unknown field.",
    "enum": "Must be one of: {options}.",
    "maxLength": "Longer than maximum length {limit}.",
    "format": "Not a valid {format}.",
    "multipleOf": "Must be a multiple of {multiple_of}.",
}
_LEAST, _MOST = -(2**31), 2**31 - 1
_OTHER = "Not a valid value."


class OwnPayloads:
    """Of the OCPP version whose schemas are in the folder `schemas` of `package`."""

    def __init__(self, package: str) -> None:
        self._package = package

    def problems(self, action: str, payload: Mapping[str, Any]) -> dict[str, list[str]]:
        """What is wrong, by dotted path; see `ports.ocpp_payloads`."""
        found: dict[str, list[str]] = {}
        for violation in _validator(self._package, action).iter_errors(dict(payload)):
            for path in _paths(violation):
                found.setdefault(".".join(map(str, path)), []).append(_words(violation))
        for path in _beyond_bounds(payload):
            found.setdefault(".".join(map(str, path)), []).append(f"Must be between {_LEAST} and {_MOST}.")
        return found


def _beyond_bounds(document: object) -> Iterator[list[str | int]]:
    """Where whole numbers stand that no charger's 32 bits hold; the schemas leave them open."""
    if isinstance(document, int) and not _LEAST <= document <= _MOST:
        yield []
    elif isinstance(document, Mapping | list):
        for step, inner in document.items() if isinstance(document, Mapping) else enumerate(document):
            yield from ([step, *path] for path in _beyond_bounds(inner))


@functools.cache
def _validator(package: str, action: str) -> jsonschema_rs.Validator:
    text = resources.files(package).joinpath("schemas", f"{action}.json").read_text(encoding="utf-8-sig")
    return jsonschema_rs.validator_for(orjson.loads(text), validate_formats=True)


def _paths(violation: jsonschema_rs.ValidationError) -> Iterator[list[str | int]]:
    """Where it is: at what is missing or superfluous, not at the object around it."""
    of_kind = violation.kind.as_dict()
    names = [of_kind["property"]] if "property" in of_kind else of_kind.get("unexpected", [])
    for name in names:
        yield [*violation.instance_path, name]
    if not names:
        yield violation.instance_path


def _words(violation: jsonschema_rs.ValidationError) -> str:
    values = {
        name: ", ".join(map(str, value)) if isinstance(value, list) else value
        for name, value in violation.kind.as_dict().items()
    }
    return _WORDS.get(violation.kind.name, _OTHER).format_map(values)
