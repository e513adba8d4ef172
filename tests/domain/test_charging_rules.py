"""While a transaction runs: deadlines to the second, and which end of a window counts."""

from decimal import Decimal
from typing import Any

import pytest

from homecharge.domain.charger_state import ConnectorStatus, Transaction
from homecharge.domain.charging_rules import (
    drew_at,
    flows_by_status,
    lost_at,
    next_energy_look,
    no_energy,
    nothing_drawn,
    stop_due,
    stopped_by_window_at,
)
from homecharge.domain.facts import Spending
from homecharge.domain.limits import CostLimit, DurationLimit, EnergyLimit
from homecharge.domain.rejections import Code
from homecharge.domain.session_state import Kind, Session, StopReason
from homecharge.domain.sessions import advance
from tests.domain.builders import at, boost, charger, charging, connector, facts, offline, plug_in, session, transaction

TWO_HOURS = session(window_end=at("02:30"), limit=DurationLimit(7200))
CHARGING = connector(ConnectorStatus.CHARGING)


@pytest.mark.parametrize(
    ("subject", "end"),
    [
        (charging(), "05:30"),
        (charging(session(Kind.SMART)), "05:30"),
        (charging(session(limit=DurationLimit(7200))), "05:30"),
        (charging(session(limit=EnergyLimit(2000))), "05:30"),
        # the window is the duration limit itself: it counts from the transaction's start
        (charging(TWO_HOURS), None),
        (charging(TWO_HOURS, commanded_at=at("00:32"), started_at=at("00:37")), None),  # a charger that takes its time
        (charging(TWO_HOURS, commanded_at=at("00:32:01")), "02:30"),  # begun late
        (charging(TWO_HOURS, commanded_at=None), None),  # taken over in time
        (charging(TWO_HOURS, commanded_at=None, started_at=at("01:00")), "02:30"),
        (charging(boost()), None),
        (charging(plug_in()), None),
        (charging(session(window_start=None)), None),
        (charging(session(window_end=None)), None),
    ],
)
def test_the_end_of_its_window_stops_a_scheduled_charge(subject: Session, end: str | None):
    assert stopped_by_window_at(facts(subject)) == (at(end) if end else None)


@pytest.mark.parametrize(
    ("status", "changes", "expected"),
    [
        (ConnectorStatus.AVAILABLE, {}, "00:42"),
        (ConnectorStatus.PREPARING, {}, "00:45"),
        (ConnectorStatus.FINISHING, {}, "00:45"),
        (ConnectorStatus.CHARGING, {}, None),
        (ConnectorStatus.SUSPENDED_EV, {}, None),
        (ConnectorStatus.AVAILABLE, {"heard_at": at("00:41")}, "00:43"),
        (ConnectorStatus.AVAILABLE, {"started_at": at("00:40")}, None),  # said before it began
        (ConnectorStatus.AVAILABLE, {"started_at": at("00:39:59")}, "00:42"),
    ],
)
def test_a_transaction_is_lost_when_the_connector_has_shown_nothing_of_it_for_so_long(
    status: ConnectorStatus, changes: dict[str, Any], expected: str | None
):
    there = connector(status, reported_at=at("00:40"), changed_at=at("00:40"))

    found = lost_at(facts(charging(), connector=there), transaction(**changes))

    assert found == (at(expected) if expected else None)


def test_a_transaction_is_not_lost_while_nothing_is_known_of_its_connector():
    assert lost_at(facts(charging(), charger=offline()), transaction()) is None
    assert lost_at(facts(charging(), connector=None), transaction()) is None


def test_a_charger_that_is_back_has_as_long_from_its_return():
    there = connector(ConnectorStatus.AVAILABLE, reported_at=at("00:50:01"), changed_at=None)

    found = lost_at(facts(charging(), charger=charger(connected_at=at("00:50")), connector=there), transaction())

    assert found == at("00:52")


@pytest.mark.parametrize(
    ("sends_samples", "now", "expected"),
    [(False, "00:30:11", True), (None, "00:33:09", False), (None, "00:33:10", True), (True, "00:33:10", True)],
)
def test_without_samples_the_status_tells_that_energy_flows(now: str, *, sends_samples: bool | None, expected: bool):
    there = facts(charging(), charger=charger(sends_samples=sends_samples), connector=CHARGING)

    assert flows_by_status(there, transaction(), now=at(now)) is expected
    assert not flows_by_status(there, transaction(has_samples=True), now=at(now))


@pytest.mark.parametrize(
    ("subject", "open_one", "expected"),
    [
        (charging(), transaction(), None),
        (charging(drew_at=at("00:31")), transaction(drew_at=at("00:32")), "00:31"),
        (charging(), transaction(drew_at=at("00:32")), "00:32"),  # by its power, with a register that stands still
        (charging(energy_wh=50), transaction(), "00:40"),
        (charging(energy_wh=49), transaction(), None),
        (charging(started_at=at("00:31")), transaction(drew_at=at("00:30:40")), None),  # before it was taken over
        (charging(started_at=at("00:31")), transaction(drew_at=at("00:31")), "00:31"),
        (charging(started_at=None), transaction(drew_at=at("00:32")), "00:32"),
    ],
)
def test_energy_has_flowed_since(subject: Session, open_one: Transaction, expected: str | None):
    assert drew_at(facts(subject), open_one, now=at("00:40")) == (at(expected) if expected else None)


