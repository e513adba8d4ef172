"""The first page, one box for whatever was read down the phone, and what it leads to: people and cards."""

from urllib.parse import quote

from flask import request

from homecharge.domain.auditing import Look
from homecharge.domain.errors import NotFound
from homecharge.domain.masking import mask_tag
from homecharge.domain.support import Found, Hit
from homecharge.services import card_pages, driver_pages, support_search
from homecharge.web.auth import STAFF
from homecharge.web.console.forms import text_in
from homecharge.web.console.logins import PATH
from homecharge.web.console.pages import Moved, Pages, Shown
from homecharge.web.context import Ask
from homecharge.web.language import language_of

SEARCH = "search"
_PLACES = {Found.SESSION: "sessions", Found.CHARGER: "chargers", Found.DRIVER: "drivers", Found.CARD: "cards"}
pages = Pages("search")


@pages.page("", access=STAFF)
def search(ask: Ask) -> Shown | Moved:
    """Look for something; the only thing found is shown at once."""
    wanted = text_in(request.args, "q")
    if not wanted:
        ask.shows(Look(SEARCH))
        return Shown("search.html", {"q": "", "found": None, "path_of": _path_of})
    found = support_search.search(ask.db, wanted, language=language_of(ask), now=ask.now)
    ask.shows(found.look)
    if len(found.items) == 1:
        return Moved(_path_of(found.items[0]))
    return Shown("search.html", {"q": wanted, "found": found, "path_of": _path_of})


@pages.page("/drivers/<id:driver_id>", access=STAFF)
def show_driver(ask: Ask, driver_id: str) -> Shown:
    """A driver with the chargers of their homes and their newest sessions."""
    page = driver_pages.get_driver_page(ask.db, driver_id, language=language_of(ask), now=ask.now)
    ask.shows(Look("account", driver_id))
    return Shown("driver.html", {"page": page})


@pages.page("/cards/<path:uid>", access=STAFF)
def show_card(ask: Ask, uid: str) -> Shown:
    """Everything about a uid."""
    page = card_pages.get_card_page(ask.db, uid, language=language_of(ask), now=ask.now)
    ask.shows(Look("card", mask_tag(page.uid)))
    return Shown("card.html", {"page": page})


@pages.page("/<path:_elsewhere>", access=STAFF)
def show_nothing(_ask: Ask, _elsewhere: str) -> Shown:
    """Any other address."""
    raise NotFound("There is no such page.")


def _path_of(hit: Hit) -> str:
    return f"{PATH}/{_PLACES[hit.kind]}/{quote(hit.id, safe='')}"
