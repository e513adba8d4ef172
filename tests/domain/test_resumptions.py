"""A charger ended the transaction because it was held: the session waits, and goes on with a second one."""

from datetime import datetime
from typing import Any

import pytest

from homecharge.domain.charger_state import ConnectorStatus, Transaction
from homecharge.domain.courses import Course, Period
from homecharge.domain.facts import Decision, StartCommand
from homecharge.domain.session_state import Answer, Session, Status, StopReason
from homecharge.domain.sessions import advance
from homecharge.domain.timeline import StepKind
from tests.domain.builders import at, charging, connector, facts, transaction

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
        (paused(), "03:00", {}, ConnectorStatus.AVAILABLE, StopReason.OTHER),
        (paused(), "05:30", {}, ConnectorStatus.FINISHING, StopReason.OTHER),
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
