"""What a charger begins by itself waits, without power, for something that is due (chargers.md, *Free-vend*)."""

from typing import Any

import pytest

from homecharge.domain.bounds import Bounds
from homecharge.domain.charger_state import ConnectorStatus, StartMode
from homecharge.domain.courses import Period
from homecharge.domain.facts import Decision
from homecharge.domain.session_state import PROFILE_REFUSED, Session, Status
from homecharge.domain.sessions import advance
from homecharge.domain.timeline import StepKind
from tests.domain.builders import at, charger, charging, connector, facts, plug_in, session, transaction

UNBOUND = Bounds(restricted=(), keeps_courses=True, full_w=7360)
HELD = (Period(at("00:31"), 0),)


def decide(subject: Session, clock: str = "00:31", **settings: Any) -> Decision:
    there = charger(**{"start_mode": StartMode.FREE_VEND} | settings)
    around = {"charger": there, "own": (transaction(),), "connector": connector(ConnectorStatus.CHARGING)}
    return advance(facts(subject, bounds=UNBOUND, **around), now=at(clock))


def began(**changes: Any) -> Session:
    return charging(plug_in(), **changes)


def test_it_is_held_and_nothing_is_said_against_its_car():
    decision = decide(began())
    later = decide(decision.session, "04:00")

    assert (decision.session.status, decision.session.course) == (Status.PAUSED, HELD)
    assert [(step.kind, step.cause) for step in decision.steps] == [(StepKind.PAUSED, "nothing_due")]
    assert (later.session.status, later.session.course_revision) == (Status.PAUSED, 1)


@pytest.mark.parametrize("settings", [{"charge_now": True}, {"can_hold": False}, {"start_mode": StartMode.CONTROLLED}])
def test_it_draws_with_charge_ev_now_and_where_it_cannot_be_held(settings: dict[str, Any]):
    decision = decide(began(), **settings)

    assert (decision.session.status, decision.session.course) == (Status.CHARGING, None)


def test_turning_charge_ev_now_on_lets_it_go_and_off_holds_it_again():
    held = decide(began()).session
    free = decide(held, "01:00", charge_now=True)
    again = decide(free.session, "02:00")

    assert (free.session.status, free.session.course, free.session.course_revision) == (Status.CHARGING, None, 2)
    assert (again.session.status, again.session.course) == (Status.PAUSED, (Period(at("02:00"), 0),))


def test_a_charger_that_does_not_answer_to_being_held_lets_it_draw():
    decision = decide(began(course=HELD, flags=(PROFILE_REFUSED,)))

    assert decision.session.status is Status.CHARGING


def test_what_somebody_asked_for_is_not_held():
    assert decide(charging(session())).session.course is None
