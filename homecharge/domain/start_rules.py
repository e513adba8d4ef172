"""May this try start now? Every reason against it that holds, in the fixed precedence of rejections.md."""

import dataclasses
from datetime import datetime, timedelta

from homecharge.domain.charger_state import OfflineCause
from homecharge.domain.connector_rules import connector_reasons, status_evidence
from homecharge.domain.facts import Facts
from homecharge.domain.occupancy import already_in_progress
from homecharge.domain.plan_reasons import plan_reasons
from homecharge.domain.random_delay import closes_at
from homecharge.domain.recoveries import is_held, last_chance
from homecharge.domain.rejections import Code, Evidence, FixBy, Rejection, in_precedence
from homecharge.domain.session_state import Session
from homecharge.domain.surplus_rules import is_past_waiting, never_enough
from homecharge.domain.timeline import Actor, Step, StepKind

DECISION_SLACK = timedelta(seconds=60)
"""How long after a window's end a decision still counts as one made at its end."""
STATUS_SETTLE = timedelta(seconds=5)
"""A charger that has just connected is asked for its status; this is how long the answer may take."""


def check_start(facts: Facts, *, now: datetime) -> tuple[Rejection, ...]:
    """Every reason that holds at `now`, the one that counts first; empty means start.

    Waiting for a charger that may still come back is `wait_until`'s: this is the verdict once the waiting is over.
    """
    found = [
        cancelled(facts),
        window_missed(facts, now=now),
        charger_offline(facts, now=now),
        already_in_progress(facts, now=now),
        *connector_reasons(facts),
        *plan_reasons(facts, now=now),
        never_enough(facts, now=now),
    ]
    return in_precedence([reason for reason in found if reason is not None])


def wait_until(facts: Facts, *, now: datetime) -> datetime | None:
    """Until when a due try waits before it is decided; None: decide now.

    A charger without a line gets its grace (rejections.md, row 3), a recovery from `charger_offline` waits for a line
    that lasts, one after the driver's stop for a replug, and a line that has just come up gets a moment to report its
    connectors.
    """
    session, connected_at, timing = facts.session, facts.charger.connected_at, facts.timing
    if session.stop_requested_at is not None:
        return None
    deadline = None
    if _held_at(facts) is not None:
        deadline = last_chance(session)
    elif connected_at is None:
        deadline = last_chance(session) if _needs_lasting_line(facts) else offline_deadline(facts)
    elif _needs_lasting_line(facts):
        deadline = min(connected_at + timing.stable_line, last_chance(session))
    elif facts.fresh is None:
        deadline = _settled_at(facts, connected_at)
    return deadline if deadline is not None and now < deadline else None


def waiting_steps(session: Session, *, until: datetime, cause: str, now: datetime) -> tuple[Step, ...]:
    """That a due try waits; told once."""
    is_told = session.updated_at >= session.due_at and session.updated_at > session.created_at
    if is_told:
        return ()
    told = {"until": until.isoformat()}
    return (Step(at=now, kind=StepKind.WAITING, actor=Actor.SCHEDULER, cause=cause, detail=told),)


def _settled_at(facts: Facts, connected_at: datetime) -> datetime | None:
    settled_at = connected_at + min(STATUS_SETTLE, facts.timing.stable_line)
    end = closes_at(facts.session)
    return settled_at if end is None or settled_at < end else None


def _needs_lasting_line(facts: Facts) -> bool:
    return facts.recovers is not None and facts.recovers.reason is Code.CHARGER_OFFLINE


def _has_line(facts: Facts, *, now: datetime) -> bool:
    connected_at = facts.charger.connected_at
    if connected_at is None:
        return False
    return not _needs_lasting_line(facts) or now >= connected_at + facts.timing.stable_line


def _held_at(facts: Facts) -> datetime | None:
    """When the driver stopped a charge that the try before this one would have followed."""
    if facts.recovers is None or facts.connector is None:
        return None
    held_at = facts.connector.held_at
    return held_at if is_held(facts.recovers.due_at, held_at) else None


def offline_deadline(facts: Facts) -> datetime:
    """When an absent charger stops being waited for, never past the window's end.

    The grace runs from the due time, or from our return after an outage of ours.
    """
    session, timing = facts.session, facts.timing
    since = max([session.due_at, *(outage.end for outage in facts.outages)])
    grace = timing.outage_grace if _is_our_outage(facts) else timing.offline_grace
    end = closes_at(session)
    return since + grace if end is None else min(since + grace, end)


