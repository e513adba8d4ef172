"""Tariffs as they are kept, and what a change leaves of the past."""

from decimal import Decimal
from typing import Any

import pytest

from homecharge.domain.tariff_specs import (
    ALWAYS,
    Feed,
    Prices,
    Tariff,
    TariffHistoryEntry,
    TariffInBrief,
    applied,
    kept_spec,
    kind_of,
    merged_rates,
    pricing_of,
    span_of,
)
from homecharge.domain.tariffs import Applied, Flat, Pricing
from tests.domain.prices import LONDON, NIGHT, dynamic, interval, period, rate, time_of_use, utc

SPOT = dynamic(("2026-11-21T00:00", "2026-11-21T00:30", "-0.0125"))
BRIEF = TariffInBrief(id="tariff", name="Mine", currency="GBP", kind="flat")
CHEAP, DEAR = Flat(Decimal("0.10")), Flat(Decimal("0.30"))


@pytest.mark.parametrize(
    "pricing", [Flat(Decimal("0.2450")), NIGHT, time_of_use(period("22:00:30", "06:00", "1", ("sat",))), SPOT]
)
def test_a_tariff_is_kept_and_read_again_digit_for_digit(pricing: Pricing):
    rates = SPOT.rates if pricing is SPOT else ()

    again = pricing_of(kind_of(pricing), kept_spec(pricing), rates)

    assert (again, repr(again)) == (pricing, repr(pricing))


def test_a_changed_tariff_says_the_old_thing_of_the_past():
    versions = [Applied(ALWAYS, CHEAP), Applied(utc("2026-11-10"), DEAR), Applied(utc("2026-11-20"), NIGHT)]

    said = applied(utc("2026-11-12"), None, versions)

    assert said == [Applied(utc("2026-11-12"), DEAR), Applied(utc("2026-11-20"), NIGHT)]


def test_what_a_tariff_says_later_does_not_concern_whoever_left_it():
    versions = [Applied(ALWAYS, CHEAP), Applied(utc("2026-11-10"), DEAR)]

    assert applied(utc("2026-11-01"), utc("2026-11-10"), versions) == [Applied(utc("2026-11-01"), CHEAP)]


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        (("2026-11-01", "2026-11-05"), False),
        (("2026-11-09", "2026-11-11"), True),
        (("2026-11-14", "2026-11-16"), True),
        (("2026-11-15", "2026-11-16"), False),
        (("2026-11-25", "2026-11-26"), True),
    ],
)
def test_a_location_has_a_tariff_where_its_history_says_so(window: tuple[str, str], expected: bool):  # noqa: FBT001 - the table's column
    history = (
        Applied(utc("2026-11-10"), dynamic()),
        Applied(utc("2026-11-15"), None),
        Applied(utc("2026-11-20"), CHEAP),
    )
    prices = Prices(location_id="home", zone=LONDON, currency="GBP", history=history)

    assert prices.has_tariff(interval(*window)) is expected


def test_prices_are_the_rates_of_the_history():
    prices = Prices(location_id="home", zone=LONDON, currency="GBP", history=(Applied(ALWAYS, CHEAP),))

    assert prices.over(interval("2026-11-21", "2026-11-22")) == (rate("2026-11-21", "2026-11-22", "0.10"),)


KNOWN = [rate("2026-11-21T00:00", "2026-11-21T01:00", "1"), rate("2026-11-21T01:00", "2026-11-21T02:00", "2")]
GIVEN = [rate("2026-11-21T00:30", "2026-11-21T01:00", "7"), rate("2026-11-21T01:00", "2026-11-21T01:30", "8")]


def test_new_prices_replace_old_ones():
    assert merged_rates(KNOWN, GIVEN, begun_before=None) == (
        rate("2026-11-21T00:00", "2026-11-21T00:30", "1"),
        *GIVEN,
        rate("2026-11-21T01:30", "2026-11-21T02:00", "2"),
    )


def test_a_price_whose_interval_has_begun_stays_what_it_was():
    assert merged_rates(KNOWN, GIVEN, begun_before=utc("2026-11-21T00:10")) == (
        KNOWN[0],
        GIVEN[1],
        rate("2026-11-21T01:30", "2026-11-21T02:00", "2"),
    )


def test_rates_span_from_the_first_to_the_last():
    assert span_of([]) is None
    assert span_of(KNOWN[::-1]) == interval("2026-11-21T00:00", "2026-11-21T02:00")


@pytest.mark.parametrize(
    ("pricing", "kind", "spec"),
    [
        (CHEAP, "flat", {"rate": "0.10"}),
        (
            SPOT,
            "dynamic",
            {"rates": [{"valid_from": utc("2026-11-21"), "valid_to": utc("2026-11-21T00:30"), "rate": "-0.0125"}]},
        ),
        (
            time_of_use(period("22:00:30", "06:00", "1", ("sat",))),
            "time_of_use",
            {
                "periods": [{"weekdays": ["sat"], "start": "22:00:30", "end": "06:00", "rate": "1"}],
                "other_rate": "0.30",
            },
        ),
    ],
)
def test_a_tariff_shows_its_prices_in_the_shape_of_its_kind(pricing: Pricing, kind: str, spec: dict[str, object]):
    tariff = Tariff(
        id="tariff",
        account_id="ada",
        name="Mine",
        currency="GBP",
        pricing=pricing,
        revision=1,
        created_at=ALWAYS,
        updated_at=ALWAYS,
    )

    assert (tariff.kind, tariff.spec) == (kind, spec)


@pytest.mark.parametrize(("feed", "url"), [(None, None), (Feed(url="https://a.example"), "https://a.example")])
def test_a_tariff_names_its_feed_where_there_is_one(feed: Feed | None, url: str | None):
    nothing: dict[str, Any] = dict.fromkeys(("account_id", "name", "currency", "created_at", "updated_at"))

    assert Tariff(id="tariff", pricing=SPOT, revision=1, feed=feed, **nothing).feed_url == url


@pytest.mark.parametrize(("tariff", "tariff_id"), [(BRIEF, "tariff"), (None, None)])
def test_an_entry_of_the_history_names_its_tariff_where_there_is_one(
    tariff: TariffInBrief | None, tariff_id: str | None
):
    nothing: dict[str, Any] = dict.fromkeys(("id", "valid_from", "valid_to", "created_at", "updated_at"))

    assert TariffHistoryEntry(location_id="home", tariff=tariff, revision=1, **nothing).tariff_id == tariff_id
