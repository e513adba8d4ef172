"""Transactions that are there already: taken over, without a word to the charger, and counted from then on."""

import dataclasses
from typing import Any

import pytest

from homecharge.domain.charger_state import ConnectorStatus, StartMode
from homecharge.domain.facts import Decision
from homecharge.domain.next_looks import LOOK_AGAIN
from homecharge.domain.rejections import Code
from homecharge.domain.session_state import Kind, Session, Status
from homecharge.domain.sessions import advance
from homecharge.domain.timeline import StepKind
from tests.domain.builders import (
    at,
    boost,
    charger,
    charging,
    connector,
    facts,
    foreign,
    other,
    plug_in,
    recovers,
    session,
    transaction,
)

FREE_VEND = charger(start_mode=StartMode.FREE_VEND)
BY_ITSELF = other(kind=Kind.PLUG_IN)


@pytest.mark.parametrize(
    ("subject", "changes", "ends"),
    [
        (session(), {"charger": FREE_VEND, "other": BY_ITSELF}, "other"),
        (boost(), {"charger": FREE_VEND, "other": BY_ITSELF}, "other"),
        (boost(), {"other": other(status=Status.PAUSED)}, "other"),
        (session(), {}, None),  # left open by a session that is over: the car took nothing
        (boost(), {}, None),
    ],
)
def test_a_try_takes_over_what_gives_way_to_it(subject: Session, changes: dict[str, Any], ends: str | None):
    there = facts(subject, foreign=foreign(), connector=connector(ConnectorStatus.SUSPENDED_EV), **changes)

    decision = advance(there, now=at("00:30"))

    assert decision.session.status is Status.CHARGING
    assert decision.session.started_at == at("00:30")
    assert (decision.adopts, decision.ends_session_id, decision.command) == (5, ends, None)
    assert [step.kind for step in decision.steps] == [StepKind.TRANSACTION_ADOPTED]


@pytest.mark.parametrize(
    ("subject", "changes"),
    [
        (plug_in(), {"charger": FREE_VEND, "other": BY_ITSELF}),
        (session(), {"other": BY_ITSELF}),
        (session(), {"charger": FREE_VEND, "other": dataclasses.replace(BY_ITSELF, status=Status.STARTING)}),
        (session(), {"charger": FREE_VEND, "other": other()}),
        (session(), {"charger": FREE_VEND, "other": dataclasses.replace(BY_ITSELF, id="third")}),
        (session(), {"other": other(status=Status.PAUSED)}),
        (boost(), {"other": other(status=Status.PAUSED, id="third")}),
        (session(), {"charger": FREE_VEND, "other": BY_ITSELF, "foreign": None}),
    ],
)
def test_a_try_leaves_alone_what_does_not(subject: Session, changes: dict[str, Any]):
    there = facts(subject, **{"foreign": foreign()} | changes)

    decision = advance(there, now=at("00:30"))

    assert decision.session.reason == Code.ALREADY_IN_PROGRESS
    assert decision.adopts is None


def test_a_transaction_of_an_earlier_line_is_not_taken_over_but_left_to_the_charger():
    there = facts(foreign=foreign(heard_at=at("17:00")))

    decision = advance(there, now=at("00:30"))

    assert decision.command is not None
    assert decision.adopts is None


def test_a_boost_starts_beside_a_paused_session_whose_transaction_has_ended():
    decision = advance(facts(boost(), other=other(status=Status.PAUSED)), now=at("00:30"))

    assert decision.command is not None


def test_a_transaction_that_comes_late_is_the_planned_recoverys_own():
    late = transaction(started_at=at("00:31"))
    waiting = session(due_at=at("00:45"), recovers_session_id="before", attempt=2)

    decision = advance(facts(waiting, own=(late,), recovers=recovers(Code.START_NOT_CONFIRMED)), now=at("00:31:02"))

    assert decision.session.status is Status.CHARGING
    assert decision.session.started_at == at("00:31")
    assert [step.kind for step in decision.steps] == [StepKind.CHARGING]


def test_what_flowed_before_it_was_taken_over_is_not_counted():
    drawn = foreign(drew_at=at("00:12"), energy_wh=4000, has_samples=True)
    there = facts(charger=FREE_VEND, other=BY_ITSELF, foreign=drawn)

    decision = advance(there, now=at("00:30"))

    assert decision.session.drew_at is None
    assert decision.session.wake_at == at("00:33")


def test_a_car_that_draws_has_drawn_in_the_try_that_recovers_for_it():
    drawing = foreign(session_id="before", drew_at=at("02:00"), has_samples=True, heard_at=at("02:00"))
    again = session(due_at=at("02:00"), recovers_session_id="before", attempt=2)

    decision = advance(facts(again, foreign=drawing, recovers=recovers(Code.BATTERY_FULL)), now=at("02:00"))

    assert decision.session.drew_at == at("02:00")


def test_a_transaction_that_is_held_back_is_taken_over_as_paused():
    there = facts(foreign=foreign(), connector=connector(ConnectorStatus.SUSPENDED_EVSE))

    decision = advance(there, now=at("00:30"))

    assert decision.session.status is Status.PAUSED
    assert decision.session.offered_at is None


def test_a_charger_with_a_tag_of_its_own_is_told_that_tag():
    decision = advance(facts(charger=charger(remote_start_tag="FIXED")), now=at("00:30"))

    assert decision.command is not None
    assert (decision.command.connector_id, decision.command.id_tag) == (1, "FIXED")


@pytest.mark.parametrize(("changes", "in_window"), [({}, True), ({"window_start": None}, False)])
def test_a_session_has_a_window_where_both_its_ends_are_known(changes: dict[str, Any], *, in_window: bool):
    subject = session(**changes)

    assert (subject.window is not None and at("00:30") in subject.window) is in_window
    assert not subject.is_live


def test_a_charge_of_which_no_transaction_is_known_goes_on_and_is_looked_at_again():
    underway = charging()

    decision = advance(facts(underway), now=at("00:40"))

    assert decision == Decision(session=dataclasses.replace(underway, wake_at=at("00:40") + LOOK_AGAIN))
