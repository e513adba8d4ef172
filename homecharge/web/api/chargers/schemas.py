"""Bodies and answers of chargers."""

from marshmallow import fields as plain
from marshmallow.validate import OneOf, Range, Regexp

from homecharge.domain.charger_state import ConnectorStatus, StartMode
from homecharge.domain.chargers import (
    CURRENT_A,
    IDENTITY,
    PHASES,
    RANDOM_DELAY_MAX_S,
    TAG,
    VOLTAGE_V,
    LineState,
    Solar,
)
from homecharge.domain.session_state import LIVE, Kind
from homecharge.ports.charger_events import Refusal
from homecharge.web import fields, household
from homecharge.web.api.restricted_hours.schemas import RestrictedHoursBody
from homecharge.web.schemas import PageQuery, Schema, only


class ChargerBody(Schema):
    """A charger to be added."""

    EXAMPLES = only(name="Garage", restricted_hours={"choice": "default"})

    location_id = fields.Id(required=True)
    identity = fields.String(
        required=True,
        validate=Regexp(IDENTITY, error="1 to 48 letters, digits, dots, hyphens or underscores."),
        metadata={"description": "How the charger calls itself: the end of the address it connects to."},
    )
    name = fields.Label(required=True)
    restricted_hours = fields.Nested(
        RestrictedHoursBody,
        load_default=None,
        metadata={"description": "Must be given in GB, where the law wants the choice made."},
    )


class ChargersQuery(PageQuery):
    """Which chargers."""

    location_id = fields.Id(load_default=None)


class ChargerChanges(Schema):
    """What may be set on a charger."""

    EXAMPLES = only(
        name="Garage",
        charge_now=False,
        start_mode="controlled",
        remote_start_tag=None,
        random_delay_max_s=600,
        applies_own_delay=False,
        phases=1,
        voltage_v=230,
        min_current_a=6,
        max_current_a=32,
        vehicle_id=household.VEHICLE,
        solar="off",
        accept_any=False,
    )

    name = fields.Label()
    charge_now = fields.Flag(metadata={"description": "On, plugging in starts a charge."})
    start_mode = plain.Enum(StartMode, by_value=fields.String)
    remote_start_tag = fields.String(
        allow_none=True,
        validate=Regexp(TAG, error="1 to 20 visible ASCII characters."),
        metadata={"description": "For a charger that accepts remote starts with one tag of its own only."},
    )
    random_delay_max_s = fields.Whole(validate=Range(0, RANDOM_DELAY_MAX_S))
    applies_own_delay = fields.Flag(
        metadata={"description": "The charger delays by itself, as the law asks: Homecharge adds no random delay."}
    )
    phases = fields.Whole(validate=OneOf(PHASES))
    voltage_v = fields.Whole(validate=Range(*VOLTAGE_V), metadata={"description": "Between a phase and neutral."})
    min_current_a = fields.Whole(validate=Range(*CURRENT_A))
    max_current_a = fields.Whole(validate=Range(*CURRENT_A))
    vehicle_id = fields.Id(allow_none=True)
    solar = plain.Enum(
        Solar,
        by_value=fields.String,
        metadata={"description": "`only`: scheduled charges draw nothing but the home's surplus."},
    )
    accept_any = fields.Flag(metadata={"description": "Whether any card may charge."})


class LastRefusal(Schema):
    """The newest connection that was refused, and why."""

    EXAMPLES = only(at="2026-10-03T18:20:02Z", reason="wrong_password")

    at = fields.Instant(required=True)
    reason = fields.String(required=True, metadata={"enum": list(Refusal)})


class Connection(Schema):
    """The charger's line."""

    EXAMPLES = only(state="online")

    state = fields.String(required=True, metadata={"enum": list(LineState)})
    first_seen_at = fields.Instant(required=True, allow_none=True)
    last_seen_at = fields.Instant(required=True, allow_none=True)
    protocol = fields.String(required=True, allow_none=True, metadata={"example": "ocpp1.6"})
    last_refusal = fields.Nested(LastRefusal, required=True, allow_none=True)


class Connector(Schema):
    """What a connector last said."""

    EXAMPLES = only(id=1, state="available", plugged_in=False)

    id = fields.Whole(required=True)
    state = fields.String(required=True, metadata={"enum": list(ConnectorStatus)})
    plugged_in = fields.Flag(
        required=True,
        allow_none=True,
        metadata={"description": "null: the state does not tell, such as `preparing` after a card."},
    )
    error_code = fields.String(required=True, allow_none=True)
    reported_at = fields.Instant(required=True, allow_none=True)
    stale = fields.Flag(
        required=True, metadata={"description": "Reported before the present connection, or there is none."}
    )


