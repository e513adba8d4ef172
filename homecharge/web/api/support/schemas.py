"""Answers and queries of support."""

from marshmallow import fields as plain
from marshmallow.validate import Length, OneOf

from homecharge.domain.chargers import LineState
from homecharge.domain.local_lists import ListState
from homecharge.domain.support import Found
from homecharge.web import fields, household
from homecharge.web.api.authorizations.schemas import Authorization, AuthorizationMark
from homecharge.web.api.chargers.schemas import Connection, Connector, Undertaking
from homecharge.web.api.plans import Plan
from homecharge.web.api.sessions.schemas import CostLine, OneSession, Session, TimelineStep
from homecharge.web.schemas import PageQuery, Schema, only

DIRECTIONS = ("in", "out")


class Driver(Schema):
    """A person, with the address to answer to."""

    EXAMPLES = only(id=household.ADA, name="Ada Lovelace", locale="en-GB")

    id = fields.Id(required=True)
    name = fields.String(required=True)
    email = fields.EmailAddress(required=True)
    locale = fields.String(required=True)


class Home(Schema):
    """A location."""

    EXAMPLES = only(id=household.HOME, name="Home")

    id = fields.Id(required=True)
    name = fields.String(required=True)
    country = fields.String(required=True)
    time_zone = fields.String(required=True)
    currency = fields.String(required=True)


class LocalList(Schema):
    """The list of cards that a charger keeps for when it has no line."""

    EXAMPLES = only(version=12, sent_at="2026-11-19T20:14:05Z", entries=2, state="kept")

    version = fields.Whole(required=True, allow_none=True)
    sent_at = fields.Instant(required=True, allow_none=True)
    entries = fields.Whole(required=True)
    state = fields.String(required=True, metadata={"enum": list(ListState)})


class SupportCharger(Schema):
    """A charger, whoever it belongs to."""

    EXAMPLES = only(id=household.CHARGER, name="Garage", clock_skew_s=0.4, diagnostics=None)

    id = fields.Id(required=True)
    identity = fields.String(required=True)
    name = fields.String(required=True)
    location = fields.Nested(Home, required=True)
    owner = fields.Nested(Driver, required=True, allow_none=True)
    vendor = fields.String(required=True, allow_none=True)
    model = fields.String(required=True, allow_none=True)
    serial_number = fields.String(required=True, allow_none=True)
    firmware_version = fields.String(required=True, allow_none=True)
    start_mode = fields.String(required=True)
    charge_now = fields.Flag(required=True)
    connection = fields.Nested(Connection, required=True)
    connectors = fields.List(fields.Nested(Connector), required=True)
    clock_skew_s = plain.Float(
        required=True, allow_none=True, metadata={"description": "How far the charger's clock is ahead."}
    )
    local_list = fields.Nested(LocalList, required=True, allow_none=True)
    firmware = fields.Nested(Undertaking, required=True, allow_none=True)
    diagnostics = fields.Nested(Undertaking, required=True, allow_none=True)
    created_at = fields.Instant(required=True)
    deleted_at = fields.Instant(required=True, allow_none=True)


class ScheduleBehind(Schema):
    """The schedule behind a session, as the driver gave it."""

    EXAMPLES = only(
        id=household.SCHEDULE, kind="manual", name="Cheap night", spec={"start_time": "00:30", "end_time": "05:30"}
    )

    id = fields.Id(required=True)
    kind = fields.String(required=True)
    name = fields.String(required=True, allow_none=True)
    enabled = fields.Flag(required=True)
    spec = plain.Dict(required=True)
    created_at = fields.Instant(required=True)
    updated_at = fields.Instant(required=True)
    deleted_at = fields.Instant(required=True, allow_none=True)


class OccurrenceBehind(Schema):
    """The firing behind a session."""

    EXAMPLES = only(
        id=household.OCCURRENCE,
        local_date="2026-11-20",
        starts_at="2026-11-20T00:30:00Z",
        window_end="2026-11-20T05:30:00Z",
        last_feasible_start="2026-11-20T05:15:00Z",
        skipped_at=None,
        decided_at=household.STARTED,
    )

    id = fields.Id(required=True)
    local_date = fields.String(required=True, metadata={"format": "date"})
    starts_at = fields.Instant(required=True)
    window_end = fields.Instant(required=True)
    last_feasible_start = fields.Instant(required=True)
    clock_note = fields.String(required=True, allow_none=True)
    skipped_at = fields.Instant(required=True, allow_none=True)
    decided_at = fields.Instant(required=True, allow_none=True)


