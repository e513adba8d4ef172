"""What came of commands, on the rows that asked for them; each write carries its fence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, or_, update

from homecharge.domain.session_state import Answer, Status
from homecharge.domain.timeline import StepKind
from homecharge.ports.units import Db
from homecharge.storage.bulk import Bulk
from homecharge.storage.models import TimelineEntry, TransactionRow
from homecharge.storage.queries.sessions import TABLE
from homecharge.storage.types import Id

_COMMANDED = Bulk(
    {"session_id": Id, "message_id": Id},
    lambda rows: (
        update(TimelineEntry)
        .where(
            TimelineEntry.session_id == rows.c.session_id,
            TimelineEntry.kind == StepKind.COMMANDED,
            TimelineEntry.message_id.is_(None),
        )
        .values(message_id=rows.c.message_id)
    ),
)


@dataclass(frozen=True, slots=True)
class NotedAnswer:
    """The answer to the remote start that a session committed at an instant."""

    session_id: str
    commanded_at: datetime
    answer: Answer
    error: str | None
    message_id: str | None


def note_answers(db: Db, answers: Sequence[NotedAnswer], *, wake_at: datetime | None) -> None:
    """Note answers on sessions that are still starting, or starting anew, on that very command.

    With `wake_at` their alarm rings then, and their version is raised; without, both stay.
    """
    if not answers:
        return
    values: dict[str, Any] = {
        "command_answer": bindparam("b_answer"),
        "command_error": bindparam("b_error"),
        "command_message_id": bindparam("b_message_id"),
    }
    if wake_at is not None:
        values |= {"wake_at": wake_at, "version": TABLE.c.version + 1}
    note = (
        update(TABLE)
        .where(
            TABLE.c.id == bindparam("b_id"),
            or_(TABLE.c.status == Status.STARTING, TABLE.c.status == Status.PAUSED),
            TABLE.c.commanded_at == bindparam("b_commanded_at"),
        )
        .values(**values)
    )
    db.execute(
        note,
        [
            {
                "b_id": noted.session_id,
                "b_commanded_at": noted.commanded_at,
                "b_answer": noted.answer.value,
                "b_error": noted.error,
                "b_message_id": noted.message_id,
            }
            for noted in answers
        ],
    )


def forget_answers(db: Db, session_ids: Sequence[str]) -> None:
    """These sessions are commanded again: what was answered before says nothing of that."""
    if session_ids:
        unanswered = {"command_answer": None, "command_error": None, "command_message_id": None}
        db.execute(update(TABLE).where(TABLE.c.id.in_(session_ids)).values(unanswered))


def note_frames(db: Db, frames: Mapping[str, str]) -> None:
    """The frames that told chargers to start, by session: on the step that said so before it was sent."""
    _COMMANDED.execute(db, [{"session_id": id_, "message_id": frame} for id_, frame in frames.items()])


def note_stop(db: Db, transaction_id: int, *, version: int, tries: int, stop_at: datetime | None) -> bool:
    """How often a transaction was told to stop, and when next; False if it has ended or another claim has it."""
    t = TransactionRow
    noted = db.execute(
        update(t)
        .where(t.id == transaction_id, t.stop_version == version, t.stopped_at.is_(None))
        .values(stop_tries=tries, stop_at=stop_at)
    )
    return noted.rowcount == 1
