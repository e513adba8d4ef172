"""Chargers in the console: the list, one of them, its messages, and what operators have it told."""

from flask import request

from homecharge.domain.auditing import Look
from homecharge.domain.chargers import LineState
from homecharge.domain.errors import Invalid
from homecharge.domain.support import MessageFilters
from homecharge.services import charger_pages, commands, support
from homecharge.web.auth import OPERATOR, STAFF
from homecharge.web.console.forms import next_page, page_wanted, text_in
from homecharge.web.console.logins import PATH
from homecharge.web.console.orders import order_of
from homecharge.web.console.pages import Moved, Outcome, Pages, Shown
from homecharge.web.context import Ask
from homecharge.web.language import language_of

pages = Pages("chargers")
DIRECTIONS = ("", "in", "out")


@pages.page("/chargers", access=STAFF)
def list_chargers(ask: Ask) -> Shown:
    """All of them, or those that the filters let through, newest first."""
    text, state = text_in(request.args, "q", longest=100), request.args.get("state", "")
    if state not in {"", *LineState}:
        raise Invalid(errors={"state": ["There is no such state."]})
    wanted = LineState(state) if state else None
    page = support.list_chargers(ask.db, page_wanted(), text=text or None, state=wanted, now=ask.now)
    values = {"chargers": page.items, "next": next_page(page), "q": text, "state": state, "states": list(LineState)}
    ask.shows(Look("chargers", detail={"q": text, "state": state}))
    return Shown("chargers.html", values)


@pages.page("/chargers/<id:charger_id>", access=STAFF)
def show_charger(ask: Ask, charger_id: str) -> Shown:
    """A charger with its connectors, its newest sessions and what it was told."""
    page = charger_pages.get_charger_page(ask.db, charger_id, language=language_of(ask), now=ask.now)
    ask.shows(Look("charger", charger_id, charger_id, page.charger.location.id))
    return Shown("charger.html", {"page": page, "charger": page.charger}, under_way=page.is_under_way)


@pages.page("/chargers/<id:charger_id>/messages", access=STAFF)
def show_messages(ask: Ask, charger_id: str) -> Shown:
    """Its message log, newest first."""
    action, direction = text_in(request.args, "action", longest=50), request.args.get("direction", "")
    if direction not in DIRECTIONS:
        raise Invalid(errors={"direction": ["in or out."]})
    filters = MessageFilters(actions=(action,) if action else (), direction=direction or None)
    charger = charger_pages.get_any_charger(ask.db, charger_id, now=ask.now)
    page = support.list_messages(ask.db, charger_id, filters, page_wanted(limit=100))
    ask.shows(Look("messages", charger_id, charger_id, charger.location.id, {"action": action, "direction": direction}))
    values = {"messages": page.items, "next": next_page(page), "action": action, "direction": direction}
    return Shown("messages.html", {"charger": charger, **values})


@pages.action("/chargers/<id:charger_id>/commands", access=OPERATOR)
def command_charger(ask: Ask, charger_id: str) -> Outcome:
    """Have it told something: to restart, to unlock, to read or change its configuration."""
    order = order_of(request.form)
    payloads = ask.context.ocpp_payloads
    ordered = commands.order_command(ask.db, charger_id, order, payloads=payloads, caller=ask.caller, now=ask.now)
    return ordered if isinstance(ordered, Exception) else Moved(f"{PATH}/chargers/{charger_id}#commands")
