"""What chargers answered to remote starts and stops, written many at once."""

import dataclasses
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from homecharge.domain.masking import HIDDEN, mask_tag_in
from homecharge.domain.session_state import Answer
from homecharge.domain.timeline import Actor, Step, StepKind
from homecharge.domain.timing import Timing
from homecharge.ports.charger_link import Outcome, Reply
from homecharge.ports.units import Db
from homecharge.services.decisions import Start
from homecharge.services.planning import ALARMS
from homecharge.storage.claims import OwedStop
from homecharge.storage.database import ring_after_commit
from homecharge.storage.queries.charger_reports import learn_no_restart
from homecharge.storage.queries.charging_profiles import owe_profile
from homecharge.storage.queries.command_answers import NotedAnswer, note_answers, note_frames, note_stop
from homecharge.storage.queries.lines import lock_chargers, mark_seen
from homecharge.storage.queries.sessions import add_steps

_DETAIL_LENGTH = 100
_ANSWERS = {outcome: Answer(outcome.value) for outcome in Outcome}


@dataclass(frozen=True, slots=True)
class StartAnswer:
    """What the charger said to a remote start; `refused` is its no to the same with a charging profile, before."""

    start: Start
    reply: Reply
    refused: Reply | None = None


def starts_answered(db: Db, answers: Sequence[StartAnswer], *, now: datetime) -> None:
    """Note each answer on its session while that is still starting on this very command.

    An accepted start keeps its alarm at the confirm deadline, and its version: a decision on the transaction that is
    already there would lose its fence for nothing. Every other answer is decided at once.
    """
    _heard(db, [(answer.start.charger_id, answer.reply) for answer in answers])
    shown = [(answer.start, _shown(answer.start, answer.reply)) for answer in answers]
    notes = [
        NotedAnswer(start.session_id, start.commanded_at, _ANSWERS[reply.outcome], _error(reply), reply.message_id)
        for start, reply in shown
    ]
    note_answers(db, [note for note in notes if note.answer is Answer.ACCEPTED], wake_at=None)
    if unfavourable := [note for note in notes if note.answer is not Answer.ACCEPTED]:
        note_answers(db, unfavourable, wake_at=now)
        ring_after_commit(db, ALARMS)
    for start, reply in shown:
        if reply.outcome is Outcome.REJECTED:
            learn_no_restart(db, start.charger_id, start.connector_id)
    note_frames(db, {note.session_id: note.message_id for note in notes if note.message_id is not None})
    add_steps(db, [(a.start.session_id, _refused(a.refused, now=now)) for a in answers if a.refused is not None])
    add_steps(db, [(start.session_id, _answered(StepKind.COMMAND_ANSWERED, reply, now=now)) for start, reply in shown])


def _refused(reply: Reply, *, now: datetime) -> Step:
    return Step(
        at=reply.answered_at or now,
        kind=StepKind.PROFILE_REFUSED,
        actor=Actor.CHARGER,
        cause="with_start",
        detail={"status": reply.status},
        message_id=reply.message_id,
    )


def _shown(start: Start, reply: Reply) -> Reply:
    """What the charger says of an error is its own prose: cut short, and without the tag that it may quote."""
    if reply.detail is None:
        return reply
    detail = mask_tag_in(reply.detail, start.id_tag)
    return dataclasses.replace(reply, detail=textwrap.shorten(detail, _DETAIL_LENGTH, placeholder=HIDDEN))


def _error(reply: Reply) -> str | None:
    """A CALLERROR as evidence."""
    if reply.outcome is not Outcome.ERROR:
        return None
    return ": ".join(word.rstrip(".") for word in (reply.status, reply.detail) if word)


def _answered(kind: StepKind, reply: Reply, *, now: datetime) -> Step:
    is_charger = reply.outcome in {Outcome.ACCEPTED, Outcome.REJECTED, Outcome.ERROR}
    return Step(
        at=reply.answered_at or now,
        kind=kind,
        actor=Actor.CHARGER if is_charger else Actor.SCHEDULER,
        cause=reply.outcome.value,
        detail={"status": reply.status} | ({"detail": reply.detail} if reply.detail else {}),
        message_id=reply.message_id,
    )


def _heard(db: Db, replies: Sequence[tuple[str, Reply]]) -> None:
    """A charger that said anything at all while a command went unanswered is there: that is evidence."""
    seen = {
        charger_id: reply.heard_at
        for charger_id, reply in replies
        if reply.outcome is Outcome.NO_ANSWER and reply.heard_at is not None
    }
    lock_chargers(db, {charger_id for charger_id, _ in replies})
    mark_seen(db, seen)


@dataclass(frozen=True, slots=True)
class StopAnswer:
    """A stop that was tried, and what became of it."""

    stop: OwedStop
    reply: Reply


def stops_answered(db: Db, answers: Sequence[StopAnswer], timing: Timing, *, now: datetime) -> None:
    """Set the next repetition of each stop whose transaction is still open; one never sent waits for its line.

    One that is not obeyed has its transaction held meanwhile, where the charger can (chargers.md, *Stopping*).
    """
    _heard(db, [(answer.stop.charger_id, answer.reply) for answer in answers])
    steps: list[tuple[str, Step]] = []
    for answer in answers:
        stop, reply = answer.stop, answer.reply
        was_sent = reply.outcome is not Outcome.NOT_SENT
        tries = stop.tries + 1 if was_sent else stop.tries
        again = timing.stop_again_after(tries) if was_sent else timedelta(0)
        stop_at = now + again if again is not None else None
        is_still_owed = note_stop(db, stop.transaction_id, version=stop.version, tries=tries, stop_at=stop_at)
        is_obeyed = not was_sent or (reply.outcome is Outcome.ACCEPTED and tries == 1)
        if is_still_owed and not is_obeyed:
            owe_profile(db, stop.transaction_id, now=now)
            ring_after_commit(db, ALARMS)
        if is_still_owed and stop.session_id is not None:
            steps.append((stop.session_id, _answered(StepKind.STOP_ANSWERED, reply, now=now)))
    add_steps(db, steps)
