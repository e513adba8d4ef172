"""The base of every schema, the shape of a problem document, and lists."""

from collections.abc import Mapping
from functools import cache
from typing import Any, ClassVar, TypeAlias

import marshmallow

from homecharge.web import fields
from homecharge.web.kinds import Kinds

ONLY = "example"
"""The name of the example of a schema that has one only."""
Examples: TypeAlias = Mapping[str, Mapping[str, Any]]


class Schema(marshmallow.Schema):
    """The base of every schema: unknown fields are refused, and those of another kind.

    `EXAMPLES` is what an example has of its own, by the example's name: what its fields cannot say by themselves
    (`web.examples`). The first one stands where the schema is part of another.
    """

    EXAMPLES: ClassVar[Examples] = {}
    told_apart_by: ClassVar[Kinds | None] = None
    """Of what has fields that go with its kind."""

    class Meta:
        unknown = marshmallow.RAISE

    @marshmallow.validates_schema
    def _fits_its_kind(self, data: dict[str, Any], **_: object) -> None:
        if self.told_apart_by is not None and (problems := self.told_apart_by.problems(data)):
            raise marshmallow.ValidationError(problems)


def only(**own: Any) -> Examples:
    """The examples of a schema that has one: what it says of itself."""
    return {ONLY: own}


def named(**examples: Mapping[str, Any]) -> Examples:
    """The examples of a schema that has several, by their names."""
    return examples


class Nothing(Schema):
    """The body of an operation that takes none: absent, or an empty object."""


class PageQuery(Schema):
    """Where a page starts and how long it is; queries with filters inherit it."""

    limit = fields.Integer(
        load_default=50,
        validate=marshmallow.validate.Range(1, 200),
        metadata={"description": "How many items at most."},
    )
    cursor = fields.Cursor(
        load_default=None, metadata={"description": "`next_cursor` of the page before; the filters must be the same."}
    )


@cache
def page_of(item: type[Schema]) -> type[Schema]:
    """The schema of a page of `item`."""
    members: dict[str, Any] = {
        "items": fields.List(fields.Nested(item), required=True),
        "next_cursor": fields.Cursor(
            attribute="next", required=True, allow_none=True, metadata={"description": "null on the last page."}
        ),
    }
    return type(f"{item.__name__}Page", (Schema,), members)
