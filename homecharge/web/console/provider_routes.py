"""Mobility providers in the console: the list, and a block in the menu of each row."""

from flask import request

from homecharge.domain.auditing import Look
from homecharge.services import providers
from homecharge.web.auth import OPERATOR, STAFF
from homecharge.web.console.forms import next_page, own_path, page_wanted, text_in
from homecharge.web.console.logins import PATH
from homecharge.web.console.pages import Moved, Pages, Shown
from homecharge.web.context import Ask

pages = Pages("providers")


@pages.page("/providers", access=STAFF)
def list_providers(ask: Ask) -> Shown:
    """All of them, newest first, or those with a name or a party."""
    text = text_in(request.args, "q", longest=100)
    page = providers.list_providers(ask.db, page_wanted(), text=text or None, is_blocked=None)
    ask.shows(Look("providers", detail={"q": text}))
    here = request.full_path.rstrip("?")
    return Shown("providers.html", {"providers": page.items, "next": next_page(page), "q": text, "here": here})


@pages.action("/providers/<id:provider_id>/block", access=OPERATOR)
def block_provider(ask: Ask, provider_id: str) -> Moved:
    """Take none of its cards from now on."""
    return _mark(ask, provider_id, is_blocked=True)


@pages.action("/providers/<id:provider_id>/unblock", access=OPERATOR)
def unblock_provider(ask: Ask, provider_id: str) -> Moved:
    """Take its cards again."""
    return _mark(ask, provider_id, is_blocked=False)


def _mark(ask: Ask, provider_id: str, *, is_blocked: bool) -> Moved:
    provider = providers.get_provider(ask.db, provider_id, for_update=True)
    may_be_private = ask.context.settings.allows_private_urls
    providers.change_provider(
        ask.db, provider, {}, blocked=is_blocked, allow_private=may_be_private, caller=ask.caller, now=ask.now
    )
    back = own_path(request.form.get("back", ""))
    return Moved(back if back.startswith(f"{PATH}/providers") else f"{PATH}/providers")
