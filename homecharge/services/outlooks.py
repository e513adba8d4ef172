"""Pre-flight: whether the next charge of a schedule will start."""

from dataclasses import dataclass
from datetime import datetime

from homecharge.domain.outlook import Check, CheckState, Outlook, Verdict, outlook
from homecharge.domain.schedules import Schedule
from homecharge.domain.session_state import Session
from homecharge.domain.texts import Language
from homecharge.domain.texts.values import Reader
from homecharge.domain.timing import Timing
from homecharge.domain.wording_notices import check_text
from homecharge.ports.units import Db
from homecharge.services.facts import read_facts
from homecharge.services.occurrence_plans import Firing, coming_try
from homecharge.storage.queries.occurrences import list_shown
from homecharge.storage.queries.planned_sessions import list_planned


@dataclass(frozen=True, slots=True)
class CheckView:
    """A check in words."""

    code: str
    state: CheckState
    detail: str
    fix_before: datetime | None


@dataclass(frozen=True, slots=True)
class OutlookView:
    """The verdict on a schedule's next try, and every check behind it."""

    verdict: Verdict
    checks: tuple[CheckView, ...]


def view_outlook(db: Db, schedule: Schedule, timing: Timing, *, language: Language, now: datetime) -> OutlookView:
    """What will come of the next planned session if nothing changes; without one there is nothing that could start.

    Of a Smart one that waits for its car it is the session that would be made now.
    """
    reader = Reader(language=language, zone=schedule.zone, now=now)
    planned = list_planned(db, schedule_ids=[schedule.id])[:1] or _awaited(db, schedule, now=now)
    if not planned:
        code = "next_date" if schedule.is_enabled else "schedule_enabled"
        missing = CheckView(code, CheckState.FAILS, check_text(code, CheckState.FAILS, reader), None)
        return OutlookView(Verdict.WILL_NOT_START, (missing,))
    [facts] = read_facts(db, planned, timing, now=now)
    return outlook_in_words(outlook(facts, now=now), reader)


def outlook_in_words(found: Outlook, reader: Reader) -> OutlookView:
    """As the contract shows it."""
    return OutlookView(found.verdict, tuple(_view_of(check, reader) for check in found.checks))


def _awaited(db: Db, schedule: Schedule, *, now: datetime) -> list[Session]:
    """The coming try of the occurrence that waits for its car, not stored; none where none waits."""
    awaited = [o for o in list_shown(db, [schedule], now=now) if o.wake_at is not None]
    coming = (coming_try(Firing(schedule, occurrence), now=now) for occurrence in awaited)
    return [session for session in coming if session is not None][:1]


def _view_of(check: Check, reader: Reader) -> CheckView:
    reason = check.rejection
    variant, params = (None, check.params) if reason is None else (reason.variant, reason.params)
    detail = check_text(check.code, check.state, reader, variant=variant, params=params)
    return CheckView(check.code, check.state, detail, check.fix_before)
