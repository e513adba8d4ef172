"""The plans of occurrences: the one that is followed, or the one that would be made if the car came now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from homecharge.domain.occurrences import Occurrence
from homecharge.domain.planner import plan
from homecharge.domain.plans import Plan, Request
from homecharge.domain.schedules import Schedule
from homecharge.domain.session_state import Kind, Session, Status
from homecharge.domain.smart_facts import SmartFacts, request_of
from homecharge.ports.units import Db
from homecharge.services.occurrence_supply import try_of
from homecharge.services.planning import new_session
from homecharge.services.smart_facts import read_smart_facts
from homecharge.storage.queries.surplus import read_solar_chargers


@dataclass(frozen=True, slots=True)
class Firing:
    """An occurrence with its schedule and its tries, oldest first."""

    schedule: Schedule
    occurrence: Occurrence
    tries: Sequence[Session] = ()


@dataclass(frozen=True, slots=True)
class OccurrencePlan:
    """A plan, what was asked for where it was made just now, and what it rests on.

    `basis` stays as it is while time goes by: a stored plan, or the facts that it is made of. `plan` None: the charge
    is not planned, as a Manual's; with a request, because its charger is in solar-only mode, and nothing is bought.
    """

    plan: Plan | None
    request: Request | None
    basis: Plan | SmartFacts | None


def read_plans(
    db: Db, firings: Sequence[Firing], *, unsaved: Sequence[Schedule] = (), now: datetime
) -> dict[str, OccurrencePlan]:
    """By occurrence id; one read more than `read_smart_facts` however many there are, `unsaved` as there."""
    coming = {each.occurrence.id: session for each in firings if (session := coming_try(each, now=now)) is not None}
    facts = read_smart_facts(db, list(coming.values()), unsaved=unsaved)
    solar = read_solar_chargers(db, {session.charger_id for session in coming.values()}) if coming else {}
    found = {}
    for each in firings:
        session = coming.get(each.occurrence.id)
        if session is None:
            kept = each.tries[-1].plan if each.tries else None
            found[each.occurrence.id] = OccurrencePlan(kept, None, kept)
        else:
            request = request_of(session, facts[session.id], now=now)
            made = None if session.charger_id in solar else plan(request)
            found[each.occurrence.id] = OccurrencePlan(made, request, facts[session.id])
    return found


def coming_try(firing: Firing, *, now: datetime) -> Session | None:
    """The try of a Smart occurrence that has no plan yet: planned, or as it would be if its car came now; not stored.

    None where there is a plan already, or nothing to come.
    """
    occurrence, last = firing.occurrence, firing.tries[-1] if firing.tries else None
    is_ahead = occurrence.skipped_at is None and now < occurrence.window_end
    if firing.schedule.kind is not Kind.SMART or not is_ahead:
        return None
    if last is None:
        due_at = max(now, occurrence.window_start)
        return new_session(try_of(firing.schedule, occurrence, due_at=due_at), now=now)
    return last if last.status is Status.PLANNED and last.plan is None else None
