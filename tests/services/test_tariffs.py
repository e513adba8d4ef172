"""Tariffs and the locations that pay by them, on both databases."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from homecharge.domain.access import MemberRole
from homecharge.domain.errors import Forbidden, NotFound
from homecharge.domain.pages import Keyset
from homecharge.domain.rates import Rate
from homecharge.domain.tariffs import Dynamic, Flat, Pricing
from homecharge.domain.times import Interval
from homecharge.ports.units import Db
from homecharge.services.location_tariffs import (
    CurrencyMismatch,
    choose_tariff,
    get_location_tariff,
    list_location_tariffs,
)
from homecharge.services.locations import change_location, get_location
from homecharge.services.tariffs import (
    NotDynamic,
    RatesPut,
    TariffInUse,
    add_tariff,
    change_tariff,
    edit_rates,
    get_own_tariff,
    get_tariff,
    list_tariffs,
    put_rates,
    remove_tariff,
)
from homecharge.storage.database import Database
from homecharge.storage.queries.location_tariffs import read_prices
from tests.domain.prices import NIGHT, rate
from tests.homes import NOW, join, make_home, sign_up

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def half_hour(start: datetime, price: str) -> Rate:
    return Rate(Interval(start, start + HOUR / 2), Decimal(price))


def prices_between(db: Db, location_id: str, start: datetime, end: datetime) -> list[tuple[datetime, datetime, str]]:
    rates = read_prices(db, [location_id], Interval(start, end))[location_id].over(Interval(start, end))
    return [(each.interval.start, each.interval.end, str(each.per_kwh)) for each in rates]


@pytest.mark.parametrize(
    "pricing", [Flat(Decimal("0.2450")), NIGHT, Dynamic((half_hour(NOW, "-0.0125"), half_hour(NOW + HOUR, "0.3")))]
)
def test_a_tariff_is_read_back_as_it_was_made(database: Database, pricing: Pricing):
    with database.write() as db:
        ada = sign_up(db)
        made = add_tariff(db, name="Mine", currency="GBP", pricing=pricing, caller=ada, now=NOW)

        found = get_tariff(db, made.id, caller=ada)
        page = list_tariffs(db, Keyset(), caller=ada)

    assert found == made
    assert page.items == [made]


def test_a_tariff_belongs_to_whoever_made_it_and_is_seen_by_the_homes_that_pay_by_it(database: Database):
    with database.write() as db:
        ada, bob, eve = sign_up(db), sign_up(db, "Bob"), sign_up(db, "Eve")
        home = make_home(db, ada)
        join(db, home, bob, MemberRole.ADMIN)
        made = add_tariff(db, name="Mine", currency="GBP", pricing=Flat(Decimal(1)), caller=ada, now=NOW)

        with pytest.raises(NotFound):
            get_tariff(db, made.id, caller=bob)
        choose_tariff(db, home, made.id, valid_from=None, caller=ada, now=NOW)

        assert get_tariff(db, made.id, caller=bob) == made
        with pytest.raises(Forbidden):
            get_own_tariff(db, made.id, caller=bob)
        with pytest.raises(NotFound):
            get_own_tariff(db, made.id, caller=eve)


def test_nobody_lets_a_home_pay_by_a_strangers_tariff(database: Database):
    with database.write() as db:
        ada, bob = sign_up(db), sign_up(db, "Bob")
        made = add_tariff(db, name="Mine", currency="GBP", pricing=Flat(Decimal(1)), caller=ada, now=NOW)

        with pytest.raises(NotFound):
            choose_tariff(db, make_home(db, bob), made.id, valid_from=None, caller=bob, now=NOW)


def test_the_currency_must_be_the_locations(database: Database):
    with database.write() as db:
        ada = sign_up(db)
        home = make_home(db, ada)
        euros = add_tariff(db, name="Mine", currency="EUR", pricing=Flat(Decimal(1)), caller=ada, now=NOW)
        pounds = add_tariff(db, name="Mine", currency="GBP", pricing=Flat(Decimal(1)), caller=ada, now=NOW)

        with pytest.raises(CurrencyMismatch):
            choose_tariff(db, home, euros.id, valid_from=None, caller=ada, now=NOW)
        choose_tariff(db, home, pounds.id, valid_from=NOW + DAY, caller=ada, now=NOW)
        with pytest.raises(CurrencyMismatch):
            change_location(db, get_location(db, home.id, caller=ada), currency="EUR", caller=ada, now=NOW)
        with pytest.raises(TariffInUse):
            change_tariff(db, pounds, {"currency": "EUR"}, now=NOW)


def test_a_history_has_each_tariff_until_the_next_one(database: Database):
    with database.write() as db:
        ada = sign_up(db)
        home = make_home(db, ada)
        first, second = (
            add_tariff(db, name=price, currency="GBP", pricing=Flat(Decimal(price)), caller=ada, now=NOW)
            for price in ("0.10", "0.20")
        )
        nothing = get_location_tariff(db, home, now=NOW)
        choose_tariff(db, home, first.id, valid_from=NOW - 2 * DAY, caller=ada, now=NOW)
        choose_tariff(db, home, second.id, valid_from=NOW - DAY, caller=ada, now=NOW)
        choose_tariff(db, home, None, valid_from=None, caller=ada, now=NOW)

        history = list_location_tariffs(db, home, Keyset()).items
        prices = prices_between(db, home.id, NOW - 3 * DAY, NOW + DAY)

    assert (nothing.tariff, nothing.valid_from, nothing.revision) == (None, None, 1)
    assert [(entry.tariff_id, entry.valid_from, entry.valid_to) for entry in history] == [
        (None, NOW, None),
        (second.id, NOW - DAY, NOW),
        (first.id, NOW - 2 * DAY, NOW - DAY),
    ]
    assert {entry.revision for entry in history} == {4}
    assert prices == [(NOW - 2 * DAY, NOW - DAY, "0.10"), (NOW - DAY, NOW, "0.20")]


def test_choosing_what_holds_already_changes_nothing(database: Database):
    with database.write() as db:
        ada = sign_up(db)
        home = make_home(db, ada)
        made = add_tariff(db, name="Mine", currency="GBP", pricing=Flat(Decimal(1)), caller=ada, now=NOW)
        chosen = choose_tariff(db, home, made.id, valid_from=None, caller=ada, now=NOW)

        again = choose_tariff(db, home, made.id, valid_from=None, caller=ada, now=NOW + HOUR)
        replaced = choose_tariff(db, home, None, valid_from=NOW, caller=ada, now=NOW + HOUR)

        assert again == chosen
        assert (replaced.id, replaced.tariff_id) == (chosen.id, None)
        assert len(list_location_tariffs(db, home, Keyset()).items) == 1


def test_a_change_of_a_tariff_in_use_leaves_the_past_what_it_was(database: Database):
    with database.write() as db:
        ada = sign_up(db)
        home = make_home(db, ada)
        made = add_tariff(db, name="Mine", currency="GBP", pricing=Flat(Decimal("0.10")), caller=ada, now=NOW)
        corrected = change_tariff(db, made, {"pricing": Flat(Decimal("0.15"))}, now=NOW)
        choose_tariff(db, home, made.id, valid_from=NOW - DAY, caller=ada, now=NOW)

        changed = change_tariff(db, corrected, {"pricing": Flat(Decimal("0.20")), "name": "Dearer"}, now=NOW)
        prices = prices_between(db, home.id, NOW - DAY, NOW + DAY)

    assert (changed.revision, changed.name) == (3, "Dearer")
    assert prices == [(NOW - DAY, NOW, "0.15"), (NOW, NOW + DAY, "0.20")]


def test_an_edit_that_changes_nothing_makes_no_revision(database: Database):
    with database.write() as db:
        ada = sign_up(db)
        made = add_tariff(db, name="Mine", currency="GBP", pricing=NIGHT, caller=ada, now=NOW)

        assert change_tariff(db, made, {"name": "Mine", "pricing": NIGHT}, now=NOW + HOUR) == made


def test_a_tariff_in_use_is_not_deleted_and_one_that_was_used_stays_in_the_history(database: Database):
    with database.write() as db:
        ada = sign_up(db)
        home = make_home(db, ada)
        made = add_tariff(db, name="Mine", currency="GBP", pricing=Flat(Decimal(1)), caller=ada, now=NOW)
        choose_tariff(db, home, made.id, valid_from=None, caller=ada, now=NOW)
        with pytest.raises(TariffInUse) as refused:
            remove_tariff(db, made, now=NOW + HOUR)
        choose_tariff(db, home, None, valid_from=NOW + HOUR, caller=ada, now=NOW + HOUR)
        with pytest.raises(TariffInUse):
            remove_tariff(db, made, now=NOW + HOUR / 2)

        remove_tariff(db, made, now=NOW + HOUR)

        with pytest.raises(NotFound):
            get_tariff(db, made.id, caller=ada)
        assert refused.value.data == {"location_id": home.id}
        assert list_location_tariffs(db, home, Keyset()).items[-1].tariff_id == made.id
        assert prices_between(db, home.id, NOW, NOW + 2 * HOUR) == [(NOW, NOW + HOUR, "1")]


def test_new_prices_replace_old_ones_that_have_not_begun(database: Database):
    known = [half_hour(NOW + HOUR / 2 * count, f"0.{count}") for count in range(4)]
    given = [half_hour(NOW + HOUR / 2 * count, "0.3" if count == 3 else "0.9") for count in range(5)]
    with database.write() as db:
        ada = sign_up(db)
        home = make_home(db, ada)
        made = add_tariff(db, name="Spot", currency="GBP", pricing=Dynamic(tuple(known)), caller=ada, now=NOW)
        choose_tariff(db, home, made.id, valid_from=NOW - DAY, caller=ada, now=NOW)

        outcome = put_rates(db, made, given, now=NOW + HOUR / 4)
        changed = get_tariff(db, made.id, caller=ada)

    assert outcome == RatesPut(added=3, replaced=2, unchanged=1, kept=1)
    assert isinstance(changed.pricing, Dynamic)
    assert [str(each.per_kwh) for each in changed.pricing.rates] == ["0.0", "0.9", "0.9", "0.3", "0.9"]


def test_prices_given_by_a_person_are_an_edit_unless_they_are_known(database: Database):
    rates = [rate("2026-11-21T00:00", "2026-11-21T00:30", "0.20")]
    with database.write() as db:
        ada = sign_up(db)
        made = add_tariff(db, name="Spot", currency="GBP", pricing=Dynamic(()), caller=ada, now=NOW)

        edited = edit_rates(db, made, rates, now=NOW + HOUR)
        again = edit_rates(db, edited, rates, now=NOW + 2 * HOUR)
        nothing = put_rates(db, made, [], now=NOW + 2 * HOUR)

    assert (edited.revision, again.revision) == (2, 2)
    assert edited.pricing == Dynamic(tuple(rates))
    assert nothing == RatesPut(0, 0, 0, 0)


def test_only_a_dynamic_tariff_has_prices_for_intervals(database: Database):
    with database.write() as db:
        ada = sign_up(db)
        made = add_tariff(db, name="Flat", currency="GBP", pricing=Flat(Decimal(1)), caller=ada, now=NOW)

        with pytest.raises(NotDynamic):
            put_rates(db, made, [half_hour(NOW, "1")], now=NOW)


def test_a_tariff_in_another_currency_than_the_locations_counts_for_none(database: Database):
    with database.write() as db:
        ada = sign_up(db)
        home = make_home(db, ada)
        made = add_tariff(db, name="Mine", currency="GBP", pricing=Flat(Decimal(1)), caller=ada, now=NOW)
        choose_tariff(db, home, made.id, valid_from=NOW - DAY, caller=ada, now=NOW)
        choose_tariff(db, home, None, valid_from=NOW, caller=ada, now=NOW)
        change_location(db, get_location(db, home.id, caller=ada), currency="EUR", caller=ada, now=NOW + HOUR)

        assert prices_between(db, home.id, NOW - DAY, NOW) == []
