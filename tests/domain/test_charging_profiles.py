"""A course as a charger keeps it (chargers.md, *Charging profiles (1.6)*)."""

import dataclasses
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homecharge.domain.charging_profiles import (
    Begun,
    FittedProfile,
    ProfilePeriod,
    Purpose,
    RateUnit,
    SmartCharging,
    default_profile,
    ended_at_zero,
    holding_profile,
    keeps_course,
    own_course,
    told_smart_charging,
    transaction_profile,
)
from homecharge.domain.courses import Course, Period, limit_at
from homecharge.domain.restricted_hours import default_windows, restricted_within
from homecharge.domain.session_state import PROFILE_REFUSED
from homecharge.domain.times import Interval
from tests.domain.builders import at, charging

NIGHT = (Period(at("00:30"), 7_360), Period(at("02:00"), 0), Period(at("04:00"), 3_680))
EXACT, VAGUE = 0.4, None


def charger(**changes: Any) -> SmartCharging:
    """One phase of 230 V, 6 to 32 A, its clock right."""
    ordinary = SmartCharging(
        phases=1,
        voltage_v=230,
        min_current_a=6,
        max_current_a=32,
        told_smart_charging=True,
        rate_units=None,
        taken_unit=None,
        max_periods=None,
        max_profiles=None,
        skew_s=EXACT,
    )
    return dataclasses.replace(ordinary, **changes)


def kept(
    course: Course = NIGHT,
    known: SmartCharging | None = None,
    unit: RateUnit = RateUnit.WATTS,
    begun: Begun | None = None,
    now: str = "23:00",
) -> FittedProfile:
    return transaction_profile(course, known or charger(), unit, connector_id=1, begun=begun, now=at(now))


def periods(fitted: FittedProfile | None) -> list[tuple[int, float]]:
    assert fitted is not None
    return [(period.start_s, float(period.limit)) for period in fitted.profile.periods]


def test_every_period_of_the_course_is_kept_as_an_instant_held_before_the_first():
    fitted = kept()

    assert fitted.profile.starts_at == at("23:00")
    assert periods(fitted) == [(0, 0), (5400, 7360), (10800, 0), (18000, 3680)]
    assert fitted.resend_at is None


def test_what_is_past_is_left_out_and_the_present_limit_comes_first():
    assert periods(kept(now="00:45")) == [(0, 7360), (4500, 0), (11700, 3680)]


def test_amperes_are_those_of_each_phase_in_tenths_rounded_down():
    three = charger(phases=3)
    fitted = kept((Period(at("23:00"), 11_000),), three, RateUnit.AMPERES)

    assert fitted.profile.periods == (ProfilePeriod(0, Decimal("15.9")),)
    assert fitted.profile.phases == 3


@pytest.mark.parametrize(
    ("phases", "limit_w", "offered_w"),
    [(1, 0, 0), (1, 1379, 0), (1, 1380, 1380), (1, 9999, 7360), (3, 4139, 0), (3, 4140, 4140), (3, 30_000, 22_080)],
)
def test_a_charger_offers_nothing_or_at_least_six_amperes_a_phase_and_never_more_than_its_most(
    phases: int, limit_w: int, offered_w: int
):
    assert charger(phases=phases).offered_w(limit_w) == offered_w


@pytest.mark.parametrize(
    ("told", "taken", "order"),
    [
        (None, None, "AW"),
        ("Current,Power", None, "AW"),
        ("Current", None, "AW"),
        ("Power", None, "WA"),
        ("W", None, "WA"),
        ("A", RateUnit.WATTS, "WA"),
        ("Power", RateUnit.AMPERES, "AW"),
    ],
)
def test_the_unit_that_was_taken_goes_first_then_what_the_configuration_suggests_then_the_other(
    told: str | None, taken: RateUnit | None, order: str
):
    assert "".join(charger(rate_units=told, taken_unit=taken).units) == order


@pytest.mark.parametrize("without", [{"told_smart_charging": False}, {"max_profiles": 0}])
def test_without_smart_charging_there_is_no_unit_to_try(without: dict[str, Any]):
    assert charger(**without).units == ()


def test_a_charger_that_did_not_tell_is_tried():
    assert charger(told_smart_charging=None).units == (RateUnit.AMPERES, RateUnit.WATTS)


def test_a_course_is_kept_where_there_is_smart_charging_and_until_it_is_refused() -> None:
    assert keeps_course(charger(), charging())
    assert not keeps_course(charger(told_smart_charging=False), charging())
    assert not keeps_course(charger(), charging(flags=(PROFILE_REFUSED,)))


@pytest.mark.parametrize(
    ("capabilities", "is_told"),
    [
        (None, None),
        ({}, None),
        ({"feature_profiles": [], "smart_charging": False}, None),
        ({"feature_profiles": ["Core"], "smart_charging": False}, False),
        ({"feature_profiles": ["Core", "SmartCharging"], "smart_charging": True}, True),
    ],
)
def test_a_charger_tells_of_smart_charging_among_its_feature_profiles(
    capabilities: dict[str, Any] | None, *, is_told: bool | None
):
    assert told_smart_charging(capabilities) is is_told


