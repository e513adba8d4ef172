"""Tariffs, and which of them a location pays by."""

from typing import Any

from homecharge.domain.access import Action
from homecharge.domain.errors import Forbidden
from homecharge.domain.pages import Page
from homecharge.domain.rate_files import RateFormat, UnreadableRates
from homecharge.domain.tariff_specs import Tariff, TariffHistoryEntry
from homecharge.services import location_tariffs, locations, tariffs
from homecharge.services.location_tariffs import CurrencyMismatch
from homecharge.services.tariffs import NotDynamic, RatesPut, TariffInUse
from homecharge.web import etags
from homecharge.web.answers import Answer
from homecharge.web.api.tariffs import schemas
from homecharge.web.api.tariffs.location_schemas import LocationTariff, LocationTariffBody
from homecharge.web.auth import SIGNED_IN
from homecharge.web.context import Ask
from homecharge.web.operations import Area
from homecharge.web.paging import keyset
from homecharge.web.schemas import PageQuery, page_of

area = Area("tariffs", "What energy costs, and which tariff a location pays by.")
FORMATS = {"application/json": RateFormat.JSON, "text/csv": RateFormat.CSV}


@area.post(
    "/tariffs",
    access=SIGNED_IN,
    body=schemas.TariffBody,
    answer=schemas.Tariff,
    status=201,
    has_etag=True,
)
def add_tariff(ask: Ask, body: dict[str, Any]) -> Answer:
    """Make a tariff: one price, prices by the time of use, or prices for any intervals.

    Rates are per kWh, tax included, and may be negative. A location pays by it once it was chosen there.
    """
    tariff = tariffs.add_tariff(
        ask.db, **body, allow_private=ask.context.settings.allows_private_urls, caller=ask.caller, now=ask.now
    )
    return Answer(value=tariff, location=f"/v1/tariffs/{tariff.id}")


@area.get("/tariffs", access=SIGNED_IN, query=PageQuery, answer=page_of(schemas.Tariff))
def list_tariffs(ask: Ask, query: dict[str, Any]) -> Page[Tariff]:
    """List the tariffs that you made, oldest first."""
    return tariffs.list_tariffs(ask.db, keyset(query), caller=ask.caller)


@area.get("/tariffs/<id:tariff_id>", access=SIGNED_IN, answer=schemas.Tariff, has_etag=True)
def get_tariff(ask: Ask, tariff_id: str) -> Tariff:
    """Look at a tariff of your own, or one that a home of yours pays by."""
    return tariffs.get_tariff(ask.db, tariff_id, caller=ask.caller)


@area.patch(
    "/tariffs/<id:tariff_id>",
    access=SIGNED_IN,
    body=schemas.TariffChanges,
    answer=schemas.Tariff,
    has_etag=True,
    refuses=[Forbidden, TariffInUse],
)
def change_tariff(ask: Ask, body: dict[str, Any], tariff_id: str) -> Tariff:
    """Change a tariff.

    Where a location pays by it, new prices hold from now on; what was charged before stays what it was.
    """
    tariff = tariffs.get_own_tariff(ask.db, tariff_id, caller=ask.caller)
    etags.require_match(schemas.Tariff, tariff)
    allow_private = ask.context.settings.allows_private_urls
    changes = schemas.changes_of(tariff, body)
    return tariffs.change_tariff(ask.db, tariff, changes, allow_private=allow_private, now=ask.now)


@area.delete("/tariffs/<id:tariff_id>", access=SIGNED_IN, refuses=[Forbidden, TariffInUse])
def remove_tariff(ask: Ask, tariff_id: str) -> None:
    """Delete a tariff that no location pays by; what was paid by it stays."""
    tariff = tariffs.get_own_tariff(ask.db, tariff_id, caller=ask.caller)
    etags.require_match(schemas.Tariff, tariff)
    tariffs.remove_tariff(ask.db, tariff, now=ask.now)


@area.put(
    "/tariffs/<id:tariff_id>/rates",
    access=SIGNED_IN,
    body=schemas.RatesBody,
    answer=schemas.Tariff,
    has_etag=True,
    refuses=[Forbidden, NotDynamic],
)
def put_rates(ask: Ask, body: dict[str, Any], tariff_id: str) -> Tariff:
    """Give a dynamic tariff prices; they replace what was known for the same time.

    Where a location has paid by it, a price whose interval has begun stays what it was.
    """
    tariff = tariffs.get_own_tariff(ask.db, tariff_id, caller=ask.caller)
    etags.require_match(schemas.Tariff, tariff)
    return tariffs.edit_rates(ask.db, tariff, body["rates"], now=ask.now)


@area.post(
    "/tariffs/<id:tariff_id>/rates/import",
    access=SIGNED_IN,
    accepts=schemas.RATE_FILES,
    answer=schemas.RatesImported,
    refuses=[Forbidden, NotDynamic, UnreadableRates],
)
def import_rates(ask: Ask, media_type: str, text: str, tariff_id: str) -> RatesPut:
    """Take over prices as others publish them.

    As `application/json` in the shape of UK suppliers: `{"results": [{"value_inc_vat", "valid_from", "valid_to"}]}`, in
    hundredths of the currency (pence) per kWh. As `text/csv` with a first line that names the columns `valid_from`,
    `valid_to` and either `rate` (per kWh) or `value_inc_vat`. All of it is taken over, or nothing.
    """
    tariff = tariffs.get_own_tariff(ask.db, tariff_id, caller=ask.caller)
    return tariffs.import_rates(ask.db, tariff, text, FORMATS[media_type], now=ask.now)


@area.get(
    "/locations/<id:location_id>/tariff",
    access=SIGNED_IN,
    actions=[Action.VIEW_LOCATION],
    answer=LocationTariff,
    has_etag=True,
)
def get_location_tariff(ask: Ask, location_id: str) -> TariffHistoryEntry:
    """Look at what a location pays by at present."""
    location = locations.get_location(ask.db, location_id, caller=ask.caller)
    return location_tariffs.get_location_tariff(ask.db, location, now=ask.now)


@area.put(
    "/locations/<id:location_id>/tariff",
    access=SIGNED_IN,
    actions=[Action.EDIT_TARIFF],
    body=LocationTariffBody,
    answer=LocationTariff,
    has_etag=True,
    refuses=[Forbidden, CurrencyMismatch],
)
def choose_tariff(ask: Ask, body: dict[str, Any], location_id: str) -> TariffHistoryEntry:
    """Choose what a location pays by, from an instant until the next choice of its history.

    No session that has a cost is charged anew; with an instant in the past, those that have none get one.
    """
    location = locations.get_location(
        ask.db, location_id, caller=ask.caller, action=Action.EDIT_TARIFF, for_update=True
    )
    etags.require_match(LocationTariff, location_tariffs.get_location_tariff(ask.db, location, now=ask.now))
    return location_tariffs.choose_tariff(ask.db, location, **body, caller=ask.caller, now=ask.now)


@area.get(
    "/locations/<id:location_id>/tariffs",
    access=SIGNED_IN,
    actions=[Action.VIEW_LOCATION],
    query=PageQuery,
    answer=page_of(LocationTariff),
)
def list_location_tariffs(ask: Ask, query: dict[str, Any], location_id: str) -> Page[TariffHistoryEntry]:
    """List what a location pays, has paid and will pay by, newest first."""
    location = locations.get_location(ask.db, location_id, caller=ask.caller)
    return location_tariffs.list_location_tariffs(ask.db, location, keyset(query))
