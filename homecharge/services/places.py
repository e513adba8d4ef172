"""Where on earth a home can be: countries, currencies and time zones by their public registers."""

from functools import cache
from zoneinfo import available_timezones

import pycountry

NO_ZONES = frozenset({"Factory", "localtime"})
"""Keys that zone databases carry besides places: a machine nobody has set up, and the machine's own setting."""


def is_country(code: str) -> bool:
    """An ISO 3166-1 alpha-2 code, in capitals."""
    return code.isupper() and pycountry.countries.get(alpha_2=code) is not None


def is_currency(code: str) -> bool:
    """An ISO 4217 code, in capitals."""
    return code.isupper() and pycountry.currencies.get(alpha_3=code) is not None


def is_time_zone(key: str) -> bool:
    """A zone of the IANA database, spelled as it is there."""
    return key in _zones()


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones()) - NO_ZONES


def place_problems(
    *, country: str | None = None, currency: str | None = None, time_zone: str | None = None
) -> dict[str, list[str]]:
    """What is wrong, by field; what is None is not looked at."""
    found = {}
    if country is not None and not is_country(country):
        found["country"] = ["Not an ISO 3166-1 alpha-2 code such as GB."]
    if currency is not None and not is_currency(currency):
        found["currency"] = ["Not an ISO 4217 code such as GBP."]
    if time_zone is not None and not is_time_zone(time_zone):
        found["time_zone"] = ["Not an IANA time zone such as Europe/London."]
    return found
