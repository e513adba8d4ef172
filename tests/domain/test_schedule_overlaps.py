"""Two schedules that want one connector: where they come together, which of them has it, until when and why."""

from datetime import datetime
from typing import Any

import pytest

from homecharge.domain.schedule_overlaps import Claim, Overlap, Why, claim, first_overlap
from homecharge.domain.session_state import Session, Status
from homecharge.domain.times import Interval
from tests.domain.test_occurrence_states import HOUR, START, a_try, occurrence

READY_BY = START + 7 * HOUR


def manual(number: int = 1, **changes: Any) -> Claim:
    """From 00:30 to 05:30 unless it starts at another time."""
    made = occurrence(number, **changes)
    return Claim(made, made.window)


def smart(number: int = 9, *, done_at: datetime = START + 4 * HOUR, **changes: Any) -> Claim:
    """Its car may come from the noon before on; as it is planned now, it is done at `done_at`."""
    times = {"starts_at": START - 12 * HOUR, "ready_by": READY_BY, "window_end": READY_BY}
    made = occurrence(number, **times | changes)
    return Claim(made, Interval(made.window_start, done_at))


def overlap_of(own: Claim, other: Claim, **planned: str) -> Overlap:
    found = first_overlap([own], [other], planned=planned)
    assert found is not None
    return found


def test_windows_that_touch_do_not_overlap() -> None:
    assert first_overlap([manual()], [manual(2, starts_at=START + 5 * HOUR)], planned={}) is None


def test_a_skipped_occurrence_overlaps_nothing() -> None:
    assert first_overlap([manual(skipped_at=START)], [manual(2)], planned={}) is None
    assert first_overlap([manual()], [manual(2, skipped_at=START)], planned={}) is None


def test_the_earliest_overlap_is_told_and_the_earlier_start_wins_it() -> None:
    own = [manual(day, starts_at=START + 24 * day * HOUR) for day in range(3)]
    other = [manual(day + 5, starts_at=START + (24 * day + 2) * HOUR) for day in range(1, 3)]

    overlap = first_overlap(own, other, planned={})
    mirrored = first_overlap(other, own, planned={})

    assert overlap is not None
    assert mirrored is not None
    assert overlap.starts_at == mirrored.starts_at == START + 26 * HOUR
    assert overlap.until == mirrored.until == START + 29 * HOUR
    assert (overlap.is_first, mirrored.is_first) == (True, False)
    assert overlap.why is mirrored.why is Why.STARTS_FIRST


@pytest.mark.parametrize(
    ("planned", "is_first"),
    [
        ({}, True),
        ({"occurrence 1": "session b", "occurrence 2": "session a"}, False),
        ({"occurrence 1": "session a", "occurrence 2": "session b"}, True),
    ],
)
def test_of_two_due_together_the_lower_session_id_wins(planned: dict[str, str], *, is_first: bool) -> None:
    overlap = overlap_of(manual(1), manual(2), **planned)

    assert (overlap.is_first, overlap.why) == (is_first, Why.PLANNED_FIRST)


def test_a_smart_charge_has_the_connector_from_its_plug_in_until_its_plan_is_done() -> None:
    overlap = overlap_of(manual(), smart())

    assert (overlap.is_first, overlap.why) == (False, Why.AT_PLUG_IN)
    assert (overlap.starts_at, overlap.until) == (START, START + 4 * HOUR)


def test_after_its_plan_is_done_a_smart_charge_is_in_nobodys_way() -> None:
    early = smart(done_at=START - HOUR)

    assert first_overlap([manual()], [early], planned={}) is None


def test_what_began_before_a_smart_charge_could_goes_first() -> None:
    overlap = overlap_of(smart(starts_at=START + HOUR, window_end=READY_BY), manual())

    assert (overlap.is_first, overlap.why) == (False, Why.STARTS_FIRST)
    assert (overlap.starts_at, overlap.until) == (START + HOUR, START + 5 * HOUR)


@pytest.mark.parametrize(
    ("tries", "now", "done_at", "since"),
    [
        pytest.param([], START - HOUR, START + HOUR, START, id="it is ahead"),
        pytest.param([], START + HOUR, START + 2 * HOUR, START + HOUR, id="its car has not come yet"),
        pytest.param([], START + HOUR, START + HOUR, None, id="it is done"),
        pytest.param([a_try(Status.PAUSED)], START + HOUR, START + 2 * HOUR, START, id="it is under way"),
        pytest.param([a_try(Status.REJECTED)], START + HOUR, START + 2 * HOUR, START + HOUR, id="it may be recovered"),
    ],
)
def test_a_claim_is_of_what_is_still_ahead(
    tries: list[Session], now: datetime, done_at: datetime, since: datetime | None
) -> None:
    found = claim(occurrence(), tries, done_at=done_at, now=now)

    assert (found and found.interval) == (since and Interval(since, done_at))


def test_what_is_under_way_goes_first_whenever_its_window_began() -> None:
    now = START + 2 * HOUR
    waiting = claim(occurrence(1, starts_at=START - HOUR, ready_by=READY_BY), [], done_at=READY_BY, now=now)
    charging = claim(occurrence(2, ready_by=READY_BY), [a_try(Status.CHARGING)], done_at=READY_BY, now=now)
    assert waiting is not None
    assert charging is not None

    overlap = overlap_of(waiting, charging)

    assert (overlap.is_first, overlap.starts_at) == (False, now)
