"""What people are told of, how urgent it is, and whom it may disturb when."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from homecharge.domain.deliveries import DISABLED_AFTER, again_at, is_given_up
from homecharge.domain.notification_preferences import (
    Channel,
    EmailState,
    Preferences,
    PreferencesView,
    QuietHours,
    preferences_from_json,
    preferences_json,
)
from homecharge.domain.notification_targets import Device, PersonalWebhook, gone_tokens
from homecharge.domain.notifications import (
    ChargerLine,
    NoticeKind,
    Urgency,
    charger_notices,
    offline_due_at,
    session_notice,
)
from homecharge.domain.session_state import Result, Session, Status
from tests.domain.builders import at, boost, charging, session, starting

NOW = datetime(2026, 11, 20, 11, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)
NIGHT = QuietHours(time(22), time(7), "Europe/London")
MENDABLE = {"code": "car_unplugged", "category": "retriable", "fix_by": "driver", "params": {}}


def over(status: Status, **changes: Any) -> Session:
    return session(status=status, ended_at=at("05:00"), **changes)


@pytest.mark.parametrize(
    ("subject", "kind", "urgency"),
    [
        (charging(), NoticeKind.STARTED, Urgency.LOW),
        (charging(recovers_session_id="before"), NoticeKind.RECOVERED, Urgency.NORMAL),
        (over(Status.COMPLETED, result=Result.MET), NoticeKind.FINISHED, Urgency.LOW),
        (over(Status.COMPLETED, result=Result.SHORT), NoticeKind.ENDED_SHORT, Urgency.NORMAL),
        (over(Status.REJECTED, reason="car_unplugged", rejection=MENDABLE), NoticeKind.REJECTED, Urgency.NORMAL),
        (
            over(Status.REJECTED, reason="car_unplugged", rejection=MENDABLE, open_until=at("05:15")),
            NoticeKind.REJECTED,
            Urgency.HIGH,
        ),
        (
            over(Status.REJECTED, reason="battery_full", rejection=MENDABLE | {"category": "satisfied"}),
            NoticeKind.REJECTED,
            Urgency.LOW,
        ),
        (
            over(Status.REJECTED, reason="cancelled", driver_id="ada", rejection={"params": {"who": "ada"}}),
            NoticeKind.CANCELLED,
            Urgency.LOW,
        ),
        (
            over(Status.REJECTED, reason="cancelled", driver_id="ada", rejection={"params": {"who": "bob"}}),
            NoticeKind.CANCELLED,
            Urgency.NORMAL,
        ),
    ],
)
def test_each_ending_and_beginning_is_told(subject: Session, kind: NoticeKind, urgency: Urgency):
    notice = session_notice(subject, root_id="root", now=NOW)

    assert notice is not None
    assert (notice.kind, notice.urgency, notice.session_id) == (kind, urgency, subject.id)


@pytest.mark.parametrize("subject", [session(), starting(), session(status=Status.PAUSED)])
def test_what_is_only_on_its_way_is_not_told(subject: Session):
    assert session_notice(subject, root_id="root", now=NOW) is None


def test_tries_of_one_occurrence_share_a_collapse_key_and_those_of_a_boost_their_first_ones():
    of_occurrence = session_notice(charging(occurrence_id="o"), root_id="root", now=NOW)
    of_boost = session_notice(charging(boost()), root_id="root", now=NOW)

    assert of_occurrence is not None
    assert of_boost is not None
    assert of_occurrence.collapse_key == "occurrence:o"
    assert of_boost.collapse_key == "session:root"


def test_a_session_without_an_instant_of_its_own_is_told_as_of_now():
    notice = session_notice(session(status=Status.REJECTED, rejection=MENDABLE), root_id="root", now=NOW)

    assert notice is not None
    assert notice.at == NOW


def line(*, seen: timedelta | None, gone: timedelta | None = None) -> ChargerLine:
    return ChargerLine(
        charger_id="c",
        location_id="l",
        is_connected=gone is None,
        first_seen_at=None if seen is None else NOW - seen,
        offline_since=None if gone is None else NOW - gone,
    )


@pytest.mark.parametrize(
    ("subject", "kinds"),
    [
        (line(seen=HOUR), ["charger_connected"]),
        (line(seen=30 * HOUR), []),
        (line(seen=30 * HOUR, gone=HOUR / 2), []),
        (line(seen=30 * HOUR, gone=HOUR), ["charger_offline"]),
        (line(seen=2 * HOUR, gone=HOUR), ["charger_connected", "charger_offline"]),
        (line(seen=None), []),
    ],
)
def test_a_charger_is_told_of_when_it_first_comes_and_when_it_is_gone_for_long(subject: ChargerLine, kinds: list[str]):
    assert [notice.kind for notice in charger_notices(subject, patience=HOUR, now=NOW)] == kinds


def test_a_charger_that_is_there_is_waited_for_no_more():
    assert offline_due_at(line(seen=HOUR), patience=HOUR) is None
    assert offline_due_at(line(seen=HOUR, gone=HOUR / 2), patience=HOUR) == NOW + HOUR / 2


@pytest.mark.parametrize(
    ("now", "due_at"),
    [
        ("2026-11-20T21:59", "2026-11-20T21:59"),
        ("2026-11-20T22:00", "2026-11-21T07:00"),
        ("2026-11-21T03:00", "2026-11-21T07:00"),
        ("2026-11-21T07:00", "2026-11-21T07:00"),
        ("2026-10-25T00:30", "2026-10-25T07:00"),  # the clocks go back in these quiet hours
    ],
)
def test_quiet_hours_hold_back_until_they_end(now: str, due_at: str):
    preferences = Preferences(quiet_hours=NIGHT)
    asked, due = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (now, due_at))

    assert preferences.due_at(Channel.PUSH, Urgency.NORMAL, now=asked) == due
    assert preferences.due_at(Channel.PUSH, Urgency.HIGH, now=asked) == asked
    assert preferences.due_at(Channel.WEBHOOK, Urgency.LOW, now=asked) == asked
    assert Preferences().due_at(Channel.EMAIL, Urgency.LOW, now=asked) == asked


def test_what_is_not_chosen_has_its_default():
    preferences = Preferences(chosen={NoticeKind.STARTED: {Channel.PUSH: False}})

    assert preferences.kinds["started"] == {"push": False, "email": False, "webhook": True}
    assert preferences.kinds["rejected"] == {"push": True, "email": True, "webhook": True}


@pytest.mark.parametrize("quiet_hours", [None, NIGHT])
def test_preferences_survive_being_stored(quiet_hours: QuietHours | None):
    chosen = {NoticeKind.STARTED: {Channel.PUSH: False}}
    preferences = Preferences(chosen=chosen, quiet_hours=quiet_hours, revision=3)

    assert preferences_from_json(preferences_json(preferences), revision=3) == preferences


def test_tries_come_ever_later_until_it_is_too_late():
    until = NOW + timedelta(hours=24)
    waits = [again_at(tries, until=until, now=NOW) for tries in range(1, 12)]

    assert waits[0] == NOW + timedelta(seconds=5)
    assert waits[-1] == NOW + timedelta(hours=4)
    assert again_at(20, until=NOW + timedelta(hours=4), now=NOW) is None


def test_a_webhook_is_given_up_after_days():
    assert not is_given_up(NOW - DISABLED_AFTER + HOUR, now=NOW)
    assert is_given_up(NOW - DISABLED_AFTER, now=NOW)


def phone(push_token: str) -> Device:
    return Device(
        install_id="i",
        platform="ios",
        push_token=push_token,
        app_version="1",
        locale="en",
        login_id=None,
        put_at=NOW,
    )


@pytest.mark.parametrize(("push_token", "shown"), [("a" * 28 + "wxyz", "wxyz"), ("short", None)])
def test_of_a_push_token_its_end_is_shown_where_that_gives_nothing_away(push_token: str, shown: str | None):
    assert phone(push_token).push_token_end == shown


def test_secrets_do_not_show():
    device = phone("hidden")
    webhook = PersonalWebhook(
        id="w",
        account_id="a",
        url="https://example.org",
        secret="hidden",
        failing_since=None,
        last_error=None,
        delivered_at=None,
        disabled_at=None,
        created_at=NOW,
    )

    assert "hidden" not in f"{device}{webhook}"


@pytest.mark.parametrize(
    ("answer", "gone"),
    [
        (b'{"gone": ["a", "b", 3]}', {"a", "b"}),
        (b'{"gone": "a"}', set()),
        (b'{"went": ["a"]}', set()),
        (b'["a"]', set()),
        (b"", set()),
        (b"\xff", set()),
        (b"[" * 100_000, set()),
    ],
)
def test_only_an_answer_that_says_so_calls_tokens_dead(answer: bytes, gone: set[str]):
    assert gone_tokens(answer) == gone


def test_preferences_are_shown_anew_once_their_readers_address_is_confirmed():
    chosen = Preferences(chosen={NoticeKind.STARTED: {Channel.PUSH: False}}, quiet_hours=NIGHT)
    before, after = (PreferencesView(chosen, state) for state in (EmailState.UNCONFIRMED, EmailState.CONFIRMED))

    assert (before.kinds, before.quiet_hours) == (chosen.kinds, NIGHT)
    assert before.revision == PreferencesView(chosen, EmailState.UNCONFIRMED).revision
    assert before.revision != after.revision


def test_choices_of_what_only_a_newer_release_knows_are_left_out():
    kinds = {"from_the_future": {"push": False}, "started": {"push": False, "carrier_pigeon": True}}

    preferences = preferences_from_json({"kinds": kinds, "quiet_hours": None}, revision=1)

    assert preferences.chosen == {NoticeKind.STARTED: {Channel.PUSH: False}}
