"""Read what binds scheduled charges that follow no plan: restricted hours, and whether their chargers keep them."""

import dataclasses
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from homecharge.domain.bounds import Bounds
from homecharge.domain.charging_profiles import keeps_course
from homecharge.domain.restricted_hours import restricted_within
from homecharge.domain.session_state import UNPLANNED, Kind, Session
from homecharge.domain.timeline import Actor, Step, StepKind
from homecharge.domain.times import Interval
from homecharge.ports.units import Db
from homecharge.storage.queries.charger_settings import read_windows_in_force
from homecharge.storage.queries.charging_profiles import read_smart_charging
from homecharge.storage.queries.session_views import read_zones
from homecharge.storage.queries.sessions import add_steps

AHEAD = timedelta(days=7)
"""How far a charge without a window is told of its restricted hours; told anew when a day of it is left."""
_SPARE = timedelta(days=1)
_INSTANT = timedelta(seconds=1)


def read_bounds(
    db: Db, sessions: Sequence[Session], *, unplanned: Collection[str] = (), now: datetime
) -> dict[str, Bounds]:
    """By session id, for Manuals and plug-ins that are not over; three reads at most, none where there are none.

    `unplanned` are the ids of those that follow no plan although they may be Smart: solar-only mode buys nothing.
    """
    bound = [each for each in sessions if (each.kind in UNPLANNED or each.id in unplanned) and not each.is_over]
    if not bound:
        return {}
    charger_ids = {session.charger_id for session in bound}
    windows = read_windows_in_force(db, charger_ids)
    chargers = read_smart_charging(db, charger_ids)
    zones = read_zones(db, {session.location_id for session in bound if windows[session.charger_id]})
    found = {}
    for session in bound:
        hours, charger = windows[session.charger_id], chargers[session.charger_id]
        span = _span(session, now=now)
        found[session.id] = Bounds(
            restricted=restricted_within(hours, span, ZoneInfo(zones[session.location_id])) if hours else (),
            keeps_courses=keeps_course(charger, session),
            full_w=charger.full_w,
        )
    return found


def _span(session: Session, *, now: datetime) -> Interval:
    """The session's window; where there is none, whole spans of days, so that looking again finds the same hours."""
    begins_at = session.planned_start_at or session.due_at
    if session.window_end is not None:
        return Interval(begins_at, session.window_end)
    spans = (max(now, begins_at) + _SPARE - begins_at) // AHEAD + 1
    return Interval(begins_at, begins_at + spans * AHEAD)


def looked_at(db: Db, planned: Sequence[Session], *, now: datetime) -> list[Session]:
    """Manuals just planned at chargers with restricted hours ring now: so they are moved at once, and not when due."""
    charger_ids = {each.charger_id for each in planned if each.kind is Kind.MANUAL}
    windows = read_windows_in_force(db, charger_ids) if charger_ids else {}
    return [
        dataclasses.replace(each, wake_at=min(now, each.due_at))
        if each.kind is Kind.MANUAL and windows[each.charger_id]
        else each
        for each in planned
    ]


def note_override(db: Db, session: Session, *, actor: Actor, actor_id: str | None = None, now: datetime) -> None:
    """Say in the timeline of a Boost or a card that it begins inside restricted hours, if it does."""
    hours = read_windows_in_force(db, [session.charger_id])[session.charger_id]
    if not hours:
        return
    zone = ZoneInfo(read_zones(db, [session.location_id])[session.location_id])
    restricted = [each for each in restricted_within(hours, Interval(now, now + _INSTANT), zone) if now in each]
    if restricted:
        detail = {"until": restricted[0].end.isoformat()}
        step = Step(at=now, kind=StepKind.HOURS_OVERRIDDEN, actor=actor, actor_id=actor_id, detail=detail)
        add_steps(db, [(session.id, step)])