def _is_our_outage(facts: Facts) -> bool:
    return facts.charger.offline_cause is OfflineCause.GATEWAY


def cancelled(facts: Facts) -> Rejection | None:
    """The driver asked it to stop before it began, or stopped the charge before it."""
    session = facts.session
    at = session.stop_requested_at or _held_at(facts)
    if at is None:
        return None
    fact = Evidence(at=at, fact="stop_requested", value=session.stop_requested_by, source="driver")
    return Rejection(code=Code.CANCELLED, variant="stopped_before_start", params={"at": at}, evidence=(fact,))


def window_missed(facts: Facts, *, now: datetime) -> Rejection | None:
    """The window passed without a decision of ours."""
    end = closes_at(facts.session)
    if end is None or now < end:
        return None
    was_ours = any(end in outage for outage in facts.outages)
    has_waited = not _has_line(facts, now=now) or is_past_waiting(facts, now=now)
    is_waiting_over = has_waited and now - end < DECISION_SLACK
    if is_waiting_over and not was_ours:
        return None
    ended = Evidence(at=end, fact="window_ended", value=end.isoformat(), source="scheduler")
    if not facts.outages:
        return Rejection(code=Code.WINDOW_MISSED, evidence=(ended,))
    outage = facts.outages[0]
    began = Evidence(at=outage.end, fact="our_outage_began", value=outage.start.isoformat(), source="scheduler")
    over = Evidence(at=outage.end, fact="our_outage_ended", value=outage.end.isoformat(), source="scheduler")
    return Rejection(
        code=Code.WINDOW_MISSED,
        params={"began_at": outage.start, "ended_at": outage.end},
        evidence=(ended, began, over),
    )


def charger_offline(facts: Facts, *, now: datetime) -> Rejection | None:
    """No line, or none that lasts where the try before this one was lost for want of it; ours or the charger's."""
    charger = facts.charger
    if _has_line(facts, now=now):
        return None
    if (refused := _refused(facts, now=now)) is not None:
        return refused
    if not charger.ever_connected:
        return Rejection(code=Code.CHARGER_OFFLINE, variant="never_connected", evidence=_last_known(facts, now=now))
    since, evidence = _last_heard(facts), _last_known(facts, now=now)
    if not _is_our_outage(facts):
        return Rejection(code=Code.CHARGER_OFFLINE, params={"since": since}, evidence=evidence)
    began_at = charger.offline_since or now
    lost = Evidence(at=began_at, fact="gateway_outage", value=began_at.isoformat(), source="gateway")
    return Rejection(
        code=Code.CHARGER_OFFLINE,
        variant="outage",
        fix_by=FixBy.OPERATOR,
        params={"since": since, "began_at": began_at},
        evidence=(lost, *evidence),
    )


def _refused(facts: Facts, *, now: datetime) -> Rejection | None:
    """The charger did come, since it was last heard, and we did not let it in: the variant is why."""
    refusal, seen_at = facts.charger.last_refusal, _last_heard(facts)
    if facts.charger.is_online or refusal is None or (seen_at is not None and refusal.at <= seen_at):
        return None
    refused = Evidence(at=refusal.at, fact="connection_refused", value=refusal.reason, source="gateway")
    return Rejection(
        code=Code.CHARGER_OFFLINE,
        variant=refusal.reason,
        params={"at": refusal.at},
        evidence=(refused, *_last_known(facts, now=now)),
    )


def _last_heard(facts: Facts) -> datetime | None:
    return facts.charger.last_seen_at or facts.charger.offline_since


def seen_last(seen_at: datetime | None, *, now: datetime) -> Evidence:
    """When the charger was last heard of, which was learnt then; that it never was is known as of now."""
    value = seen_at.isoformat() if seen_at else None
    return Evidence(at=seen_at or now, fact="last_seen", value=value, source="gateway")


def _last_known(facts: Facts, *, now: datetime) -> tuple[Evidence, ...]:
    if not facts.charger.ever_connected:
        return (Evidence(at=now, fact="never_connected", value=None, source="gateway"),)
    since = _last_heard(facts)
    seen = seen_last(since, now=now)
    if facts.connector is None or facts.connector.reported_at is None:
        return (seen,)
    return seen, dataclasses.replace(status_evidence(facts.connector), fact="last_known_status", message_id=None)
