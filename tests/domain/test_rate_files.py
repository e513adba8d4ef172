"""Prices as others publish them: read as a whole, or every wrong place is named."""

import json
from decimal import Decimal
from typing import Any

import pytest

from homecharge.domain.rate_files import RateFormat, UnreadableRates, read_rates
from tests.domain.prices import rate

FIRST = {"value_inc_vat": 24.390555, "valid_from": "2026-11-21T00:30:00Z", "valid_to": "2026-11-21T01:00:00Z"}
SECOND = {"value_inc_vat": -1, "valid_from": "2026-11-21T01:00:00+01:00", "valid_to": "2026-11-21T00:30:00Z"}
RATES = (
    rate("2026-11-21T00:00", "2026-11-21T00:30", "-0.01"),
    rate("2026-11-21T00:30", "2026-11-21T01:00", "0.24390555"),
)


def supplied(*results: Any) -> str:
    return json.dumps({"count": len(results), "next": None, "results": results})


def test_the_json_of_a_supplier_is_in_pence_and_newest_first():
    assert read_rates(supplied(FIRST, SECOND), RateFormat.JSON, currency="GBP") == RATES


def test_no_binary_fraction_comes_near_a_price():
    text = supplied(FIRST).replace("24.390555", "24.39055500")

    (read,) = read_rates(text, RateFormat.JSON, currency="GBP")

    assert str(read.per_kwh) == "0.2439055500"


@pytest.mark.parametrize(
    "lines",
    [
        [
            "valid_from,valid_to,rate",
            "2026-11-21T00:00Z,2026-11-21T00:30Z,-0.01",
            "2026-11-21T00:30Z,2026-11-21T01:00Z,0.24390555",
        ],
        [
            "\ufeffrate, valid_to, valid_from",
            "-0.01, 2026-11-21T00:30Z, 2026-11-21T00:00Z",
            "",
            " 0.24390555 , 2026-11-21T02:00+01:00, 2026-11-21T00:30Z",
        ],
        [
            "valid_from,valid_to,value_inc_vat,value_exc_vat",
            "2026-11-21T00:30Z,2026-11-21T01:00Z,24.390555,x",
            "2026-11-21T00:00Z,2026-11-21T00:30Z,-1,x",
        ],
    ],
)
def test_csv_names_its_columns_in_the_first_line(lines: list[str]):
    assert read_rates("\n".join(lines), RateFormat.CSV, currency="GBP") == RATES


@pytest.mark.parametrize(
    ("text", "form", "places"),
    [
        ("{", RateFormat.JSON, ["body"]),
        ("[" * 100_000, RateFormat.JSON, ["body"]),
        ("[]", RateFormat.JSON, ["results"]),
        ('{"results": {}}', RateFormat.JSON, ["results"]),
        (supplied("what"), RateFormat.JSON, ["results.0.valid_from"]),
        (supplied(FIRST, FIRST | {"valid_to": None}), RateFormat.JSON, ["results.1.valid_to"]),
        (supplied(FIRST | {"valid_from": "2026-11-21T00:30:00"}), RateFormat.JSON, ["results.0.valid_from"]),
        (supplied(FIRST | {"value_inc_vat": "free"}), RateFormat.JSON, ["results.0.value_inc_vat"]),
        (supplied(FIRST | {"value_inc_vat": True}), RateFormat.JSON, ["results.0.value_inc_vat"]),
        (supplied(FIRST).replace("24.390555", "NaN"), RateFormat.JSON, ["results.0.value_inc_vat"]),
        (supplied("what", FIRST, FIRST), RateFormat.JSON, ["results.0.valid_from", "results.2.valid_from"]),
        ("", RateFormat.CSV, ["line 1"]),
        ("valid_from,rate\n", RateFormat.CSV, ["line 1"]),
        ("valid_from,valid_to\n", RateFormat.CSV, ["line 1"]),
        ("valid_from,valid_to,rate\nyesterday,2026-11-21T00:30Z,1\n", RateFormat.CSV, ["line 2.valid_from"]),
        (
            "valid_from,valid_to,rate\n0001-01-01T00:00+05:00,2026-11-21T00:00Z,1",
            RateFormat.CSV,
            ["line 2.valid_from"],
        ),
        ("valid_from,valid_to,rate\n2026-11-21T00:00Z,2026-11-21T00:30Z\n", RateFormat.CSV, ["line 2.value_inc_vat"]),
        ("valid_from,valid_to,rate\n2026-11-21T01:00Z,2026-11-21T00:30Z,1\n", RateFormat.CSV, ["line 2.valid_to"]),
        ("valid_from,valid_to,rate\n2026-11-21T00:00Z,2026-11-21T00:30Z,NaN\n", RateFormat.CSV, ["line 2.rate"]),
        ("valid_from,valid_to,rate\n" + '"' + "x" * 200_000 + '"', RateFormat.CSV, ["line 2"]),
    ],
)
def test_what_is_wrong_is_named_by_its_place(text: str, form: RateFormat, places: list[str]):
    with pytest.raises(UnreadableRates) as refused:
        read_rates(text, form, currency="GBP")

    assert list(refused.value.errors) == places
    assert all(message.endswith(".") for messages in refused.value.errors.values() for message in messages)


def test_more_prices_than_can_be_kept_at_once_are_refused():
    lines = [f"2026-11-21T00:00:00Z,2026-11-21T00:00:{0:02}Z,{Decimal(1)}" for _ in range(20_001)]

    with pytest.raises(UnreadableRates) as refused:
        read_rates("\n".join(["valid_from,valid_to,rate", *lines]), RateFormat.CSV, currency="GBP")

    assert list(refused.value.errors) == ["rates"]
