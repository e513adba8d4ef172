"""History: which sessions a person may see, and each of them with its words and live figures."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from homecharge.domain.access import Action, MemberRole, is_allowed, is_session_shown
from homecharge.domain.accounts import Caller
from homecharge.domain.errors import NotFound
from homecharge.domain.history import Filters, Scope
from homecharge.domain.live import Around, boost_progress_of, live_of, progress_of, waiting_of
from homecharge.domain.pages import Keyset, Page
from homecharge.domain.references import find_reference
from homecharge.domain.session_state import SOLAR_ONLY, Session, Status
from homecharge.domain.session_view import Person, SessionView, WaitingText
from homecharge.domain.texts.catalogue import Language
from homecharge.domain.texts.values import Reader
from homecharge.domain.wording import people_named, rejection_text, shortfall_text
from homecharge.domain.wording_notices import waiting_text
from homecharge.ports.units import Db
from homecharge.services.boost_warnings import boost_warnings
from homecharge.services.bounds import read_bounds
from homecharge.services.costs import reckon
from homecharge.services.smart_facts import read_spent
from homecharge.storage.queries.accounts import read_names
from homecharge.storage.queries.costs import read_cost_lines
from homecharge.storage.queries.history import fetch_history, find_by_reference, find_role, list_scopes
from homecharge.storage.queries.location_tariffs import read_entries_at
from homecharge.storage.queries.session_views import read_recoveries, read_samples, read_zones
from homecharge.storage.queries.sessions import find_session
from homecharge.storage.queries.surroundings import read_chargers, read_connectors


def list_history(
    db: Db, filters: Filters, keyset: Keyset, *, caller: Caller, language: Language, now: datetime
) -> Page[SessionView]:
    """The caller's History, newest first: everyone's where they are owner or admin, else their own."""
    scopes = [
        Scope(location_id, None if is_allowed(role, Action.VIEW_ALL_SESSIONS) else caller.account_id)
        for location_id, role in list_scopes(db, caller.account_id)
    ]
    page = fetch_history(db, scopes, filters, keyset)
    return Page(describe_sessions(db, page.items, language=language, now=now), page.next)


def find_any_session(db: Db, key: str) -> Session | None:
    """By id or by reference, however that was typed; whoever asks."""
    reference = find_reference(key)
    return find_by_reference(db, reference) if reference is not None else find_session(db, key.strip().lower())


def get_visible_session(db: Db, key: str, *, caller: Caller) -> tuple[Session, MemberRole]:
    """A session by id or reference, and the caller's role there. What one may stop, one may look at.

    Raises NotFound for a session the caller may not see.
    """
    session = find_any_session(db, key)
    role = None if session is None else find_role(db, caller.account_id, session.location_id)
    if session is None or role is None:
        raise NotFound
    is_own = session.driver_id == caller.account_id
    if is_session_shown(role, is_own=is_own, kind=session.kind):
        return session, role
    raise NotFound


def describe_session(db: Db, session: Session, *, language: Language, now: datetime) -> SessionView:
    """A session as people are shown it when they look at this one: with its warnings."""
    view = describe_sessions(db, [session], language=language, now=now)[0]
    reader = Reader(language=language, zone=ZoneInfo(view.time_zone), now=now)
    lines = view.running.lines if view.running else tuple(read_cost_lines(db, [session.id])[session.id])
    return dataclasses.replace(view, warnings=boost_warnings(db, session, reader), cost_lines=lines)


def describe_sessions(db: Db, sessions: Sequence[Session], *, language: Language, now: datetime) -> list[SessionView]:
    """Sessions as people are shown them in a list, in the order given; a dozen reads at most, however many."""
    recoveries = read_recoveries(db, [session.id for session in sessions if session.is_over])
    drivers = {session.driver_id for session in sessions if session.driver_id}
    people = read_names(db, drivers.union(*map(people_named, sessions)))
    zones = read_zones(db, {session.location_id for session in sessions})
    around = _read_around(db, [session for session in sessions if not session.is_over], now=now)
    running = reckon(db, [session for session in sessions if not session.is_over and session.energy_wh])
    spent = read_spent(db, [session for session in sessions if not session.is_over])
    paying = read_entries_at(db, zones, now)

    def view(session: Session) -> SessionView:
        reader = Reader(language=language, zone=ZoneInfo(zones[session.location_id]), now=now, people=people)
        cost, currency = running.get(session.id, (None, ""))
        here = dataclasses.replace(
            around.get(session.id, Around()),
            cost=cost.amount if cost else None,
            spent=spent.get(session.id, Decimal(0)),
        )
        recovered_by, recovery = recoveries.get(session.id, (None, None))
        entry = paying.get(session.location_id)
        return SessionView(
            session=session,
            time_zone=zones[session.location_id],
            driver=Person(session.driver_id, people[session.driver_id]) if session.driver_id else None,
            recovered_by_session_id=recovered_by,
            live=live_of(session, here, now=now),
            progress=progress_of(session, here, now=now),
            boost_progress=boost_progress_of(session, here, now=now),
            waiting=_waiting(session, here, reader),
            rejection=rejection_text(session, reader, recovery=recovery),
            shortfall=shortfall_text(session, reader, recovery=recovery),
            running=cost,
            currency=currency,
            has_tariff=entry is not None and entry.tariff is not None,
        )

    return [view(session) for session in sessions]


def _waiting(session: Session, around: Around, reader: Reader) -> WaitingText | None:
    waiting = waiting_of(session, around, now=reader.now)
    if waiting is None:
        return None
    due_at = session.due_at if session.status is Status.PLANNED else None
    detail = waiting_text(waiting.code, reader, until=waiting.until, due_at=due_at)
    return WaitingText(code=waiting.code, until=waiting.until, detail=detail)


def _read_around(db: Db, unfinished: Sequence[Session], *, now: datetime) -> dict[str, Around]:
    if not unfinished:
        return {}
    charger_ids = {session.charger_id for session in unfinished}
    chargers, connectors = read_chargers(db, charger_ids), read_connectors(db, charger_ids)
    samples = read_samples(db, [session.id for session in unfinished])
    solar = [session for session in unfinished if SOLAR_ONLY in session.flags]
    bounds = read_bounds(db, solar, unplanned=[session.id for session in solar], now=now)
    return {
        session.id: Around(
            charger=chargers.get(session.charger_id),
            connector=connectors.get((session.charger_id, session.connector_id)),
            sample=samples.get(session.id),
            bounds=bounds.get(session.id),
        )
        for session in unfinished
    }
