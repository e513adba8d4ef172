"""A charge that draws what its home has left over: 1.4 kW to 7.4 kW in steps of 230 W, told of once a minute."""

import dataclasses
from datetime import timedelta

import pytest

from homecharge.domain.courses import Course, Period, limit_at
from homecharge.domain.homes import Surplus
from homecharge.domain.session_state import Session, Status
from homecharge.domain.surplus import Draw, SolarFacts, next_telling, surplus_course, taken_before
from tests.domain.builders import TIMING, at, charging, session, starting

MINUTE = timedelta(minutes=1)


def solar(power_w: int | None = None, told_at: str = "00:30", **changes: object) -> SolarFacts:
    plain = SolarFacts(
        surplus=None if power_w is None else Surplus(power_w, at(told_at)),
        minimum_w=1_380,
        maximum_w=7_360,
        ampere_w=230,
        keeps_courses=True,
    )
    return dataclasses.replace(plain, **changes)


def course(*periods: tuple[str, int]) -> Course:
    return tuple(Period(at(clock), limit_w) for clock, limit_w in periods)


def wanted(subject: Session, found: SolarFacts, clock: str, base: Course | None = None) -> Course | None:
    """Its course from then on; None: it is left as it is."""
    made = surplus_course(subject, found, base, TIMING, now=at(clock))
    return None if made == subject.course else made


@pytest.mark.parametrize(
    ("power_w", "usable_w"),
    [(0, 0), (1_379, 0), (1_380, 1_380), (1_609, 1_380), (1_610, 1_610), (7_360, 7_360), (20_000, 7_360)],
)
def test_it_is_good_for_whole_amperes_between_the_minimum_and_the_maximum(power_w: int, usable_w: int) -> None:
    assert solar(power_w).usable_w(TIMING, now=at("00:31")) == usable_w


@pytest.mark.parametrize(("power_w", "usable_w"), [(7_359, 0), (7_360, 7_360), (9_000, 7_360)])
def test_a_charger_that_keeps_no_course_wants_it_all(power_w: int, usable_w: int) -> None:
    assert solar(power_w, keeps_courses=False).usable_w(TIMING, now=at("00:31")) == usable_w


@pytest.mark.parametrize(("clock", "usable_w"), [("00:44:59", 2_300), ("00:45", 0)])
def test_an_old_one_counts_as_none(clock: str, usable_w: int) -> None:
    assert solar(2_300).usable_w(TIMING, now=at(clock)) == usable_w


def test_what_others_take_first_is_not_left() -> None:
    draws = [
        Draw(session_id=name, location_id=place, due_at=at(clock), power_w=1_500)
        for name, place, clock in (
            ("session", "home", "00:30"),
            ("earlier", "home", "00:10"),
            ("later", "home", "00:40"),
            ("elsewhere", "other", "00:10"),
        )
    ]

    assert (taken_before(charging(), draws), taken_before(session(), draws)) == (1_500, 3_000)
    assert solar(3_000, taken_w=1_500).usable_w(TIMING, now=at("00:31")) == 1_380
    assert solar(1_000, taken_w=3_000).usable_w(TIMING, now=at("00:31")) == 0


def test_untold_there_is_none() -> None:
    assert solar().usable_w(TIMING, now=at("00:30")) == 0
    assert not solar().is_fresh(TIMING, now=at("00:30"))


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (solar(), course(("00:31", 0))),
        (solar(900), course(("00:31", 0))),
        (solar(2_500), course(("00:31", 2_300), ("00:45", 0))),
    ],
)
def test_a_try_begins_with_what_there_is_until_the_reading_is_old(found: SolarFacts, expected: Course) -> None:
    assert wanted(session(), found, "00:31") == expected


def test_the_hours_that_bind_it_bind_its_surplus_too() -> None:
    base = course(("00:00", 7_360), ("00:35", 0), ("00:40", 7_360))

    assert wanted(session(), solar(2_300), "00:31", base) == course(
        ("00:31", 2_300), ("00:35", 0), ("00:40", 2_300), ("00:45", 0)
    )


def test_after_hours_that_hold_it_a_charge_begins_with_surplus_only() -> None:
    subject, base = drawing(("00:00", 2_300), ("00:45", 0)), course(("00:00", 7_360), ("00:31", 0), ("00:33", 7_360))

    assert wanted(subject, solar(), "00:31", base) == course(("00:00", 2_300), ("00:31", 0))


def test_a_try_that_waits_is_not_written_again() -> None:
    assert wanted(session(course=course(("00:31", 0))), solar(), "00:31") is None


def drawing(*periods: tuple[str, int], **changes: object) -> Session:
    return charging(course=course(*periods), **changes)


def test_more_surplus_is_more_power_and_what_was_drawn_before_stays_known() -> None:
    subject = drawing(("00:30", 2_300), ("00:45", 0))

    made = wanted(subject, solar(3_680, "00:33"), "00:33")

    assert made == course(("00:30", 2_300), ("00:33", 3_680), ("00:48", 0))


def test_the_same_amperes_are_not_told_again() -> None:
    subject = drawing(("00:30", 2_300), ("00:45", 0))

    assert wanted(subject, solar(2_529, "00:33"), "00:33") is None


