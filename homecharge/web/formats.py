"""Numbers, days and instants as a language writes them (CLDR, by Babel), for pages, charts and paper."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_skeleton
from babel.numbers import format_decimal, format_percent

from homecharge.domain.texts import Language

_LOCALES = {"en": "en_GB"}
"""English dates are those of Europe: the day before the month."""


def instant(at: datetime, zone: str, language: Language) -> str:
    """`Fri, 20 Nov 2026, 11:05:00 GMT`: on the wall clock of a zone, whose time is named."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{_skeleton('yMMMEd', local, language)}, {local:%H:%M:%S} {local:%Z}"


def day_and_time(local: datetime, language: Language) -> str:
    """`20 Nov 2026 11:05`, of a wall clock."""
    return f"{day(local.date(), language)} {local:%H:%M}"


def day(at: date, language: Language) -> str:
    """`20 Nov 2026`."""
    return _skeleton("yMMMd", at, language)


def month(year_month: str, language: Language) -> str:
    """`November 2026`, of `2026-11`."""
    return _skeleton("yMMMM", date.fromisoformat(f"{year_month}-01"), language)


def decimal(number: float | Decimal, digits: int, language: Language) -> str:
    """With so many digits after the decimal sign, and no sign between thousands."""
    return format_decimal(number, format=f"0.{'0' * digits}", locale=_locale(language))


def percent(share: Decimal, language: Language) -> str:
    """`12%`, or `12 %`."""
    return format_percent(share, locale=_locale(language))


def _skeleton(name: str, at: date, language: Language) -> str:
    return format_skeleton(name, at, locale=_locale(language))


def _locale(language: Language) -> Locale:
    return Locale.parse(_LOCALES.get(language.tag, language.tag), sep="_")
