import dataclasses
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from homecharge.domain.occurrences import Occurrence
from homecharge.domain.rejections import Code
from homecharge.domain.session_state import Session, Status
from homecharge.domain.smart_openings import Arrival, next_round, opens
from tests.domain.builders import session

READY_BY = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)
OPENED = READY_BY - timedelta(hours=24)
LATE = READY_BY - timedelta(minutes=15)
NOON = READY_BY - timedelta(hours=19, minutes=30)
OCCURRENCE = Occurrence(
    id="o1",
    schedule_id="s1",
    timing_revision=1,
    local_date=date(2026, 11, 21),
    round=1,
    starts_at=OPENED,
    ready_by=READY_BY,
    window_start=OPENED,
    window_end=READY_BY,
    last_feasible_start=LATE,
    clock_note=None,
    skipped_at=None,
    skipped_by=None,
    decided_at=NOON,
    wake_at=OPENED,
    created_at=OPENED,
    updated_at=OPENED,
)
AWAY = Arrival(is_there=False, is_busy=False)
THERE = Arrival(is_there=True, is_busy=False)
BUSY = Arrival(is_there=True, is_busy=True)


@pytest.mark.parametrize(
    ("now", "arrival", "again"),
    [
        pytest.param(OPENED - timedelta(seconds=1), THERE, OPENED, id="before its window it waits for that"),
        pytest.param(OPENED, THERE, None, id="a car that is there opens it with its window"),
        pytest.param(NOON, AWAY, LATE, id="without one it waits until it is too late"),
        pytest.param(NOON, BUSY, LATE, id="it waits for the end of another session"),
        pytest.param(LATE, AWAY, None, id="at its last feasible start no car is an outcome"),
        pytest.param(LATE, BUSY, None, id="and so is another session"),
    ],
)
def test_a_smart_occurrence_opens_when_its_car_is_there_or_it_is_too_late(
    now: datetime, arrival: Arrival, again: datetime | None
) -> None:
    assert opens(OCCURRENCE, arrival, now=now) == again


def over(status: Status = Status.COMPLETED, **changes: Any) -> Session:
    return session(status=status, wake_at=None, ended_at=NOON, **changes)


def test_a_car_that_comes_back_before_ready_by_opens_the_next_round() -> None:
    evening = READY_BY - timedelta(hours=12, minutes=30)

    following = next_round(OCCURRENCE, [over()], now=evening)

    assert following == dataclasses.replace(
        OCCURRENCE,
        round=2,
        starts_at=evening,
        window_start=evening,
        decided_at=None,
        wake_at=evening,
        created_at=evening,
        updated_at=evening,
    )


@pytest.mark.parametrize(
    ("tries", "now"),
    [
        pytest.param([], NOON, id="before the first round had a try"),
        pytest.param([over()], LATE + timedelta(seconds=1), id="with too little time left"),
        pytest.param([session(status=Status.CHARGING)], NOON, id="while the last round goes on"),
        pytest.param([over(Status.REJECTED, open_until=LATE)], NOON, id="while its try may be recovered"),
        pytest.param([over(Status.REJECTED, reason=Code.CANCELLED.value)], NOON, id="after it was taken back"),
    ],
)
def test_no_further_round_opens(tries: list[Session], now: datetime) -> None:
    assert next_round(OCCURRENCE, tries, now=now) is None


def test_no_further_round_of_a_skipped_occurrence_opens() -> None:
    assert next_round(dataclasses.replace(OCCURRENCE, skipped_at=NOON), [over()], now=NOON) is None
