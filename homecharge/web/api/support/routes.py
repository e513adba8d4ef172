"""What support agents look up."""

from typing import Any

from homecharge.domain.auditing import Look
from homecharge.domain.chargers import LineState
from homecharge.domain.pages import Page
from homecharge.domain.support import LoggedMessage, MessageFilters, SearchResult, Story, SupportCharger
from homecharge.services import support, support_search
from homecharge.web.api.support import schemas
from homecharge.web.auth import STAFF
from homecharge.web.context import Ask
from homecharge.web.language import language_of
from homecharge.web.operations import Area
from homecharge.web.paging import keyset
from homecharge.web.schemas import page_of

area = Area("support", "What support agents look up.")


@area.get("/support/sessions/<session>", access=STAFF, answer=schemas.Story)
def get_story(ask: Ask, session: str) -> Story:
    """Look at everything about a session, by its id or its reference."""
    story = support.tell_story(ask.db, session, language=language_of(ask), now=ask.now)
    found = story.session.session
    ask.shows(Look("session", found.id, found.charger_id, found.location_id))
    return story


@area.get("/support/search", access=STAFF, query=schemas.SearchQuery, answer=schemas.SearchResult)
def search(ask: Ask, query: dict[str, Any]) -> SearchResult:
    """Find a session, a charger or a driver by whatever somebody read down the phone."""
    found = support_search.search(ask.db, query["q"], language=language_of(ask), now=ask.now)
    ask.shows(found.look)
    return found


@area.get("/support/chargers", access=STAFF, query=schemas.ChargersQuery, answer=page_of(schemas.SupportCharger))
def list_all_chargers(ask: Ask, query: dict[str, Any]) -> Page[SupportCharger]:
    """Look at every charger, newest first."""
    ask.shows(Look("chargers", detail={"q": query["q"], "state": query["state"]}))
    state = None if query["state"] is None else LineState(query["state"])
    return support.list_chargers(ask.db, keyset(query), text=query["q"], state=state, now=ask.now)


@area.get(
    "/support/chargers/<id:charger_id>/messages",
    access=STAFF,
    query=schemas.MessagesQuery,
    answer=page_of(schemas.Message),
)
def list_messages(ask: Ask, query: dict[str, Any], charger_id: str) -> Page[LoggedMessage]:
    """Look at a charger's messages, newest first, secrets masked."""
    filters = MessageFilters(
        actions=tuple(query["action"]), direction=query["direction"], since=query["since"], until=query["until"]
    )
    ask.shows(
        Look("messages", charger_id, charger_id, detail={"action": query["action"], "direction": query["direction"]})
    )
    return support.list_messages(ask.db, charger_id, filters, keyset(query))
