"""A session's page: the whole story."""

from flask import request
from markupsafe import Markup

from homecharge.domain.auditing import Look
from homecharge.domain.support import LoggedMessage, Story
from homecharge.services import session_pages
from homecharge.web.auth import STAFF
from homecharge.web.console.pages import Pages, Shown, words_of
from homecharge.web.context import Ask
from homecharge.web.pictures.session_picture import session_svg

pages = Pages("sessions")


@pages.page("/sessions/<key>", access=STAFF)
def show_session(ask: Ask, key: str) -> Shown:
    """Everything about a session, by id or reference."""
    words = words_of(ask)
    page = session_pages.get_session_page(ask.db, key, language=words.language, now=ask.now)
    story, session = page.story, page.story.session.session
    picture = Markup(session_svg(story, page.readings, language=words.language, now=ask.now))  # noqa: S704 - ElementTree has escaped what is in it
    ask.shows(Look("session", session.id, session.charger_id, session.location_id))
    told = {"outcome": words.outcome_of(story.session), "advice": words.advice_of(story.session)}
    return Shown("session.html", {"story": story, "picture": picture, **told, **_messages_of(story)})


def _messages_of(story: Story) -> dict[str, object]:
    """The messages that the query asks for, and what may be asked for."""
    action, direction = request.args.get("action", ""), request.args.get("direction", "")
    shown = [each for each in story.messages if _is_wanted(each, action, direction)]
    actions = sorted({each.action for each in story.messages if each.action})
    return {"messages": shown, "actions": actions, "action": action, "direction": direction}


def _is_wanted(message: LoggedMessage, action: str, direction: str) -> bool:
    return action in {"", message.action} and direction in {"", message.direction}
