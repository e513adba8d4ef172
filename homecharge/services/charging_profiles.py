"""Courses on their way to chargers: what each is to be told now, and what its answer means (ADR 9)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from homecharge.domain.charging_profiles import (
    Begun,
    ChargingProfile,
    RateUnit,
    SmartCharging,
    ended_at_zero,
    own_course,
    transaction_profile,
)
from homecharge.domain.courses import Course, Period
from homecharge.domain.session_state import PROFILE_REFUSED, SOLAR_ONLY, Session
from homecharge.domain.timeline import Actor, Step, StepKind
from homecharge.domain.timing import Timing
from homecharge.ports.charger_link import ClearChargingProfile, Outcome, Reply, SetChargingProfile
from homecharge.ports.units import Db
from homecharge.services.planning import ALARMS
from homecharge.storage.claims import Claimant
from homecharge.storage.database import ring_after_commit
from homecharge.storage.queries.charging_profiles import (
    OwedProfile,
    claim_profiles,
    flag_sessions,
    get_told_at,
    learn_refusal,
    learn_taken,
    learn_unit,
    learn_zero_ends,
    note_profile,
    owe_profiles,
    read_smart_charging,
)
from homecharge.storage.queries.default_profiles import owe_default_profiles
from homecharge.storage.queries.lines import lock_chargers
from homecharge.storage.queries.sessions import TABLE, add_steps, get_session, list_sessions

T = TypeVar("T")
NO = frozenset({Outcome.REJECTED, Outcome.ERROR})
"""Answers that mean no, and not silence."""
UNABLE = "no_smart_charging"
STOP_AND_START = "stop_and_start"
SILENT = "no_answer"
FULL_POWER = "full_power"
"""The cause of a profile without a course: it overrides the charger's default one."""
STOPPING = -1
"""The revision of no course: held while a stop is not obeyed."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One way to tell a charger; `resend_at` is when it has to hear more if it takes this."""

    command: SetChargingProfile | ClearChargingProfile
    resend_at: datetime | None = None

    @property
    def unit(self) -> RateUnit | None:
        """What the profile is written in; None for a clear."""
        return self.command.profile.unit if isinstance(self.command, SetChargingProfile) else None


@dataclass(frozen=True, slots=True)
class Telling:
    """What the charger of a transaction is told: the first attempt that it takes. `revision` None: it forgets."""

    owed: OwedProfile
    revision: int | None
    attempts: tuple[Attempt, ...]


@dataclass(frozen=True, slots=True)
class Told(Generic[T]):
    """A telling, of a transaction or of a charger, with what the charger said to the last attempt that was made."""

    telling: T
    attempt: Attempt
    reply: Reply


def courses_changed(db: Db, moves: Sequence[tuple[Session, Session]], *, now: datetime) -> None:
    """Owe a profile to the transactions of those among these moves that have another course."""
    changed = [after.id for before, after in moves if after.course_revision != before.course_revision]
    if changed:
        owe_profiles(db, changed, now=now)
        ring_after_commit(db, ALARMS)


def start_profiles(db: Db, sessions: Sequence[Session], *, now: datetime) -> dict[str, ChargingProfile]:
    """By session id, the profiles that go with remote starts: of those that need one, on chargers that may take it."""
    chargers = read_smart_charging(db, {session.charger_id for session in sessions}) if sessions else {}
    found = {}
    for session in sessions:
        charger = chargers[session.charger_id]
        course = own_course(session.course, charger, now=now)
        if course is not None and charger.units:
            found[session.id] = transaction_profile(
                course, charger, charger.units[0], connector_id=session.connector_id, begun=None, now=now
            ).profile
    return found


def claim_tellings(db: Db, claimant: Claimant, *, lease: timedelta, now: datetime) -> tuple[list[Telling], int]:
    """What chargers are to be told now, and how many transactions were owed it.

    One whose session has ended, or whose charger cannot be told, is settled on the spot.
    """
    owed = claim_profiles(db, claimant, lease=lease, now=now)
    if not owed:
        return [], 0
    sessions = {s.id: s for s in list_sessions(db, TABLE.c.id.in_([o.session_id for o in owed if o.session_id]))}
    chargers = read_smart_charging(db, {each.charger_id for each in owed})
    tellings = []
    for each in owed:
        session = sessions.get(each.session_id) if each.session_id is not None else None
        telling = _telling(each, session, chargers[each.charger_id], now=now)
        if telling.attempts:
            tellings.append(telling)
        else:
            note_profile(db, each, profile_at=None)
            if session is not None and session.course is not None and telling.revision not in {None, STOPPING}:
                cause = STOP_AND_START if chargers[each.charger_id].restarts else UNABLE
                _refused(db, session, cause, None, now=now)
    return tellings, len(owed)


def learn_from_end(db: Db, session: Session, transaction_id: int, reason: str | None, *, stopped_at: datetime) -> None:
    """A charger that ends a transaction because it is held does so always; the session goes on, and resumes."""
    if session.course is None or session.is_over or session.stop_requested_at is not None:
        return
    charger = read_smart_charging(db, [session.charger_id])[session.charger_id]
    told_at = get_told_at(db, transaction_id)
    if PROFILE_REFUSED not in session.flags and ended_at_zero(
        session.course, charger, told_at=told_at, stopped_at=stopped_at, reason=reason
    ):
        learn_zero_ends(db, transaction_id, session.charger_id)


