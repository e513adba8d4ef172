"""Which tariff a location pays by: choose one, from now on or from an instant, and look at the history."""

from datetime import datetime

from homecharge.domain.accounts import Caller
from homecharge.domain.errors import NotFound, Refused
from homecharge.domain.homes import Location
from homecharge.domain.limits import CostLimit, Limit
from homecharge.domain.pages import Keyset, Page
from homecharge.domain.targets import BudgetTarget, Target
from homecharge.domain.tariff_specs import TariffHistoryEntry
from homecharge.ports.units import Db
from homecharge.services.costs import settle_past
from homecharge.services.price_changes import prices_changed
from homecharge.storage.queries import location_tariffs as queries
from homecharge.storage.queries.tariffs import find_tariff


class CurrencyMismatch(Refused):
    """A tariff is in another currency than the location that is to pay by it; `tariff_id` says which."""

    code = "currency_mismatch"
    title = "The tariff's currency is not the location's"
    advice = "Offer tariffs in the location's currency only."


class NoTariff(Refused):
    """A limit in money, or a budget, means nothing without a tariff."""

    code = "no_tariff"
    title = "A budget or a cost limit needs a tariff; this location has none"
    advice = "Offer to set a tariff, or a limit by energy or time."


def require_tariff(db: Db, location_id: str, *endings: Limit | Target | None, now: datetime) -> None:
    """Raises NoTariff for a limit by cost or a budget where the location pays by no tariff at present."""
    if not any(isinstance(ending, CostLimit | BudgetTarget) for ending in endings):
        return
    entry = queries.read_entries_at(db, [location_id], now).get(location_id)
    if entry is None or entry.tariff is None:
        raise NoTariff(location_id=location_id)


def get_location_tariff(db: Db, location: Location, *, now: datetime) -> TariffHistoryEntry:
    """What a location pays by at present; an entry without a tariff where it has none."""
    return _entry_at(db, location, now)


def _entry_at(db: Db, location: Location, at: datetime) -> TariffHistoryEntry:
    found = queries.read_entries_at(db, [location.id], at).get(location.id)
    return found or TariffHistoryEntry(
        id=None,
        location_id=location.id,
        tariff=None,
        valid_from=None,
        valid_to=None,
        revision=queries.get_tariff_revision(db, location.id),
        created_at=None,
        updated_at=None,
    )


def list_location_tariffs(db: Db, location: Location, keyset: Keyset) -> Page[TariffHistoryEntry]:
    """What a location pays, has paid and will pay by, newest first."""
    return queries.page_of_history(db, location.id, keyset)


def choose_tariff(
    db: Db, location: Location, tariff_id: str | None, *, valid_from: datetime | None, caller: Caller, now: datetime
) -> TariffHistoryEntry:
    """Let a location read with `for_update` pay by a tariff (None: by none) until the next entry of its history.

    The tariff is one of the caller's, or one that the location has paid by before. Without `valid_from` it holds from
    now on, and choosing what holds already changes nothing. From an instant in the past it also charges the sessions
    since then that have no cost. Raises NotFound and CurrencyMismatch.
    """
    if tariff_id is not None:
        _require_fit(db, location, tariff_id, caller=caller)
    since = now if valid_from is None else valid_from
    before = _entry_at(db, location, since)
    if before.tariff_id == tariff_id and (valid_from is None or before.valid_from == since):
        return before
    queries.put_entry(db, location.id, tariff_id, valid_from=since, now=now)
    if since < now:
        settle_past(db, location.id, since=since)
    prices_changed(db, [location.id], now=now)
    return _entry_at(db, location, since)


def _require_fit(db: Db, location: Location, tariff_id: str, *, caller: Caller) -> None:
    tariff = find_tariff(db, tariff_id, for_update=True)  # so that nobody deletes it meanwhile
    if tariff is None:
        raise NotFound("There is no such tariff.")
    if tariff.account_id != caller.account_id and not queries.is_in_history(db, location.id, tariff_id):
        raise NotFound("There is no such tariff.")
    if tariff.currency != location.currency:
        raise CurrencyMismatch(tariff_id=tariff.id, tariff_currency=tariff.currency, currency=location.currency)


def refuse_other_currency(db: Db, location_id: str, *, now: datetime) -> None:
    """Raises CurrencyMismatch where a location pays by a tariff, or will: its currency is the location's."""
    tariff_id = queries.find_tariff_from(db, location_id, since=now)
    if tariff_id is not None:
        raise CurrencyMismatch("Give the location another tariff before its currency.", tariff_id=tariff_id)