def test_a_profile_for_a_start_names_no_transaction_and_a_later_one_does_under_the_same_id():
    start = kept().profile
    later = kept(begun=Begun(7, at("23:00"))).profile

    assert (start.id, start.transaction_id, start.purpose) == (1, None, Purpose.TRANSACTION)
    assert (later.id, later.transaction_id) == (1, 7)


def test_equal_limits_are_one_period():
    course = (Period(at("00:30"), 7360), Period(at("01:00"), 9000), Period(at("02:00"), 100), Period(at("03:00"), 0))

    assert periods(kept(course)) == [(0, 0), (5400, 7360), (10800, 0)]


def test_of_more_periods_than_the_charger_takes_the_nearest_are_kept_and_the_rest_follows_when_the_last_begins():
    fitted = kept(known=charger(max_periods=3))

    assert periods(fitted) == [(0, 0), (5400, 7360), (10800, 0)]
    assert fitted.resend_at == at("02:00")


def test_a_charger_that_takes_one_period_is_told_each_when_it_begins():
    fitted = kept(known=charger(max_periods=1))

    assert periods(fitted) == [(0, 0)]
    assert fitted.resend_at == at("00:30")


@pytest.mark.parametrize(
    ("skew_s", "is_absolute"), [(59.9, True), (-59.9, True), (60, False), (-7200, False), (None, False)]
)
def test_instants_are_written_only_for_a_clock_known_to_be_less_than_a_minute_off(
    skew_s: float | None, *, is_absolute: bool
):
    fitted = kept(known=charger(skew_s=skew_s), begun=Begun(7, at("22:00")))

    assert (fitted.profile.starts_at is not None) is is_absolute


def test_relative_periods_count_from_the_transactions_start_and_are_sent_again_at_each_change():
    fitted = kept(known=charger(skew_s=VAGUE), begun=Begun(7, at("22:00")))

    assert periods(fitted) == [(0, 0), (9000, 7360), (14400, 0), (21600, 3680)]
    assert fitted.resend_at == at("00:30")


def test_relative_periods_of_a_start_count_from_now():
    assert periods(kept(known=charger(skew_s=VAGUE)))[1] == (5400, 7360)


def test_a_relative_profile_that_never_changes_is_sent_once():
    always = (Period(at("20:00"), 7360),)

    assert kept(always, charger(skew_s=VAGUE), begun=Begun(7, at("22:00"))).resend_at is None


starts = st.lists(st.integers(0, 86_400), unique=True, min_size=1, max_size=12).map(sorted)


@given(starts, st.data())
def test_what_the_charger_keeps_is_the_course_at_every_instant_until_it_is_sent_again(
    offsets: list[int], data: st.DataObject
):
    course = tuple(Period(at("22:00") + timedelta(seconds=s), data.draw(st.integers(0, 9000))) for s in offsets)
    known = charger(max_periods=data.draw(st.integers(1, 14)), skew_s=data.draw(st.sampled_from([EXACT, VAGUE])))
    fitted = kept(course, known, begun=Begun(7, at("22:00")))
    begin = fitted.profile.starts_at or at("22:00")
    probe = at("23:00") + timedelta(seconds=data.draw(st.integers(0, 90_000)))

    if fitted.resend_at is None or probe < fitted.resend_at:
        passed = [p.limit for p in fitted.profile.periods if begin + timedelta(seconds=p.start_s) <= probe]
        assert passed[-1] == known.offered_w(limit_at(course, probe))
    assert len(fitted.profile.periods) <= (known.max_periods or 0)
    assert fitted.resend_at is None or fitted.resend_at > at("23:00")


RESTRICTED = (
    Interval(at("08:00"), at("11:00")),
    Interval(at("16:00") + timedelta(days=1), at("22:00") + timedelta(days=1)),
)


def default(known: SmartCharging | None = None, now: str = "07:00") -> FittedProfile | None:
    return default_profile(RESTRICTED, known or charger(), RateUnit.AMPERES, now=at(now))


def test_restricted_hours_bind_transactions_without_a_profile_of_their_own_and_are_sent_again_every_day():
    fitted = default()

    assert fitted is not None
    assert periods(fitted) == [(0, 32), (3600, 0), (14400, 32), (32400, 0), (54000, 32)]
    assert (fitted.profile.purpose, fitted.profile.id) == (Purpose.DEFAULT, 1000)
    assert fitted.resend_at == at("07:00") + timedelta(days=1)


def test_inside_restricted_hours_the_first_period_holds():
    assert periods(default(now="09:00"))[:2] == [(0, 0), (7200, 32)]


@pytest.mark.parametrize(("room", "count"), [(3, 3), (4, 3), (5, 5), (9, 5)])
def test_a_charger_that_is_never_reached_again_ends_unrestricted(room: int, count: int):
    fitted = default(charger(max_periods=room))

    assert len(periods(fitted)) == count
    assert periods(fitted)[-1][1] == 32


