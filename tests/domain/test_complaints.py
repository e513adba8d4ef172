"""What drivers of other products complain about (product.md), each as far as it is decided by the rules."""

import dataclasses
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from homecharge.domain.charger_state import ConnectorStatus
from homecharge.domain.occurrences import firings_after
from homecharge.domain.outlook import Verdict, outlook
from homecharge.domain.recoveries import Event, due_after, recovers_on
from homecharge.domain.rejections import Code
from homecharge.domain.schedules import Manual, Weekly
from homecharge.domain.session_state import Answer, Session, Status
from homecharge.domain.session_view import SessionView
from homecharge.domain.sessions import advance
from homecharge.domain.texts import DEFAULT
from homecharge.domain.texts.values import Reader
from homecharge.domain.times import WEEKDAYS, local_date
from homecharge.domain.wording import rejection_text
from tests.domain.builders import (
    TIMING,
    at,
    charger,
    connector,
    facts,
    foreign,
    offline,
    other,
    recovers,
    session,
    starting,
)
from tests.domain.nights import Night

LONDON = ZoneInfo("Europe/London")


def next_try(over: Session, event: Event, *, now: str) -> Session:
    """The session that the event gives one that was rejected."""
    assert recovers_on(over, event)
    due_at = due_after(over, event, TIMING, now=at(now))
    assert due_at is not None
    return session(id="next", recovers_session_id=over.id, attempt=over.attempt + 1, due_at=due_at, wake_at=due_at)


def rejected(**around: object) -> Session:
    """What becomes of the charge of 00:30 in these surroundings, a minute after it was due."""
    over = advance(facts(**around), now=at("00:31")).session
    assert over.status is Status.REJECTED
    return over


def test_complaint_1_that_the_car_will_not_be_charged_is_known_the_evening_before():
    unplugged = facts(connector=connector(ConnectorStatus.AVAILABLE))

    told = outlook(unplugged, now=at("22:30"))

    (failing,) = [check for check in told.checks if check.rejection is not None]
    assert told.verdict is Verdict.WILL_NOT_START
    assert (failing.code, failing.fix_before) == (Code.CAR_UNPLUGGED, at("05:15"))


def test_complaint_2_a_charger_that_answers_rejected_is_explained():
    refused = facts(starting(answer=Answer.REJECTED))
    reader = Reader(language=DEFAULT, zone=LONDON, now=at("00:31"))

    said = rejection_text(advance(refused, now=at("00:31")).session, reader)

    assert said is not None
    assert said.title == "Charger refused to start"
    assert said.detail == "The charger answered the start with “Rejected”."
    assert "05:15" in said.advice
    assert [fact.fact for fact in said.evidence] == ["commanded", "start_answer", "connector_status"]


def test_complaint_3_one_missing_fact_does_not_stop_a_charge():
    blank = connector(ConnectorStatus.UNKNOWN, plugged_in_at=None, changed_at=None)
    silent = charger(last_seen_at=None, sends_samples=None, connection_timeout=None)

    decisions = [advance(facts(connector=known, charger=silent), now=at("00:30")) for known in (blank, None)]

    assert [decision.session.status for decision in decisions] == [Status.STARTING] * 2


def test_complaint_4_plugged_in_ten_minutes_late_is_tried_again():
    over = rejected(connector=connector(ConnectorStatus.AVAILABLE))

    late = next_try(over, Event.PLUGGED_IN, now="00:40")
    plugged_in = connector(reported_at=at("00:40"), changed_at=at("00:40"), plugged_in_at=at("00:40"))
    decision = advance(facts(late, connector=plugged_in, recovers=recovers(Code.CAR_UNPLUGGED)), now=at("00:40"))

    assert over.reason == Code.CAR_UNPLUGGED
    assert decision.session.status is Status.STARTING
    assert decision.command is not None


def test_complaint_5_a_start_that_was_accepted_and_brought_no_energy_is_no_charge():
    night = Night()

    drawn = night.play("..aT0000")

    assert drawn == "pssCCCxx"
    assert night.session.reason == Code.NO_ENERGY_DRAWN
    assert recovers_on(night.session, Event.BACK_OFF)


def test_complaint_6_a_charger_that_was_offline_for_an_hour_in_the_night_still_charges():
    over = rejected(charger=offline())

    back = next_try(over, Event.LINE_UP, now="01:30")
    line = charger(connected_at=at("01:30"))
    told = connector(reported_at=at("01:30:01"))
    decision = advance(
        facts(back, charger=line, connector=told, recovers=recovers(Code.CHARGER_OFFLINE)), now=back.due_at
    )

    assert over.reason == Code.CHARGER_OFFLINE
    assert back.due_at == at("01:30:30")
    assert decision.session.status is Status.STARTING


def test_complaint_6_a_charge_goes_on_while_its_charger_is_offline_for_an_hour():
    night = Night()

    drawn = night.play("..Tww-" + "." * 60 + "+cw")

    assert set(drawn[2:]) == {"C"}


def test_complaint_7_without_a_tariff_there_is_no_cost_and_never_a_zero():
    view = SessionView(
        session=session(),
        time_zone="Europe/London",
        driver=None,
        recovered_by_session_id=None,
        live=None,
        progress=None,
        waiting=None,
        rejection=None,
        shortfall=None,
    )

    assert (view.cost, view.cost_state, view.cost_note) == (None, "none", "no_tariff")


def test_complaint_8_a_daily_start_fires_once_a_day_over_both_clock_changes():
    nightly = Manual(on=Weekly(WEEKDAYS), start_time=time(1, 30), end_time=time(4, 30))

    for change in (date(2026, 3, 29), date(2026, 10, 25)):
        firings = firings_after(nightly, change - timedelta(days=4), LONDON)
        week = [next(firings) for _ in range(7)]

        assert [firing.local_date for firing in week] == [change + timedelta(days=days) for days in range(-3, 4)]
        assert [local_date(firing.window.start, LONDON) for firing in week] == [firing.local_date for firing in week]
        assert [f"{firing.window.end.astimezone(LONDON):%H:%M}" for firing in week] == ["04:30"] * 7


def test_complaint_9_of_two_schedules_the_later_names_the_other_and_has_its_turn_after_it():
    over = rejected(other=other(reference="K7Q2-9MXP"))

    later = next_try(over, Event.SESSION_ENDED, now="02:00")
    decision = advance(facts(later, recovers=recovers(Code.ALREADY_IN_PROGRESS)), now=at("02:00"))

    assert over.reason == Code.ALREADY_IN_PROGRESS
    assert over.rejection is not None
    assert over.rejection["params"]["reference"] == "K7Q2-9MXP"
    assert decision.session.status is Status.STARTING


def test_complaint_9_a_car_that_waits_for_its_own_timer_is_charged_when_it_draws():
    night = Night()
    night.play("..Te...")
    over = night.session

    drawing = next_try(over, Event.CAR_DRAWS, now="02:00")
    left_open = foreign(
        id=7, session_id=over.id, heard_at=at("02:00"), drew_at=at("02:00"), has_samples=True, stop_at=at("05:30")
    )
    again = dataclasses.replace(recovers(Code.BATTERY_FULL), session_id=over.id)
    decision = advance(
        facts(drawing, connector=connector(ConnectorStatus.CHARGING), foreign=left_open, recovers=again),
        now=at("02:00"),
    )

    assert over.reason == Code.BATTERY_FULL
    assert decision.session.status is Status.CHARGING
    assert (decision.adopts, decision.command) == (7, None)
    assert decision.session.drew_at == at("02:00")
