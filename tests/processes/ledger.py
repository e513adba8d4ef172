"""What must hold of every occurrence once everything has settled, whatever was killed meanwhile (issue 2, part 7)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from homecharge.domain.recoveries import MOST_TRIES
from homecharge.domain.session_state import Session, Status

PATIENCE = timedelta(seconds=20)
"""A lease, and some: an alarm that rang longer ago than this has been forgotten."""


def is_settled(sessions: Sequence[Session]) -> bool:
    """Every occurrence has been tried until it was charged, cancelled or exhausted."""
    tries = _by_occurrence(sessions)
    return all(_is_final(found[-1]) for found in tries.values())


def _is_final(last: Session) -> bool:
    return last.is_over and (last.open_until is None or last.attempt >= MOST_TRIES)


def violations(
    sessions: Sequence[Session], occurrences: Iterable[str], commands: Mapping[str, int], *, now: datetime
) -> list[str]:
    """Whatever is not as it must be, in words. `commands` are remote starts that reached chargers, by tag."""
    tries = _by_occurrence(sessions)
    found = [f"occurrence {each}: no session" for each in occurrences if each not in tries]
    for occurrence, its in tries.items():
        found += [f"occurrence {occurrence}: {said}" for said in _of_one_occurrence(its)]
    found += [f"{_shown(s)}: undecided" for s in sessions if _is_forgotten(s, now=now)]
    tagged = {session.tag: session for session in sessions}
    for tag, count in commands.items():
        session = tagged.get(tag)
        if session is None:
            found.append(f"tag {tag}: a start was sent for no session")
        elif count > 1:
            found.append(f"{_shown(session)}: {count} starts were sent")
        elif session.commanded_at is None:
            found.append(f"{_shown(session)}: a start was sent that nobody intended")
    return found


def _of_one_occurrence(tries: Sequence[Session]) -> list[str]:
    firsts = [session for session in tries if session.recovers_session_id is None]
    linked = Counter(session.recovers_session_id for session in tries if session.recovers_session_id is not None)
    known = {session.id for session in tries}
    said = [] if len(firsts) == 1 else [f"{len(firsts)} first sessions"]
    said += [f"{count} recoveries of {before}" for before, count in linked.items() if count > 1]
    said += [f"a recovery of {before}, which is no try of it" for before in linked if before not in known]
    last = tries[-1]
    if last.status is not Status.COMPLETED and not was_cancelled(last) and last.attempt < MOST_TRIES:
        said.append(f"ends as {_shown(last)}")
    return said


def was_cancelled(session: Session) -> bool:
    return session.reason == "cancelled" or session.stop_requested_by is not None


def _is_forgotten(session: Session, *, now: datetime) -> bool:
    if session.is_over:
        return False
    return session.wake_at is None or session.wake_at < now - PATIENCE or session.status is Status.STARTING


def _by_occurrence(sessions: Sequence[Session]) -> dict[str, list[Session]]:
    found: dict[str, list[Session]] = defaultdict(list)
    for session in sorted(sessions, key=lambda each: (each.attempt, each.created_at)):
        if session.occurrence_id is not None:
            found[session.occurrence_id].append(session)
    return found


def _shown(session: Session) -> str:
    return (
        f"{session.reference} (try {session.attempt}, {session.status.value}, {session.reason}, "
        f"answer {session.command_answer}, alarm {session.wake_at})"
    )
