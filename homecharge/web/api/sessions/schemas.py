"""Answers about sessions."""

from typing import Any

from marshmallow import fields as plain

from homecharge.domain.costs import CostNote
from homecharge.domain.session_state import Kind, Result, Status, StopReason
from homecharge.domain.timeline import Actor, StepKind
from homecharge.web import fields, household
from homecharge.web.api.limits import Limit
from homecharge.web.api.sessions import examples
from homecharge.web.api.sessions.rejection_schemas import Rejection, Shortfall
from homecharge.web.api.targets import Target
from homecharge.web.schemas import Schema, named, only

WAITING_FOR = (
    *("plug", "start_time", "random_delay", "cheaper_hours", "restricted_hours", "surplus", "car"),
    *("charger_online", "recovery"),
)


def _own(name: str, **given: Any) -> dict[str, Any]:
    """A field that is the session's own attribute."""
    return {"attribute": f"session.{name}", "required": True, **given}


def _maybe(name: str, **given: Any) -> dict[str, Any]:
    return _own(name, allow_none=True, **given)


class Window(Schema):
    """When a try may happen, the end excluded."""

    EXAMPLES = only(start="2026-11-20T00:30:00Z", end="2026-11-20T05:30:00Z")

    start = fields.Instant(required=True)
    end = fields.Instant(required=True)


class Person(Schema):
    """Whose session it is."""

    EXAMPLES = only(id=household.ADA, name="Ada Lovelace")

    id = fields.Id(required=True)
    name = fields.String(required=True)


class Live(Schema):
    """The newest figures of a charge under way."""

    EXAMPLES = only(energy_wh=340)

    power_w = fields.Whole(required=True, allow_none=True)
    energy_wh = fields.Whole(required=True)
    soc_percent = fields.Whole(required=True, allow_none=True)
    at = fields.Instant(required=True)
    stale = fields.Flag(required=True, metadata={"description": "The charger has said nothing for a while."})


class Progress(Schema):
    """How far it is towards its target or limit."""

    EXAMPLES = only(fraction=0.0425, remaining_wh=7_660, estimated_end_at="2026-11-20T12:08:50Z")

    fraction = plain.Float(required=True, metadata={"description": "From 0 to 1."})
    remaining_wh = fields.Whole(
        required=True,
        allow_none=True,
        metadata={"description": "What is missing; towards a budget or a state of charge, what the plan still buys."},
    )
    estimated_end_at = fields.Instant(required=True, allow_none=True)


class Boost(Schema):
    """A Boost of a session that was paused: until its limit no plan, restricted hours or surplus bind it."""

    EXAMPLES = only(limit={"kind": "energy", "energy_wh": 8_000}, ended_at=None)

    at = fields.Instant(required=True)
    limit = fields.Nested(
        Limit,
        required=True,
        allow_none=True,
        metadata={"description": "Its own; null: it lasts as long as the session."},
    )
    progress = fields.Nested(Progress, required=True, allow_none=True)
    ended_at = fields.Instant(required=True, allow_none=True)


class Waiting(Schema):
    """What a session waits for."""

    EXAMPLES = only(until="2026-11-20T11:15:00Z", detail="Waiting for the car to be plugged in", **{"for": "plug"})

    waits_for = fields.String(data_key="for", attribute="code", required=True, metadata={"enum": list(WAITING_FOR)})
    until = fields.Instant(required=True, allow_none=True)
    detail = fields.String(required=True)


class Money(Schema):
    """An amount, rounded to the currency's minor unit."""

    EXAMPLES = only(amount="0.75")

    amount = fields.Amount(required=True)
    currency = fields.String(required=True, metadata={"example": "GBP"})


class CostLine(Schema):
    """The energy in one interval of the tariff, with the rate that applied. `rate` and `cost` are exact."""

    EXAMPLES = only(start=household.STARTED, end=household.ENDED, rate="0.075", cost="0.75")

    start = fields.Instant(attribute="interval.start", required=True)
    end = fields.Instant(attribute="interval.end", required=True)
    energy_wh = fields.Whole(required=True)
    rate = fields.Amount(required=True, allow_none=True, metadata={"description": "Per kWh; null: none is known."})
    cost = fields.Amount(required=True, allow_none=True)


