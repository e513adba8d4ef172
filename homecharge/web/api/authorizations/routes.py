"""Why was this card accepted, or refused? The decisions, with the trace that led to each."""

from typing import Any

from homecharge.domain.access import Action
from homecharge.domain.authorization_codes import AuthorizationStatus, Code
from homecharge.domain.authorization_view import AuthorizationFilters, AuthorizationView
from homecharge.domain.card_page import CardPage
from homecharge.domain.errors import Forbidden
from homecharge.domain.pages import Page
from homecharge.services import authorizations, card_pages
from homecharge.services.chargers import get_charger
from homecharge.web.api.authorizations import schemas
from homecharge.web.auth import SIGNED_IN, STAFF
from homecharge.web.context import Ask
from homecharge.web.language import language_of
from homecharge.web.operations import Area
from homecharge.web.paging import keyset
from homecharge.web.schemas import PageQuery, page_of

area = Area("authorizations", "Why a card was accepted, or refused.")


@area.get(
    "/operator/authorizations",
    access=STAFF,
    query=schemas.AuthorizationsQuery,
    answer=page_of(schemas.Authorization),
)
def list_authorizations(ask: Ask, query: dict[str, Any]) -> Page[AuthorizationView]:
    """Look at the decisions about cards, newest first."""
    filters = AuthorizationFilters(
        charger_id=query["charger_id"],
        uid=query["uid"],
        statuses=tuple(map(AuthorizationStatus, query["status"])),
        codes=tuple(map(Code, query["code"])),
        since=query["since"],
        until=query["until"],
    )
    return authorizations.list_authorizations(ask.db, filters, keyset(query), language=language_of(ask), now=ask.now)


@area.get("/operator/authorizations/<id:authorization_id>", access=STAFF, answer=schemas.Authorization)
def get_authorization(ask: Ask, authorization_id: str) -> AuthorizationView:
    """Look at one decision, step by step."""
    return authorizations.get_authorization(ask.db, authorization_id, language=language_of(ask), now=ask.now)


@area.get("/operator/cards/<path:uid>", access=STAFF, answer=schemas.CardOverview)
def get_card_page(ask: Ask, uid: str) -> CardPage:
    """Look at everything about a card, wherever it is known: lists, charges under way, and its newest decisions."""
    return card_pages.get_card_page(ask.db, uid, language=language_of(ask), now=ask.now)


@area.get(
    "/chargers/<id:charger_id>/authorizations",
    access=SIGNED_IN,
    query=PageQuery,
    answer=page_of(schemas.MemberAuthorization),
    refuses=[Forbidden],
)
def list_authorizations_at(ask: Ask, query: dict[str, Any], charger_id: str) -> Page[AuthorizationView]:
    """Look at why cards were accepted or refused at a charger, newest first; for owners and admins.

    Uids are masked, and what belongs to others is not named.
    """
    charger = get_charger(ask.db, charger_id, caller=ask.caller, action=Action.EDIT_CARDS)
    return authorizations.list_authorizations_at(ask.db, charger, keyset(query), language=language_of(ask), now=ask.now)
