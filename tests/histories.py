"""Many sessions at once, for tests of History."""

import dataclasses
import random
from collections.abc import Iterable, Sequence
from datetime import timedelta

from homecharge.domain.history import Filters, Scope
from homecharge.domain.pages import Keyset
from homecharge.domain.references import reference
from homecharge.domain.rejections import Code
from homecharge.domain.session_state import Kind, Session, Status
from homecharge.ports.units import Db
from homecharge.services.planning import new_session
from homecharge.services.tries import Try
from homecharge.storage.queries.history import fetch_history
from homecharge.storage.queries.sessions import add_sessions
from tests.homes import NOW

REASONS = (Code.CAR_UNPLUGGED, Code.CHARGER_OFFLINE, Code.BATTERY_FULL)
Place = tuple[str, str]
"""The ids of a charger and its location."""


def draw_session(
    chance: random.Random, places: Sequence[Place], drivers: Sequence[str | None], *, span_s: int
) -> Session:
    """A session of the last `span_s` seconds at one of the places; several may share a second."""
    charger_id, location_id = chance.choice(places)
    at = NOW - timedelta(seconds=chance.randrange(span_s))
    status = chance.choice([Status.COMPLETED, Status.COMPLETED, Status.REJECTED, Status.PLANNED])
    attempt = Try(
        kind=chance.choice([Kind.BOOST, Kind.MANUAL, Kind.PLUG_IN]),
        location_id=location_id,
        charger_id=charger_id,
        connector_id=1,
        driver_id=chance.choice(drivers),
        due_at=at,
    )
    return dataclasses.replace(
        new_session(attempt, now=NOW),
        status=status,
        occurrence_id=None,
        reason=chance.choice(REASONS).value if status is Status.REJECTED else None,
        wake_at=None,
        updated_at=at + timedelta(seconds=chance.randrange(span_s)),
    )


def fill(
    db: Db, places: Sequence[Place], drivers: Sequence[str | None], *, count: int, span_s: int, seed: int = 1
) -> list[Session]:
    """`count` sessions, stored."""
    chance = random.Random(seed)
    drawn = [draw_session(chance, places, drivers, span_s=span_s) for _ in range(count)]
    drawn = [dataclasses.replace(each, reference=reference(seed * 1_000_000 + n)) for n, each in enumerate(drawn)]
    add_sessions(db, drawn)
    return drawn


def passes(session: Session, scopes: Iterable[Scope], filters: Filters) -> bool:
    """Whether a session belongs into History, said the plain way."""
    in_scope = any(
        session.location_id == scope.location_id and scope.driver_id in {None, session.driver_id} for scope in scopes
    )
    named = [
        (filters.charger_ids, session.charger_id),
        (filters.location_ids, session.location_id),
        (filters.schedule_ids, session.schedule_id),
        (filters.occurrence_ids, session.occurrence_id),
        (filters.driver_ids, session.driver_id),
        (filters.kinds, session.kind),
        (filters.statuses or tuple(set(Status) - {Status.PLANNED}), session.status),
        (filters.reasons, session.reason),
    ]
    in_time = (
        (filters.since is None or session.at >= filters.since)
        and (filters.until is None or session.at < filters.until)
        and (filters.updated_since is None or session.updated_at >= filters.updated_since)
    )
    return in_scope and in_time and all(not values or value in values for values, value in named)


def newest_first(sessions: Iterable[Session]) -> list[str]:
    """Ids in History's order."""
    return [session.id for session in sorted(sessions, key=lambda session: (session.at, session.id), reverse=True)]


def walk(db: Db, scopes: Sequence[Scope], filters: Filters, *, limit: int) -> list[str]:
    """The ids of all pages, one after the other."""
    found, keyset = [], Keyset(limit=limit)
    while True:
        page = fetch_history(db, scopes, filters, keyset)
        found += [session.id for session in page.items]
        if page.next is None:
            return found
        keyset = Keyset(limit=limit, after=page.next)
