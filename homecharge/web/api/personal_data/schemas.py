"""The document of everything that is held about a person; its sections are those of `domain.personal_data`."""

import base64
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import marshmallow
import orjson
from marshmallow import ValidationError

from homecharge.domain.personal_data import SECTIONS, Kind, Section
from homecharge.services.exporting import START, Place
from homecharge.web import fields, household
from homecharge.web.schemas import Schema, only

_FIELDS: Mapping[Kind, Callable[..., marshmallow.fields.Field[Any]]] = MappingProxyType(
    {
        Kind.ID: fields.Id,
        Kind.TEXT: fields.String,
        Kind.INSTANT: fields.Instant,
        Kind.DAY: fields.Day,
        Kind.WHOLE: fields.Whole,
        Kind.FLAG: fields.Flag,
        Kind.DECIMAL: fields.Amount,
        Kind.DOCUMENT: marshmallow.fields.Raw,
    }
)


def _record(name: str, section: Section) -> type[Schema]:
    members: dict[str, Any] = {
        field: _FIELDS[kind](required=True, allow_none=True) for field, kind in section.fields.items()
    }
    named = "".join(word.title() for word in name.split("_"))
    return type(f"Exported{named}", (Schema,), members)


RECORDS: Mapping[str, type[Schema]] = MappingProxyType({name: _record(name, each) for name, each in SECTIONS.items()})
"""The schema of a section's rows."""

_EXAMPLE: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "profile": {
            "id": household.ADA,
            "email": "ada@example.org",
            "name": "Ada Lovelace",
            "locale": "en",
            "role": "driver",
            "email_verified_at": household.ADDED,
            "created_at": household.ADDED,
            "updated_at": household.ADDED,
        },
        "memberships": {
            "location_id": household.HOME,
            "role": "owner",
            "joined_at": household.ADDED,
            "changed_at": household.ADDED,
        },
    }
)
"""A row of some sections; the others have none."""
PersonalData: type[Schema] = type(
    "PersonalData",
    (Schema,),
    {
        "EXAMPLES": only(
            exported_at=household.NOW, **{name: [_EXAMPLE[name]] if name in _EXAMPLE else [] for name in SECTIONS}
        ),
        "exported_at": fields.Instant(required=True),
        **{
            name: fields.List(fields.Nested(RECORDS[name]), required=True, metadata={"description": section.about})
            for name, section in SECTIONS.items()
        },
    },
)


class Cursor(marshmallow.fields.Field[Place]):
    """Where the rest of the document begins, opaque to clients."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.metadata = {"type": "string", "pattern": "^[A-Za-z0-9_-]+$", **self.metadata}

    def _serialize(self, value: Place | None, attr: str | None, obj: Any, **_: Any) -> str | None:  # noqa: ANN401, ARG002 - marshmallow's hook
        if value is None:
            return None
        return base64.urlsafe_b64encode(orjson.dumps([value.section, value.after])).rstrip(b"=").decode()

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> Place:  # noqa: ANN401, ARG002 - as above
        try:
            section, after = orjson.loads(
                base64.b64decode(value + "=" * (-len(value) % 4), altchars=b"-_", validate=True)
            )
        except (TypeError, ValueError):
            raise ValidationError("Not a cursor of this document.") from None
        is_key = isinstance(after, list) and all(isinstance(each, str) and "\0" not in each for each in after)
        if not isinstance(section, str) or section not in SECTIONS or not is_key:
            raise ValidationError("Not a cursor of this document.")
        return Place(section, after)


class ExportQuery(Schema):
    """Which part; apps ask for the first, and are sent all of them."""

    cursor = Cursor(load_default=START, metadata={"description": "Of the part before, in its `Link`."})
