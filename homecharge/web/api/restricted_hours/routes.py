"""Hours in which scheduled charging is blocked: the law's offer and a charger's choice."""

from typing import Any

from homecharge.domain.access import Action
from homecharge.domain.errors import Forbidden
from homecharge.domain.restricted_hours import RestrictedHours
from homecharge.services import chargers, restricted_hours
from homecharge.services.restricted_hours import ChargerHours, DefaultHours
from homecharge.web import etags
from homecharge.web.api.restricted_hours import schemas
from homecharge.web.auth import SIGNED_IN
from homecharge.web.context import Ask
from homecharge.web.operations import Area

area = Area("restricted hours", "Hours in which scheduled charging is blocked.")


@area.get("/restricted-hours/default", access=SIGNED_IN, query=schemas.CountryQuery, answer=schemas.DefaultHours)
def get_default_hours(ask: Ask, query: dict[str, Any]) -> DefaultHours:  # noqa: ARG001 - asks for nobody's data
    """Look up what the law of a country sets; no windows where it sets nothing."""
    return restricted_hours.get_default_hours(query["country"])


@area.get(
    "/chargers/<id:charger_id>/restricted-hours",
    access=SIGNED_IN,
    actions=[Action.VIEW_LOCATION],
    answer=schemas.ChargerHours,
    has_etag=True,
)
def get_restricted_hours(ask: Ask, charger_id: str) -> ChargerHours:
    """Look at the hours in which a charger's scheduled charging is blocked."""
    charger = chargers.get_charger(ask.db, charger_id, caller=ask.caller)
    return restricted_hours.get_restricted_hours(ask.db, charger)


@area.put(
    "/chargers/<id:charger_id>/restricted-hours",
    access=SIGNED_IN,
    actions=[Action.EDIT_RESTRICTED_HOURS],
    body=schemas.RestrictedHoursBody,
    answer=schemas.ChargerHours,
    has_etag=True,
    refuses=[Forbidden],
)
def choose_restricted_hours(ask: Ask, body: RestrictedHours, charger_id: str) -> ChargerHours:
    """Accept the law's hours, choose others, or none."""
    charger = chargers.get_charger(
        ask.db, charger_id, caller=ask.caller, action=Action.EDIT_RESTRICTED_HOURS, for_update=True
    )
    etags.require_match(schemas.ChargerHours, restricted_hours.get_restricted_hours(ask.db, charger))
    return restricted_hours.choose_restricted_hours(ask.db, charger, body, ask.context.timing, now=ask.now)
