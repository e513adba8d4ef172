"""Tell people what has happened: from sessions and chargers into inboxes, and from there on its way."""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from homecharge.domain.access import Action, MemberRole, is_allowed
from homecharge.domain.notification_preferences import Channel
from homecharge.domain.notifications import Notice, charger_notices, offline_due_at, session_notice
from homecharge.domain.session_state import Session
from homecharge.domain.warnings import SETTLES_IN
from homecharge.ports.units import Db
from homecharge.services.dispatching import dispatch
from homecharge.storage.queries import telling as queries
from homecharge.storage.queries.names import read_charger_names
from homecharge.storage.queries.notifications import add_notifications
from homecharge.storage.queries.sessions import find_session
from homecharge.storage.queries.warnings import ask_again


def tell_of_sessions(db: Db, channels: frozenset[Channel], *, now: datetime) -> int:
    """Tell drivers what has become of their sessions; of one without a driver its location's owner. How many."""
    sessions = queries.claim_untold_sessions(db, now=now)
    members = queries.read_members(db, {session.location_id for session in sessions})
    notices = []
    for session in sessions:
        notice = session_notice(session, root_id=_root_of(db, session), now=now)
        reader = _reader_of(session, members.get(session.location_id, {}))
        if notice is not None and reader is not None:
            notices.append((reader, notice))
    tell(db, notices, channels, now=now)
    return len(sessions)


def tell_of_chargers(db: Db, channels: frozenset[Channel], *, patience: timedelta, now: datetime) -> int:
    """Tell those who look after chargers that one has come or gone; how many were looked at.

    What is watched there is asked about again.
    """
    lines = queries.claim_untold_chargers(db, now=now)
    members = queries.read_members(db, {line.location_id for line in lines})
    notices = [
        (account_id, notice)
        for line in lines
        for notice in charger_notices(line, patience=patience, now=now)
        for account_id, role in members.get(line.location_id, {}).items()
        if is_allowed(role, Action.EDIT_CHARGERS)
    ]
    tell(db, notices, channels, now=now)
    ask_again(db, [line.charger_id for line in lines], settles_in=SETTLES_IN, now=now)
    due = [(line.charger_id, offline_due_at(line, patience=patience)) for line in lines]
    queries.set_charger_alarms(db, [(id_, at if at is not None and at > now else None) for id_, at in due])
    return len(lines)


def tell(db: Db, notices: Iterable[tuple[str, Notice]], channels: frozenset[Channel], *, now: datetime) -> None:
    """Put notices into inboxes, and on their way by the channels that there are. Nobody is told a thing twice."""
    dispatch(db, add_notifications(db, _named(db, list(notices))), channels, now=now)


def _named(db: Db, notices: Sequence[tuple[str, Notice]]) -> list[tuple[str, Notice]]:
    """With the names that chargers have now: another one later is not what was told."""
    names = read_charger_names(db, {notice.charger_id for _, notice in notices if notice.charger_id is not None})
    return [
        (account_id, dataclasses.replace(notice, charger_name=names.get(notice.charger_id or "") or None))
        for account_id, notice in notices
    ]


def _reader_of(session: Session, members: Mapping[str, MemberRole]) -> str | None:
    """Whose session it is, if they belong to its home still."""
    if session.driver_id is not None:
        return session.driver_id if session.driver_id in members else None
    return next((account_id for account_id, role in members.items() if role is MemberRole.OWNER), None)


def _root_of(db: Db, session: Session) -> str:
    """The first of the tries that recover one another; of an occurrence's nobody asks."""
    while session.occurrence_id is None and session.recovers_session_id is not None:
        before = find_session(db, session.recovers_session_id)
        if before is None:
            break
        session = before
    return session.id
