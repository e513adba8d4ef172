"""Parameters as they stand in a sentence."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from homecharge.adapters.catalogues import load_languages
from homecharge.domain.money import Money
from homecharge.domain.texts import DEFAULT
from homecharge.domain.texts.values import Reader, as_instant, day_text, number_text, spoken

LANGUAGES = load_languages()
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
READER = Reader(language=DEFAULT, zone=ZoneInfo("Europe/Berlin"), now=NOON, people={"1a": "Ada", "2b": ""})


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("power_w", 900, "900 W"),
        ("power_w", 7400, "7.4 kW"),
        ("wait_s", 45, "45 s"),
        ("wait_s", 300, "5 min"),
        ("wait_s", 7200, "2 h"),
        ("wait_s", 9000, "2 h 30 min"),
        ("took_ms", 420, "420 ms"),
        ("took_ms", 15_000, "15.0 s"),
        ("attempt", 3, "3"),
        ("share", 0.5, "0.5"),
        ("amount", "5.00", "5.00"),
        ("saved", Money(Decimal("0.50"), "GBP"), "0.50 GBP"),
        ("kind", "boost", "a Boost"),
        ("other", "boost", "boost"),
        ("group", "driver", "driver"),
        ("other", "2026-11-20T12:00:00Z", "2026-11-20T12:00:00Z"),
        ("who", "1a", "Ada"),
        ("who", "2b", "a former member"),
        ("who", "3c", "a former member"),
        ("note", "2026-11-20T is no instant", "2026-11-20T is no instant"),
        ("note", "2026-11-20T12:00:00", "2026-11-20T12:00:00"),
    ],
)
def test_a_parameter_is_said_by_its_name_and_kind(name: str, value: object, said: str):
    assert spoken({name: value}, READER, about=NOON) == {name: said}


@pytest.mark.parametrize(
    ("value", "said", "said_of_it", "said_since"),
    [
        (NOON, "13:00", "at 13:00", "since 13:00"),
        (NOON.isoformat(), "13:00", "at 13:00", "since 13:00"),
        ({"instant": NOON.isoformat()}, "13:00", "at 13:00", "since 13:00"),
        ("2026-11-18T12:00:00Z", "Wed 18 Nov 13:00", "on Wed 18 Nov at 13:00", "since Wed 18 Nov 13:00"),
        ("2026-11-20T22:59:00Z", "23:59", "at 23:59", "since 23:59"),
        ("2026-11-20T23:30:00Z", "00:30", "at 00:30", "since 00:30"),
        ("2026-11-21T00:00:00Z", "Sat 21 Nov 01:00", "on Sat 21 Nov at 01:00", "since Sat 21 Nov 01:00"),
        ("2026-05-22T12:01:00Z", "Fri 22 May 14:01", "on Fri 22 May at 14:01", "since Fri 22 May 14:01"),
        ("2026-05-22T12:00:00Z", "Fri 22 May 2026 14:00", "on Fri 22 May 2026 at 14:00", "since Fri 22 May 2026 14:00"),
        ("2028-11-20T12:00:00Z", "Mon 20 Nov 2028 13:00", "on Mon 20 Nov 2028 at 13:00", "since Mon 20 Nov 2028 13:00"),
    ],
)
def test_an_instant_is_said_by_itself_and_of_what_was_then(value: object, said: str, said_of_it: str, said_since: str):
    found = spoken({"then": value}, READER, about=NOON)

    assert (found["then"], found["at_then"], found["since_then"]) == (said, said_of_it, said_since)


@pytest.mark.parametrize(
    ("tag", "near", "far"),
    [
        ("de", ("um 13:00 Uhr", "bis 13:00 Uhr"), ("am Mi., 18. März, um 13:00 Uhr", "bis Mi., 18. März, 13:00 Uhr")),
        ("fr", ("à 13:00", "jusqu’à 13:00"), ("le mer. 18 mars à 13:00", "jusqu’au mer. 18 mars à 13:00")),
        ("nl", ("om 13:00", "tot 13:00"), ("op wo 18 mrt om 13:00", "tot wo 18 mrt 13:00")),
    ],
)
def test_an_instant_has_its_languages_preposition(tag: str, near: tuple[str, str], far: tuple[str, str]):
    spring = datetime(2026, 3, 18, 12, 0, tzinfo=UTC)
    reader = Reader(language=LANGUAGES.find(tag), zone=ZoneInfo("Europe/Berlin"), now=spring)

    said = [spoken({"then": spring}, reader, about=about) for about in (spring, datetime(2026, 3, 20, tzinfo=UTC))]

    assert [(each["at_then"], each["until_then"]) for each in said] == [near, far]


@pytest.mark.parametrize("tag", ["de", "fr", "nl"])
def test_numbers_have_the_comma_of_their_language(tag: str):
    language = LANGUAGES.find(tag)
    measures = {"missing_wh": 7400, "power_w": 2300, "took_ms": 1500, "amount": Decimal("5.00"), "share": 0.5}
    money = {"saved": Money(Decimal("1234.50"), "EUR")}

    said = spoken(measures | money, Reader(language=language, zone=ZoneInfo("Europe/Berlin"), now=NOON), about=NOON)

    assert list(said.values()) == ["7,4 kWh", "2,3 kW", "1,5 s", "5,00", "0,5", "1234,50 EUR"]
    assert number_text(Decimal("0.245"), language) == "0,245"


@pytest.mark.parametrize(
    ("tag", "day", "dated"),
    [
        ("en", "Fri 4 Sep", "Fri 4 Sep 2026"),
        ("de", "Fr., 4. Sept.", "Fr., 4. Sept. 2026"),
        ("fr", "ven. 4 sept.", "ven. 4 sept. 2026"),
        ("nl", "vr 4 sep", "vr 4 sep 2026"),
    ],
)
def test_a_day_is_named_as_its_language_names_it(tag: str, day: str, dated: str):
    language, autumn = LANGUAGES.find(tag), date(2026, 9, 4)

    assert (day_text(autumn, language), day_text(autumn, language, with_year=True)) == (day, dated)


@pytest.mark.parametrize("value", [None, ""])
def test_what_is_not_known_is_not_said(value: str | None):
    assert spoken({"who": value}, READER, about=NOON) == {}


@pytest.mark.parametrize("value", [{}, {"instant": 5}, 7, "soon", "2026-11-20T99:00:00+00:00 "])
def test_what_is_no_instant_is_not_taken_for_one(value: object):
    assert as_instant(value) is None
