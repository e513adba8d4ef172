"""The hours in which scheduled charging is blocked: what was chosen for a charger, and what the law offers."""

from dataclasses import dataclass
from datetime import datetime

from homecharge.domain.chargers import Charger
from homecharge.domain.errors import Invalid
from homecharge.domain.recoveries import Event
from homecharge.domain.restricted_hours import (
    Choice,
    ChosenHours,
    RestrictedHours,
    RestrictedWindow,
    default_windows,
    problems,
    windows_in_force,
)
from homecharge.domain.session_state import SCHEDULED
from homecharge.domain.timing import Timing
from homecharge.ports.units import Db
from homecharge.services.default_profiles import defaults_changed
from homecharge.services.places import place_problems
from homecharge.services.planning import ALARMS
from homecharge.services.recoveries import recover_open
from homecharge.services.replanning import look_anew_at_chargers
from homecharge.storage.database import ring_after_commit
from homecharge.storage.queries import charger_settings as queries

WHOLE = 0
"""The connector that stands for the whole charger."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargerHours:
    """A charger's choice and the windows it stands for; `chosen_at` is None while nobody has chosen."""

    choice: Choice
    windows: tuple[RestrictedWindow, ...]
    chosen_at: datetime | None
    time_zone: str
    revision: int


@dataclass(frozen=True, slots=True)
class DefaultHours:
    """What the law of a country sets unless the owner chooses otherwise; no windows where it sets nothing."""

    country: str
    windows: tuple[RestrictedWindow, ...]


def get_restricted_hours(db: Db, charger: Charger) -> ChargerHours:
    """The choice made for a charger."""
    chosen = queries.get_hours(db, charger.id)
    return _view(charger, chosen, revision=charger.restricted_hours_revision)


def choose_restricted_hours(
    db: Db, charger: Charger, hours: RestrictedHours, timing: Timing, *, now: datetime
) -> ChargerHours:
    """Choose for a charger read with `for_update`; the same choice again changes nothing. Raises Invalid.

    What is planned or under way is looked at again, and what the hours before left no time is tried once more.
    """
    if found := problems(hours):
        raise Invalid(errors=found)
    before = queries.get_hours(db, charger.id)
    if before.chosen_at is not None and before.hours == hours:
        return _view(charger, before, revision=charger.restricted_hours_revision)
    chosen = ChosenHours(hours, now)
    queries.change_hours(db, charger.id, chosen)
    defaults_changed(db, [charger.id], now=now)
    look_anew_at_chargers(db, [charger.id], SCHEDULED, now=now)
    if recover_open(db, [(charger.id, WHOLE)], [Event.HOURS_CHANGED], timing, now=now):
        ring_after_commit(db, ALARMS)
    return _view(charger, chosen, revision=charger.restricted_hours_revision + 1)


def get_default_hours(country: str) -> DefaultHours:
    """What the law of a country sets. Raises Invalid for what is no country."""
    if found := place_problems(country=country):
        raise Invalid(errors=found)
    return DefaultHours(country, default_windows(country))


def _view(charger: Charger, chosen: ChosenHours, *, revision: int) -> ChargerHours:
    return ChargerHours(
        choice=chosen.hours.choice,
        windows=windows_in_force(chosen.hours, country=charger.country),
        chosen_at=chosen.chosen_at,
        time_zone=charger.time_zone,
        revision=revision,
    )
