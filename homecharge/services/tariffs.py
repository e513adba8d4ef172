"""Tariffs: make one, look at it, change what it says from now on, give it prices, take it away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from homecharge.domain.accounts import Caller
from homecharge.domain.errors import Forbidden, Invalid, NotFound, Refused
from homecharge.domain.pages import Keyset, Page
from homecharge.domain.rate_files import RateFormat, read_rates
from homecharge.domain.rates import Rate
from homecharge.domain.tariff_problems import problems, rates_problems
from homecharge.domain.tariff_specs import Feed, Tariff, kind_of, merged_rates, span_of
from homecharge.domain.tariffs import Dynamic, Pricing
from homecharge.domain.web_addresses import url_problem
from homecharge.ports.units import Db
from homecharge.services.costs import settle_past
from homecharge.services.places import place_problems
from homecharge.services.price_changes import prices_changed
from homecharge.storage.queries import tariffs as queries
from homecharge.storage.queries.location_tariffs import list_locations_paying_by
from homecharge.storage.types import new_id


class TariffInUse(Refused):
    """A location pays by it, or will; `location_id` says which."""

    code = "in_use"
    title = "A location pays by this tariff; give it another one first"
    advice = "Offer another tariff for the location of `location_id` first."


class NotDynamic(Refused):
    """Only a dynamic tariff has prices for intervals."""

    code = "not_dynamic"
    title = "Only a dynamic tariff has prices for intervals"
    advice = "Change the tariff itself (`PATCH /v1/tariffs/{tariff_id}`)."


@dataclass(frozen=True, slots=True)
class RatesPut:
    """What new prices came to: rates that are new, that gave way to them, that were known, that came too late."""

    added: int
    replaced: int
    unchanged: int
    kept: int


def add_tariff(
    db: Db,
    *,
    name: str,
    currency: str,
    pricing: Pricing,
    feed_url: str | None = None,
    allow_private: bool = False,
    caller: Caller,
    now: datetime,
) -> Tariff:
    """A new tariff of the caller's. Raises Invalid, naming the fields.

    `allow_private`: a feed may be at a private address (HOMECHARGE_OUTBOUND_PRIVATE).
    """
    wrong = place_problems(currency=currency) | problems(pricing)
    if found := wrong | _feed_problems(feed_url, pricing, allow_private=allow_private):
        raise Invalid(errors=found)
    tariff = Tariff(
        id=new_id(),
        account_id=caller.account_id,
        name=name,
        currency=currency,
        pricing=_in_order(pricing),
        revision=1,
        created_at=now,
        updated_at=now,
        feed=None if feed_url is None else Feed(url=feed_url),
    )
    queries.add_tariff(db, tariff)
    return tariff


def _feed_problems(feed_url: str | None, pricing: Pricing, *, allow_private: bool) -> dict[str, list[str]]:
    if feed_url is None:
        return {}
    if not isinstance(pricing, Dynamic):
        return {"feed_url": ["Only a dynamic tariff has a feed."]}
    message = url_problem(feed_url, allow_private=allow_private)
    return {} if message is None else {"feed_url": [message]}


def _in_order(pricing: Pricing) -> Pricing:
    if not isinstance(pricing, Dynamic):
        return pricing
    return Dynamic(tuple(sorted(pricing.rates, key=lambda rate: rate.interval.start)))


def list_tariffs(db: Db, keyset: Keyset, *, caller: Caller) -> Page[Tariff]:
    """Those that the caller made, oldest first."""
    return queries.list_tariffs(db, keyset, account_id=caller.account_id)


def get_tariff(db: Db, tariff_id: str, *, caller: Caller) -> Tariff:
    """One that the caller made, or that a home of theirs pays by. Raises NotFound."""
    tariff = queries.find_tariff(db, tariff_id)
    if tariff is None or not _is_seen(db, tariff, caller):
        raise NotFound
    return tariff


def _is_seen(db: Db, tariff: Tariff, caller: Caller) -> bool:
    return tariff.account_id == caller.account_id or queries.is_seen_by(db, tariff.id, caller.account_id)


def get_own_tariff(db: Db, tariff_id: str, *, caller: Caller) -> Tariff:
    """One to be changed, locked. Raises NotFound, and Forbidden where somebody else made it."""
    tariff = queries.find_tariff(db, tariff_id, for_update=True)
    if tariff is None or not _is_seen(db, tariff, caller):
        raise NotFound
    if tariff.account_id != caller.account_id:
        raise Forbidden("Only the person who made this tariff may change it.", needs_role="owner")
    return tariff


def change_tariff(
    db: Db, tariff: Tariff, changes: dict[str, Any], *, allow_private: bool = False, now: datetime
) -> Tariff:
    """Edit a tariff read by `get_own_tariff`: `name`, `currency`, `pricing`, `feed_url`; what is as before stays.

    Where a location pays by it or has done so, new prices hold from now on, and the past stays what it was. Raises
    Invalid, and TariffInUse for the currency of one that has been used.
    """
    changes = {field: value for field, value in changes.items() if value != getattr(tariff, field)}
    pricing = changes.get("pricing", tariff.pricing)
    wrong = place_problems(currency=changes.get("currency")) | problems(pricing)
    if found := wrong | _feed_problems(changes.get("feed_url"), pricing, allow_private=allow_private):
        raise Invalid(errors=found)
    if not changes:
        return tariff
    is_used = queries.has_been_used(db, tariff.id)
    if is_used and "currency" in changes:
        raise TariffInUse("Locations have paid by this tariff in its currency; make a new one.")
    plain = {field: value for field, value in changes.items() if field != "pricing"}
    if "feed_url" in changes:
        anew = {"feed_failures": 0, "feed_ok_at": None, "feed_error": None}
        plain |= anew | {"feed_wake_at": None if changes["feed_url"] is None else now}
    queries.change_tariff(db, tariff.id, plain, now=now)
    if "pricing" in changes:
        queries.change_version(db, tariff.id, pricing, since=now if is_used else None)
        _tell(db, tariff.id, now=now)
    return _found(db, tariff.id)


def _tell(db: Db, tariff_id: str, *, now: datetime) -> None:
    prices_changed(db, list_locations_paying_by(db, tariff_id, since=now), now=now)


def remove_tariff(db: Db, tariff: Tariff, *, now: datetime) -> None:
    """Take a tariff read by `get_own_tariff` away; what was paid by it stays. Raises TariffInUse."""
    if locations := list_locations_paying_by(db, tariff.id, since=now):
        raise TariffInUse(location_id=locations[0])
    queries.mark_tariff_deleted(db, tariff.id, now=now)


def put_rates(db: Db, tariff: Tariff, rates: Sequence[Rate], *, now: datetime) -> RatesPut:
    """Give a locked dynamic tariff prices for intervals; they replace what was known of those.

    Where a location has paid by it, a price whose interval has begun stays what it was: somebody may have been charged
    by it. One that was missing until now charges the sessions that have no cost. Raises NotDynamic, and Invalid naming
    the fields.
    """
    if kind_of(tariff.pricing) != "dynamic":
        raise NotDynamic(tariff_id=tariff.id)
    if found := rates_problems(rates):
        raise Invalid(errors=found)
    span = span_of(rates)
    if span is None:
        return RatesPut(0, 0, 0, 0)
    known = queries.read_rates(db, [tariff.id], span).get(tariff.id, [])
    is_used = queries.has_been_used(db, tariff.id)
    merged = merged_rates(known, rates, begun_before=now if is_used else None)
    gone, new = set(known) - set(merged), set(merged) - set(known)
    queries.delete_rates(db, tariff.id, gone)
    queries.add_rates(db, tariff.id, sorted(new, key=lambda rate: rate.interval.start))
    if gone or new:
        _tell(db, tariff.id, now=now)
        for location_id in list_locations_paying_by(db, tariff.id, since=span.start):
            settle_past(db, location_id, since=span.start)
    given = set(rates)
    return RatesPut(
        added=len(given & new),
        replaced=len(gone),
        unchanged=len(given & set(known)),
        kept=len(given - new - set(known)),
    )


def import_rates(db: Db, tariff: Tariff, text: str, form: RateFormat, *, now: datetime) -> RatesPut:
    """As `put_rates`, from a file as others publish it; all of it or nothing. Raises UnreadableRates."""
    return put_rates(db, tariff, read_rates(text, form, currency=tariff.currency), now=now)


def get_any_tariff(db: Db, tariff_id: str) -> Tariff:
    """One to be changed by whoever keeps the database, locked. Raises NotFound."""
    tariff = queries.find_tariff(db, tariff_id, for_update=True)
    if tariff is None:
        raise NotFound("There is no such tariff.")
    return tariff


def edit_rates(db: Db, tariff: Tariff, rates: Sequence[Rate], *, now: datetime) -> Tariff:
    """As `put_rates`, by a person: the tariff gets a new revision where anything changed."""
    outcome = put_rates(db, tariff, rates, now=now)
    if outcome.added or outcome.replaced:
        queries.change_tariff(db, tariff.id, {}, now=now)
    return _found(db, tariff.id)


def _found(db: Db, tariff_id: str) -> Tariff:
    found = queries.find_tariff(db, tariff_id)
    if found is None:
        raise NotFound
    return found
