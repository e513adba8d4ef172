"""The audit log in the console: who did what to whose things, and who looked at them."""

from urllib.parse import quote

from flask import request

from homecharge.domain.auditing import LIST, AuditEntry, Look
from homecharge.services import audit_search, auditing
from homecharge.web.auth import STAFF
from homecharge.web.console.forms import next_page, page_wanted, text_in
from homecharge.web.console.logins import PATH
from homecharge.web.console.pages import Pages, Shown
from homecharge.web.context import Ask

pages = Pages("audit")
_PLACES = {
    "account": "drivers",
    "authorization": "authorizations",
    "charger": "chargers",
    "location": "locations",
    "session": "sessions",
    "token_group": "token-groups",
}
"""Where a target has a page of its own, by its kind."""


@pages.page("/audit", access=STAFF)
def list_audit(ask: Ask) -> Shown:
    """All of it, newest first, or what one agent did, or what was done to one thing."""
    asked = {name: text_in(request.args, name, longest=longest) for name, longest in _QUERY.items()}
    page = auditing.list_audit(ask.db, audit_search.filters_of(ask.db, **asked), page_wanted())
    about = {name: text for name, text in asked.items() if name != "about"}
    ask.shows(Look("audit", detail=about | {"uid": asked["about"]}))
    return Shown("audit.html", {**asked, "entries": page.items, "next": next_page(page), "path_of": _path_of})


_QUERY = {"agent": 254, "about": 254, "action": 50}
"""What the list is narrowed by, and how long it may be."""


def _path_of(entry: AuditEntry) -> str | None:
    place = _PLACES.get(entry.target.kind)
    if place is not None and entry.target.id != LIST:
        return f"{PATH}/{place}/{quote(entry.target.id, safe='')}"
    return None if entry.charger_id is None else f"{PATH}/chargers/{entry.charger_id}"
