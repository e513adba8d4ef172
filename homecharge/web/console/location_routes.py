"""Locations in the console: whose cards they take besides their own, and which are paid back."""

from typing import Any

from flask import request

from homecharge.domain.auditing import Look
from homecharge.services import location_access, location_pages
from homecharge.web.api.location_access.schemas import LocationAccessBody
from homecharge.web.auth import OPERATOR, STAFF
from homecharge.web.console.forms import is_ticked, next_page, page_wanted, parsed, text_in
from homecharge.web.console.logins import PATH
from homecharge.web.console.pages import Moved, Pages, Shown
from homecharge.web.context import Ask

pages = Pages("locations")


@pages.page("/locations", access=STAFF)
def list_locations(ask: Ask) -> Shown:
    """All of them, or those whose name has a text in it, newest first."""
    text = text_in(request.args, "q", longest=100)
    page = location_pages.list_locations(ask.db, page_wanted(), text=text or None)
    ask.shows(Look("locations", detail={"q": text}))
    return Shown("locations.html", {"locations": page.items, "next": next_page(page), "q": text})


@pages.page("/locations/<id:location_id>", access=STAFF)
def show_location(ask: Ask, location_id: str) -> Shown:
    """A location with its switches and its chargers."""
    page = location_pages.get_location_page(ask.db, location_id, now=ask.now)
    ask.shows(Look("location", location_id, location_id=location_id))
    return Shown("location.html", {"page": page, "access": page.access, "given": page.access.given or {}})


@pages.action("/locations/<id:location_id>", access=OPERATOR)
def change_location(ask: Ask, location_id: str) -> Moved:
    """Replace its switches."""
    switches: dict[str, Any] = {name: is_ticked(name) for name in ("roaming", "guest", "accept_any")}
    body = parsed(LocationAccessBody, {**switches, "reimbursement": _reimbursement()})
    access = location_access.get_access(ask.db, location_id, for_update=True)
    location_access.put_access(ask.db, access, **body, caller=ask.caller, now=ask.now)
    return Moved(f"{PATH}/locations/{location_id}")


def _reimbursement() -> dict[str, Any] | None:
    """What the form says is paid back, in the contract's shape; a line is a card."""
    kind = request.form.get("type", "")
    if not kind:
        return None
    lines = {name: request.form.get(name, "").split() for name in ("contract_ids", "uids")}
    texts = {name: request.form.get(name, "").strip() for name in ("external_url", "code")}
    given = {"type": kind, **lines, **texts}
    of_kind = {"code"} if kind == "organisation_unit" else {"contract_ids", "uids", "external_url"}
    return {name: value for name, value in given.items() if name == "type" or (value and name in of_kind)}