def _telling(owed: OwedProfile, session: Session | None, charger: SmartCharging, *, now: datetime) -> Telling:
    """Held while a stop is not obeyed (chargers.md, *Stopping*), else kept to its course, else nothing any more.

    A course that has gone since may have been told with the start.
    """
    if owed.stop_tries > 0:
        return Telling(owed, STOPPING, _attempts(owed, (Period(now, 0),), charger, now=now))
    if session is None or session.is_over:
        return Telling(owed, None, ())
    if (course := own_course(session.course, charger, now=now)) is not None:
        return Telling(owed, session.course_revision, _attempts(owed, course, charger, now=now))
    may_be_kept = owed.revision is not None or (session.course_revision > 0 and bool(charger.units))
    clear = Attempt(ClearChargingProfile(owed.connector_id))
    return Telling(owed, None, (clear,) if may_be_kept else ())


def _attempts(owed: OwedProfile, course: Course, charger: SmartCharging, *, now: datetime) -> tuple[Attempt, ...]:
    begun = Begun(owed.transaction_id, owed.started_at)
    fitted = [
        transaction_profile(course, charger, unit, connector_id=owed.connector_id, begun=begun, now=now)
        for unit in charger.units
    ]
    return tuple(Attempt(SetChargingProfile(owed.connector_id, each.profile), each.resend_at) for each in fitted)


def profiles_answered(db: Db, answers: Sequence[Told[Telling]], timing: Timing, *, now: datetime) -> None:
    """Keep what chargers took; what they refused is noted on its session, and sent again when they reconnect."""
    lock_chargers(db, {told.telling.owed.charger_id for told in answers})
    for told in answers:
        _answered(db, told, timing, now=now)


def _answered(db: Db, told: Told[Telling], timing: Timing, *, now: datetime) -> None:
    telling, outcome = told.telling, told.reply.outcome
    owed = telling.owed
    if outcome is Outcome.ACCEPTED:
        _taken(db, told, now=now)
    elif outcome is Outcome.NOT_SENT:
        note_profile(db, owed, profile_at=now)
    elif outcome in NO:
        if note_profile(db, owed, profile_at=None):
            learn_refusal(db, owed.charger_id)
            owe_default_profiles(db, [owed.charger_id], now=now)
            _refused(db, _session(db, owed), outcome.value, told.reply, now=now)
    else:
        tries = owed.tries + 1
        again = timing.stop_again_after(tries)
        is_owed = note_profile(db, owed, profile_tries=tries, profile_at=now + again if again is not None else None)
        if is_owed and again is None:
            _refused(db, _session(db, owed), SILENT, told.reply, now=now)


def _session(db: Db, owed: OwedProfile) -> Session | None:
    """The session, unless the transaction is being stopped: then nothing more is told of its profile."""
    return get_session(db, owed.session_id) if owed.session_id is not None and owed.stop_tries == 0 else None


def _taken(db: Db, told: Told[Telling], *, now: datetime) -> None:
    telling, reply, unit = told.telling, told.reply, told.attempt.unit
    owed, at = telling.owed, told.reply.answered_at or now
    taken_at = at if telling.revision is not None else None
    values = {"profile_revision": telling.revision, "profile_taken_at": taken_at, "profile_tries": 0}
    is_noted = note_profile(db, owed, **values, profile_at=told.attempt.resend_at)
    if unit is not None:
        learn_unit(db, owed.charger_id, unit)
        if learn_taken(db, owed.charger_id):
            owe_default_profiles(db, [owed.charger_id], now=now)
    session = _session(db, owed) if is_noted else None
    if session is None:
        return
    is_followed = SOLAR_ONLY in session.flags and owed.revision is not None and telling.revision is not None
    if telling.revision != owed.revision and not is_followed:
        kind = StepKind.PROFILE_KEPT if unit is not None else StepKind.PROFILE_CLEARED
        cause = FULL_POWER if unit is not None and session.course is None else None
        step = Step(at=at, kind=kind, actor=Actor.CHARGER, cause=cause, message_id=reply.message_id)
        _tell(db, session, step)
    if unit is not None and PROFILE_REFUSED in session.flags:
        flags = tuple(flag for flag in session.flags if flag != PROFILE_REFUSED)
        flag_sessions(db, [(session.id, flags)], now=now)


def _refused(db: Db, session: Session | None, cause: str, reply: Reply | None, *, now: datetime) -> None:
    """On the session: a flag for whoever decides what to do without, and a step for whoever asks why.

    One without a course has nothing to do without: from a charger that does not free it the default profile is taken.
    """
    if session is None or session.course is None or PROFILE_REFUSED in session.flags:
        return
    step = Step(
        at=reply.answered_at or now if reply is not None else now,
        kind=StepKind.PROFILE_REFUSED,
        actor=Actor.SCHEDULER if cause in {UNABLE, STOP_AND_START, SILENT} else Actor.CHARGER,
        cause=cause,
        detail={"status": reply.status} if reply is not None and reply.status else {},
        message_id=reply.message_id if reply is not None else None,
    )
    _tell(db, session, step)
    flag_sessions(db, [(session.id, (*session.flags, PROFILE_REFUSED))], now=now)
    ring_after_commit(db, ALARMS)


def _tell(db: Db, session: Session, step: Step) -> None:
    add_steps(db, [(session.id, step)])
    ring_after_commit(db, f"session:{session.id}")
