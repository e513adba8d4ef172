"""A transaction that ended for a pause, by its charger or by our stop: the session goes on with a second one."""

from datetime import datetime
from typing import Any

import pytest

from homecharge.domain.charger_state import ChargerState, ConnectorStatus, Transaction
from homecharge.domain.courses import Course, Period
from homecharge.domain.facts import Decision, StartCommand, Stop
from homecharge.domain.session_state import PROFILE_REFUSED, Answer, Session, Status, StopReason
from homecharge.domain.sessions import advance
from homecharge.domain.timeline import StepKind
from tests.domain.builders import at, charger, charging, connector, facts, transaction

COURSE = (Period(at("00:30"), 7360), Period(at("02:00"), 0), Period(at("04:00"), 7360))
ENDED: dict[str, Any] = {
    "stopped_at": at("02:00:05"),
    "stop_reason": "Other",
    "stop_message_id": "stop frame",
    "is_ended_by_zero": True,
    "drew_at": at("00:31"),
}


def held(course: Course | None = COURSE, **changes: Any) -> Session:
    """Charging since 00:30:10, energy flowed."""
    return charging(course=course, drew_at=at("00:31"), energy_wh=5_000, **changes)


def paused(**changes: Any) -> Session:
    return held(**{"status": Status.PAUSED, "offered_at": None} | changes)


def decide(
    session: Session,
    clock: str,
    ended: Transaction | None = None,
    status: ConnectorStatus = ConnectorStatus.FINISHING,
) -> Decision:
    place = connector(status, changed_at=at("02:00:05"))
    return advance(facts(session, own=(ended or transaction(**ENDED),), connector=place), now=at(clock))


def resuming(answer: Answer = Answer.ACCEPTED, **changes: Any) -> Session:
    """Told at 04:00 to start again."""
    return paused(commanded_at=at("04:00"), command_answer=answer, **changes)


def test_a_session_whose_transaction_ends_when_it_is_held_is_paused_until_the_course_lets_it_draw():
    decision = decide(held(), "02:00:06")

    [step] = decision.steps
    assert (decision.session.status, decision.session.wake_at) == (Status.PAUSED, at("03:00:06"))
    assert (step.kind, step.cause, step.message_id) == (StepKind.PAUSED, "zero_limit", "stop frame")
    assert decision.command is None


@pytest.mark.parametrize(("clock", "wake"), [("02:30", "03:30"), ("03:30", "04:00")])
def test_it_looks_again_when_the_course_goes_on(clock: str, wake: str):
    assert decide(paused(), clock).session.wake_at == at(wake)


def test_then_the_charger_is_told_to_start_again_in_the_same_session():
    decision = decide(paused(), "04:00")

    assert decision.command == StartCommand(1, paused().tag)
    assert (decision.session.status, decision.session.commanded_at) == (Status.PAUSED, at("04:00"))
    assert [step.kind for step in decision.steps] == [StepKind.COMMANDED]


def test_it_is_told_once():
    decision = decide(resuming(), "04:00:01")

    assert (decision.command, decision.steps) == (None, ())
    assert decision.session.wake_at == at("04:02")


def test_a_course_that_is_taken_back_lets_it_start_at_once():
    assert decide(paused(course=None), "02:30").command is not None


@pytest.mark.parametrize("course", [(), COURSE[:2], (Period(at("02:00"), 7360), Period(at("02:00:01"), 0))])
def test_a_course_that_never_lets_it_draw_again_leaves_it_waiting_for_its_window_to_end(course: Course):
    assert decide(paused(course=course), "05:00").session.wake_at == at("05:30")


def test_the_second_transaction_goes_on():
    second = transaction(id=8, started_at=at("04:00:10"), heard_at=at("04:00:10"))
    place = connector(ConnectorStatus.CHARGING, changed_at=at("04:00:10"))
    there = facts(resuming(), own=(transaction(**ENDED), second), connector=place)

    decision = advance(there, now=at("04:00:11"))

    assert decision.session.status is Status.CHARGING
    assert [step.kind for step in decision.steps] == [StepKind.RESUMED]


@pytest.mark.parametrize(
    ("session", "clock", "ended", "status", "reason"),
    [
        (paused(), "03:00", {}, ConnectorStatus.AVAILABLE, StopReason.UNPLUGGED),
        (paused(), "05:30", {}, ConnectorStatus.FINISHING, StopReason.WINDOW_END),
        (resuming(Answer.REJECTED), "04:00:01", {}, ConnectorStatus.FINISHING, StopReason.OTHER),
        (resuming(Answer.ERROR), "04:00:01", {}, ConnectorStatus.FINISHING, StopReason.OTHER),
        (resuming(), "04:02", {}, ConnectorStatus.FINISHING, StopReason.OTHER),
        (held(), "02:00:06", {"is_ended_by_zero": False}, ConnectorStatus.FINISHING, StopReason.OTHER),
        (
            paused(stop_requested_at=at("03:00"), stop_requested_as=StopReason.DRIVER),
            "03:00:01",
            {},
            ConnectorStatus.FINISHING,
            StopReason.DRIVER,
        ),
    ],
    ids=["unplugged", "window over", "refused", "error", "not confirmed", "ended otherwise", "stopped"],
)
def test_it_is_complete_where_it_cannot_go_on(
    session: Session, clock: str, ended: dict[str, Any], status: ConnectorStatus, reason: StopReason
):
    decision = decide(session, clock, transaction(**ENDED | ended), status)

    assert (decision.session.status, decision.session.stop_reason) == (Status.COMPLETED, reason)
    assert decision.session.ended_at == at("02:00:05")


