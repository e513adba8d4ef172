"""The base of every schema, the shape of a problem document, and lists."""

from functools import cache
from typing import Any, ClassVar

import marshmallow

from homecharge.web import fields
from homecharge.web.kinds import Kinds


class Schema(marshmallow.Schema):
    """The base of every schema: unknown fields are refused, and those of another kind."""

    told_apart_by: ClassVar[Kinds | None] = None
    """Of a body whose fields go with its kind."""

    class Meta:
        unknown = marshmallow.RAISE

    @marshmallow.validates_schema
    def _fits_its_kind(self, data: dict[str, Any], **_: object) -> None:
        if self.told_apart_by is not None and (problems := self.told_apart_by.problems(data)):
            raise marshmallow.ValidationError(problems)


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
