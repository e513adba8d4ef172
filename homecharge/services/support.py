"""One look-up tells a support agent the whole story of a session; chargers and their messages beside it."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from homecharge.domain.chargers import LineState
from homecharge.domain.errors import NotFound
from homecharge.domain.pages import Keyset, Page
from homecharge.domain.plan_view import view_plan
from homecharge.domain.session_state import Session
from homecharge.domain.support import LoggedMessage, MessageFilters, Story, SupportCharger, decided_at
from homecharge.domain.texts.catalogue import Language
from homecharge.domain.texts.values import Reader
from homecharge.ports.units import Db
from homecharge.services.authorizations import find_authorization_of
from homecharge.services.history import describe_session, describe_sessions, find_any_session
from homecharge.services.timelines import describe_timeline
from homecharge.storage.models import Account
from homecharge.storage.queries import message_log, support
from homecharge.storage.queries.authorizations import read_marks
from homecharge.storage.queries.sessions import TABLE, find_session, list_sessions

MESSAGES = 200
STEPS = 1000
"""More than any session has; a page of the timeline is the driver's way to read it."""
LONGEST_CHAIN = 24
ASKING = frozenset({"Authorize", "StartTransaction"})
"""The actions that ask about a card."""


def tell_story(db: Db, key: str, *, language: Language, now: datetime) -> Story:
    """Everything about a session, by id or reference, whoever it belongs to. Raises NotFound."""
    session = find_any_session(db, key)
    if session is None:
        raise NotFound("There is no session with this id or reference.")
    (charger,) = support.list_chargers_where(db, support.CHARGERS.c.id == session.charger_id, limit=1, now=now)
    reader = Reader(language=language, zone=ZoneInfo(charger.location.time_zone), now=now)
    timeline = describe_timeline(db, session, Keyset(limit=STEPS), language=language, now=now)
    return Story(
        session=describe_session(db, session, language=language, now=now),
        driver=support.find_driver(db, Account.id == session.driver_id) if session.driver_id else None,
        location=charger.location,
        charger=charger,
        schedule=support.find_schedule(db, session.schedule_id) if session.schedule_id else None,
        occurrence=support.find_occurrence(db, session.occurrence_id) if session.occurrence_id else None,
        plan=None if session.plan is None else view_plan(session.plan, reader),
        tries=tuple(describe_sessions(db, _chain(db, session), language=language, now=now)),
        timeline=tuple(timeline.items),
        messages=tuple(
            _linked(db, message_log.list_around(db, session.charger_id, decided_at(session), limit=MESSAGES))
        ),
        authorization=find_authorization_of(db, session, language=language, now=now),
    )


def list_chargers(
    db: Db, keyset: Keyset, *, text: str | None, state: LineState | None, now: datetime
) -> Page[SupportCharger]:
    """Every charger whose identity or name contains `text`, newest first."""
    return support.list_chargers(db, keyset, text=text, state=state, now=now)


def list_messages(db: Db, charger_id: str, filters: MessageFilters, keyset: Keyset) -> Page[LoggedMessage]:
    """A charger's message log, newest first; also of one that was deleted. Raises NotFound."""
    if not support.is_charger(db, charger_id):
        raise NotFound("There is no such charger.")
    page = message_log.list_messages(db, charger_id, filters, keyset)
    return Page(_linked(db, page.items), page.next)


def _linked(db: Db, messages: Sequence[LoggedMessage]) -> list[LoggedMessage]:
    """Messages with the decisions that they asked for."""
    marks = read_marks(db, [message.id for message in messages if message.action in ASKING])
    return [dataclasses.replace(message, authorization=marks.get(message.id)) for message in messages]


def _chain(db: Db, session: Session) -> list[Session]:
    """The tries that belong together, oldest first: what this one recovers, and what recovers it."""
    chain = [session]
    while chain[0].recovers_session_id is not None and len(chain) < LONGEST_CHAIN:
        earlier = find_session(db, chain[0].recovers_session_id)
        if earlier is None:
            break
        chain.insert(0, earlier)
    while (later := list_sessions(db, TABLE.c.recovers_session_id == chain[-1].id)) and len(chain) < LONGEST_CHAIN:
        chain.append(later[0])
    return chain
