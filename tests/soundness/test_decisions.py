"""What holds of every decision, in ten thousand drawn states."""

import dataclasses
from dataclasses import dataclass
from datetime import datetime

import pytest

from homecharge.domain.facts import Decision, Facts
from homecharge.domain.session_state import MOVES, Kind, Session, Status, StopReason
from homecharge.domain.sessions import advance
from tests.domain.nights import applied, expect_sound
from tests.soundness.drawn import any_state


@dataclass(frozen=True)
class Decided:
    """A drawn state at `now`, and what was decided then."""

    facts: Facts
    now: datetime
    decision: Decision

    @property
    def before(self) -> Session:
        return self.facts.session

    @property
    def after(self) -> Session:
        return self.decision.session


@pytest.fixture(scope="module")
def decided() -> list[Decided]:
    drawn = [any_state(number) for number in range(10_000)]
    return [Decided(facts, now, advance(facts, now=now)) for facts, now in drawn]


def test_no_state_leads_outside_the_table_of_moves_or_leaves_a_live_session_without_an_alarm(decided: list[Decided]):
    for each in decided:
        expect_sound(each.facts, each.decision, now=each.now)


def test_the_drawn_states_lead_to_every_move_there_is(decided: list[Decided]):
    made = {(each.before.status, each.after.status) for each in decided}

    assert made >= {(before, after) for before, allowed in MOVES.items() for after in allowed}


def test_looking_again_at_once_changes_nothing_but_the_alarm(decided: list[Decided]):
    for each in decided:
        stored = applied(each.facts, each.decision)
        again = advance(stored, now=each.now)

        assert dataclasses.replace(again.session, wake_at=stored.session.wake_at) == stored.session
        assert (again.command, again.stops, again.loses, again.adopts) == (None, (), None, None)


def test_a_charger_is_told_to_start_when_a_planned_session_starts_or_one_that_was_held_goes_on_and_at_no_other_time(
    decided: list[Decided],
):
    for each in decided:
        begins = (each.before.status, each.after.status) == (Status.PLANNED, Status.STARTING)
        goes_on = each.after.status is Status.PAUSED and each.after.commanded_at != each.before.commanded_at
        assert (each.decision.command is not None) is (begins or goes_on)


def test_a_charge_in_which_energy_counted_is_never_rejected(decided: list[Decided]):
    charged = [each for each in decided if each.before.energy_wh >= 50]

    assert {each.after.status for each in charged} == {Status.CHARGING, Status.PAUSED, Status.COMPLETED}


def test_only_what_a_window_or_restricted_hours_bound_is_stopped_at_its_end(decided: list[Decided]):
    stopped = [each.after for each in decided if each.before.stop_requested_as is None]

    bound = {session.kind for session in stopped if session.stop_requested_as is StopReason.WINDOW_END}
    assert bound == {Kind.MANUAL, Kind.SMART, Kind.PLUG_IN}


def test_a_rejection_always_carries_evidence(decided: list[Decided]):
    rejected = [each.after for each in decided if each.after.rejection is not None]

    assert rejected
    assert all(session.rejection["evidence"] for session in rejected if session.rejection)
