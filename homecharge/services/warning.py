"""Warn people of charges that would fail, while that can still be mended: the outlook is asked before the start."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from homecharge.domain.access import MemberRole
from homecharge.domain.notification_preferences import Channel
from homecharge.domain.notifications import Notice
from homecharge.domain.outlook import outlook
from homecharge.domain.session_state import Kind, Session, Status
from homecharge.domain.timing import Timing
from homecharge.domain.warnings import WarningTimes, warning_of, watch_of
from homecharge.ports.units import Db
from homecharge.services.facts import read_facts
from homecharge.services.occurrence_plans import Firing, coming_try, read_plans
from homecharge.services.telling import tell
from homecharge.storage.queries import warnings as queries
from homecharge.storage.queries.occurrences import OCCURRENCES, list_occurrences
from homecharge.storage.queries.schedules import SCHEDULES, list_schedules
from homecharge.storage.queries.sessions import TABLE, list_sessions
from homecharge.storage.queries.telling import read_members
from homecharge.storage.queries.warnings import Asked, Settled

LEASE = timedelta(minutes=1)
"""Longer than it takes to ask about a batch."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of asking about an occurrence: when to ask next, and what to tell whom, if anything."""

    settled: Settled
    account_id: str | None
    notice: Notice | None


def claim(db: Db, *, now: datetime) -> list[Asked]:
    """The occurrences to ask about now, at most a batch."""
    return queries.claim_asked(db, lease=LEASE, now=now)


def ask(db: Db, asked: Sequence[Asked], times: WarningTimes, timing: Timing, *, now: datetime) -> list[Answer]:
    """What would become of them; only reads, a constant number of times."""
    occurrences = {o.id: o for o in list_occurrences(db, OCCURRENCES.c.id.in_([each.occurrence_id for each in asked]))}
    of_them = SCHEDULES.c.id.in_({occurrence.schedule_id for occurrence in occurrences.values()})
    schedules = {schedule.id: schedule for schedule in list_schedules(db, of_them)}
    firings = {
        occurrence.id: Firing(schedules[occurrence.schedule_id], occurrence)
        for occurrence in occurrences.values()
        if occurrence.schedule_id in schedules and occurrence.decided_at is None and occurrence.skipped_at is None
    }
    due = _due_instants(db, list(firings.values()), now=now)
    members = read_members(db, {firing.schedule.location_id for firing in firings.values()})
    watches = {id_: watch_of(times, due[id_], firings[id_].schedule.zone, now=now) for id_ in firings}
    watched = [firing for id_, firing in firings.items() if watches[id_].watch_from <= now]
    notices = _warnings(db, watched, timing, now=now)
    return [
        Answer(
            Settled(each, *watches.get(each.occurrence_id, (None, None))),
            _reader_of(firings.get(each.occurrence_id), members),
            notices.get(each.occurrence_id),
        )
        for each in asked
    ]


def settle(db: Db, answers: Sequence[Answer], channels: frozenset[Channel], *, now: datetime) -> None:
    """Tell what there is to tell, of occurrences that nobody has changed meanwhile; each cause once."""
    kept = queries.settle_asked(db, [answer.settled for answer in answers])
    notices = [
        (answer.account_id, answer.notice)
        for answer in answers
        if answer.account_id and answer.notice and answer.settled.asked.occurrence_id in kept
    ]
    tell(db, notices, channels, now=now)


def _due_instants(db: Db, firings: Sequence[Firing], *, now: datetime) -> dict[str, datetime]:
    """When each must begin at the latest to give all: a Manual at its start, a Smart as it would be planned now."""
    smart = [firing for firing in firings if firing.schedule.kind is Kind.SMART]
    plans = read_plans(db, smart, now=now) if smart else {}
    due = {}
    for firing in firings:
        occurrence = firing.occurrence
        planned = plans[occurrence.id].plan if occurrence.id in plans else None
        latest = planned.last_feasible_start if planned is not None else None
        due[occurrence.id] = occurrence.starts_at if occurrence.ready_by is None else latest or occurrence.ready_by
    return due


def _warnings(db: Db, firings: Sequence[Firing], timing: Timing, *, now: datetime) -> Mapping[str, Notice]:
    """By occurrence, of those that would fail; one whose turn has not come yet is not asked about."""
    planned = _planned(db, firings)
    tries = {firing.occurrence.id: planned.get(firing.occurrence.id) or _awaited(firing, now=now) for firing in firings}
    sessions = [session for session in tries.values() if session is not None]
    looks = {facts.session.id: outlook(facts, now=now) for facts in read_facts(db, sessions, timing, now=now)}
    found = {}
    for firing in firings:
        session = tries[firing.occurrence.id]
        notice = None if session is None else warning_of(looks[session.id], firing.occurrence, now=now)
        if notice is not None:
            found[firing.occurrence.id] = notice
    return found


def _planned(db: Db, firings: Sequence[Firing]) -> dict[str, Session]:
    of_them = TABLE.c.occurrence_id.in_([firing.occurrence.id for firing in firings])
    found = list_sessions(db, of_them, TABLE.c.status == Status.PLANNED)
    return {session.occurrence_id: session for session in found if session.occurrence_id is not None}


def _awaited(firing: Firing, *, now: datetime) -> Session | None:
    """The coming try of a Smart one that waits for its car."""
    return coming_try(firing, now=now) if firing.occurrence.wake_at is not None else None


def _reader_of(firing: Firing | None, members: Mapping[str, Mapping[str, MemberRole]]) -> str | None:
    """Whose charge it would be, if they belong to its home still."""
    if firing is None:
        return None
    schedule = firing.schedule
    return schedule.driver_id if schedule.driver_id in members.get(schedule.location_id, {}) else None