class Message(Schema):
    """One OCPP frame, its secrets masked."""

    EXAMPLES = only(
        id=household.MESSAGE,
        at="2026-11-20T00:33:34.180Z",
        direction="in",
        kind="call",
        action="StartTransaction",
        ocpp_id="1038",
        body=[
            2,
            "1038",
            "StartTransaction",
            {"connectorId": 1, "idTag": "••••", "meterStart": 120400, "timestamp": "2026-11-20T00:33:34Z"},
        ],
        text=None,
        authorization=None,
    )

    id = fields.Id(required=True)
    at = fields.Instant(is_exact=True, required=True)
    direction = fields.String(required=True, metadata={"enum": list(DIRECTIONS), "description": "`in`: the charger's."})
    kind = fields.String(required=True, metadata={"enum": ["call", "result", "error", "malformed"]})
    action = fields.String(required=True, allow_none=True)
    ocpp_id = fields.String(required=True, allow_none=True)
    connection_id = fields.Id(required=True)
    body = plain.Raw(required=True, allow_none=True, metadata={"description": "The frame; null where it is no JSON."})
    text = fields.String(required=True, allow_none=True, metadata={"description": "What is no JSON."})
    authorization = fields.Nested(
        AuthorizationMark,
        required=True,
        allow_none=True,
        metadata={"description": "Of an Authorize or StartTransaction: what was decided about its card."},
    )


class Story(Schema):
    """Everything about a session."""

    EXAMPLES = only(plan=None, authorization=None)

    session = fields.Nested(OneSession, required=True)
    driver = fields.Nested(Driver, required=True, allow_none=True)
    location = fields.Nested(Home, required=True)
    charger = fields.Nested(SupportCharger, required=True)
    schedule = fields.Nested(ScheduleBehind, required=True, allow_none=True)
    occurrence = fields.Nested(OccurrenceBehind, required=True, allow_none=True)
    plan = fields.Nested(Plan, required=True, allow_none=True)
    tries = fields.List(
        fields.Nested(Session), required=True, metadata={"description": "Each recovers the one before; oldest first."}
    )
    timeline = fields.List(fields.Nested(TimelineStep), required=True)
    messages = fields.List(
        fields.Nested(Message), required=True, metadata={"description": "200 around the decision, oldest first."}
    )
    authorization = fields.Nested(
        Authorization,
        required=True,
        allow_none=True,
        metadata={"description": "Why its card was accepted, or was not; null where there was none."},
    )
    cost_lines = fields.List(fields.Nested(CostLine), attribute="session.cost_lines", required=True)


class Hit(Schema):
    """Something found."""

    EXAMPLES = only(kind="session", id=household.SESSION, title="K7Q2-9MXP", detail="Completed: 10.0 kWh at Garage")

    kind = fields.String(required=True, metadata={"enum": list(Found)})
    id = fields.String(required=True, metadata={"description": "What to look at next; of a card its uid."})
    title = fields.String(required=True)
    detail = fields.String(required=True)


class SearchResult(Schema):
    """What was found, and a sentence where nothing was."""

    EXAMPLES = only(note=None)

    items = fields.List(fields.Nested(Hit), required=True)
    note = fields.String(required=True, allow_none=True)


class SearchQuery(Schema):
    """What somebody read down the phone."""

    q = fields.String(
        required=True,
        validate=Length(1, 254),
        metadata={
            "description": "A session's id or reference, a charger's identity or name, a driver's e-mail address, "
            "a card's uid, or the id of a request that did something to a session."
        },
    )


class ChargersQuery(PageQuery):
    """Which chargers."""

    q = fields.String(load_default=None, validate=Length(1, 100), metadata={"description": "In identity or name."})
    state = fields.String(
        load_default=None, validate=OneOf([*LineState]), metadata={"enum": [state.value for state in LineState]}
    )


class MessagesQuery(PageQuery):
    """Which messages."""

    action = fields.CommaList(fields.Word(), load_default=list, validate=Length(1, 50))
    direction = fields.String(load_default=None, validate=OneOf(DIRECTIONS), metadata={"enum": list(DIRECTIONS)})
    since = fields.Instant(data_key="from", load_default=None)
    until = fields.Instant(data_key="to", load_default=None)