@pytest.mark.parametrize(
    ("around", "open_one", "now", "code"),
    [
        ({}, {"has_samples": True}, "00:33:09", None),
        ({}, {"has_samples": True}, "00:33:10", Code.NO_ENERGY_DRAWN),
        ({}, {}, "00:40", None),  # no samples: never
        ({"charger": offline()}, {"has_samples": True}, "00:40", None),
        ({"charger": charger(connected_at=at("00:35"))}, {"has_samples": True}, "00:37:59", None),
        ({"charger": charger(connected_at=at("00:35"))}, {"has_samples": True}, "00:38", Code.NO_ENERGY_DRAWN),
        ({"connector": connector(ConnectorStatus.SUSPENDED_EV)}, {}, "00:33:10", Code.BATTERY_FULL),
        ({"session": charging(energy_wh=20)}, {"has_samples": True, "heard_at": at("00:33:09")}, "00:40", None),
        (
            {"session": charging(energy_wh=20)},
            {"has_samples": True, "heard_at": at("00:33:10")},
            "00:33:10",
            Code.NO_ENERGY_DRAWN,
        ),
        ({"session": charging(offered_at=None)}, {"has_samples": True}, "00:40", None),
        ({"session": charging(energy_wh=50)}, {"has_samples": True}, "00:40", None),
    ],
)
def test_energy_that_is_not_taken_becomes_a_reason(
    around: dict[str, Any], open_one: dict[str, Any], now: str, code: Code | None
):
    reason = no_energy(facts(**{"session": charging()} | around), transaction(**open_one), now=at(now))

    assert (reason.code if reason else None) == code


@pytest.mark.parametrize(
    ("asked", "open_one", "code"),
    [
        (StopReason.WINDOW_END, {"has_samples": True}, Code.NO_ENERGY_DRAWN),
        (StopReason.LIMIT_DURATION, {"has_samples": True}, Code.NO_ENERGY_DRAWN),
        (StopReason.WINDOW_END, {}, Code.CHARGER_REFUSED),
        (StopReason.WINDOW_END, {"has_samples": True, "is_lost": True}, Code.CHARGER_REFUSED),
        (StopReason.DRIVER, {"has_samples": True}, Code.CANCELLED),
        (None, {"has_samples": True}, Code.CHARGER_REFUSED),
    ],
)
def test_what_we_ended_ourselves_was_not_refused_by_the_charger(
    asked: StopReason | None, open_one: dict[str, Any], code: Code
):
    subject = charging(stop_requested_at=at("00:31"), stop_requested_as=asked)
    ended = transaction(stopped_at=at("00:32"), stop_reason="Remote", **open_one)

    reason = nothing_drawn(facts(subject), ended, ended_at=at("00:32"), now=at("00:32"))

    assert reason.code == code


def test_what_the_charger_held_back_was_not_left_by_the_car():
    held = charging(offered_at=None, stop_requested_at=at("05:30"), stop_requested_as=StopReason.WINDOW_END)
    ended = transaction(stopped_at=at("05:31"), stop_reason="Remote", has_samples=True)
    back = connector(ConnectorStatus.SUSPENDED_EVSE)

    reason = nothing_drawn(facts(held, connector=back), ended, ended_at=at("05:31"), now=at("05:31"))
    untold = nothing_drawn(facts(held, connector=None), ended, ended_at=at("05:31"), now=at("05:31"))

    assert (reason.code, reason.variant) == (Code.CHARGER_REFUSED, "ended_by_us")
    assert [fact.value for fact in reason.evidence] == ["suspended_evse", "Remote"]
    assert [fact.value for fact in untold.evidence] == ["Remote"]


@pytest.mark.parametrize(
    ("subject", "now", "look"),
    [
        (charging(), "00:32:30", "00:33:10"),  # the status may tell by then
        (charging(), "00:33:10", "00:35"),  # three minutes of the line
        (charging(), "00:35", "00:38"),  # it has not told yet: asked again
        (charging(offered_at=None), "00:33", None),
        (charging(drew_at=at("00:31")), "00:33", None),
    ],
)
def test_whether_energy_flows_is_looked_at_until_it_does(subject: Session, now: str, look: str | None):
    there = facts(subject, charger=charger(connected_at=at("00:32")))

    found = next_energy_look(there, transaction(has_samples=True), now=at(now))

    assert found == (at(look) if look else None)


@pytest.mark.parametrize(
    ("spending", "reason"),
    [
        (None, None),
        (Spending(Decimal("0.99"), None, None), None),
        (Spending(Decimal("1.00"), None, None), StopReason.LIMIT_COST),
    ],
)
def test_a_limit_by_cost_stops_once_that_much_is_spent(spending: Spending | None, reason: StopReason | None):
    subject = charging(session(limit=CostLimit(Decimal("1.00"))))

    assert stop_due(facts(subject, spending=spending), now=at("01:00")) is reason


def test_a_limit_by_cost_is_looked_at_again_when_the_price_changes_or_the_energy_is_there():
    subject = charging(session(limit=CostLimit(Decimal("1.00"))), drew_at=at("00:31"))
    spending = Spending(Decimal("0.50"), 7000, at("00:50"))

    decided = advance(facts(subject, own=(transaction(),), spending=spending), now=at("00:40")).session

    assert (decided.wake_at, decided.look_at_wh) == (at("00:50"), 7000)
