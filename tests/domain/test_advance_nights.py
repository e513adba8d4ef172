"""What becomes of a try, drawn minute by minute from 00:29 on; it is due at 00:30 (nights.py explains the letters)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homecharge.domain.charger_state import ConnectorStatus, OfflineCause, StartMode
from homecharge.domain.limits import DurationLimit, EnergyLimit
from homecharge.domain.session_state import Session
from homecharge.domain.timeline import StepKind
from tests.domain.builders import at, boost, charger, connector, foreign, offline, other, plug_in, session
from tests.domain.nights import EVENTS, Night

TO_0034 = session(window_end=at("00:34"), last_feasible_start=at("00:30"))
TO_0035 = session(window_end=at("00:35"), last_feasible_start=at("00:30"))
FOR_5_MINUTES = session(window_end=at("00:35"), last_feasible_start=at("00:30"), limit=DurationLimit(300))
TWO_KWH = session(limit=EnergyLimit(2000))


def outcome(night: Night) -> str | None:
    """Reason and variant, or stop reason, result and shortfall; `+` where another try may follow."""
    over = night.session
    words = [over.reason, (over.rejection or {}).get("variant")]
    words += [over.stop_reason, over.result, (over.shortfall or {}).get("code"), "+" if over.open_until else None]
    return " ".join(word for word in words if word) or None


@pytest.mark.parametrize(
    ("events", "statuses", "ended"),
    [
        ("..a", "pss", None),
        ("..aT", "pssC", None),
        ("..a.", "pssx", "start_not_confirmed +"),
        ("..r", "psx", "charger_refused +"),
        ("..y", "psx", "charger_refused error +"),
        ("..n", "psx", "charger_offline after_command +"),
        ("..m", "psx", "charger_offline after_command +"),
        ("....", "pssx", "charger_offline after_command +"),  # delivery unknown, nothing heard since
        (".u", "px", "car_unplugged +"),
        (".!", "px", "charger_faulted +"),
        (".f", "ps", None),  # a charger falls from Preparing to Finishing, and is still plugged in
        (".e", "ps", None),
        (".fau.", "pssxx", "car_unplugged +"),  # the first reason that holds by then
    ],
)
def test_a_start_is_confirmed_by_a_transaction_or_has_a_reason(events: str, statuses: str, ended: str | None):
    night = Night()

    drawn = night.play(events)

    assert (drawn, outcome(night)) == (statuses, ended)


@pytest.mark.parametrize(
    ("events", "statuses", "ended"),
    [
        ("-..", "ppx", "charger_offline +"),
        ("-+.", "pss", None),
        (".-.", "ppx", "charger_offline +"),
        ("..-.", "pssx", "charger_offline after_command +"),
        ("..aT-...+.", "pssCCCCCCC", None),  # a transaction goes on without a line
    ],
)
def test_a_line_that_is_gone_at_the_due_time_has_a_minute_to_come_back(events: str, statuses: str, ended: str | None):
    night = Night()

    drawn = night.play(events)

    assert (drawn, outcome(night)) == (statuses, ended)


@pytest.mark.parametrize(
    ("events", "statuses", "ended"),
    [
        ("..T0000", "psCCCxx", "no_energy_drawn +"),
        ("..T.e..", "psCCCxx", "battery_full inferred +"),
        ("..Te...", "psCCCxx", "battery_full inferred +"),
        ("..T....", "psCCCCC", None),  # no samples, no status: not known, so never guessed
        ("..Tw0000", "psCCCCCC", None),
        ("..T00w00", "psCCCCCC", None),
        ("..T1111", "psCCCCC", None),  # slow, but rising
        ("..T1....", "psCCCCCC", None),  # rising when last heard of
        ("..T1...0", "psCCCCCx", "no_energy_drawn +"),
        ("..T-0....", "psCCCCCCC", None),  # without a line nothing is told
        ("..T0-..+...", "psCCCCCCCCx", "no_energy_drawn +"),  # three minutes on a line
        ("..Twe....", "psCCCCCCC", None),  # what the car does later is its choice
        ("..T0.!0", "psCCCx", "charger_faulted +"),
    ],
)
def test_energy_that_is_offered_flows_within_three_minutes_or_there_is_a_reason(
    events: str, statuses: str, ended: str | None
):
    night = Night()

    drawn = night.play(events)

    assert (drawn[: len(statuses)], outcome(night)) == (statuses, ended)


@pytest.mark.parametrize(
    ("events", "statuses"),
    [
        ("..Th.......", "psChhhhhhhh"),
        ("..T0h0000c0", "psCChhhhhCC"),
        ("..T0h0000c000", "psCChhhhhCCCx"),
        ("..Twh...cw", "psCChhhhCC"),
        (".hT......", "pshhhhhhh"),
    ],
)
def test_the_clock_waits_while_the_charger_holds_back(events: str, statuses: str):
    night = Night()

    drawn = night.play(events)

    assert drawn == statuses


@pytest.mark.parametrize(
    ("events", "statuses"),
    [
        ("..Tc......", "psCCCCCCCC"),
        ("..T.......", "psCCCCCCCC"),
    ],
)
@pytest.mark.parametrize("sends_samples", [False, None])
def test_a_charger_without_samples_never_draws_no_energy(events: str, statuses: str, *, sends_samples: bool | None):
    night = Night(charger=charger(sends_samples=sends_samples))

    drawn = night.play(events)

    assert drawn == statuses
    assert (night.session.drew_at is not None) is ("c" in events)


@pytest.mark.parametrize(
    ("event", "ended"),
    [
        ("U", "car_unplugged before_energy +"),
        ("L", "cancelled stopped_before_start"),
        ("P", "charger_faulted power_lost +"),
        ("B", "charger_faulted restart +"),
        ("E", "charger_faulted fault_during +"),
        ("D", "not_authorized deauthorized"),
        ("O", "charger_refused ended +"),
        ("R", "charger_refused ended +"),
    ],
)
def test_a_transaction_that_ends_before_energy_flowed_was_no_charge(event: str, ended: str):
    night = Night()

    drawn = night.play(f"..T{event}")

    assert (drawn, outcome(night)) == ("psCx", ended)


def test_a_transaction_that_ends_on_a_faulted_connector_was_a_fault():
    night = Night()

    drawn = night.play("..T!O")

    assert (drawn, outcome(night)) == ("psCCx", "charger_faulted fault_during +")


@pytest.mark.parametrize(
    ("events", "statuses", "ended"),
    [
        ("..TwU", "psCC#", "unplugged short unplugged_early"),
        ("..TwL", "psCC#", "stopped_at_charger short stopped_by_driver"),
        ("..TwSR", "psCCC#", "driver short stopped_by_driver"),
        ("..TwP", "psCC#", "power_lost short power_lost +"),
        ("..TwB", "psCC#", "charger_restart short charger_faulted +"),
        ("..TwE", "psCC#", "emergency short charger_faulted +"),
        ("..TweB", "psCCC#", "charger_restart short charger_faulted +"),
        ("..TwO", "psCC#", "other short charger_faulted +"),
        ("..TweO", "psCCC#", "other short car_stopped"),  # the car's choice: no fault to recover from
        ("..TwD", "psCC#", "not_authorized short charger_faulted"),
        ("..TwwwR", "psCCCC#", "limit_energy met"),
        ("..TwwwU", "psCCCC#", "limit_energy met"),  # what was asked for first stays
    ],
)
def test_a_charge_that_falls_short_says_why_and_what_the_charger_ended_may_go_on(
    events: str, statuses: str, ended: str
):
    night = Night(TWO_KWH)

    drawn = night.play(events)

    assert (drawn, outcome(night)) == (statuses, ended)


@pytest.mark.parametrize(
    ("events", "statuses", "ended"),
    [
        ("..aS", "pssx", "cancelled stopped_before_start"),
        ("..aST", "pssxx", "cancelled stopped_before_start"),  # too late: refused, no new row
        ("..SrT", "pssxx", "cancelled stopped_before_start"),
        ("..S.", "pssx", "cancelled stopped_before_start"),
        (".ST", "psC", None),  # nothing to stop yet
        ("..TS....", "psCCCCCC", None),  # owed until it is obeyed
        ("..TSR", "psCCx", "cancelled stopped_before_start"),
        ("..TS-...+u...", "psCCCCCCCCCxx", "cancelled stopped_before_start"),
        ("..TwSR", "psCCC#", "driver"),
    ],
)
def test_a_stop_by_the_driver_is_the_end_of_it(events: str, statuses: str, ended: str | None):
    night = Night()

    drawn = night.play(events)

    assert (drawn, outcome(night)) == (statuses, ended)


@pytest.mark.parametrize(
    ("events", "statuses", "ended"),
    [
        ("..Tw-...+u..", "psCCCCCCCCC#", "lost +"),
        ("..Tw-...+......", "psCCCCCCCCCCC#", "lost +"),
        ("..Tw-...+f.....", "psCCCCCCCCCCCC#", "lost +"),
        ("..Tw-...+c.......", "psCCCCCCCCCCCCCCC", None),
        ("..Tw-...+u1.1.", "psCCCCCCCCCCCC", None),  # a sign of it
        ("..Tw-..........", "psCCCCCCCCCCCCC", None),  # not back yet
        ("..Twu..", "psCCCC#", "lost +"),
        ("..Tw........", "psCCCCCCCCCC", None),  # what it said before the transaction says nothing of it
    ],
)
def test_a_transaction_that_never_ends_is_lost_once_the_charger_shows_nothing_of_it(
    events: str, statuses: str, ended: str | None
):
    night = Night()

    drawn = night.play(events)

    assert (drawn[: len(statuses)], outcome(night)) == (statuses, ended)


@pytest.mark.parametrize(
    ("subject", "events", "statuses", "ended"),
    [
        (TO_0035, "..Twww..R", "psCCCCCC#", "window_end"),
        (TO_0035, "..Tw.....", "psCCCCCCC", None),  # asked to stop, not stopped yet
        (TO_0035, "..Th....R", "psChhhhhx", "charger_refused ended_by_us"),
        (TO_0035, "....T0.R", "pssxxxxx", "charger_offline after_command"),
        (TO_0034, "...T0.R", "pssCCCx", "no_energy_drawn"),
        (TO_0034, "...Te.R", "pssCCCx", "battery_full inferred"),
        (TO_0034, "...T..R", "pssCCCx", "charger_refused ended_by_us"),  # nothing told whether the car would have drawn
        # a window that is nothing but the duration limit is not cut short by what the charger takes to start
        (FOR_5_MINUTES, "..Twwwww.R", "psCCCCCCC#", "limit_duration met"),
        (FOR_5_MINUTES, "..TwwU", "psCCC#", "unplugged short unplugged_early"),
        (boost(limit=DurationLimit(300)), "..Twwwww.R", "psCCCCCCC#", "limit_duration met"),
        (boost(), "..Twwwwwwwwwwwww", "psCCCCCCCCCCCCCC", None),  # its window bounds the start only
        (plug_in(), "..Twwwwwwwwwwwww", "psCCCCCCCCCCCCCC", None),
    ],
)
def test_limits_and_window_ends_stop_a_charge(subject: Session, events: str, statuses: str, ended: str | None):
    night = Night(subject)

    drawn = night.play(events)

    assert (drawn, outcome(night)) == (statuses, ended)


def test_a_car_that_stopped_by_itself_is_why_the_energy_was_not_reached():
    to_0035 = session(window_end=at("00:35"), last_feasible_start=at("00:30"), limit=EnergyLimit(9000))
    full, slow = Night(to_0035), Night(to_0035)

    full.play("..Tweee.R")
    slow.play("..Twwww.R")

    assert outcome(full) == "window_end short car_stopped"
    assert outcome(slow) == "window_end short not_enough_time"


def test_a_due_charge_takes_over_what_a_free_vend_charger_began_by_itself():
    night = Night(
        charger=charger(start_mode=StartMode.FREE_VEND),
        other=other(kind=plug_in().kind),
        foreign=foreign(drew_at=at("00:11"), has_samples=True, energy_wh=4000),
    )

    drawn = night.play("..00...")

    assert drawn == "pCCCxxx"  # what flowed before was the other's; since then none did
    assert outcome(night) == "no_energy_drawn +"
    assert night.commands == []


def test_the_timeline_tells_the_story_of_a_charge():
    night = Night(TWO_KWH)

    night.play("..aThc.wwR")

    assert [step.kind for step in night.steps] == [
        StepKind.COMMANDED,
        StepKind.CHARGING,
        StepKind.PAUSED,
        StepKind.RESUMED,
        StepKind.ENERGY_FLOWS,
        StepKind.STOP_REQUESTED,
        StepKind.COMPLETED,
    ]


def test_waiting_is_told_once():
    night = Night(charger=offline(offline_cause=OfflineCause.GATEWAY))

    night.play(".p.e.")

    assert [step.kind for step in night.steps] == [StepKind.WAITING]


@settings(max_examples=400)
@given(
    subject=st.sampled_from([session(), TO_0035, FOR_5_MINUTES, TWO_KWH, boost(), plug_in()]),
    status=st.sampled_from(ConnectorStatus),
    sends_samples=st.sampled_from([True, False, None]),
    events=st.text(alphabet="".join(EVENTS), max_size=25),
)
def test_whatever_happens_every_decision_is_sound_and_the_charger_is_told_once(
    subject: Session, status: ConnectorStatus, events: str, *, sends_samples: bool | None
):
    night = Night(subject, connector=connector(status), charger=charger(sends_samples=sends_samples))

    drawn = night.play(events)

    assert len(drawn) == len(events)
    assert len(night.commands) <= 1
