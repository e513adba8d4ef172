"""Examples of bodies and answers, put together from what the fields of their schemas say.

A field's value is, in this order: what its schema's `EXAMPLES` has; its own metadata's `example`; its own schema in
turn; what its name means in the household of all examples; what is in its list; the first of its enum. A field that
need not be there is there only where `EXAMPLES` has it.
"""

from collections.abc import Mapping
from typing import Any

from marshmallow import fields

from homecharge.web.household import FACTS
from homecharge.web.schemas import ONLY, Schema


def examples_of(schema: Schema) -> dict[str, Any]:
    """Every example of a schema by its name. Raises LookupError naming a field that nothing is known of."""
    return {name: _composed(schema, own) for name, own in (schema.EXAMPLES or {ONLY: {}}).items()}


def example_of(schema: Schema) -> Any:  # noqa: ANN401 - any JSON document
    """The first of them, as it stands inside others."""
    return _composed(schema, next(iter(schema.EXAMPLES.values()), {}))


def _composed(schema: Schema, own: Mapping[str, Any]) -> dict[str, Any]:
    named = {field.data_key or name: field for name, field in schema.fields.items()}
    if unknown := own.keys() - named.keys():
        raise LookupError(f"{type(schema).__name__}.EXAMPLES has what its fields have not: {sorted(unknown)}")
    return {
        name: own[name] if name in own else _value(field, f"{type(schema).__name__}.{name}", name)
        for name, field in named.items()
        if name in own or field.required
    }


def _value(field: fields.Field[Any], place: str, name: str) -> Any:  # noqa: ANN401 - any JSON value
    metadata = field.metadata
    if "example" in metadata:
        return metadata["example"]
    if isinstance(field, fields.Nested) and isinstance(nested := field.schema, Schema):
        return example_of(nested)
    if name in FACTS:
        return FACTS[name]
    if isinstance(field, fields.List):
        if name == "items" and isinstance(field.inner, fields.Nested) and isinstance(field.inner.schema, Schema):
            return list(examples_of(field.inner.schema).values())
        return [_value(field.inner, place, "")]
    if "enum" in metadata:
        return str(metadata["enum"][0])
    raise LookupError(f"{place} has no example")
