"""Parameters as they stand in a sentence."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from homecharge.domain.texts import find_language
from homecharge.domain.texts.values import Reader, as_instant, spoken

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
READER = Reader(language=find_language("en"), zone=ZoneInfo("Europe/Berlin"), now=NOON, people={"1a": "Ada", "2b": ""})


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
    ("value", "said", "said_of_it"),
    [
        (NOON, "13:00", "at 13:00"),
        (NOON.isoformat(), "13:00", "at 13:00"),
        ({"instant": NOON.isoformat()}, "13:00", "at 13:00"),
        ("2026-11-18T12:00:00Z", "Wed 18 Nov 13:00", "on Wed 18 Nov at 13:00"),
    ],
)
def test_an_instant_is_said_by_itself_and_of_what_was_then(value: object, said: str, said_of_it: str):
    assert spoken({"until": value}, READER, about=NOON) == {"until": said, "at_until": said_of_it}


@pytest.mark.parametrize("value", [None, ""])
def test_what_is_not_known_is_not_said(value: str | None):
    assert spoken({"who": value}, READER, about=NOON) == {}


@pytest.mark.parametrize("value", [{}, {"instant": 5}, 7, "soon", "2026-11-20T99:00:00+00:00 "])
def test_what_is_no_instant_is_not_taken_for_one(value: object):
    assert as_instant(value) is None
