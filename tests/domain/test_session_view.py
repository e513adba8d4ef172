"""A row of History: its window, its limit, and the revision that a client may hold on to."""

import dataclasses
from decimal import Decimal
from typing import Any

import pytest

from homecharge.domain.costs import Cost, CostLine, CostNote
from homecharge.domain.limits import EnergyLimit
from homecharge.domain.money import Money
from homecharge.domain.session_state import Session, Status
from homecharge.domain.session_view import BoostView, SessionView
from homecharge.domain.support import decided_at
from homecharge.domain.targets import SocTarget
from homecharge.domain.times import Interval
from tests.domain.builders import at, charging, plug_in, session, starting


def view(subject: Session) -> SessionView:
    nothing: dict[str, Any] = dict.fromkeys(("driver", "live", "progress", "waiting", "rejection", "shortfall"))
    return SessionView(session=subject, time_zone="Europe/London", recovered_by_session_id=None, **nothing)


def test_a_window_is_shown_where_there_is_one():
    assert view(session()).window == Interval(at("00:30"), at("05:30"))
    assert view(plug_in()).window is None


def test_a_limit_and_a_target_are_shown_in_the_contracts_shape():
    assert view(session(limit=EnergyLimit(5000))).limit == {"kind": "energy", "energy_wh": 5000}
    assert view(session(target=SocTarget(80))).target == {"kind": "soc", "percent": 80}
    assert view(session()).target is None


@pytest.mark.parametrize(
    ("status", "is_settled"), [(status, status not in {Status.PLANNED, Status.STARTING}) for status in Status]
)
def test_a_try_is_settled_once_it_charges_or_is_over(status: Status, *, is_settled: bool):
    assert view(session(status=status)).is_settled is is_settled


def test_a_boost_is_not_settled_while_its_session_is_still_held():
    assert view(session(status=Status.PAUSED, boosted_at=at("00:30"))).is_settled is False
    assert view(session(status=Status.PAUSED, boosted_at=at("00:30"), boost_ended_at=at("00:40"))).is_settled is True


@pytest.mark.parametrize(
    ("changes", "ended_at"),
    [
        ({}, None),
        ({"boost_ended_at": at("00:40"), "ended_at": at("05:30")}, "00:40"),
        ({"ended_at": at("00:50")}, "00:50"),
    ],
)
def test_a_boost_is_shown_with_its_own_limit_and_its_end(changes: dict[str, Any], ended_at: str | None):
    shown = view(session(boosted_at=at("00:35"), boost_limit=EnergyLimit(5000), **changes)).boost

    assert shown == BoostView(
        at=at("00:35"),
        limit={"kind": "energy", "energy_wh": 5000},
        progress=None,
        ended_at=None if ended_at is None else at(ended_at),
    )
    assert view(session()).boost is None


def test_the_revision_changes_with_whatever_is_shown():
    before = view(session())

    assert view(session()).revision == before.revision
    assert view(session(energy_wh=1)).revision != before.revision
    assert dataclasses.replace(before, recovered_by_session_id="next").revision != before.revision


@pytest.mark.parametrize(
    ("subject", "when"),
    [
        (session(), "00:30"),
        (starting(commanded_at=at("00:31")), "00:31"),
        (session(status=Status.REJECTED, ended_at=at("00:32")), "00:32"),
        (charging(commanded_at=None), "00:30:10"),
    ],
)
def test_the_messages_that_tell_its_story_lie_around_the_decision(subject: Session, when: str):
    assert decided_at(subject) == at(when)


PRICED = Cost((CostLine(Interval(at("00:30"), at("01:00")), 1000, Decimal("0.125")),), has_tariff=True)


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (view(session()), (None, "none", "no_tariff", 0)),
        (dataclasses.replace(view(session()), has_tariff=True), (None, "none", None, 0)),
        (
            dataclasses.replace(view(charging()), running=PRICED, currency="GBP"),
            (Money(Decimal("0.13"), "GBP"), "running", None, 0),
        ),
        (
            view(session(status=Status.COMPLETED, cost=Decimal("0.125"), cost_currency="GBP")),
            (Money(Decimal("0.13"), "GBP"), "final", None, 0),
        ),
        (
            view(
                session(status=Status.COMPLETED, cost_currency="GBP", cost_note=CostNote.PARTIAL_TARIFF, uncosted_wh=5)
            ),
            (None, "none", "partial_tariff", 5),
        ),
    ],
)
def test_a_cost_is_shown_where_there_is_one_and_a_note_where_there_is_none(
    shown: SessionView, expected: tuple[Money | None, str, str | None, int]
):
    assert (shown.cost, shown.cost_state, shown.cost_note, shown.uncosted_wh) == expected
