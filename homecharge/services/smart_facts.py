"""Read what Smart charges are planned with: prices, restricted hours, and what their chargers can do."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from homecharge.domain.batteries import Car
from homecharge.domain.charging_profiles import SmartCharging, keeps_course
from homecharge.domain.estimated_rates import filled
from homecharge.domain.needs import RESTRICTED_HOURS
from homecharge.domain.plans import Blocked, ChargingPower
from homecharge.domain.restricted_hours import RestrictedWindow, restricted_within
from homecharge.domain.schedules import Schedule, Smart
from homecharge.domain.session_state import Kind, Session
from homecharge.domain.smart_facts import SmartFacts
from homecharge.domain.targets import BudgetTarget
from homecharge.domain.times import Interval
from homecharge.ports.units import Db
from homecharge.services.batteries import read_batteries
from homecharge.services.costs import reckon
from homecharge.storage.queries.batteries import read_cars
from homecharge.storage.queries.charger_settings import read_windows_in_force
from homecharge.storage.queries.charging_profiles import read_smart_charging
from homecharge.storage.queries.location_tariffs import read_prices
from homecharge.storage.queries.schedules import read_specs
from homecharge.storage.queries.sessions import TABLE, list_sessions
from homecharge.storage.queries.smart_sessions import list_rounds

LONGEST_DELAY = timedelta(minutes=30)
"""Plans are made in time without the random delay (SI 2021/1467, regulation 11: 1800 s at most)."""
PRICE_MEMORY = timedelta(days=8)
"""How far back prices are read, to estimate those that are not published yet."""


def read_smart_facts(db: Db, sessions: Sequence[Session], *, unsaved: Sequence[Schedule] = ()) -> dict[str, SmartFacts]:
    """By session id, for the Smart ones that are not over; a constant number of reads, none where there are none.

    `unsaved` are schedules of sessions that are not stored: what somebody only asks about.
    """
    smart = [session for session in sessions if session.kind is Kind.SMART and not session.is_over]
    spans = {session.id: _span(session) for session in smart}
    if not smart:
        return {}
    charger_ids = {session.charger_id for session in smart}
    chargers = read_smart_charging(db, charger_ids)
    windows = read_windows_in_force(db, charger_ids)
    specs = _specs(db, smart, unsaved)
    priced = Interval(min(s.start for s in spans.values()) - PRICE_MEMORY, max(s.end for s in spans.values()))
    prices = read_prices(db, {session.location_id for session in smart}, priced)
    spent = read_spent(db, smart)
    cars = read_cars(db, [(s.id, s.charger_id, s.connector_id, _vehicle_id(specs, s)) for s in smart])
    batteries = read_batteries(db, smart, cars)
    found = {}
    for session in smart:
        span, home, charger = spans[session.id], prices[session.location_id], chargers[session.charger_id]
        found[session.id] = SmartFacts(
            currency=home.currency,
            rates=filled(home.over(Interval(span.start - PRICE_MEMORY, span.end)), span, home.zone),
            blocked=_blocked(windows[session.charger_id], span, home.zone),
            power=_power(charger, cars[session.id]),
            keeps_courses=keeps_course(charger, session),
            restarts=charger.restarts,
            is_contiguous=session.id in specs and specs[session.id].contiguous,
            spent=spent.get(session.id, Decimal(0)),
            battery=batteries.get(session.id),
        )
    return found


def _specs(db: Db, sessions: Sequence[Session], unsaved: Sequence[Schedule]) -> dict[str, Smart]:
    """By session id, what its schedule asks for."""
    known = {each.id: each.spec for each in unsaved}
    stored = read_specs(db, {s.schedule_id for s in sessions if s.schedule_id is not None} - known.keys())
    wanted = {session.id: (known | stored).get(session.schedule_id or "") for session in sessions}
    return {session_id: spec for session_id, spec in wanted.items() if isinstance(spec, Smart)}


def _vehicle_id(specs: Mapping[str, Smart], session: Session) -> str | None:
    return specs[session.id].vehicle_id if session.id in specs else None


def read_spent(db: Db, sessions: Sequence[Session]) -> dict[str, Decimal]:
    """What the budgets of sessions have gone on so far, earlier rounds of the same day included, by session id."""
    with_budget = {s.id: s.occurrence_id for s in sessions if isinstance(s.target, BudgetTarget) and s.occurrence_id}
    rounds = list_rounds(db, set(with_budget.values()))
    ids = {session_id for each in rounds.values() for session_id in each}
    costs = reckon(db, list_sessions(db, TABLE.c.id.in_(ids))) if ids else {}
    amounts = {session_id: cost.amount or Decimal(0) for session_id, (cost, _) in costs.items()}
    return {
        session_id: sum((amounts.get(each, Decimal(0)) for each in rounds.get(occurrence_id, ())), Decimal(0))
        for session_id, occurrence_id in with_budget.items()
    }


def _span(session: Session) -> Interval:
    """The session's window, with the random delay before it."""
    window = session.window or Interval(session.due_at, session.due_at)
    return Interval(window.start - LONGEST_DELAY, window.end)


def _blocked(windows: Sequence[RestrictedWindow], span: Interval, zone: ZoneInfo) -> tuple[Blocked, ...]:
    return tuple(Blocked(interval, RESTRICTED_HOURS) for interval in restricted_within(windows, span, zone))


def _power(charger: SmartCharging, car: Car) -> ChargingPower:
    """What the charger gives and the car takes."""
    minimum_w, full_w = charger.minimum_w, charger.full_w
    return ChargingPower(minimum_w, max(minimum_w, min(full_w, car.max_power_w or full_w)))
