"""Parameters as they stand in a sentence: instants on the location's wall clock, energy in kWh, codes in words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from homecharge.domain.money import Money, exact
from homecharge.domain.texts.catalogue import Language, first_known
from homecharge.domain.times import local_date, wall_clock

UNMISTAKABLE = timedelta(hours=12)
"""A wall time this near to what the sentence is about needs no day before it."""
HALF_A_YEAR = timedelta(days=182)
"""A day this far from what the sentence is about is of another year, as far as anybody can tell."""
DEVICE = "device"
"""The fact that names the device somebody did something from."""
WHO = "who"
"""The parameter that is a person, known by the id of the account."""
MOMENTS = ("at", "since", "until", "before")
"""What may stand before the name of an instant, with `_`: it is then said with its preposition."""
_AMOUNT = "amount"
"""The parameter that is money, of which it is plain in which currency."""
_GIVEN = frozenset(
    {"other", "tag", "group", "provider", "party", "contact", "said", "charger", "whitelist", "problem", "device"}
)
"""Parameters that somebody named: they are said as they are, also where a name happens to be a word of ours."""
_KILO = 1000
_MINUTE_S = 60
_HOUR_S = 3600
_SHORTEST_INSTANT = len("2026-11-20T00:30:00Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """For whom a text is written: the language, the location's zone, when it is read, and people's names by id.

    Stored texts know people by their ids, so that a name changes everywhere at once, and is gone with its account.
    """

    language: Language
    zone: ZoneInfo
    now: datetime
    people: Mapping[str, str] = field(default_factory=dict)


def as_instant(value: object) -> datetime | None:
    """The instant in a parameter: a datetime, the stored `{"instant": …}`, or an RFC 3339 string; else None."""
    if isinstance(value, datetime):
        return value
    text = value.get("instant") if isinstance(value, Mapping) else value
    if not isinstance(text, str) or len(text) < _SHORTEST_INSTANT or "T" not in text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo is not None else None


def clock(at: datetime, reader: Reader, *, about: datetime) -> str:
    """`00:30`, with its day where that is not plain from what the sentence is about, and the year where that is not."""
    return _moment("moment", at, reader, about=about)


def day_text(day: date, language: Language, *, with_year: bool = False) -> str:
    """`Fri 20 Nov`, and the year where it is not plain."""
    conventions = language.conventions
    parts = {
        "weekday": conventions.weekdays[day.weekday()],
        "day": str(day.day),
        "month": conventions.months[day.month - 1],
    }
    return first_known(language.moments["day"], parts | {"year": str(day.year)} if with_year else parts)


def number_text(number: Decimal | float | str, language: Language) -> str:
    """A number as the language writes it: `0.25`, or `0,25`."""
    plain = exact(number) if isinstance(number, Decimal) else str(number)
    return plain.replace(".", language.conventions.decimal)


def money_text(money: Money, language: Language) -> str:
    """`1.23 GBP`: no symbol is taken for granted."""
    return f"{number_text(money.amount, language)} {money.currency}"


def spoken(parameters: Mapping[str, Any], reader: Reader, *, about: datetime) -> dict[str, str]:
    """Every parameter that is known, as words; the unit of a number is in its name.

    An instant `due_at` is `00:30`, and as `at_due_at` it is "at 00:30", or "on Mon 23 Nov at 00:30" (`MOMENTS`).
    """
    words = {name: _spoken(name, value, reader, about=about) for name, value in parameters.items()}
    known = {name: word for name, word in words.items() if word is not None}
    instants = {name: as_instant(parameters[name]) for name in known if name not in _GIVEN}
    moments = {
        f"{moment}_{name}": _moment(moment, at, reader, about=about)
        for name, at in instants.items()
        if at is not None
        for moment in MOMENTS
    }
    return known | moments


def _moment(moment: str, at: datetime, reader: Reader, *, about: datetime) -> str:
    language, day = reader.language, local_date(at, reader.zone)
    known = {"clock": wall_clock(at, reader.zone)}
    away = abs(at - about)
    if away >= UNMISTAKABLE and day != local_date(about, reader.zone):
        known["day"] = day_text(day, language, with_year=away >= HALF_A_YEAR)
    return first_known(language.moments[moment], known)


def _spoken(name: str, value: Any, reader: Reader, *, about: datetime) -> str | None:  # noqa: ANN401 - any JSON value
    if value is None or value == "":
        return None
    if name == WHO:
        return reader.people.get(str(value)) or reader.language.words["former_member"]
    if name in _GIVEN:
        return str(value)
    if (at := as_instant(value)) is not None:
        return clock(at, reader, about=about)
    return _measured(name, value, reader.language)


def _measured(name: str, value: Any, language: Language) -> str:  # noqa: ANN401 - any JSON value
    if isinstance(value, Money):
        return money_text(value, language)
    if name == _AMOUNT or isinstance(value, float | Decimal):
        return number_text(value, language)
    if isinstance(value, int) and not isinstance(value, bool):
        return number_text(_quantity(name, value), language)
    return language.words.get(value, value) if isinstance(value, str) else str(value)


def _quantity(name: str, value: int) -> str:
    if name.endswith("_wh"):
        return f"{value / _KILO:.1f} kWh" if value >= _KILO else f"{value} Wh"
    if name.endswith("_w"):
        return f"{value / _KILO:.1f} kW" if value >= _KILO else f"{value} W"
    if name.endswith("_ms"):
        return f"{value / _KILO:.1f} s" if value >= _KILO else f"{value} ms"
    if name.endswith("_s"):
        return _duration(value)
    return str(value)


def _duration(seconds: int) -> str:
    if seconds < _MINUTE_S:
        return f"{seconds} s"
    if seconds < _HOUR_S:
        return f"{seconds // _MINUTE_S} min"
    hours, rest = divmod(seconds, _HOUR_S)
    return f"{hours} h {rest // _MINUTE_S} min" if rest >= _MINUTE_S else f"{hours} h"