def test_the_word_of_a_charger_that_is_offline_is_not_awaited_to_unplug_it():
    there = facts(paused(), own=(transaction(**ENDED),), connector=None)

    assert advance(there, now=datetime.fromisoformat("2026-11-21T03:00:00+00:00")).session.status is Status.PAUSED


RESTARTS = charger(can_hold=False, restarts=True)
UNKEPT = (PROFILE_REFUSED,)
"""Its charger keeps no course."""
PAUSED_BY_US = ENDED | {"is_ended_by_zero": False, "is_paused": True, "stop_reason": "Remote"}


def running(subject: Session, clock: str, at_charger: ChargerState = RESTARTS, **changes: Any) -> Decision:
    own = transaction(**{"drew_at": at("00:31"), "heard_at": at(clock)} | changes)
    place = connector(ConnectorStatus.CHARGING, changed_at=at("00:31"))
    return advance(facts(subject, charger=at_charger, own=(own,), connector=place), now=at(clock))


def between(subject: Session, clock: str, **changes: Any) -> Decision:
    ended, place = (
        transaction(**PAUSED_BY_US | changes),
        connector(ConnectorStatus.FINISHING, changed_at=at("02:00:05")),
    )
    return advance(facts(subject, charger=RESTARTS, own=(ended,), connector=place), now=at(clock))


def test_a_charger_that_starts_again_from_finishing_is_stopped_for_the_pause():
    decision = running(held(flags=UNKEPT), "02:00")

    assert decision.session.status is Status.PAUSED
    assert decision.session.stop_requested_at is None
    assert decision.stops == (Stop(7, at("02:00"), is_pause=True),)
    assert [(step.kind, step.cause) for step in decision.steps] == [(StepKind.PAUSED, "restricted_hours")]


@pytest.mark.parametrize(
    ("subject", "there"),
    [
        (held(flags=UNKEPT), charger(can_hold=False)),
        (held(), RESTARTS),
        (held(None, flags=UNKEPT), RESTARTS),
        (held(flags=UNKEPT, boosted_at=at("01:30")), RESTARTS),
    ],
    ids=["not seen to start again", "it keeps the course", "no course", "boosted"],
)
def test_no_other_charge_is_stopped_for_a_pause(subject: Session, there: ChargerState):
    assert running(subject, "02:00", there).stops == ()


@pytest.mark.parametrize("owed", [{"stop_at": at("02:00:30")}, {"stop_tries": 1}])
def test_a_stop_that_is_owed_is_not_owed_twice(owed: dict[str, Any]):
    assert running(paused(flags=UNKEPT), "02:00:10", is_paused=True, **owed).stops == ()


def test_where_the_stop_was_not_obeyed_by_the_end_of_the_pause_it_is_taken_back():
    decision = running(paused(flags=UNKEPT), "04:00", is_paused=True, stop_tries=3)

    assert (decision.session.status, decision.goes_on, decision.stops) == (Status.CHARGING, 7, ())


def test_what_is_to_stop_for_good_is_not_taken_back():
    stopping = paused(flags=UNKEPT, stop_requested_at=at("03:59"), stop_requested_as=StopReason.DRIVER)

    assert running(stopping, "04:00", is_paused=True, stop_tries=3).goes_on is None


def test_between_two_transactions_it_waits_for_the_course_and_is_started_then():
    waiting = between(paused(flags=UNKEPT), "03:30")
    due = between(paused(flags=UNKEPT), "04:00")

    assert (waiting.session.status, waiting.session.wake_at, waiting.command) == (Status.PAUSED, at("04:00"), None)
    assert due.command == StartCommand(1, paused().tag)


def test_a_course_that_lets_it_draw_already_starts_it_at_once():
    early = (Period(at("01:59"), 7360),)

    assert between(paused(course=early, flags=UNKEPT), "02:01").command is not None


def test_a_stop_that_was_obeyed_after_it_was_taken_back_is_a_pause_still():
    decision = between(held((Period(at("00:30"), 7360),), flags=UNKEPT), "02:01")

    assert [(step.kind, step.cause) for step in decision.steps] == [
        (StepKind.PAUSED, "stopped"),
        (StepKind.COMMANDED, "resume"),
    ]


def test_a_transaction_that_is_lost_during_a_pause_is_the_pause():
    own = transaction(is_paused=True, drew_at=at("00:31"), heard_at=at("02:00"), stop_tries=1)
    place = connector(ConnectorStatus.FINISHING, changed_at=at("02:00:05"))
    decision = advance(facts(paused(flags=UNKEPT), charger=RESTARTS, own=(own,), connector=place), now=at("02:10"))

    assert (decision.session.status, decision.loses) == (Status.PAUSED, 7)


@pytest.mark.parametrize("reason", ["Local", "PowerLoss", "EVDisconnected"])
def test_what_somebody_else_ended_is_no_pause(reason: str):
    assert between(paused(flags=UNKEPT), "02:01", stop_reason=reason).session.status is Status.COMPLETED


def test_the_window_that_ends_between_two_transactions_is_why_it_is_over():
    decision = between(paused(flags=UNKEPT), "05:30")

    assert (decision.session.status, decision.session.stop_reason) == (Status.COMPLETED, StopReason.WINDOW_END)