@pytest.mark.parametrize(("clock", "is_told"), [("00:30:29", False), ("00:30:30", True)])
def test_another_power_is_told_every_half_minute_at_most(clock: str, is_told: bool):  # noqa: FBT001 - a table
    subject = drawing(("00:30", 2_300), ("00:45", 0))

    assert (wanted(subject, solar(3_680, clock), clock) is not None) is is_told
    assert next_telling(subject, TIMING, now=at("00:30:10")) == at("00:30:30")


@pytest.mark.parametrize(("clock", "is_told"), [("00:37:29", False), ("00:37:30", True)])
def test_a_later_end_is_told_when_half_of_the_time_is_over(clock: str, is_told: bool):  # noqa: FBT001 - a table
    subject = drawing(("00:30", 2_300), ("00:45", 0))

    made = wanted(subject, solar(2_300, "00:37"), clock)

    assert made == (course(("00:30", 2_300), ("00:52", 0)) if is_told else None)
    assert next_telling(subject, TIMING, now=at("00:31")) == at("00:37:30")


def test_a_meter_that_falls_silent_holds_the_charge_when_its_last_reading_is_old() -> None:
    subject, found = drawing(("00:30", 2_300), ("00:49", 0)), solar(2_300, "00:34")

    assert wanted(subject, found, "00:48:59") is None
    assert limit_at(subject.course or (), at("00:49")) == 0
    assert wanted(subject, found, "00:49") is None
    assert next_telling(subject, TIMING, now=at("00:48")) is None


def test_under_a_cloud_it_goes_on_at_the_minimum_and_is_held_after_five_minutes() -> None:
    subject = drawing(("00:30", 2_300), ("00:45", 0))

    made = wanted(subject, solar(900, "00:33"), "00:33")

    assert made == course(("00:30", 2_300), ("00:33", 1_380), ("00:38", 0))


def test_a_longer_cloud_does_not_move_that() -> None:
    under_cloud = drawing(("00:30", 2_300), ("00:33", 1_380), ("00:38", 0))

    assert wanted(under_cloud, solar(0, "00:36"), "00:36") is None
    assert wanted(under_cloud, solar(0, "00:38"), "00:38") is None


def test_at_the_minimum_only_the_end_comes_nearer() -> None:
    subject = drawing(("00:30", 1_380), ("00:45", 0))

    assert wanted(subject, solar(900, "00:33"), "00:33") == course(("00:30", 1_380), ("00:38", 0))


def test_an_end_that_is_nearer_anyway_stays() -> None:
    subject = drawing(("00:30", 1_380), ("00:45", 0))

    assert wanted(subject, solar(900, "00:42"), "00:42") is None


def test_the_sun_between_two_clouds_keeps_it_going() -> None:
    under_cloud = drawing(("00:30", 2_300), ("00:33", 1_380), ("00:38", 0))

    made = wanted(under_cloud, solar(2_300, "00:35"), "00:35")

    assert made == course(("00:30", 2_300), ("00:33", 1_380), ("00:35", 2_300), ("00:50", 0))


def test_held_it_goes_on_with_the_first_surplus_that_does() -> None:
    held = charging(course=course(("00:33", 1_380), ("00:38", 0)), status=Status.PAUSED, offered_at=None)

    assert wanted(held, solar(1_379, "00:50"), "00:50") is None
    assert wanted(held, solar(1_380, "00:50"), "00:50") == course(
        ("00:33", 1_380), ("00:38", 0), ("00:50", 1_380), ("01:05", 0)
    )


def test_a_charge_that_nothing_has_bound_is_held_at_once() -> None:
    assert wanted(charging(), solar(), "00:40") == course(("00:30:10", 7_360), ("00:40", 0))


def test_of_what_has_been_it_keeps_when_it_was_held_and_the_present() -> None:
    subject = drawing(("00:00", 0), ("00:05", 0), ("00:10", 1_380), ("00:20", 2_300), ("00:30", 2_070), ("00:45", 0))

    assert wanted(subject, solar(3_680, "00:33"), "00:33") == course(
        ("00:00", 0), ("00:10", 1_380), ("00:30", 2_070), ("00:33", 3_680), ("00:48", 0)
    )


def test_a_charge_that_is_not_held_although_it_should_be_keeps_its_course_and_any_other_its_base() -> None:
    unkept, held = solar(9_000, keeps_courses=False), ("00:20", 0)

    assert wanted(drawing(held), unkept, "00:31") is None
    assert wanted(starting(course=course(held)), unkept, "00:31") is None
    assert wanted(session(course=course(held)), unkept, "00:31", course(("00:00", 7_360))) == course(("00:00", 7_360))
    assert wanted(drawing(held), unkept, "00:31", course(("00:00", 0))) == course(("00:00", 0))
    assert wanted(drawing(("00:20", 1_380), ("00:45", 0)), unkept, "00:31", course(("00:00", 7_360))) == course(
        ("00:00", 7_360)
    )


def test_a_course_that_has_not_begun_is_replaced() -> None:
    subject = drawing(("01:00", 7_360))

    assert wanted(subject, solar(2_300), "00:31") == course(("00:31", 2_300), ("00:45", 0))


def test_where_it_cannot_be_held_only_its_hours_bind_it() -> None:
    base = course(("00:30", 7_360), ("02:00", 0))

    assert wanted(session(), solar(2_300, keeps_courses=False), "00:31", base) == base


def test_without_a_course_there_is_nothing_to_tell() -> None:
    assert next_telling(charging(), TIMING, now=at("00:40")) is None
