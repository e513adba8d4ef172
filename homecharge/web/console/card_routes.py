"""Authorization in the console: decisions, a manual check, roaming tokens and local token groups."""

from http import HTTPStatus
from urllib.parse import urlencode

from flask import request

from homecharge.domain.auditing import Look
from homecharge.domain.authorization_codes import AuthorizationStatus
from homecharge.domain.authorization_view import AuthorizationFilters
from homecharge.domain.roaming_tokens import TokenFilters
from homecharge.services import (
    authorizations,
    card_pages,
    checking,
    group_pages,
    group_tokens,
    roaming_tokens,
    token_groups,
)
from homecharge.web import etags
from homecharge.web.api.authorizations.schemas import LONGEST_UID
from homecharge.web.api.roaming_tokens.schemas import RoamingToken
from homecharge.web.api.token_groups.schemas import GroupToken, GroupTokenBody
from homecharge.web.auth import OPERATOR, STAFF
from homecharge.web.console.forms import chosen, is_ticked, next_page, page_wanted, parsed, shown_with, text_in
from homecharge.web.console.logins import PATH
from homecharge.web.console.pages import Moved, Outcome, Pages, Shown
from homecharge.web.context import Ask
from homecharge.web.language import language_of

pages = Pages("cards")


@pages.page("/authorizations", access=STAFF)
def list_authorizations(ask: Ask) -> Shown:
    """The log of decisions, newest first, and the form of a manual check."""
    uid, status = text_in(request.args, "uid", longest=LONGEST_UID), chosen("status", AuthorizationStatus)
    charger_id = text_in(request.args, "charger_id", longest=36)
    filters = AuthorizationFilters(
        charger_id=charger_id or None, uid=uid or None, statuses=() if status is None else (status,)
    )
    page = authorizations.list_authorizations(ask.db, filters, page_wanted(), language=language_of(ask), now=ask.now)
    values = {"decisions": page.items, "next": next_page(page), "statuses": list(AuthorizationStatus)}
    asked = {"uid": uid, "status": status, "charger_id": charger_id}
    ask.shows(Look("authorizations", charger_id=charger_id or None, detail={"uid": uid, "status": status}))
    return Shown("authorizations.html", {**values, **asked})


@pages.page("/authorizations/<id:authorization_id>", access=STAFF)
def show_authorization(ask: Ask, authorization_id: str) -> Shown:
    """One decision, step by step."""
    view = authorizations.get_authorization(ask.db, authorization_id, language=language_of(ask), now=ask.now)
    found = view.authorization
    ask.shows(Look("authorization", authorization_id, found.charger_id, found.location_id))
    return Shown("authorization.html", {"view": view}, under_way=found.code is None)


@pages.action("/authorizations", access=STAFF)
def check_card(ask: Ask) -> Moved:
    """Ask whether a card would work at a charger now; nothing is sent to the charger."""
    charger_id = card_pages.get_charger_id(ask.db, text_in(request.form, "charger"))
    uid = text_in(request.form, "uid", longest=LONGEST_UID)
    return Moved(
        f"{PATH}/authorizations/{checking.check_card(ask.db, charger_id, uid, caller=ask.caller, now=ask.now)}"
    )


@pages.page("/tokens", access=STAFF)
def list_tokens(ask: Ask) -> Shown:
    """Roaming tokens, newest first, or the one that has a uid."""
    return _tokens_shown(ask, text_in(request.args, "uid", longest=LONGEST_UID))


def _tokens_shown(ask: Ask, uid: str, *, overtaken: bool | None = None) -> Shown:
    """The list; with the tick that an agent had meant to save, where somebody else was faster."""
    page = roaming_tokens.list_tokens(ask.db, TokenFilters(uid=uid or None), page_wanted())
    ask.shows(Look("tokens", detail={"uid": uid}))
    values = {"tokens": page.items, "next": next_page(page), "uid": uid, "overtaken": overtaken}
    return Shown("tokens.html", values, _status(overtaken=overtaken))


def _status(*, overtaken: bool | None) -> HTTPStatus:
    return HTTPStatus.OK if overtaken is None else HTTPStatus.PRECONDITION_FAILED


@pages.action("/tokens/<id:token_id>", access=OPERATOR)
def change_token(ask: Ask, token_id: str) -> Outcome:
    """Tick the `valid` box of a roaming token, or take its tick away."""
    token = roaming_tokens.get_token(ask.db, token_id, for_update=True)
    try:
        etags.require_match(RoamingToken, token, wanted=shown_with())
    except etags.Edited:
        return _tokens_shown(ask, token.uid, overtaken=is_ticked("valid"))
    roaming_tokens.change_token(ask.db, token, {"is_valid": is_ticked("valid")}, caller=ask.caller, now=ask.now)
    return Moved(f"{PATH}/tokens?{urlencode({'uid': token.uid})}")


@pages.page("/token-groups", access=STAFF)
def list_groups(ask: Ask) -> Shown:
    """Local token groups, newest first."""
    page = token_groups.list_groups(ask.db, page_wanted(), uid=None)
    ask.shows(Look("token_groups"))
    homes = group_pages.read_homes(ask.db, page.items)
    return Shown("groups.html", {"groups": page.items, "next": next_page(page), "homes": homes})


@pages.page("/token-groups/<id:group_id>", access=STAFF)
def show_group(ask: Ask, group_id: str) -> Shown:
    """A group with its tokens, newest first."""
    return _group_shown(ask, group_id)


def _group_shown(ask: Ask, group_id: str, *, uid: str | None = None, overtaken: bool | None = None) -> Shown:
    """Its page, of all tokens or of one; with the tick that an agent had meant to save, where somebody was faster."""
    page = group_pages.get_group_page(ask.db, group_id)
    tokens = group_tokens.list_tokens(ask.db, page.group, page_wanted(), uid=uid)
    ask.shows(Look("token_group", group_id, location_id=page.group.home_id))
    values = {"page": page, "group": page.group, "tokens": tokens.items, "next": next_page(tokens)}
    return Shown("group.html", {**values, "overtaken": overtaken}, _status(overtaken=overtaken))


@pages.action("/token-groups/<id:group_id>/tokens", access=OPERATOR)
def add_group_token(ask: Ask, group_id: str) -> Moved:
    """Add a token to a group."""
    given = {"uid": request.form.get("uid", ""), "name": request.form.get("name", ""), "valid": is_ticked("valid")}
    token = parsed(GroupTokenBody, given)
    group = token_groups.lock_group(ask.db, group_id)
    group_tokens.add_token(ask.db, group, token, caller=ask.caller, now=ask.now)
    return Moved(f"{PATH}/token-groups/{group_id}")


@pages.action("/token-groups/<id:group_id>/tokens/change", access=OPERATOR)
def change_group_token(ask: Ask, group_id: str) -> Outcome:
    """Tick the `valid` box of a token of a group, or take its tick away."""
    group = token_groups.lock_group(ask.db, group_id)
    token = group_tokens.get_token(ask.db, group, text_in(request.form, "uid"), for_update=True)
    try:
        etags.require_match(GroupToken, token, wanted=shown_with())
    except etags.Edited:
        return _group_shown(ask, group_id, uid=token.uid, overtaken=is_ticked("valid"))
    group_tokens.change_token(ask.db, token, {"is_valid": is_ticked("valid")}, caller=ask.caller, now=ask.now)
    return Moved(f"{PATH}/token-groups/{group_id}")
