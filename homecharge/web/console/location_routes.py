"""Locations in the console: whose cards they take besides their own, and which are paid back."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import request

from homecharge.domain.auditing import Look
from homecharge.services import auditing, location_access, location_pages
from homecharge.web import etags
from homecharge.web.api.location_access.schemas import LocationAccess, LocationAccessBody
from homecharge.web.auth import OPERATOR, STAFF
from homecharge.web.console.forms import is_ticked, next_page, page_wanted, parsed, shown_with, text_in
from homecharge.web.console.logins import PATH
from homecharge.web.console.pages import Moved, Outcome, Pages, Shown
from homecharge.web.context import Ask

pages = Pages("locations")
_SWITCHES = ("roaming", "guest", "accept_any")


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
    return _shown(ask, location_id)


@pages.action("/locations/<id:location_id>", access=OPERATOR)
def change_location(ask: Ask, location_id: str) -> Outcome:
    """Replace its switches; what was changed meanwhile is shown beside what the form says."""
    typed = _typed()
    body = parsed(LocationAccessBody, {**typed, "reimbursement": _reimbursement(typed["reimbursement"])})
    access = location_access.get_access(ask.db, location_id, for_update=True)
    try:
        etags.require_match(LocationAccess, access, wanted=shown_with())
    except etags.Edited:
        return _shown(ask, location_id, typed=typed)
    location_access.put_access(ask.db, access, **body, caller=ask.caller, now=ask.now)
    return Moved(f"{PATH}/locations/{location_id}")


def _shown(ask: Ask, location_id: str, *, typed: Mapping[str, Any] | None = None) -> Shown:
    """The page; with what an agent had `typed` into it when somebody else was faster."""
    page = location_pages.get_location_page(ask.db, location_id, now=ask.now)
    ask.shows(Look("location", location_id, location_id=location_id))
    saved = {**{name: getattr(page.access, name) for name in _SWITCHES}, "reimbursement": page.access.given or {}}
    values = {"page": page, "saved": saved, "form": typed or saved, "overtaken": typed is not None}
    if typed is None:
        return Shown("location.html", values)
    changed = auditing.find_newest(ask.db, location_access.CHANGED, location_id)
    return Shown("location.html", {**values, "changed": changed}, HTTPStatus.PRECONDITION_FAILED)


def _typed() -> dict[str, Any]:
    """What stands in the form; of the cards, a line is one."""
    cards = {name: request.form.get(name, "").split() for name in ("contract_ids", "uids")}
    texts = {name: request.form.get(name, "").strip() for name in ("type", "external_url", "code")}
    return {**{name: is_ticked(name) for name in _SWITCHES}, "reimbursement": {**texts, **cards}}


def _reimbursement(typed: Mapping[str, Any]) -> dict[str, Any] | None:
    """What the form says is paid back, in the contract's shape: without the fields of the kinds not chosen."""
    if not typed["type"]:
        return None
    of_kind = {"code"} if typed["type"] == "organisation_unit" else {"contract_ids", "uids", "external_url"}
    return {name: value for name, value in typed.items() if name == "type" or (value and name in of_kind)}