class Station(Schema):
    """What the charger last said of itself as a whole."""

    EXAMPLES = only(state="available")

    state = fields.String(required=True, metadata={"enum": list(ConnectorStatus)})
    error_code = fields.String(required=True, allow_none=True)
    reported_at = fields.Instant(required=True, allow_none=True)
    stale = fields.Flag(required=True)


class Undertaking(Schema):
    """How far something is that the charger does by itself."""

    EXAMPLES = only(status="Installed", at="2026-11-02T03:10:44Z")

    status = fields.String(required=True, metadata={"description": "In OCPP's words.", "example": "Installing"})
    at = fields.Instant(required=True, allow_none=True, metadata={"description": "When the charger said so."})


class ActiveSession(Schema):
    """What goes on at the charger."""

    EXAMPLES = only(id=household.BOOST, mine=True, status="charging", kind="boost")

    id = fields.Id(required=True, allow_none=True, metadata={"description": "null where it is nothing of yours."})
    mine = fields.Flag(required=True)
    status = fields.String(required=True, metadata={"enum": sorted(LIVE)})
    kind = fields.String(required=True, metadata={"enum": list(Kind)})


class Charger(Schema):
    """A charger, its settings, its line and what goes on there."""

    EXAMPLES = only(id=household.CHARGER, name="Garage", active_session=None, diagnostics=None)

    id = fields.Id(required=True)
    location_id = fields.Id(required=True)
    identity = fields.String(required=True)
    name = fields.String(required=True)
    vendor = fields.String(required=True, allow_none=True)
    model = fields.String(required=True, allow_none=True)
    serial_number = fields.String(required=True, allow_none=True)
    firmware_version = fields.String(required=True, allow_none=True)
    firmware = fields.Nested(
        Undertaking, required=True, allow_none=True, metadata={"description": "The newest update of its firmware."}
    )
    diagnostics = fields.Nested(
        Undertaking, required=True, allow_none=True, metadata={"description": "The newest upload of its diagnostics."}
    )
    connection = fields.Nested(Connection, required=True)
    connectors = fields.List(fields.Nested(Connector), required=True)
    connector = fields.Nested(Connector, required=True, metadata={"description": "The first of `connectors`."})
    station = fields.Nested(
        Station,
        required=True,
        allow_none=True,
        metadata={"description": "The charger as a whole (OCPP's connector 0); null while it has said nothing of it."},
    )
    active_session = fields.Nested(ActiveSession, required=True, allow_none=True)
    charge_now = fields.Flag(required=True)
    start_mode = fields.String(required=True, metadata={"enum": list(StartMode)})
    proposed_start_mode = fields.String(
        required=True,
        allow_none=True,
        metadata={"enum": [*StartMode, None], "description": "What the charger's behaviour suggests."},
    )
    remote_start_tag = fields.String(
        required=True, allow_none=True, metadata={"description": "Whole for those who may set it."}
    )
    random_delay_max_s = fields.Whole(required=True)
    applies_own_delay = fields.Flag(required=True)
    phases = fields.Whole(required=True)
    voltage_v = fields.Whole(required=True)
    min_current_a = fields.Whole(required=True)
    max_current_a = fields.Whole(required=True)
    vehicle_id = fields.Id(required=True, allow_none=True)
    solar = fields.String(required=True, metadata={"enum": list(Solar)})
    accept_any = fields.Flag(required=True)
    capabilities = plain.Dict(
        keys=fields.String(),
        required=True,
        metadata={"description": "What it has said it can do, and what it was seen to do."},
    )
    created_at = fields.Instant(required=True)
    updated_at = fields.Instant(required=True)


class OcppAccess(Schema):
    """What the charger must be told."""

    EXAMPLES = only(password=household.OCPP_PASSWORD)

    url = fields.String(required=True, metadata={"example": "ws://127.0.0.1:9000/ocpp/CP1"})
    password = fields.String(
        required=True,
        metadata={"x-secret": True, "description": "20 characters, shown this once; HTTP Basic with the identity."},
    )


_UNHEARD = {"id": 1, "state": "unknown", "plugged_in": None, "error_code": None, "reported_at": None, "stale": True}


class NewCharger(Charger):
    """A charger that has just been added."""

    EXAMPLES = only(
        id=household.CHARGER,
        name="Garage",
        vendor=None,
        model=None,
        serial_number=None,
        firmware_version=None,
        firmware=None,
        diagnostics=None,
        connection={
            "state": "never",
            "first_seen_at": None,
            "last_seen_at": None,
            "protocol": None,
            "last_refusal": None,
        },
        station=None,
        connectors=[_UNHEARD],
        connector=_UNHEARD,
        active_session=None,
        vehicle_id=None,
        capabilities={},
    )

    ocpp = fields.Nested(OcppAccess, required=True)


class NewPassword(Schema):
    """The charger's new password."""

    ocpp = fields.Nested(OcppAccess, required=True)
