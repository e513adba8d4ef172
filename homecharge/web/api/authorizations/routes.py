"""Why was this card accepted, or refused? The decisions, with the trace that led to each."""

from typing import Any

from homecharge.domain.access import Action
from homecharge.domain.auditing import Look
from homecharge.domain.authorization_codes import AuthorizationStatus, Code
from homecharge.domain.authorization_view import AuthorizationFilters, AuthorizationView
from homecharge.domain.card_page import CardPage
from homecharge.domain.errors import Forbidden, NotFound
from homecharge.domain.masking import mask_tag
from homecharge.domain.pages import Page
from homecharge.domain.providers import LIVE_TIMEOUT_S
from homecharge.services import authorizations, card_pages, checking, partner_starts
from homecharge.services.chargers import get_charger
from homecharge.services.history import describe_session
from homecharge.services.partner_starts import (
    MalformedUid,
    PartnerStartRefused,
    ProviderIsBlocked,
    RoamingIsOff,
)
from homecharge.web.answers import Answer
from homecharge.web.api.authorizations import schemas
from homecharge.web.api.sessions.schemas import OneSession
from homecharge.web.auth import OPERATOR, SIGNED_IN, STAFF
from homecharge.web.context import Ask
from homecharge.web.language import language_of
from homecharge.web.operations import Area
from homecharge.web.paging import keyset
from homecharge.web.schemas import PageQuery, page_of

area = Area("authorizations", "Why a card was accepted, or refused.")
LONGEST_CHECK_S = LIVE_TIMEOUT_S[1] + 2
"""From the check to the provider's answer, or to the end of the time it has."""


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
    asked = {"uid": query["uid"], "status": query["status"], "code": query["code"]}
    ask.shows(Look("authorizations", charger_id=query["charger_id"], detail=asked))
    return authorizations.list_authorizations(ask.db, filters, keyset(query), language=language_of(ask), now=ask.now)


@area.get("/operator/authorizations/<id:authorization_id>", access=STAFF, answer=schemas.Authorization)
def get_authorization(ask: Ask, authorization_id: str) -> Answer:
    """Look at one decision, step by step."""
    view = authorizations.get_authorization(ask.db, authorization_id, language=language_of(ask), now=ask.now)
    _show(ask, view)
    return Answer(value=view, is_settled=view.authorization.code is not None)


@area.post(
    "/operator/authorizations",
    access=STAFF,
    body=schemas.CheckBody,
    answer=schemas.Authorization,
    status=201,
    also=[200, 202],
    refuses=[NotFound],
)
def check_card(ask: Ask, body: dict[str, Any]) -> Answer:
    """Ask whether a card would work at a charger now, and why not: decided as if it were held to it.

    Where the card's provider has to be asked, the answer comes when it has spoken, or its time is over. Whoever does
    not want to wait so long says `Prefer: wait=N`: it is decided (200), or after N seconds `pending` (202). Nothing is
    sent to the charger.
    """
    authorization_id = checking.check_card(ask.db, **body, caller=ask.caller, now=ask.now)
    view = authorizations.get_authorization(ask.db, authorization_id, language=language_of(ask), now=ask.now)
    _show(ask, view)
    location = f"/v1/operator/authorizations/{authorization_id}"
    if view.authorization.code is not None:
        return Answer(value=view, location=location)
    bell = checking.bell_of(authorization_id)
    return Answer(value=view, status=202, location=location, bell=bell, patience_s=LONGEST_CHECK_S)


@area.post(
    "/operator/chargers/<id:charger_id>/partner-start",
    access=OPERATOR,
    body=schemas.PartnerStartBody,
    answer=OneSession,
    shows=["charging"],
    status=202,
    refuses=[ProviderIsBlocked, RoamingIsOff, MalformedUid],
)
def start_for_partner(ask: Ask, body: dict[str, Any], charger_id: str) -> Answer | PartnerStartRefused:
    """Start a charge for a mobility partner, with its card.

    Refused before anything is sent where the card's provider is blocked (409 `A40`) or the location's roaming is off
    (409 `A60`); `authorization_id` is the decision. Else a session is planned, due now; what keeps it from charging is
    its rejection, as ever.
    """
    started = partner_starts.start_for_partner(ask.db, charger_id, **body, caller=ask.caller, now=ask.now)
    if isinstance(started, PartnerStartRefused):
        return started
    view = describe_session(ask.db, started, language=language_of(ask), now=ask.now)
    return Answer(value=view, location=f"/v1/support/sessions/{started.id}")


@area.get("/operator/cards/<path:uid>", access=STAFF, answer=schemas.CardOverview)
def get_card_page(ask: Ask, uid: str) -> CardPage:
    """Look at everything about a card, wherever it is known: lists, charges under way, and its newest decisions."""
    page = card_pages.get_card_page(ask.db, uid, language=language_of(ask), now=ask.now)
    ask.shows(Look("card", mask_tag(page.uid)))
    return page


@area.get(
    "/chargers/<id:charger_id>/authorizations",
    access=SIGNED_IN,
    actions=[Action.EDIT_CARDS],
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


def _show(ask: Ask, view: AuthorizationView) -> None:
    found = view.authorization
    ask.shows(Look("authorization", found.id, found.charger_id, found.location_id))
