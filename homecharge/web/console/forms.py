"""What a form or a query of the console says: texts within limits, and pages of lists."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import urlencode

import marshmallow
from flask import request
from werkzeug.datastructures import ETags
from werkzeug.http import parse_etags

from homecharge.domain.errors import Invalid
from homecharge.domain.pages import Keyset, Page
from homecharge.web.console.logins import PATH, ForeignForm
from homecharge.web.fields import Cursor
from homecharge.web.parsing import dotted
from homecharge.web.schemas import PageQuery, Schema

E = TypeVar("E", bound=StrEnum)
LONGEST = 254
REVISION_FIELD = "if_match"


def text_in(values: Mapping[str, str], name: str, *, longest: int = LONGEST) -> str:
    """A field without what pads it, "" where it is missing. Raises Invalid for one that is too long."""
    text = values.get(name, "").strip()
    if len(text) > longest:
        raise Invalid(errors={name: [f"At most {longest} characters."]})
    return text


def parsed(schema: type[Schema], values: Mapping[str, Any]) -> Any:  # noqa: ANN401 - whatever the schema makes
    """What a schema of the API makes of these values. Raises Invalid naming the fields."""
    try:
        return schema().load({name: value for name, value in values.items() if value != ""})
    except marshmallow.ValidationError as wrong:
        raise Invalid(errors=dotted(wrong.messages_dict)) from None


def page_wanted(*, limit: int = 50) -> Keyset:
    """The page of a list that the query names."""
    cursor = request.args.get("cursor", "")
    query = parsed(PageQuery, {"limit": limit, "cursor": cursor})
    return Keyset(limit=query["limit"], after=query["cursor"])


def own_path(given: str) -> str:
    """A page of the console to go on to; the search where it is anything else."""
    is_own = given == PATH or given.startswith((f"{PATH}/", f"{PATH}?"))
    return given if is_own and given.isprintable() and "\\" not in given else PATH


def shown_with() -> ETags:
    """The revision that the form was shown with, as `If-Match` has it. Raises ForeignForm for a form without one."""
    tags = parse_etags(request.form.get(REVISION_FIELD))
    if tags.star_tag or not tags:
        raise ForeignForm
    return tags


def next_page(page: Page[Any]) -> str | None:
    """The query of the page after this one, with the filters of this; None on the last one."""
    if page.next is None:
        return None
    cursor = Cursor().serialize("next", page)
    kept = {name: value for name, value in request.args.items() if name != "cursor"}
    return urlencode({**kept, "cursor": cursor})


def is_ticked(name: str) -> bool:
    """Whether a box of the form has its tick."""
    return name in request.form


def chosen(name: str, kind: type[E]) -> E | None:
    """A choice of the query, None where all are wanted. Raises Invalid for one that is not offered."""
    text = request.args.get(name, "")
    try:
        return kind(text) if text else None
    except ValueError:
        raise Invalid(errors={name: [f"One of {', '.join(kind)}."]}) from None
