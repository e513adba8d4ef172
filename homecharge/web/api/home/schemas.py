"""The first screen of an app, in one answer."""

from homecharge.domain.attention import AttentionCode, Remedy, Severity
from homecharge.domain.rejections import ActionKind
from homecharge.web import fields, household
from homecharge.web.api.chargers.schemas import Charger
from homecharge.web.api.locations.schemas import Location
from homecharge.web.api.occurrences.schemas import UPCOMING, Occurrence
from homecharge.web.api.schedules.schemas import Outlook
from homecharge.web.api.sessions.schemas import Session
from homecharge.web.schemas import Schema, only


class NextOccurrence(Occurrence):
    """A scheduled charge that is to come, and whether it will start."""

    EXAMPLES = only(**UPCOMING, plan=None)

    charger_id = fields.Id(required=True)
    schedule_name = fields.String(required=True, allow_none=True)
    summary = fields.String(required=True, metadata={"description": "Its schedule in words."})
    outlook = fields.Nested(
        Outlook, required=True, allow_none=True, metadata={"description": "null while it is being tried."}
    )


class HomeCharger(Charger):
    """A charger with what goes on there, what is next and what was last."""

    EXAMPLES = only(id=household.CHARGER, name="Garage", active_session=None, current_session=None, diagnostics=None)

    current_session = fields.Nested(Session, required=True, allow_none=True)
    next_occurrence = fields.Nested(NextOccurrence, required=True, allow_none=True)
    last_session = fields.Nested(Session, required=True, allow_none=True)


class AttentionAction(Schema):
    """The one thing to do, for a button."""

    EXAMPLES = only(kind="plug_in", target=household.CHARGER)

    kind = fields.String(required=True, metadata={"enum": [*ActionKind, *Remedy]})
    target = fields.Id(required=True, metadata={"description": "What it is done to."})


class Attention(Schema):
    """Something to look at."""

    EXAMPLES = only(
        code="will_not_start",
        severity="warning",
        since=None,
        title="The charge on Monday will not start",
        detail="The car is not plugged in.",
        occurrence_id=household.NEXT_OCCURRENCE,
    )

    code = fields.String(attribute="attention.code", required=True, metadata={"enum": list(AttentionCode)})
    severity = fields.String(attribute="attention.severity", required=True, metadata={"enum": list(Severity)})
    since = fields.Instant(
        attribute="attention.since",
        required=True,
        allow_none=True,
        metadata={"description": "null: it is not known, or lies ahead."},
    )
    title = fields.String(attribute="text.title", required=True)
    detail = fields.String(attribute="text.detail", required=True)
    action = fields.Nested(
        AttentionAction,
        attribute="attention.action",
        required=True,
        allow_none=True,
        metadata={"description": "null: there is nothing to do, or you may not do it."},
    )
    location_id = fields.Id(attribute="attention.location_id", required=True)
    charger_id = fields.Id(attribute="attention.charger_id", required=True, allow_none=True)
    occurrence_id = fields.Id(attribute="attention.occurrence_id", required=True, allow_none=True)


class FirstScreen(Schema):
    """All of your homes at once."""

    EXAMPLES = only(active_session=None, is_complete=True)

    locations = fields.List(fields.Nested(Location), required=True, metadata={"description": "Oldest first."})
    chargers = fields.List(fields.Nested(HomeCharger), required=True, metadata={"description": "Oldest first."})
    active_session = fields.Nested(
        Session,
        required=True,
        allow_none=True,
        metadata={"description": "Your own that began last, else the last to begin of those that you may see."},
    )
    next_occurrence = fields.Nested(
        NextOccurrence, required=True, allow_none=True, metadata={"description": "The first at any charger."}
    )
    last_session = fields.Nested(
        Session, required=True, allow_none=True, metadata={"description": "The newest that is over."}
    )
    attention = fields.List(fields.Nested(Attention), required=True, metadata={"description": "The worst first."})
    is_complete = fields.Flag(
        required=True, metadata={"description": "false: there are more than 100 locations or 200 chargers."}
    )
