"""Warnings before a start: when it is asked, and what of it is told."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from homecharge.domain.charger_state import ConnectorStatus
from homecharge.domain.notifications import NoticeKind, Urgency
from homecharge.domain.occurrences import Occurrence
from homecharge.domain.outlook import Outlook, Verdict, outlook
from homecharge.domain.rejections import Category
from homecharge.domain.session_state import Status
from homecharge.domain.warnings import WarningTimes, warning_of, watch_of
from homecharge.domain.wording import action_of
from tests.domain.builders import MIDNIGHT, at, connector, facts, offline, session

LONDON = ZoneInfo("Europe/London")
NOW = MIDNIGHT - timedelta(hours=3)


@pytest.mark.parametrize(
    ("due", "looks"),
    [
        ("2026-11-21T00:30", ["2026-11-20T20:30", "2026-11-21T00:00"]),
        ("2026-11-21T09:59", ["2026-11-20T20:30", "2026-11-21T09:29"]),
        ("2026-11-21T10:00", ["2026-11-21T09:30"]),
        ("2026-11-20T22:00", ["2026-11-20T21:30"]),
        ("2026-07-21T05:00", ["2026-07-20T19:30", "2026-07-21T04:30"]),  # 06:00 in London, whose evening it is
        ("2026-10-25T00:30", ["2026-10-24T19:30", "2026-10-25T00:00"]),  # the first 01:30 of the night they go back
    ],
)
def test_it_is_asked_in_the_evening_and_half_an_hour_ahead(due: str, looks: list[str]):
    due_at = datetime.fromisoformat(due).replace(tzinfo=UTC)

    assert [f"{look:%Y-%m-%dT%H:%M}" for look in WarningTimes().looks(due_at, LONDON)] == looks


@pytest.mark.parametrize(
    ("times", "due", "looks"),
    [
        (WarningTimes(evening=time(0, 5)), "2026-11-21T00:30", ["2026-11-21T00:00"]),
        (WarningTimes(evening=time(0, 5)), "2026-11-21T02:30", ["2026-11-21T00:05", "2026-11-21T02:00"]),
        (WarningTimes(evening=time(5)), "2026-11-21T02:30", ["2026-11-20T05:00", "2026-11-21T02:00"]),
    ],
)
def test_whoever_sets_another_time_is_asked_then(times: WarningTimes, due: str, looks: list[str]):
    due_at = datetime.fromisoformat(due).replace(tzinfo=UTC)

    assert [f"{look:%Y-%m-%dT%H:%M}" for look in times.looks(due_at, LONDON)] == looks


def test_it_is_watched_from_the_first_look_on():
    due_at = at("00:30")
    evening, ahead = WarningTimes().looks(due_at, LONDON)

    assert watch_of(WarningTimes(), due_at, LONDON, now=evening - timedelta(days=1)) == (evening, evening)
    assert watch_of(WarningTimes(), due_at, LONDON, now=evening) == (evening, ahead)
    assert watch_of(WarningTimes(), due_at, LONDON, now=ahead) == (evening, None)


def occurrence(**changes: Any) -> Occurrence:
    values: dict[str, Any] = {
        "id": "occurrence",
        "schedule_id": "schedule",
        "timing_revision": 1,
        "local_date": MIDNIGHT.date(),
        "round": 1,
        "starts_at": at("00:30"),
        "ready_by": None,
        "window_start": at("00:30"),
        "window_end": at("05:30"),
        "last_feasible_start": at("05:15"),
        "clock_note": None,
        "skipped_at": None,
        "skipped_by": None,
        "decided_at": None,
        "wake_at": None,
        "created_at": NOW,
        "updated_at": NOW,
    }
    return Occurrence(**values | changes)


def test_a_charge_that_would_fail_is_told_with_why_and_what_to_do():
    found = outlook(facts(session(), charger=offline()), now=NOW)

    notice = warning_of(found, occurrence(), now=NOW)

    assert notice is not None
    assert (notice.kind, notice.urgency, notice.at) == (NoticeKind.WILL_NOT_START, Urgency.HIGH, NOW)
    assert notice.about == f"will_not_start:occurrence:charger_offline:{offline().last_seen_at}".replace(" ", "T")
    assert (notice.collapse_key, notice.expires_at) == ("occurrence:occurrence", at("05:15"))
    assert notice.params["due_at"] == at("00:30").isoformat()
    assert notice.params["action"] == ["check_wifi", found.session.charger_id]


@pytest.mark.parametrize("status", [ConnectorStatus.FAULTED, ConnectorStatus.UNAVAILABLE, ConnectorStatus.AVAILABLE])
def test_what_was_mended_and_has_come_back_is_told_again_and_what_was_only_repeated_is_not(status: ConnectorStatus):
    def told(since: str, reported: str) -> str:
        there = connector(status, changed_at=at(since), reported_at=at(reported))
        notice = warning_of(outlook(facts(session(), connector=there), now=NOW), occurrence(), now=NOW)
        assert notice is not None
        return notice.about

    assert told("19:00", "19:00") == told("19:00", "20:00")
    assert told("19:00", "19:00") != told("20:00", "20:00")


def test_a_smart_charge_is_named_by_when_it_is_to_be_ready():
    found = outlook(facts(session(), charger=offline()), now=NOW)

    notice = warning_of(found, occurrence(ready_by=at("05:30")), now=NOW)

    assert notice is not None
    assert notice.params["ready_by"] == at("05:30").isoformat()
    assert "due_at" not in notice.params


def test_a_charge_that_will_start_is_not_warned_of():
    assert warning_of(outlook(facts(session()), now=NOW), occurrence(), now=NOW) is None


def test_a_battery_that_is_full_needs_no_warning():
    kept = {"code": "battery_full", "category": Category.SATISFIED}
    full = Outlook(Verdict.WILL_NOT_START, session(status=Status.REJECTED, rejection=kept), ())

    assert warning_of(full, occurrence(), now=NOW) is None


def test_nothing_to_do_is_no_action():
    kept = {"code": "cancelled", "category": "terminal", "fix_by": "nobody", "params": {}}
    cancelled = session(status=Status.REJECTED, rejection=kept)

    notice = warning_of(Outlook(Verdict.WILL_NOT_START, cancelled, ()), occurrence(), now=NOW)

    assert notice is not None
    assert notice.params["action"] is None
    assert action_of(session()) is None
