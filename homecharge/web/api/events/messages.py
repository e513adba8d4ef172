"""Server-Sent Events (WHATWG HTML §9.2): each changed thing is told whole, as the API shows it to the reader."""

from collections.abc import Callable, Mapping
from typing import Any

from homecharge.domain.errors import NotFound
from homecharge.domain.events import Event, EventKind
from homecharge.services import chargers, history
from homecharge.services.listening import News
from homecharge.services.notifications import get_notification
from homecharge.services.occurrence_views import get_occurrence_view
from homecharge.web.api.chargers.schemas import Charger
from homecharge.web.api.notifications.schemas import Notification
from homecharge.web.api.occurrences.schemas import Occurrence
from homecharge.web.api.sessions.schemas import OneSession
from homecharge.web.context import Ask
from homecharge.web.etags import Revised
from homecharge.web.json import to_json
from homecharge.web.language import language_of
from homecharge.web.schemas import Schema

RETRY_MS = 2_000
EVENT = {
    "type": "object",
    "description": "An event; `data` is JSON.",
    "required": ["event", "data"],
    "properties": {
        "id": {"type": "string", "description": "To resume from."},
        "event": {"type": "string", "enum": ["ready", "reset", *EventKind, "end"]},
        "data": {"type": "string", "contentMediaType": "application/json"},
        "retry": {"type": "integer", "description": "Milliseconds to wait before connecting again."},
    },
    "example": {"retry": RETRY_MS, "id": "01a220f6-0432-76a7-9cf7-9f626580df55", "event": "ready", "data": "{}"},
}


def messages_of(ask: Ask, news: News, *, is_first: bool) -> str:
    """The text of the stream for these news; it begins with `ready`: an id to resume from, and how soon."""
    parts = [f"retry: {RETRY_MS}\n", _message("ready", news.id, {})] if is_first else []
    if news.is_reset:
        parts.append(_message("reset", news.id, {"detail": "Too much time has passed. Look at everything anew."}))
    for change in news.changes:
        told = _told(ask, change)
        if told is not None:
            parts.append(_message(change.kind, change.id, told))
    return "".join(parts)


def _message(name: str, id_: str, data: Mapping[str, Any]) -> str:
    return f"id: {id_}\nevent: {name}\ndata: {to_json(data)}\n\n"


def _told(ask: Ask, change: Event) -> dict[str, Any] | None:
    """The event's data; None for a session that the reader may not see, as if there were none."""
    path, look, schema = _RESOURCES[change.kind]
    told = {"id": change.id, "resource": f"/v1/{path}/{change.resource_id}"}
    try:
        found = look(ask, change.resource_id)
    except NotFound:
        return None if change.kind is EventKind.SESSION_CHANGED else {**told, "etag": None, "data": None}
    return {**told, "etag": f'"{found.revision}"', "data": schema().dump(found)}


def _session(ask: Ask, session_id: str) -> Revised:
    found, _ = history.get_visible_session(ask.db, session_id, caller=ask.caller)
    return history.describe_session(ask.db, found, language=language_of(ask), now=ask.now)


def _charger(ask: Ask, charger_id: str) -> Revised:
    charger = chargers.get_charger(ask.db, charger_id, caller=ask.caller)
    return chargers.describe_charger(ask.db, charger, caller=ask.caller)


def _occurrence(ask: Ask, occurrence_id: str) -> Revised:
    return get_occurrence_view(ask.db, occurrence_id, caller=ask.caller, language=language_of(ask), now=ask.now)


def _notification(ask: Ask, notification_id: str) -> Revised:
    return get_notification(ask.db, notification_id, caller=ask.caller, language=language_of(ask), now=ask.now)


_RESOURCES: Mapping[EventKind, tuple[str, Callable[[Ask, str], Revised], type[Schema]]] = {
    EventKind.SESSION_CHANGED: ("sessions", _session, OneSession),
    EventKind.CHARGER_CHANGED: ("chargers", _charger, Charger),
    EventKind.OCCURRENCE_CHANGED: ("occurrences", _occurrence, Occurrence),
    EventKind.NOTIFICATION: ("notifications", _notification, Notification),
}
