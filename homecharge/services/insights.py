"""Insights: what a month at a home came to, from the sessions that the reader may see."""

from datetime import datetime
from zoneinfo import ZoneInfo

from homecharge.domain.accounts import Caller
from homecharge.domain.history import Filters
from homecharge.domain.homes import Location
from homecharge.domain.insights import Insights, Month, Place, current_month, insights_of
from homecharge.domain.pages import Keyset
from homecharge.domain.savings import Saving, at_once_of, saving_of
from homecharge.domain.session_view import SessionView
from homecharge.domain.texts.catalogue import Language
from homecharge.domain.times import Interval
from homecharge.ports.units import Db
from homecharge.services.history import list_history
from homecharge.services.locations import get_location
from homecharge.storage.queries.location_tariffs import read_prices

AT_ONCE = 500


def read_insights(
    db: Db, location_id: str, month: Month | None, *, caller: Caller, language: Language, now: datetime
) -> Insights:
    """A month at a location, the present one where None is named. Raises NotFound for a location of others."""
    location = get_location(db, location_id, caller=caller)
    place = Place(location.id, ZoneInfo(location.time_zone), location.currency)
    month = month or current_month(place.zone, now=now)
    views = _list_month(db, location, month.in_zone(place.zone), caller=caller, language=language, now=now)
    return insights_of(month, place, views, _savings(db, place, views))


def _list_month(
    db: Db, location: Location, during: Interval, *, caller: Caller, language: Language, now: datetime
) -> list[SessionView]:
    filters = Filters(location_ids=(location.id,), since=during.start, until=during.end)
    views: list[SessionView] = []
    keyset: Keyset | None = Keyset(limit=AT_ONCE)
    while keyset is not None:
        page = list_history(db, filters, keyset, caller=caller, language=language, now=now)
        views += page.items
        keyset = None if page.next is None else Keyset(limit=AT_ONCE, after=page.next)
    return views


def _savings(db: Db, place: Place, views: list[SessionView]) -> list[Saving]:
    during = {view.session.id: at_once for view in views if (at_once := at_once_of(view.session)) is not None}
    if not during:
        return []
    whole = Interval(min(each.start for each in during.values()), max(each.end for each in during.values()))
    prices = read_prices(db, [place.location_id], whole)[place.location_id]
    savings = [
        saving_of(view.session, prices.over(during[view.session.id]))
        for view in views
        if view.session.id in during and view.session.cost_currency == place.currency
    ]
    return [saving for saving in savings if saving is not None]
