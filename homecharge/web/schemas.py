"""The base of every schema, the shape of a problem document, and lists."""

from functools import cache
from typing import Any

import marshmallow

from homecharge.web import fields


class Schema(marshmallow.Schema):
    """The base of every schema: unknown fields are refused."""

    class Meta:
        unknown = marshmallow.RAISE


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
