"""The outlook says what will happen: in thousands of drawn states the two never disagree."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import pytest

from homecharge.domain.facts import Facts
from homecharge.domain.outlook import CheckState, Outlook, Verdict, outlook
from homecharge.domain.session_state import Session, Status
from homecharge.domain.sessions import advance
from homecharge.domain.start_rules import check_start
from tests.domain.nights import applied
from tests.soundness.drawn import planned_state, smart_state, solar_state

Answer = tuple[bool, str | None]
"""Whether it starts, and the reason if not."""


@dataclass(frozen=True)
class Night:
    """A drawn state at `now`, what its outlook said, and the session as it was once decided."""

    found: Facts
    now: datetime
    told: Outlook
    happened: Session


def what_happens(found: Facts, *, now: datetime) -> Session:
    """Let the alarms of a planned session ring until it is decided, with nothing else changing."""
    now = max(now, found.session.due_at)
    while found.session.status is Status.PLANNED:
        found = applied(found, advance(found, now=now))
        now = max(now, found.session.wake_at or now)
    return found.session


def forecast(night: Night) -> Answer:
    return night.told.verdict is not Verdict.WILL_NOT_START, night.told.session.reason


def forecast_of_now(night: Night) -> Answer:
    """A pre-flight as others build it: the same rules, asked about the wrong moment."""
    return _asked_at(night, night.now)


def forecast_without_waiting(night: Night) -> Answer:
    """Another: asked about the due time, but blind to what the try waits for."""
    return _asked_at(night, max(night.now, night.found.session.due_at))


def _asked_at(night: Night, now: datetime) -> Answer:
    reasons = check_start(night.found, now=now)
    return not reasons, reasons[0].code.value if reasons else None


def what_came(draw: Callable[[int], tuple[Facts, datetime]], count: int) -> list[Night]:
    """So many drawn states, with what happened then."""
    drawn = [draw(number) for number in range(count)]
    return [Night(found, now, outlook(found, now=now), what_happens(found, now=now)) for found, now in drawn]


def disagreements(told: Callable[[Night], Answer], nights: list[Night]) -> list[Night]:
    """Where something else happened than was told."""
    return [
        night
        for night in nights
        if told(night) != (night.happened.status is not Status.REJECTED, night.happened.reason)
    ]


def test_in_ten_thousand_states_the_outlook_and_the_outcome_never_disagree():
    nights = what_came(planned_state, 10_000)

    assert disagreements(forecast, nights)[:1] == []
    verdicts = Counter(night.told.verdict for night in nights)
    assert all(verdicts[verdict] > len(nights) / 20 for verdict in Verdict)
    assert {night.happened.reason for night in nights} >= {
        "cancelled",
        "window_missed",
        "charger_offline",
        "already_in_progress",
        "charger_faulted",
        "charger_unavailable",
        "car_unplugged",
        "battery_full",
        "restricted_hours",
    }


def test_nor_do_they_of_smart_charges():
    nights = what_came(smart_state, 3_000)

    assert disagreements(forecast, nights)[:1] == []
    assert {night.happened.reason for night in nights} >= {
        "restricted_hours",
        "nothing_affordable",
        "battery_full",
        None,
    }
    assert set(Verdict) == {night.told.verdict for night in nights}


def test_nor_do_they_in_solar_only_mode():
    nights = what_came(solar_state, 3_000)

    assert disagreements(forecast, nights)[:1] == []
    assert {night.happened.reason for night in nights} >= {"solar_unavailable", "battery_full", None}
    assert set(Verdict) == {night.told.verdict for night in nights}
    surplus = {check.state for night in nights for check in night.told.checks if check.code == "solar"}
    assert surplus == set(CheckState)


@pytest.mark.parametrize("wrong", [forecast_of_now, forecast_without_waiting])
def test_the_comparison_finds_an_outlook_that_is_wrong(wrong: Callable[[Night], Answer]):
    nights = what_came(planned_state, 1_000)

    assert len(disagreements(wrong, nights)) > len(nights) / 100
