"""Decide claimed sessions, many at once: facts in, moves, stops, recoveries and commands out, in one transaction."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from homecharge.domain.charging_profiles import ChargingProfile
from homecharge.domain.facts import Decision, Facts, OtherSession
from homecharge.domain.recoveries import Event
from homecharge.domain.rejections import Code
from homecharge.domain.session_state import LIVE, Result, Session, Status, StopReason, moved
from homecharge.domain.sessions import advance
from homecharge.domain.timeline import Actor, Step, StepKind
from homecharge.domain.timing import Timing
from homecharge.ports.units import Db
from homecharge.services import occurrences, openings
from homecharge.services.charging_profiles import courses_changed, start_profiles
from homecharge.services.costs import settle_costs
from homecharge.services.facts import read_facts
from homecharge.services.partner_starts import partner_starts_over, partner_starts_sent
from homecharge.services.recoveries import recover, recover_open
from homecharge.storage.database import InvariantBroken, ring_after_commit
from homecharge.storage.queries.command_answers import forget_answers
from homecharge.storage.queries.connectors import forget_remote_starts, hold_until_replugged, mark_remote_starts
from homecharge.storage.queries.lines import lock_chargers
from homecharge.storage.queries.sessions import TABLE, add_steps, get_session, list_sessions, move_sessions
from homecharge.storage.queries.surroundings import Place
from homecharge.storage.queries.transactions import (
    lose_transactions,
    owe_stops,
    rebind_transaction,
    take_back_stops,
)


class LostFence(InvariantBroken):
    """Somebody else moved one of the sessions: nothing of this unit may count; decide them one by one."""


@dataclass(frozen=True, slots=True)
class Start:
    """A remote start to send, once, now that its intent is committed."""

    session_id: str
    charger_id: str
    connector_id: int
    id_tag: str
    commanded_at: datetime
    profile: ChargingProfile | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """What a batch came to; `outcomes` are `(status, reason)` of each session that ended."""

    starts: tuple[Start, ...]
    has_stops: bool
    outcomes: tuple[tuple[str, str | None], ...]


def decide(db: Db, claimed: Sequence[Session], timing: Timing, *, now: datetime) -> Decided:
    """Advance claimed sessions and store what follows; those that have moved since are left to the alarm set then.

    Raises LostFence when somebody who asked first, a driver, moves one of them meanwhile.
    """
    lock_chargers(db, {session.charger_id for session in claimed})
    decisions = _decisions(read_facts(db, _unmoved(db, claimed), timing, now=now), now=now)
    pairs = [(facts.session, decision) for facts, decision in decisions]
    _apply(db, pairs, now=now)
    pairs = _costed(db, pairs)
    _settle(db, pairs, timing, now=now)
    for before, decision in pairs:
        if decision.session.status is not before.status:
            ring_after_commit(db, f"session:{before.id}")
    return Decided(
        _starts(db, pairs, now=now),
        has_stops=any(decision.stops for _, decision in pairs),
        outcomes=tuple((d.session.status.value, d.session.reason) for _, d in pairs if d.session.is_over),
    )


def _starts(db: Db, pairs: Sequence[tuple[Session, Decision]], *, now: datetime) -> tuple[Start, ...]:
    commanded = [(decision.session, decision.command) for _, decision in pairs if decision.command is not None]
    profiles = start_profiles(db, [session for session, _ in commanded], now=now)
    return tuple(
        Start(session.id, session.charger_id, command.connector_id, command.id_tag, now, profiles.get(session.id))
        for session, command in commanded
    )


def _unmoved(db: Db, claimed: Sequence[Session]) -> list[Session]:
    versions = {session.id: session.version for session in claimed}
    return [s for s in list_sessions(db, TABLE.c.id.in_(versions)) if s.version == versions[s.id]]


def _decisions(batch: Sequence[Facts], *, now: datetime) -> list[tuple[Facts, Decision]]:
    """In the order of `(due_at, id)`: whoever starts first on a connector is the evidence against the next."""
    decided: list[tuple[Facts, Decision]] = []
    winners: dict[Place, OtherSession] = {}
    for facts in batch:
        place = _place(facts.session)
        if facts.other is None and place in winners:
            facts = dataclasses.replace(facts, other=winners[place])  # noqa: PLW2901 - the same facts, later
        decision = advance(facts, now=now)
        if decision.session.status in LIVE:
            winners[place] = OtherSession(
                id=decision.session.id,
                reference=decision.session.reference,
                kind=decision.session.kind,
                status=decision.session.status,
                since=now,
            )
        decided.append((facts, decision))
    return decided


def _apply(db: Db, pairs: Sequence[tuple[Session, Decision]], *, now: datetime) -> None:
    moves = [_ended_for(db, decision.ends_session_id, now=now) for _, decision in pairs if decision.ends_session_id]
    moves += [(before, decision.session) for before, decision in pairs]
    if not move_sessions(db, moves, now=now):
        raise LostFence
    courses_changed(db, moves, now=now)
    add_steps(db, [(before.id, step) for before, decision in pairs for step in decision.steps])
    owe_stops(db, [stop for _, decision in pairs for stop in decision.stops])
    take_back_stops(db, [decision.goes_on for _, decision in pairs if decision.goes_on is not None])
    lose_transactions(db, [decision.loses for _, decision in pairs if decision.loses is not None])
    for before, decision in pairs:
        if decision.adopts is not None:
            rebind_transaction(db, decision.adopts, session_id=before.id, now=now)
    again = [
        before.id for before, decision in pairs if decision.command is not None and before.commanded_at is not None
    ]
    forget_answers(db, again)
    sent = [decision.session for _, decision in pairs if decision.command is not None]
    mark_remote_starts(db, [_place(session) for session in sent], now=now)
    partner_starts_sent(db, sent, now=now)


def _costed(db: Db, pairs: Sequence[tuple[Session, Decision]]) -> list[tuple[Session, Decision]]:
    """What has ended costs something from now on; the next try of it wants to know how much."""
    over = {before.id for before, decision in pairs if decision.session.is_over and before.energy_wh}
    costs = settle_costs(db, over | {decision.ends_session_id for _, decision in pairs if decision.ends_session_id})

    def with_cost(decision: Decision) -> Decision:
        cost = costs.get(decision.session.id)
        return dataclasses.replace(decision, session=dataclasses.replace(decision.session, cost=cost))

    return [(before, with_cost(decision) if before.id in costs else decision) for before, decision in pairs]


def _place(session: Session) -> Place:
    return session.charger_id, session.connector_id


def _ended_for(db: Db, session_id: str, *, now: datetime) -> tuple[Session, Session]:
    """A free-vend plug-in session gives its transaction to what was due, and is complete (chargers.md, *Free-vend*)."""
    before = get_session(db, session_id)
    after = moved(before, Status.COMPLETED, stop_reason=StopReason.OTHER, ended_at=now, wake_at=None, open_until=None)
    add_steps(db, [(session_id, Step(at=now, kind=StepKind.COMPLETED, actor=Actor.SCHEDULER, cause="adopted"))])
    ring_after_commit(db, f"session:{session_id}")
    return before, after


def _settle(db: Db, pairs: Sequence[tuple[Session, Decision]], timing: Timing, *, now: datetime) -> None:
    """What decisions bring about: successors of occurrences, back-offs, the turn of those that waited for an end."""
    under_way = [
        before.occurrence_id
        for before, decision in pairs
        if before.status is Status.PLANNED
        and decision.session.status is not Status.PLANNED
        and before.occurrence_id is not None
    ]
    if under_way:
        occurrences.decided(db, under_way, now=now)
    ended = [(before, decision.session) for before, decision in pairs if decision.session.is_over]
    stopped = [after for _, after in ended if _is_stopped_by_driver(after)]
    hold_until_replugged(db, [(_place(after), after.stop_requested_at or after.ended_at or now) for after in stopped])
    forget_remote_starts(db, [_place(after) for _, after in ended if after.reason == Code.START_NOT_CONFIRMED])
    partner_starts_over(db, [after for _, after in ended])
    for _, after in ended:
        if after.open_until is not None:
            recover(db, after, Event.BACK_OFF, timing, now=now)
    freed = {_place(before) for before, _ in ended if before.status in LIVE}
    recover_open(db, freed, (Event.SESSION_ENDED,), timing, now=now)
    openings.ring(db, {charger_id for charger_id, _ in freed}, now=now)


def _is_stopped_by_driver(session: Session) -> bool:
    at_charger = session.stop_reason is StopReason.STOPPED_AT_CHARGER or session.reason == Code.CANCELLED
    return at_charger or (session.stop_requested_as is StopReason.DRIVER and session.result is not Result.MET)
