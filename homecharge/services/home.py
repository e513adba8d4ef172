"""The first screen of an app in one call, with as many queries for one charger as for two hundred."""

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from homecharge.domain import attention
from homecharge.domain.access import Action, MemberRole, is_allowed, is_session_shown
from homecharge.domain.accounts import Caller
from homecharge.domain.attention import Attention
from homecharge.domain.chargers import Charger, ChargerDetails
from homecharge.domain.homes import Location
from homecharge.domain.pages import Keyset
from homecharge.domain.session_state import Session
from homecharge.domain.session_view import SessionView
from homecharge.domain.texts import Language
from homecharge.domain.texts.values import Reader
from homecharge.domain.timing import Timing
from homecharge.domain.wording_attention import AttentionText, attention_text
from homecharge.ports.units import Db
from homecharge.services.chargers import list_chargers
from homecharge.services.coming import Coming, NextOccurrence, next_occurrence, read_coming
from homecharge.services.history import describe_sessions
from homecharge.services.locations import list_locations
from homecharge.storage.queries.live_sessions import list_live_sessions
from homecharge.storage.queries.newest_sessions import read_last_sessions

MOST_LOCATIONS = 100
MOST_CHARGERS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeCharger(ChargerDetails):
    """A charger with what goes on there, what is next and what was last, as far as the caller may see it."""

    current_session: SessionView | None
    next_occurrence: NextOccurrence | None
    last_session: SessionView | None


@dataclass(frozen=True, slots=True)
class AttentionView:
    """Something to look at, in words."""

    attention: Attention
    text: AttentionText


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """Everything of a person's homes at once. The single ones are the foremost of all chargers.

    `is_complete` is False where there are more locations or chargers than are shown.
    """

    locations: Sequence[Location]
    chargers: Sequence[HomeCharger]
    active_session: SessionView | None
    next_occurrence: NextOccurrence | None
    last_session: SessionView | None
    attention: Sequence[AttentionView]
    is_complete: bool


def view_home(db: Db, timing: Timing, *, caller: Caller, language: Language, now: datetime) -> Home:
    """The caller's homes and chargers, oldest first, and what is to be known of them now."""
    locations = list_locations(db, Keyset(limit=MOST_LOCATIONS), caller=caller, now=now)
    chargers = list_chargers(db, Keyset(limit=MOST_CHARGERS), caller=caller)
    found = chargers.items
    live, last = _read_sessions(db, found, caller=caller)
    views = _described(db, [*live.values(), *last.values()], language=language, now=now)
    coming = read_coming(db, found, timing, now=now)
    readers = {each.id: Reader(language=language, zone=ZoneInfo(each.time_zone), now=now) for each in found}
    shown = [
        HomeCharger(
            **_fields(each),
            current_session=_view_at(views, live, each.id),
            next_occurrence=next_occurrence(coming.get(each.id), each, readers[each.id], caller=caller),
            last_session=_view_at(views, last, each.id),
        )
        for each in found
    ]
    nexts = [each.next_occurrence for each in shown if each.next_occurrence is not None]
    return Home(
        locations=locations.items,
        chargers=shown,
        active_session=_foremost([views[session.id] for session in live.values()], caller=caller),
        next_occurrence=min(nexts, key=lambda each: (each.starts_at, each.id), default=None),
        last_session=_newest(views[session.id] for session in last.values()),
        attention=_attention(locations.items, found, coming, readers, language=language, now=now),
        is_complete=locations.next is None and chargers.next is None,
    )


def _fields(charger: ChargerDetails) -> dict[str, Any]:
    return {field.name: getattr(charger, field.name) for field in dataclasses.fields(ChargerDetails)}


def _read_sessions(
    db: Db, chargers: Sequence[Charger], *, caller: Caller
) -> tuple[dict[str, Session], dict[str, Session]]:
    """By charger, the live session and the last one that is over, where the caller may see them."""
    roles: dict[str, MemberRole] = {charger.id: charger.my_role for charger in chargers}
    live = {}
    for session in reversed(list_live_sessions(db, charger_ids=roles)):  # of several the earliest due is shown
        is_own = session.driver_id == caller.account_id
        if is_session_shown(roles[session.charger_id], is_own=is_own, kind=session.kind):
            live[session.charger_id] = session
    all_at = {each.location_id for each in chargers if is_allowed(each.my_role, Action.VIEW_ALL_SESSIONS)}
    return live, read_last_sessions(db, roles, all_at=all_at, driver_id=caller.account_id)


def _described(db: Db, sessions: Sequence[Session], *, language: Language, now: datetime) -> dict[str, SessionView]:
    return {view.session.id: view for view in describe_sessions(db, sessions, language=language, now=now)}


def _view_at(views: Mapping[str, SessionView], sessions: Mapping[str, Session], charger_id: str) -> SessionView | None:
    session = sessions.get(charger_id)
    return None if session is None else views[session.id]


def _foremost(views: Iterable[SessionView], *, caller: Caller) -> SessionView | None:
    """The caller's own before others', of those the one that began last."""
    return max(
        views,
        key=lambda view: (view.session.driver_id == caller.account_id, view.session.at, view.session.id),
        default=None,
    )


def _newest(views: Iterable[SessionView]) -> SessionView | None:
    return max(views, key=lambda view: (view.session.at, view.session.id), default=None)


def _attention(
    locations: Sequence[Location],
    chargers: Sequence[ChargerDetails],
    coming: Mapping[str, Coming],
    readers: Mapping[str, Reader],
    *,
    language: Language,
    now: datetime,
) -> list[AttentionView]:
    said: dict[str | None, str] = {}
    found: list[Attention] = []
    by_location: dict[str, list[ChargerDetails]] = defaultdict(list)
    for charger in chargers:
        by_location[charger.location_id].append(charger)
        found += attention.of_charger(charger, now=now)
        for told, why in _of_next(coming.get(charger.id), charger, readers[charger.id]):
            found.append(told)
            said[told.occurrence_id] = why
    for location in locations:
        found += attention.of_location(location, has_chargers=location.id in by_location)
    zones = {location.id: ZoneInfo(location.time_zone) for location in locations}
    views = []
    for each in attention.in_order(found):
        reader = Reader(language=language, zone=zones.get(each.location_id, ZoneInfo("UTC")), now=now)
        views.append(AttentionView(each, attention_text(each, reader, said=said.get(each.occurrence_id))))
    return views


def _of_next(coming: Coming | None, charger: ChargerDetails, reader: Reader) -> Iterator[tuple[Attention, str]]:
    if coming is None or coming.outlook is None:
        return
    told = attention.of_outlook(coming.outlook, charger, coming.firing.occurrence, now=reader.now)
    if told is not None:
        yield told, coming.telling(reader)