@pytest.mark.parametrize(("room", "resend"), [(3, at("11:00")), (5, at("07:00") + timedelta(days=1))])
def test_what_found_no_room_is_sent_when_the_last_that_did_has_come(room: int, resend: datetime):
    fitted = default(charger(max_periods=room))

    assert fitted is not None
    assert fitted.resend_at == resend


def test_where_nobody_said_how_many_periods_it_takes_two_dozen_are_enough():
    many = tuple(Interval(at("08:00") + timedelta(days=day), at("11:00") + timedelta(days=day)) for day in range(30))

    assert len(periods(default_profile(many, charger(), RateUnit.WATTS, now=at("07:00")))) == 23


@pytest.mark.parametrize("unable", [{"skew_s": None}, {"skew_s": 7200}, {"max_profiles": 1}, {"max_periods": 2}])
def test_a_charger_with_a_wrong_clock_or_too_little_room_keeps_no_restricted_hours(unable: dict[str, Any]):
    assert default(charger(**unable)) is None


def test_inside_restricted_hours_a_charger_with_room_for_one_period_keeps_none():
    assert default(charger(max_periods=1), now="09:00") is None


def test_without_restricted_hours_there_is_nothing_to_keep():
    assert default_profile((), charger(), RateUnit.WATTS, now=at("07:00")) is None


def test_what_begins_by_itself_is_held_and_free_again_after_a_week_without_a_line():
    fitted = holding_profile(charger(), RateUnit.AMPERES, now=at("07:00"))

    assert fitted is not None
    assert periods(fitted) == [(0, 0), (7 * 86_400, 32)]
    assert fitted.profile.purpose is Purpose.DEFAULT
    assert fitted.resend_at == at("07:00") + timedelta(days=1)


@pytest.mark.parametrize("unable", [{"skew_s": None}, {"skew_s": 7200}, {"max_periods": 1}])
def test_a_charger_that_cannot_be_told_when_holds_until_it_is_told_otherwise(unable: dict[str, Any]):
    fitted = holding_profile(charger(**unable), RateUnit.AMPERES, now=at("07:00"))

    assert fitted is not None
    assert (periods(fitted), fitted.resend_at) == ([(0, 0)], None)


def test_a_charger_with_room_for_one_profile_holds_nothing_by_default():
    assert holding_profile(charger(max_profiles=1), RateUnit.AMPERES, now=at("07:00")) is None


def test_what_a_default_profile_would_bind_has_full_power_of_its_own_and_a_course_is_kept_as_it_is():
    full = (Period(at("07:00"), 7360),)

    assert own_course(None, charger(), now=at("07:00")) is None
    assert own_course(None, charger(has_default=True), now=at("07:00")) == full
    assert own_course(NIGHT, charger(has_default=True), now=at("07:00")) == NIGHT


def test_across_a_clock_change_the_hours_stay_where_the_wall_clock_has_them():
    london, now = ZoneInfo("Europe/London"), datetime(2026, 10, 23, 12, tzinfo=UTC)
    span = Interval(now, now + timedelta(days=7))
    fitted = default_profile(restricted_within(default_windows("GB"), span, london), charger(), RateUnit.WATTS, now=now)

    assert fitted is not None
    assert fitted.profile.starts_at == now
    held = [now + timedelta(seconds=p.start_s) for p in fitted.profile.periods if p.limit == 0]
    assert {(at.astimezone(london).hour, at.hour) for at in held} == {(16, 15), (8, 8), (16, 16)}


HELD = (Period(at("00:30"), 7360), Period(at("02:00"), 0), Period(at("03:00"), 0))


@pytest.mark.parametrize(
    ("course", "told", "stopped", "reason", "is_ours"),
    [
        (HELD, "00:30", "02:00:05", "Other", True),
        (HELD, "00:30", "02:01", None, True),
        (HELD, "00:30", "02:01:01", "Other", False),
        (HELD, "00:30", "03:00:05", "Other", False),
        (HELD, "02:30", "02:30:20", "Other", True),
        (HELD, "00:30", "01:59", "Other", False),
        (HELD, "00:30", "02:00:05", "EVDisconnected", False),
        (HELD, "00:30", "02:00:05", "Local", False),
        (HELD, "00:20", "00:20:10", "Other", True),
        (((Period(at("23:00"), 0)),), "23:30", "23:30:10", "Other", True),
        (((Period(at("23:00"), 0)),), "23:30", "23:50", "Other", False),
    ],
)
def test_a_transaction_that_ends_unexplained_just_after_it_was_held_was_ended_by_the_limit(
    course: Course, told: str, stopped: str, reason: str | None, *, is_ours: bool
):
    found = ended_at_zero(course, charger(), told_at=at(told), stopped_at=at(stopped), reason=reason)

    assert found is is_ours
