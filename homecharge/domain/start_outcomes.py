"""What became of a remote start: confirmed by a transaction, refused, unanswered, or never confirmed."""

import dataclasses
from datetime import datetime, timedelta

from homecharge.domain.charger_state import ConnectorState
from homecharge.domain.connector_rules import connector_reasons, status_evidence
from homecharge.domain.facts import Facts
from homecharge.domain.occupancy import already_in_progress, occupied_by
from homecharge.domain.rejections import Code, Evidence, Rejection, in_precedence
from homecharge.domain.session_state import Answer
from homecharge.domain.start_rules import cancelled, seen_last

CONNECTION_TIMEOUT_SLACK = timedelta(seconds=10)


def confirm_deadline(facts: Facts) -> datetime:
    """Until when a transaction may confirm the start (rejections.md, row 14)."""
    commanded_at = facts.session.commanded_at or facts.session.due_at
    patience = facts.timing.start_confirm
    if facts.charger.connection_timeout is not None:
        patience = max(patience, facts.charger.connection_timeout + CONNECTION_TIMEOUT_SLACK)
    return commanded_at + patience


def start_failed(facts: Facts, *, now: datetime) -> tuple[Rejection, ...]:
    """Why the start did not come about, if that is settled at `now`; empty while it still may."""
    reason = _failure(facts, is_over=now >= confirm_deadline(facts), now=now) or _outrun(facts)
    if reason is None:
        return ()
    said = connector_reasons(facts)
    if not said and facts.fresh is not None:
        reason = dataclasses.replace(reason, evidence=(*reason.evidence, _status(facts.fresh)))
    found = [cancelled(facts), already_in_progress(facts, now=now), *said, reason]
    return in_precedence([each for each in found if each is not None])


def _outrun(facts: Facts) -> Rejection | None:
    """Another transaction began on the connector since the command: a card was quicker."""
    foreign, commanded_at = facts.foreign, facts.session.commanded_at
    if foreign is None or foreign.is_refused or commanded_at is None or foreign.started_at < commanded_at:
        return None
    return occupied_by(foreign)


def _status(connector: ConnectorState) -> Evidence:
    """What the connector said is evidence, where it is no reason: SuspendedEV without a transaction, Finishing."""
    return dataclasses.replace(status_evidence(connector), message_id=None)


def _failure(facts: Facts, *, is_over: bool, now: datetime) -> Rejection | None:
    commanded = _commanded(facts)
    match facts.session.command_answer:
        case Answer.REJECTED | Answer.ERROR as said:
            variant, word = (None, "Rejected") if said is Answer.REJECTED else ("error", facts.session.command_error)
            answer = Evidence(at=now, fact="start_answer", value=word, source="charger")
            return Rejection(
                code=Code.CHARGER_REFUSED, variant=variant, params={"answer": word}, evidence=(commanded, answer)
            )
        case Answer.NOT_SENT:
            return _silence(facts, commanded, heard=False, now=now)
        case Answer.NO_ANSWER:
            return _silence(facts, commanded, heard=_was_heard(facts), now=now)
        case Answer.ACCEPTED if is_over:
            accepted = Evidence(at=commanded.at, fact="start_answer", value="Accepted", source="charger")
            return Rejection(code=Code.START_NOT_CONFIRMED, params={"at": commanded.at}, evidence=(commanded, accepted))
        case None if is_over:
            unknown = Evidence(at=now, fact="delivery_unknown", value=None, source="scheduler")
            return _silence(facts, commanded, unknown, heard=_was_heard(facts), now=now)
        case _:
            return None


def _silence(facts: Facts, *evidence: Evidence, heard: bool, now: datetime) -> Rejection:
    if heard:
        return Rejection(code=Code.NO_ANSWER, params={"at": facts.session.commanded_at}, evidence=evidence)
    seen_at = facts.charger.last_seen_at
    last_seen = seen_last(seen_at, now=now)
    return Rejection(
        code=Code.CHARGER_OFFLINE,
        variant="after_command",
        params={"since": seen_at},
        evidence=(*evidence, last_seen),
    )


def _was_heard(facts: Facts) -> bool:
    seen, commanded_at = facts.charger.last_seen_at, facts.session.commanded_at
    return seen is not None and commanded_at is not None and seen > commanded_at


def _commanded(facts: Facts) -> Evidence:
    at = facts.session.commanded_at or facts.session.due_at
    return Evidence(
        at=at,
        fact="commanded",
        value="RemoteStartTransaction",
        source="scheduler",
        message_id=facts.session.command_message_id,
    )