class Session(Schema):
    """One try to charge: a row of History."""

    EXAMPLES = named(completed=examples.COMPLETED, charging=examples.CHARGING, rejected=examples.REJECTED)

    id = fields.Id(**_own("id"))
    at = fields.Instant(**_own("at", metadata={"description": "started_at, else due_at."}))
    reference = fields.String(**_own("reference", metadata={"example": "K7Q2-9MXP"}))
    charger_id = fields.Id(**_own("charger_id"))
    connector_id = fields.Whole(**_own("connector_id"))
    location_id = fields.Id(**_own("location_id"))
    time_zone = fields.String(required=True)
    driver = fields.Nested(Person, required=True, allow_none=True)
    schedule_id = fields.Id(**_maybe("schedule_id"))
    occurrence_id = fields.Id(**_maybe("occurrence_id"))
    authorization_id = fields.Id(
        **_maybe("authorization_id", metadata={"description": "Why its card was accepted, or was not; else null."})
    )
    recovers_session_id = fields.Id(**_maybe("recovers_session_id"))
    recovered_by_session_id = fields.Id(required=True, allow_none=True)
    attempt = fields.Whole(**_own("attempt"))
    kind = fields.String(**_own("kind", metadata={"enum": list(Kind)}))
    status = fields.String(**_own("status", metadata={"enum": list(Status)}))
    window = fields.Nested(Window, required=True, allow_none=True)
    planned_start_at = fields.Instant(**_maybe("planned_start_at"))
    random_delay_s = fields.Whole(**_own("random_delay_s"))
    due_at = fields.Instant(**_own("due_at"))
    last_feasible_start = fields.Instant(**_maybe("last_feasible_start"))
    started_at = fields.Instant(**_maybe("started_at"))
    ended_at = fields.Instant(**_maybe("ended_at"))
    boosted_at = fields.Instant(**_maybe("boosted_at"))
    boost = fields.Nested(
        Boost, required=True, allow_none=True, metadata={"description": "The newest Boost of it while it was paused."}
    )
    stop_requested_at = fields.Instant(**_maybe("stop_requested_at"))
    target = fields.Nested(
        Target, required=True, allow_none=True, metadata={"description": "What a Smart charge is for."}
    )
    limit = fields.Nested(Limit, required=True, allow_none=True)
    energy_wh = fields.Whole(**_own("energy_wh"))
    live = fields.Nested(Live, required=True, allow_none=True)
    progress = fields.Nested(Progress, required=True, allow_none=True)
    waiting = fields.Nested(Waiting, required=True, allow_none=True)
    cost = fields.Nested(
        Money, required=True, allow_none=True, metadata={"description": "null where nothing has a price."}
    )
    cost_state = fields.String(required=True, metadata={"enum": ["none", "running", "final"]})
    cost_note = fields.String(
        required=True,
        allow_none=True,
        metadata={"enum": [*CostNote, None]},
    )
    uncosted_wh = fields.Whole(
        required=True, metadata={"description": "The energy for which no price is known (`partial_tariff`)."}
    )
    result = fields.String(**_maybe("result", metadata={"enum": [*Result, None]}))
    shortfall = fields.Nested(Shortfall, required=True, allow_none=True)
    stop_reason = fields.String(**_maybe("stop_reason", metadata={"enum": [*StopReason, None]}))
    rejection = fields.Nested(Rejection, required=True, allow_none=True)
    flags = fields.List(fields.String(), **_own("flags"))
    created_at = fields.Instant(**_own("created_at"))
    updated_at = fields.Instant(**_own("updated_at"))


class Warned(Schema):
    """Something to know before it happens."""

    EXAMPLES = only(
        detail="The charge that is planned for Monday 00:30 cannot start while this one goes on.",
        occurrence_id=household.NEXT_OCCURRENCE,
        starts_at="2026-11-23T00:30:00Z",
    )

    code = fields.String(required=True, metadata={"enum": ["blocks_occurrence"]})
    detail = fields.String(required=True)
    schedule_id = fields.Id(required=True)
    occurrence_id = fields.Id(required=True)
    starts_at = fields.Instant(required=True)


class OneSession(Session):
    """A session by itself, with its cost line by line and what it stands in the way of."""

    EXAMPLES = named(
        completed={**examples.COMPLETED, "warnings": []},
        charging={
            **examples.CHARGING,
            "warnings": [],
            "cost_lines": [
                {
                    "start": "2026-11-20T11:02:10Z",
                    "end": household.NOW,
                    "energy_wh": 340,
                    "rate": "0.245",
                    "cost": "0.0833",
                }
            ],
        },
        rejected={**examples.REJECTED, "warnings": [], "cost_lines": []},
    )

    warnings = fields.List(fields.Nested(Warned), required=True)
    cost_lines = fields.List(
        fields.Nested(CostLine), required=True, metadata={"description": "They add up to the energy, and to the cost."}
    )


class TimelineStep(Schema):
    """What happened, when, and who caused it."""

    EXAMPLES = only(
        id=household.STEP,
        at="2026-11-20T00:33:34.210Z",
        kind="transaction_started",
        actor="charger",
        cause=None,
        detail="The charger started transaction 4710",
    )

    id = fields.Id(required=True)
    at = fields.Instant(is_exact=True, attribute="step.at", required=True)
    kind = fields.String(attribute="step.kind", required=True, metadata={"enum": list(StepKind)})
    actor = fields.String(attribute="step.actor", required=True, metadata={"enum": list(Actor)})
    cause = fields.String(attribute="step.cause", required=True, allow_none=True)
    detail = fields.String(attribute="text", required=True, metadata={"description": "In one sentence."})
    message_id = fields.Id(attribute="step.message_id", required=True, allow_none=True)


class Reading(Schema):
    """A meter reading: the energy of the session so far."""

    EXAMPLES = only(at="2026-11-20T01:34:00Z", energy_wh=7_252)

    at = fields.Instant(required=True)
    energy_wh = fields.Whole(required=True)
    power_w = fields.Whole(required=True, allow_none=True)
    soc_percent = fields.Whole(required=True, allow_none=True)


class Readings(Schema):
    """A session's meter readings, oldest first."""

    items = fields.List(fields.Nested(Reading), required=True)
