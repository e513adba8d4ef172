import dataclasses
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from homecharge.domain.occurrence_states import is_underway, state_of
from homecharge.domain.occurrences import Occurrence, firing_on
from homecharge.domain.schedules import Manual, Weekly
from homecharge.domain.session_state import Kind, Session, Status
from homecharge.services.planning import new_session
from homecharge.services.tries import Try

START = datetime(2026, 11, 21, 0, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


def occurrence(number: int = 1, *, starts_at: datetime = START, hours: int = 5, **fields: Any) -> Occurrence:
    plain = Occurrence(
        id=f"occurrence {number}",
        schedule_id="schedule",
        timing_revision=1,
        local_date=date(2026, 11, 21),
        round=1,
        starts_at=starts_at,
        ready_by=None,
        window_start=starts_at,
        window_end=starts_at + hours * HOUR,
        last_feasible_start=starts_at + hours * HOUR,
        clock_note=None,
        skipped_at=None,
        skipped_by=None,
        decided_at=None,
        wake_at=None,
        created_at=START,
        updated_at=START,
    )
    return dataclasses.replace(plain, **fields)


def a_try(status: Status, open_until: datetime | None = None) -> Session:
    plain = Try(
        kind=Kind.MANUAL, location_id="home", charger_id="charger", connector_id=1, driver_id=None, due_at=START
    )
    return dataclasses.replace(new_session(plain, now=START), status=status, open_until=open_until)


@pytest.mark.parametrize(
    ("tries", "hours", "state"),
    [
        pytest.param([], -1, "upcoming", id="not due, without a session"),
        pytest.param([a_try(Status.PLANNED)], -1, "upcoming", id="not due, planned"),
        pytest.param([a_try(Status.PLANNED)], 0, "open", id="due"),
        pytest.param([a_try(Status.STARTING)], 1, "open", id="being started"),
        pytest.param([a_try(Status.CHARGING)], 1, "charging", id="charging"),
        pytest.param([a_try(Status.PAUSED)], 1, "paused", id="paused"),
        pytest.param([a_try(Status.COMPLETED)], 1, "completed", id="completed"),
        pytest.param([a_try(Status.COMPLETED, START + 2 * HOUR)], 1, "open", id="ended by the charger, recoverable"),
        pytest.param([a_try(Status.REJECTED)], 1, "rejected", id="rejected for good"),
        pytest.param([a_try(Status.REJECTED, START + HOUR)], 1, "open", id="rejected, recoverable to the last instant"),
        pytest.param([a_try(Status.REJECTED, START + HOUR)], 2, "rejected", id="rejected, too late by now"),
        pytest.param([a_try(Status.REJECTED), a_try(Status.CHARGING)], 1, "charging", id="recovered"),
    ],
)
def test_the_last_try_and_the_clock_say_where_an_occurrence_stands(
    tries: list[Session], hours: int, state: str
) -> None:
    assert state_of(occurrence(), tries, now=START + hours * HOUR) == state


@pytest.mark.parametrize(
    ("tries", "hours", "state"),
    [
        pytest.param([], -1, "upcoming", id="before its window"),
        pytest.param([], 0, "waiting_for_car", id="in its window, before the plug-in"),
        pytest.param([a_try(Status.PLANNED)], 1, "open", id="plugged in"),
    ],
)
def test_a_smart_occurrence_waits_for_its_car(tries: list[Session], hours: int, state: str) -> None:
    smart = occurrence(ready_by=START + 5 * HOUR)

    assert state_of(smart, tries, now=START + hours * HOUR) == state


def test_a_skip_counts_more_than_what_it_took_back() -> None:
    assert state_of(occurrence(skipped_at=START), [a_try(Status.REJECTED)], now=START) == "skipped"


@pytest.mark.parametrize(
    ("session", "goes_on"),
    [
        (a_try(Status.PLANNED), True),
        (a_try(Status.CHARGING), True),
        (a_try(Status.REJECTED, START), True),
        (a_try(Status.REJECTED, START - HOUR), False),
        (a_try(Status.COMPLETED), False),
    ],
)
def test_something_comes_of_a_try_until_it_is_over_and_cannot_be_recovered(session: Session, *, goes_on: bool) -> None:
    assert is_underway(session, now=START) is goes_on


def test_new_times_keep_what_an_occurrence_is_and_who_skipped_it() -> None:
    skipped = occurrence(skipped_at=START, skipped_by="ada")
    firing = firing_on(Manual(on=Weekly(("sat",)), start_time=time(2)), skipped.local_date, ZoneInfo("Europe/London"))

    retimed = skipped.retimed(firing, 2, now=START + HOUR)

    assert retimed.window == firing.window
    assert (retimed.id, retimed.skipped_by, retimed.timing_revision) == (skipped.id, "ada", 2)
