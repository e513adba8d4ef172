"""What can be asked of History."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from marshmallow.validate import Length, OneOf, Range

from homecharge.domain.history import Filters
from homecharge.domain.rejections import Code
from homecharge.domain.session_state import Kind, Status
from homecharge.services.downloads import MOST_ON_PAPER
from homecharge.web import fields
from homecharge.web.downloads.spreadsheet import Separator
from homecharge.web.schemas import PageQuery, Schema

MOST = 50


class Format(StrEnum):
    """What History is downloaded as."""

    CSV = "csv"
    PDF = "pdf"


def _ids() -> fields.CommaList:
    return fields.CommaList(fields.Id(), load_default=list, validate=Length(1, MOST))


def _codes(codes: Iterable[StrEnum], description: str = "") -> fields.CommaList:
    values = [code.value for code in codes]
    one = fields.String(validate=OneOf(values), metadata={"enum": values})
    return fields.CommaList(one, load_default=list, validate=Length(1, MOST), metadata={"description": description})


class HistoryFilters(Schema):
    """Filters that go together; each takes several values, separated by commas."""

    charger_id = _ids()
    location_id = _ids()
    schedule_id = _ids()
    occurrence_id = _ids()
    driver_id = _ids()
    kind = _codes(Kind)
    status = _codes(Status, "Planned sessions come only where this says so.")
    reason = _codes(Code)
    since = fields.Instant(data_key="from", load_default=None, metadata={"description": "`at` is not before this."})
    until = fields.Instant(data_key="to", load_default=None, metadata={"description": "`at` is before this."})
    updated_since = fields.Instant(load_default=None)


class HistoryQuery(PageQuery, HistoryFilters):
    """A page of History."""


class DownloadQuery(HistoryFilters):
    """What is downloaded, and as what."""

    format = fields.String(
        required=True,
        validate=OneOf(list(Format)),
        metadata={
            "enum": list(Format),
            "description": f"`csv`: every session, for a spreadsheet. `pdf`: a statement to print, of "
            f"{MOST_ON_PAPER:,} sessions at most.",
        },
    )
    separator = fields.String(
        load_default=Separator.COMMA.value,
        validate=OneOf(list(Separator)),
        metadata={
            "enum": list(Separator),
            "description": "Of a CSV: what is between its cells. `comma` is RFC 4180, with decimal points. `semicolon`,"
            " with decimal commas, is what German, French and Dutch spreadsheets open in columns.",
        },
    )
    cursor = fields.Cursor(
        load_default=None,
        metadata={"description": "Of a CSV: where it goes on after a part; from `Link`. The filters must be the same."},
    )


class ReadingsQuery(Schema):
    """How close together the readings are."""

    resolution_s = fields.Integer(
        load_default=60,
        validate=Range(1, 86_400),
        metadata={"description": "The last reading of every so many seconds."},
    )


def filters_of(query: dict[str, Any]) -> Filters:
    """The filters a query asks for."""
    return Filters(
        charger_ids=tuple(query["charger_id"]),
        location_ids=tuple(query["location_id"]),
        schedule_ids=tuple(query["schedule_id"]),
        occurrence_ids=tuple(query["occurrence_id"]),
        driver_ids=tuple(query["driver_id"]),
        kinds=tuple(map(Kind, query["kind"])),
        statuses=tuple(map(Status, query["status"])),
        reasons=tuple(map(Code, query["reason"])),
        since=query["since"],
        until=query["until"],
        updated_since=query["updated_since"],
    )
