"""History, and what can be asked of a session under way."""

from typing import Any

from homecharge.domain.access import Action
from homecharge.domain.pages import Page
from homecharge.domain.session_state import Session
from homecharge.domain.session_view import SessionView, TimelineStep
from homecharge.services import history, stopping, timelines
from homecharge.services.downloads import TooManySessions
from homecharge.services.stopping import AlreadyStarted, ChargerOffline, NotDelayed, NotStarted
from homecharge.web.answers import Answer, Document
from homecharge.web.api.sessions import examples, schemas
from homecharge.web.api.sessions.downloads import CSV, PDF, history_file
from homecharge.web.api.sessions.queries import DownloadQuery, HistoryQuery, ReadingsQuery, filters_of
from homecharge.web.auth import SIGNED_IN
from homecharge.web.context import Ask
from homecharge.web.downloads.room import TooManyStatements
from homecharge.web.language import language_of
from homecharge.web.operations import Area
from homecharge.web.paging import keyset
from homecharge.web.schemas import PageQuery, page_of

area = Area("sessions", "History, and what can be asked of a session under way.")


@area.get("/sessions", access=SIGNED_IN, query=HistoryQuery, answer=page_of(schemas.Session))
def list_sessions(ask: Ask, query: dict[str, Any]) -> Page[SessionView]:
    """Look at History.

    Newest first by `at`. Owners and admins of a location see everyone's sessions there, users their own. Planned ones
    come only with `status=planned`.
    """
    return history.list_history(
        ask.db, filters_of(query), keyset(query), caller=ask.caller, language=language_of(ask), now=ask.now
    )


@area.get(
    "/sessions/export",
    access=SIGNED_IN,
    query=DownloadQuery,
    media_type=f"{CSV}, {PDF}",
    samples={CSV: examples.HISTORY, PDF: "%PDF-1.4 …"},
    refuses=[TooManySessions, TooManyStatements],
)
def export_sessions(ask: Ask, query: dict[str, Any]) -> Document:
    """Download History, or any part of it.

    The filters are those of the list. CSV has every session, of any number, in local times with their zone; a statement
    (PDF) has the sums of each month besides, and what was rejected and why. A person is made one statement at a time.
    """
    return history_file(ask, query)


@area.get(
    "/sessions/<session>",
    access=SIGNED_IN,
    actions=[Action.VIEW_OWN_SESSIONS, Action.VIEW_ALL_SESSIONS],
    answer=schemas.OneSession,
    has_etag=True,
)
def get_session(ask: Ask, session: str) -> Answer:
    """Look at a session, by its id or its reference."""
    found, _ = history.get_visible_session(ask.db, session, caller=ask.caller)
    view = history.describe_session(ask.db, found, language=language_of(ask), now=ask.now)
    return Answer(value=view, is_settled=view.is_settled)


@area.get(
    "/sessions/<session>/timeline",
    access=SIGNED_IN,
    actions=[Action.VIEW_OWN_SESSIONS, Action.VIEW_ALL_SESSIONS],
    query=PageQuery,
    answer=page_of(schemas.TimelineStep),
)
def list_timeline(ask: Ask, query: dict[str, Any], session: str) -> Page[TimelineStep]:
    """Look at everything that happened in a session, oldest first."""
    return timelines.list_timeline(
        ask.db, session, keyset(query), caller=ask.caller, language=language_of(ask), now=ask.now
    )


@area.get(
    "/sessions/<session>/readings",
    access=SIGNED_IN,
    actions=[Action.VIEW_OWN_SESSIONS, Action.VIEW_ALL_SESSIONS],
    query=ReadingsQuery,
    answer=schemas.Readings,
)
def list_readings(ask: Ask, query: dict[str, Any], session: str) -> dict[str, Any]:
    """Look at the meter readings of a session, oldest first."""
    return {"items": timelines.list_readings(ask.db, session, caller=ask.caller, **query)}


@area.post(
    "/sessions/<session>/stop",
    access=SIGNED_IN,
    actions=[Action.STOP_OWN_SESSIONS, Action.STOP_PLUG_IN_SESSIONS, Action.STOP_ALL_SESSIONS],
    answer=schemas.OneSession,
    shows=["charging", "completed"],
    status=202,
    also=[200],
    refuses=[NotStarted, ChargerOffline],
)
def stop_session(ask: Ask, session: str) -> Answer:
    """Stop a session.

    202: the charger is being told. 200: the session was over already. With the charger offline nothing is recorded.
    """
    return _asked(ask, stopping.stop_session(ask.db, session, caller=ask.caller, now=ask.now))


@area.post(
    "/sessions/<session>/cancel",
    access=SIGNED_IN,
    actions=[Action.STOP_OWN_SESSIONS, Action.STOP_ALL_SESSIONS],
    answer=schemas.OneSession,
    shows=["rejected"],
    also=[202],
    refuses=[AlreadyStarted],
)
def cancel_session(ask: Ask, session: str) -> Answer:
    """Cancel a session that has not begun to charge.

    200: it is cancelled, or was over already; no further try follows. 202: it was being started, and the start is being
    taken back.
    """
    return _asked(ask, stopping.cancel_session(ask.db, session, caller=ask.caller, now=ask.now))


@area.post(
    "/sessions/<session>/start-now",
    access=SIGNED_IN,
    actions=[Action.STOP_OWN_SESSIONS, Action.STOP_ALL_SESSIONS],
    answer=schemas.OneSession,
    shows=["charging"],
    refuses=[NotDelayed],
)
def start_session_now(ask: Ask, session: str) -> Answer:
    """End a random delay."""
    return _asked(ask, stopping.start_now(ask.db, session, caller=ask.caller, now=ask.now))


def _asked(ask: Ask, session: Session) -> Answer:
    view = history.describe_session(ask.db, session, language=language_of(ask), now=ask.now)
    return Answer(value=view, status=202 if session.is_live else 200, location=f"/v1/sessions/{session.id}")
